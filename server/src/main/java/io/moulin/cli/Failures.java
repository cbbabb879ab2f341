package io.moulin.cli;

import io.moulin.cli.text.Console;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what went wrong and what to do about it, in one form, and never with a stack trace. */
final class Failures {
  private static final String REPORT = "this is a bug of Moulin: please report it";

  private final Console console;
  private final Invocation invocation;

  Failures(Console console, Invocation invocation) {
    this.console = console;
    this.invocation = invocation;
  }

  /** Explains a failure and gives the exit code for it. */
  int explain(Throwable failure) {
    if (interrupted(failure)) {
      print("interrupted", "stopped before the end", "run the same command again: it goes on");
      return ExitCode.INTERRUPTED;
    }
    if (failure instanceof OutOfMemoryError) {
      print(
          "out-of-memory",
          "the Java heap is full: " + failure.getMessage(),
          "give it more: MOULIN_HEAP=1500m moulin …");
      keep(failure);
      return ExitCode.EXTERNAL;
    }
    if (failure instanceof MoulinException known) {
      print(known.code(), said(known), known.fix());
      if (known.kind() != MoulinException.Kind.USER) {
        keep(failure);
      }
      return switch (known.kind()) {
        case USER -> ExitCode.USER;
        case CHECK -> ExitCode.CHECK;
        case EXTERNAL, INTERNAL -> ExitCode.EXTERNAL;
      };
    }
    Path kept = keep(failure);
    print(
        "internal",
        said(failure),
        kept == null ? REPORT + ", with --debug" : REPORT + " with " + kept);
    return ExitCode.EXTERNAL;
  }

  /** Explains arguments that picocli refused. */
  int explainArguments(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    String help = "see '%s --help'".formatted(command.getCommandSpec().qualifiedName());
    if (failure instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().get(0);
      List<String> near = unmatched.getSuggestions();
      String fix = near.isEmpty() ? help : "did you mean '" + near.get(0) + "'? Else " + help;
      if (unmatched.isUnknownOption()) {
        print("unknown-option", "no option '" + first + "'", fix);
      } else if (command.getParent() == null) {
        print("unknown-command", "no command '" + first + "'", fix);
      } else {
        print("unexpected-argument", "'" + first + "' is one argument too many", help);
      }
    } else {
      print("invalid-arguments", String.valueOf(failure.getMessage()), help);
    }
    return ExitCode.USER;
  }

  private void print(String code, String what, String fix) {
    PrintStream err = console.err();
    err.println(console.errStyle().red("error ") + code + ": " + what);
    if (!fix.isEmpty()) {
      err.println("  fix: " + fix);
    }
  }

  private static String said(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
  }

  private static boolean interrupted(Throwable failure) {
    if (Thread.currentThread().isInterrupted()) {
      return true;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException || cause instanceof ClosedByInterruptException) {
        return true;
      }
    }
    return false;
  }

  /** Keeps the stack trace where a report can find it; shows it with --debug. */
  private @Nullable Path keep(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace, true));
    if (invocation.debug()) {
      console.err().println(trace);
    }
    Path logs = invocation.logs();
    if (logs == null) {
      return null;
    }
    try {
      Files.createDirectories(logs);
      Path file = logs.resolve("errors.log");
      Files.writeString(
          file,
          Instant.now() + " " + trace + System.lineSeparator(),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      return file;
    } catch (IOException e) {
      // A folder that cannot be written is its own failure, which is being explained already.
      return null;
    }
  }
}
