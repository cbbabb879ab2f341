package io.moulin.cli;

import io.moulin.manifest.ManifestReference;
import io.moulin.manifest.ManifestReference.Kind;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "docs-reference",
    description = "Write the reference of manifests and commands, and JSON Schemas for editors.",
    footer = {"", "Example:", "  moulin docs-reference docs/reference"})
final class DocsReferenceCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "Folder to write to.")
  private Path folder = Path.of("");

  DocsReferenceCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Map<String, String> files = new LinkedHashMap<>();
    for (Kind kind : Kind.values()) {
      String name = kind.name().toLowerCase(Locale.ROOT);
      files.put(name + ".md", ManifestReference.markdown(kind));
      files.put(name + ".schema.json", ManifestReference.jsonSchema(kind));
    }
    files.put("commands.md", commands());
    files.forEach(this::write);
    return ExitCode.OK;
  }

  private void write(String name, String text) {
    Path file = folder.resolve(name);
    try {
      Files.createDirectories(folder);
      Files.writeString(file, text.endsWith("\n") ? text : text + "\n");
    } catch (IOException e) {
      throw MoulinException.external(
          "disk", "cannot write " + file + ": " + e.getMessage(), "check its rights", e);
    }
    invocation.console().out().println("wrote " + file);
  }

  private String commands() {
    if (spec == null) {
      throw new IllegalStateException("Cannot describe the commands outside of them");
    }
    CommandLine root = spec.root().commandLine();
    root.setUsageHelpWidth(CommandLineProgram.HELP_COLUMNS); // whatever terminal this runs on
    StringBuilder text =
        new StringBuilder("# Commands\n\nGenerated from the program's own help.\n");
    section(text, "moulin", root);
    sections(text, "moulin", root);
    return text.toString();
  }

  private static void sections(StringBuilder text, String title, CommandLine parent) {
    parent
        .getSubcommands()
        .forEach(
            (name, command) -> {
              section(text, title + " " + name, command);
              sections(text, title + " " + name, command);
            });
  }

  private static void section(StringBuilder text, String title, CommandLine command) {
    StringWriter help = new StringWriter();
    command.usage(new PrintWriter(help), CommandLine.Help.Ansi.OFF);
    text.append("\n## ").append(title).append("\n\n```text\n");
    text.append(help.toString().stripTrailing());
    text.append("\n```\n");
  }
}
