package io.moulin.cli;

import io.moulin.cli.text.Console;
import io.moulin.cli.text.LiveText;
import io.moulin.control.Project;
import io.moulin.control.live.KeepingUp;
import io.moulin.control.live.LiveDataset;
import io.moulin.control.live.LiveDataset.State;
import io.moulin.control.live.LiveStatus;
import io.moulin.control.live.Owner;
import io.moulin.spec.MoulinException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Starts a command of this program in the background, and waits until it is up or has failed. */
final class Detached {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final long LOOK_MILLIS = 300;
  private static final int TAIL = 20;

  private final Invocation invocation;
  private final Console console;

  Detached(Invocation invocation, Console console) {
    this.invocation = invocation;
    this.console = console;
  }

  /** Starts the program with {@code arguments}; the exit code. */
  int start(List<String> arguments) throws IOException, InterruptedException {
    Project project = invocation.project();
    KeepingUp keepingUp = invocation.operations().keepingUp();
    Optional<Owner> owner = keepingUp.owner(project);
    if (owner.isPresent()) {
      throw UpCommand.alreadyUp(owner.get());
    }
    Path log = log(project);
    Process process = launch(command(project, arguments), log);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      if (process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        return ended(process, log);
      }
      Optional<LiveStatus> status =
          keepingUp
              .owner(project)
              .filter(other -> other.card().pid() == process.pid())
              .map(Owner::status);
      if (status.isPresent() && settled(status.get())) {
        return up(status.get(), log);
      }
    }
    throw MoulinException.external(
        "still-starting",
        "process %d is not up after %d s".formatted(process.pid(), PATIENCE.toSeconds()),
        "it goes on starting: see " + log + " and 'moulin status', or stop it with 'moulin down'");
  }

  private static Path log(Project project) throws IOException {
    Path logs = Files.createDirectories(project.kept().resolve("logs"));
    Path log = logs.resolve("up.log");
    if (Files.exists(log)) {
      Files.move(log, logs.resolve("up-before.log"), StandardCopyOption.REPLACE_EXISTING);
    }
    return log;
  }

  private List<String> command(Project project, List<String> arguments) {
    String launcher = System.getProperty("moulin.launcher", "");
    if (launcher.isEmpty()) {
      throw MoulinException.user(
          "launcher-unknown",
          "this process was not started by the program 'moulin', so it cannot start another one",
          "call it through 'moulin', or run 'up' in the background yourself");
    }
    // Closing the terminal sends a hang-up, which would stop it.
    List<String> command = new ArrayList<>(List.of("nohup", launcher));
    command.addAll(arguments);
    command.addAll(List.of("-C", project.folder().toString()));
    invocation.profile().ifPresent(profile -> command.addAll(List.of("--profile", profile)));
    return command;
  }

  private static Process launch(List<String> command, Path log) throws IOException {
    return new ProcessBuilder(command)
        .redirectInput(new File("/dev/null"))
        .redirectOutput(log.toFile())
        .redirectErrorStream(true)
        .start();
  }

  private static boolean settled(LiveStatus status) {
    return status.datasets().stream().noneMatch(dataset -> dataset.state() == State.STARTING);
  }

  private int up(LiveStatus status, Path log) {
    console.out().println("Up in the background, process " + status.pid());
    console.out().println("  Kafka         " + status.broker());
    console.out().println("  Iceberg REST  " + status.catalog());
    console.out().println("  log           " + log);
    console.out().println("  see it        " + console.program() + " status");
    console.out().println("  stop it       " + console.program() + " down");
    boolean well = true;
    for (LiveDataset dataset : status.datasets()) {
      console.out().println(LiveText.line(dataset, status.at()));
      well &= dataset.state() == State.RUNNING;
    }
    return well ? ExitCode.OK : ExitCode.EXTERNAL;
  }

  private int ended(Process process, Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    lines.subList(Math.max(0, lines.size() - TAIL), lines.size()).forEach(console.err()::println);
    return process.exitValue() == 0 ? ExitCode.EXTERNAL : process.exitValue();
  }
}
