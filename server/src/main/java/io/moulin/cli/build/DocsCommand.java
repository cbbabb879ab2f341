package io.moulin.cli.build;

import io.moulin.cli.ExitCode;
import io.moulin.cli.Invocation;
import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes a site about the tables. */
@Command(
    name = "docs",
    description = {
      "Write a static site about the tables: a page for each with its columns and what they depend on,",
      "its checks with their last results, what it is made of and what is made of it."
    },
    footer = {"", "Examples:", "  moulin docs", "  moulin docs /var/www/lakehouse"})
public final class DocsCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description = "Folder to write to. Default: ${DEFAULT-VALUE}.")
  private Path folder = Path.of("site");

  public DocsCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    try (Session session = invocation.open(Need.CATALOG)) {
      int pages = invocation.operations().documenting().write(session, folder);
      invocation
          .console()
          .out()
          .println("Wrote " + pages + " pages; begin with " + folder.resolve("index.html"));
      return ExitCode.OK;
    }
  }
}
