package io.moulin.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command before the command: what all commands have in common. */
@Command(
    name = "moulin",
    versionProvider = MoulinCommand.Version.class,
    description = "Streams in, Iceberg out: a streaming lakehouse in one process.",
    synopsisHeading = "Usage: ",
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit codes: 0 ok, 1 your mistake, 2 an external failure, 3 a check failed, 130 stopped.",
      "",
      "First steps:",
      "  moulin demo                 from a generated file to answers, in half a minute",
      "  moulin init shop            a project of your own",
      "  moulin COMMAND --help       examples of a command"
    })
final class MoulinCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = {"-C", "--project"},
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = "Folder of the project. Default: the nearest one above that has a moulin.yml.")
  private @Nullable Path project;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "Profile to use instead of the one that moulin.yml names.")
  private @Nullable String profile;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show logs and stack traces on stderr.")
  private boolean debug;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  void help(boolean asked) {
    // picocli acts on it
  }

  @Option(names = "--version", versionHelp = true, description = "Show the version.")
  void version(boolean asked) {
    // picocli acts on it
  }

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }

  /** Where to look for the project. */
  Optional<Path> project() {
    return Optional.ofNullable(project);
  }

  Optional<String> profile() {
    return Optional.ofNullable(profile);
  }

  boolean debug() {
    return debug;
  }

  /** The version that the build wrote into the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = MoulinCommand.class.getPackage().getImplementationVersion();
      return new String[] {
        "moulin " + (version == null ? "of an unpackaged build" : version),
        "Java " + Runtime.version() + " on " + System.getProperty("os.name")
      };
    }
  }
}
