package io.moulin.cli;

import io.moulin.cli.text.CaseText;
import io.moulin.cli.text.Console;
import io.moulin.cli.text.JUnitXml;
import io.moulin.cli.text.Json;
import io.moulin.cli.text.Style;
import io.moulin.control.Project;
import io.moulin.control.fixture.CaseResult;
import io.moulin.control.fixture.CaseResult.Difference;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "test",
    description = {
      "Run the cases of tests/*.yml: records in, rows out, through the real transformation.",
      "Starts no broker and touches no table of the project."
    },
    footer = {
      "",
      "Exit codes: 0 all passed, 3 some failed, 1 a mistake in the project or its tests.",
      "",
      "Examples:",
      "  moulin test",
      "  moulin test tests/conversions.yml",
      "  moulin test \"counted once\"                 cases with this in their name",
      "  moulin test --junit target/moulin.xml"
    })
final class TestCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      paramLabel = "FILE|CASE",
      arity = "0..*",
      description = "A file, a dataset, or part of a case's name. Default: all cases.")
  private List<String> chosen = List.of();

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = "Write the results as JUnit XML too, for a CI to show.")
  private @Nullable Path junit;

  @Option(names = "--json", description = "One JSON object on stdout.")
  private boolean json;

  TestCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Console console = invocation.console();
    Project project = invocation.project();
    Style style = console.outStyle();
    long start = System.nanoTime();
    List<CaseResult> results =
        invocation
            .operations()
            .testing()
            .test(
                project,
                chosen,
                result -> {
                  if (!json) {
                    CaseText.lines(result, style).forEach(console.out()::println);
                  }
                });
    double seconds = (System.nanoTime() - start) / 1e9;
    long failed = results.stream().filter(result -> !result.passed()).count();
    if (json) {
      console.out().println(Json.line(TestsJson.of(results, seconds)));
    } else {
      console.out().println(verdict(results.size() - failed, failed, seconds, style));
    }
    if (junit != null) {
      write(junit, JUnitXml.of(project.spec().name(), results));
    }
    return failed == 0 ? ExitCode.OK : ExitCode.CHECK;
  }

  private static String verdict(long passed, long failed, double seconds, Style style) {
    String time = String.format(Locale.ROOT, " in %.1f s", seconds);
    String good = style.green("%,d passed".formatted(passed));
    return failed == 0
        ? good + time
        : style.red("%,d failed".formatted(failed)) + ", " + good + time;
  }

  private static void write(Path file, String text) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(file, text);
    } catch (IOException e) {
      throw MoulinException.external(
          "disk", "cannot write " + file + ": " + e.getMessage(), "check its rights", e);
    }
  }

  /** All results as JSON. */
  record TestsJson(boolean ok, long passed, long failed, double seconds, List<CaseJson> cases) {
    static TestsJson of(List<CaseResult> results, double seconds) {
      long passed = results.stream().filter(CaseResult::passed).count();
      return new TestsJson(
          passed == results.size(),
          passed,
          results.size() - passed,
          seconds,
          results.stream().map(CaseJson::of).toList());
    }
  }

  /** A case as JSON. */
  record CaseJson(
      String dataset,
      String name,
      String file,
      int line,
      boolean ok,
      double seconds,
      List<Difference> differences) {
    static CaseJson of(CaseResult result) {
      return new CaseJson(
          result.dataset(),
          result.name(),
          result.at().file(),
          result.at().line(),
          result.passed(),
          result.seconds(),
          result.differences());
    }
  }
}
