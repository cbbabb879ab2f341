package io.moulin.cli;

import io.moulin.cli.text.Console;
import io.moulin.cli.text.DiagnosticText;
import io.moulin.cli.text.Json;
import io.moulin.cli.text.Style;
import io.moulin.cli.text.TextTable;
import io.moulin.control.Checking.Checked;
import io.moulin.control.Project;
import io.moulin.control.start.Scaffolding;
import io.moulin.spec.Diagnostic;
import io.moulin.spec.project.Setting;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands about the files of a project; they start nothing. */
final class ProjectCommands {
  private ProjectCommands() {}

  @Command(
      name = "init",
      description = "Make the folder of a new project.",
      footer = {
        "",
        "Examples:",
        "  moulin init shop && cd shop",
        "  moulin init shop --example payments     with datasets, tests and generators to change"
      })
  static final class InitCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "NAME", description = "Name of the project and of its folder.")
    private String name = "";

    @Option(
        names = "--example",
        paramLabel = "EXAMPLE",
        description = "Begin with a copy of an example: taxi, green, payments or events.")
    private @Nullable String example;

    InitCommand(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() {
      Path parent = invocation.workingFolder();
      List<Path> files =
          example == null
              ? invocation.operations().initializing().make(parent, name)
              : invocation.operations().initializing().copy(parent, name, example);
      PrintStream out = invocation.console().out();
      files.forEach(file -> out.println("wrote " + file));
      out.println();
      out.println("Next:");
      out.println("  cd " + name);
      out.println(
          example == null
              ? "  moulin scaffold --from FILE --name " + name + ".NAME"
              : "  moulin test          then read README.md");
      return ExitCode.OK;
    }
  }

  @Command(
      name = "scaffold",
      description = "Write a manifest and first tests for a file; what is guessed is marked.",
      footer = {
        "",
        "Example:",
        "  moulin scaffold --from green_tripdata_2024-01.parquet --name taxi.green"
      })
  static final class ScaffoldCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Option(
        names = "--from",
        paramLabel = "FILE",
        required = true,
        description = "Parquet, CSV with a header, or JSON lines.")
    private Path from = Path.of("");

    @Option(
        names = "--name",
        paramLabel = "NAME",
        required = true,
        description = "Name of the dataset, for example taxi.green.")
    private String name = "";

    @Option(names = "--force", description = "Overwrite a manifest that is there.")
    private boolean force;

    ScaffoldCommand(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() {
      List<Path> written =
          invocation
              .operations()
              .scaffolding()
              .scaffold(
                  invocation.folder(),
                  from,
                  name,
                  force ? Scaffolding.Existing.OVERWRITE : Scaffolding.Existing.KEEP);
      PrintStream out = invocation.console().out();
      written.forEach(file -> out.println("wrote " + file));
      out.println("Read the manifest: what is guessed is marked. Then: moulin check, moulin test");
      return ExitCode.OK;
    }
  }

  @Command(
      name = "check",
      description = "Read the project and show every mistake with its place. Starts nothing.",
      footer = {"", "Examples:", "  moulin check", "  moulin check -C shop --profile staging"})
  static final class CheckCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Option(names = "--json", description = "One JSON object on stdout.")
    private boolean json;

    CheckCommand(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() {
      Checked checked =
          invocation.operations().checking().check(invocation.folder(), invocation.profile());
      Console console = invocation.console();
      if (json) {
        console.out().println(Json.line(CheckJson.of(checked)));
      } else {
        DiagnosticText.print(checked, console.out(), console.outStyle());
        console.out().println(verdict(checked, console.outStyle()));
      }
      return checked.project().isPresent() ? ExitCode.OK : ExitCode.USER;
    }

    private static String verdict(Checked checked, Style style) {
      if (checked.project().isEmpty()) {
        return style.red(count(checked.errors(), "error"))
            + ", "
            + count(checked.warnings(), "warning");
      }
      Project project = checked.project().get();
      String ok = style.green("ok") + ": " + count(project.spec().datasets().size(), "dataset");
      int models = project.modelCount();
      ok +=
          models == 0
              ? ""
              : ", "
                  + count(models, "model and seed").replace("model and seeds", "models and seeds");
      return checked.warnings() == 0 ? ok : ok + ", " + count(checked.warnings(), "warning");
    }

    private static String count(long number, String what) {
      return number + " " + what + (number == 1 ? "" : "s");
    }

    /** A check as JSON. */
    record CheckJson(boolean ok, long errors, long warnings, List<DiagnosticJson> diagnostics) {
      static CheckJson of(Checked checked) {
        return new CheckJson(
            checked.project().isPresent(),
            checked.errors(),
            checked.warnings(),
            checked.diagnostics().stream().map(DiagnosticJson::of).toList());
      }
    }

    /** A diagnostic as JSON. */
    record DiagnosticJson(
        String severity,
        String code,
        String file,
        int line,
        int column,
        String what,
        String why,
        String fix) {
      static DiagnosticJson of(Diagnostic diagnostic) {
        return new DiagnosticJson(
            diagnostic.severity().name().toLowerCase(Locale.ROOT),
            diagnostic.code(),
            diagnostic.at().file(),
            diagnostic.at().line(),
            diagnostic.at().column(),
            diagnostic.what(),
            diagnostic.why(),
            diagnostic.fix());
      }
    }
  }

  @Command(
      name = "config",
      description = "Show every setting, its value, and where the value comes from.",
      footer = {
        "",
        "Secrets are masked; white space that cannot be seen is made visible.",
        "",
        "Examples:",
        "  moulin config",
        "  moulin config --profile staging --json"
      })
  static final class ConfigCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Option(names = "--json", description = "One JSON object on stdout.")
    private boolean json;

    ConfigCommand(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() {
      Project project = invocation.project();
      Console console = invocation.console();
      if (json) {
        console
            .out()
            .println(
                Json.line(
                    new ConfigJson(
                        project.spec().name(),
                        project.spec().profile(),
                        project.spec().settings())));
        return ExitCode.OK;
      }
      TextTable table = new TextTable("setting", "value", "from", "default");
      for (Setting setting : project.spec().settings()) {
        table.row(setting.key(), setting.value(), setting.source(), setting.byDefault());
      }
      table.lines("", console.outStyle()).forEach(console.out()::println);
      return ExitCode.OK;
    }

    /** The settings as JSON. */
    record ConfigJson(String project, String profile, List<Setting> settings) {}
  }
}
