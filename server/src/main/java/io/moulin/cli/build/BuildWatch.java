package io.moulin.cli.build;

import io.moulin.cli.ExitCode;
import io.moulin.cli.Invocation;
import io.moulin.cli.text.Console;
import io.moulin.cli.text.Json;
import io.moulin.control.build.BuildSummary;
import io.moulin.control.build.Building;
import io.moulin.control.build.Watching;
import io.moulin.spec.MoulinException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** Says what a watch builds, and why. */
final class BuildWatch implements Watching.Listener {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

  /** Somebody who moves a folder changes a lot of files. */
  private static final int MOST_NAMED = 3;

  private final Invocation invocation;
  private final Console people;
  private final boolean json;
  private boolean introduced;
  private boolean good;

  BuildWatch(Invocation invocation, Console people, boolean json) {
    this.invocation = invocation;
    this.people = people;
    this.json = json;
  }

  /** Builds until a signal comes; the exit code is of a process that none has ended. */
  int watch(Building.Wanted wanted, Duration every) {
    try {
      invocation
          .operations()
          .watching()
          .watch(invocation.folder(), invocation::project, wanted, every, this);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // between two builds: that is how it ends
      people.err().println("Stopped");
    }
    return good ? ExitCode.OK : ExitCode.CHECK;
  }

  @Override
  public void begins(List<String> changed) {
    if (!changed.isEmpty()) {
      people.out().println(people.outStyle().bold(now()) + "  " + named(changed));
    }
  }

  private static String named(List<String> changed) {
    if (changed.contains(Watching.WHAT_BROKE)) {
      return "tries again what broke";
    } else if (changed.contains(Watching.THE_TIME)) {
      return "nothing changed but the time, which some SQL or check asks for";
    }
    String names = String.join(", ", changed.subList(0, Math.min(MOST_NAMED, changed.size())));
    int more = changed.size() - MOST_NAMED;
    return names + (more > 0 ? " and %d more".formatted(more) : "") + " changed";
  }

  @Override
  public void made(BuildSummary.Made made) {
    BuildCommand.print(made, people);
  }

  @Override
  public void built(BuildSummary summary) {
    good = summary.good();
    BuildText.lines(summary, people.outStyle()).forEach(people.out()::println);
    if (json) {
      invocation.console().out().println(Json.line(BuildJson.of(summary)));
    }
    if (!introduced) {
      introduced = true;
      people.err().println("Builds again when something changes, until Ctrl-C");
    }
  }

  @Override
  public void failed(MoulinException why, Watching.Next next) {
    String error = people.errStyle().red("error ") + why.code() + ": " + why.getMessage();
    people.err().println(people.errStyle().bold(now()) + "  " + error);
    people
        .err()
        .println(
            switch (next) {
              case BY_ITSELF -> "  fix: none needed if it passes: it is tried again";
              case WHEN_A_FILE_CHANGES -> "  fix: " + why.fix() + "; then it builds again";
            });
  }

  private static String now() {
    return TIME.format(LocalTime.now(ZoneId.systemDefault()));
  }
}
