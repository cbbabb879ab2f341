package io.moulin.cli;

import io.moulin.cli.text.Console;
import io.moulin.cli.text.LiveText;
import io.moulin.control.live.LiveStatus;
import io.moulin.control.live.Owner;
import io.moulin.control.live.StopPatience;
import io.moulin.spec.MoulinException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "down",
    description = "Stop what runs of the project, in order: behind a last commit of each dataset.",
    footer = {"", "Examples:", "  moulin down", "  moulin down --timeout 300"})
final class DownCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description =
          "How long the last commits may take; what is not committed then is read again by the next"
              + " start. Default: ${DEFAULT-VALUE}.")
  private int timeout = (int) StopPatience.LAST_COMMITS.toSeconds();

  DownCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    Console console = invocation.console();
    if (timeout < 1) {
      throw MoulinException.user(
          "invalid-arguments", "--timeout is " + timeout, "give a number of seconds above 0");
    }
    Optional<Owner> owner = invocation.operations().keepingUp().owner(invocation.project());
    if (owner.isEmpty()) {
      console.out().println("Nothing runs");
      return ExitCode.OK;
    }
    Owner.Card card = owner.get().card();
    Optional<CompletableFuture<ProcessHandle>> end =
        ProcessHandle.of(card.pid()).map(ProcessHandle::onExit);
    console
        .err()
        .println(
            "Stopping process %d, behind a last commit: %d s at most"
                .formatted(card.pid(), timeout));
    LiveStatus last = owner.get().stop(Duration.ofSeconds(timeout));
    last.datasets().forEach(dataset -> console.out().println(LiveText.line(dataset, last.at())));
    if (end.isPresent()) {
      console.err().println("The jobs have stopped; broker and engine follow");
      await(end.get(), card);
    }
    console.out().println("Stopped process " + card.pid());
    boolean balanced = last.datasets().stream().allMatch(dataset -> dataset.balanced());
    return balanced ? ExitCode.OK : ExitCode.CHECK;
  }

  private static void await(CompletableFuture<ProcessHandle> end, Owner.Card card)
      throws InterruptedException, ExecutionException {
    try {
      end.get(StopPatience.AFTER_THE_JOBS.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw MoulinException.external(
          "still-stopping",
          "the jobs have stopped, but process %d has not ended after %d s"
              .formatted(card.pid(), StopPatience.AFTER_THE_JOBS.toSeconds()),
          "see .moulin/logs/moulin.log; 'kill -9 %d' is safe: nothing is lost"
              .formatted(card.pid()),
          e);
    }
  }
}
