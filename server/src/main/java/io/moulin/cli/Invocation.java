package io.moulin.cli;

import io.moulin.cli.text.Console;
import io.moulin.cli.text.DiagnosticText;
import io.moulin.control.Checking.Checked;
import io.moulin.control.Operations;
import io.moulin.control.Project;
import io.moulin.control.ProjectFolder;
import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import io.moulin.spec.MoulinException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What every command starts from: the common options, the console, and what can be asked for. */
public final class Invocation {
  private final Console console;
  private final Operations operations;
  private final MoulinCommand options;
  private @Nullable Path folder;

  Invocation(Console console, Operations operations, MoulinCommand options) {
    this.console = console;
    this.operations = operations;
    this.options = options;
  }

  public Console console() {
    return console;
  }

  public Operations operations() {
    return operations;
  }

  boolean debug() {
    return options.debug();
  }

  /** The folder of the project: the one given, or the nearest one above. */
  public Path folder() {
    return folder == null ? enter(ProjectFolder.locate(options.project())) : folder;
  }

  /** Makes {@code project} the one that this command is about. */
  Path enter(Path project) {
    folder = project;
    Logs.into(project.resolve(Project.KEPT).resolve("logs"), options.debug());
    return project;
  }

  /** Where logs of this command go; null while it has no project. */
  @Nullable Path logs() {
    return folder == null ? null : folder.resolve(Project.KEPT).resolve("logs");
  }

  /** The project, read and found without error; else its mistakes are shown and this fails. */
  public Project project() {
    Checked checked = operations.checking().check(folder(), options.profile());
    DiagnosticText.print(checked, console.err(), console.errStyle());
    Logs.begin();
    return checked
        .project()
        .orElseThrow(
            () ->
                MoulinException.user(
                    "project-invalid",
                    checked.errors() == 1
                        ? "the project has an error"
                        : "the project has %d errors".formatted(checked.errors()),
                    "mend what is listed above; 'moulin check' shows it again"));
  }

  /** Opens the project; what the command needs begins to start. */
  public Session open(Need... needs) {
    Project project = project();
    return operations.sessions().open(project, Set.of(needs));
  }

  /** The folder that was given with -C. */
  Optional<Path> givenFolder() {
    return options.project();
  }

  /** Where new things are made: the folder given, or the working directory. */
  Path workingFolder() {
    return options.project().orElse(Path.of(""));
  }

  Optional<String> profile() {
    return options.profile();
  }
}
