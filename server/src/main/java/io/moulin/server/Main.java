package io.moulin.server;

import io.moulin.cli.CommandLineProgram;
import io.moulin.cli.text.Console;
import io.moulin.cli.text.Terminal;
import io.moulin.control.Balancing;
import io.moulin.control.Checking;
import io.moulin.control.Describing;
import io.moulin.control.Loading;
import io.moulin.control.Operations;
import io.moulin.control.Planning;
import io.moulin.control.Querying;
import io.moulin.control.Recounting;
import io.moulin.control.Running;
import io.moulin.control.Sessions;
import io.moulin.control.Validating;
import io.moulin.control.Witness;
import io.moulin.control.build.Building;
import io.moulin.control.build.Documenting;
import io.moulin.control.build.Exporting;
import io.moulin.control.build.Watching;
import io.moulin.control.fixture.Testing;
import io.moulin.control.generate.Generating;
import io.moulin.control.live.KeepingUp;
import io.moulin.control.mend.Mending;
import io.moulin.control.start.Demonstrating;
import io.moulin.control.start.Initializing;
import io.moulin.control.start.Scaffolding;
import io.moulin.http.LocalControl;
import io.moulin.lineage.Witnesses;
import io.moulin.verify.Verification;
import java.time.Clock;
import java.util.Map;
import java.util.function.Consumer;

/** The program: what is wired to what. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process: threads of the broker would keep it alive. */
  public static void main(String[] arguments) {
    run(arguments, System.getenv(), Platforms::open);
  }

  static void run(String[] arguments, Map<String, String> environment, Sessions.Opener opener) {
    Console.Called called =
        new Console.Called(
            System.getProperty("moulin.called", "moulin"),
            System.getProperty("moulin.terminals", ""),
            Integer.getInteger("moulin.columns", 0));
    Terminal terminal = new Terminal();
    Signals.handle("WINCH", signal -> terminal.resized());
    Console console = Console.ofProcess(environment, called, terminal);
    Consumer<String> notice =
        text -> console.err().println(console.errStyle().yellow("warning ") + text);
    Operations operations = operations(environment, Clock.systemUTC(), opener, notice);
    CommandLineProgram program = new CommandLineProgram(console, operations);
    System.exit(OrderlyStop.run(() -> program.run(arguments)));
  }

  /** All that Moulin does. */
  public static Operations operations(Map<String, String> environment, Clock clock) {
    return operations(environment, clock, Platforms::open, notice -> {});
  }

  private static Operations operations(
      Map<String, String> environment,
      Clock clock,
      Sessions.Opener opener,
      Consumer<String> notice) {
    Checking checking = new Checking(environment);
    Sessions sessions =
        new Sessions(opener, project -> Witnesses.of(project, environment, clock, notice));
    Planning planning = new Planning(clock);
    Balancing balancing = new Balancing();
    Running running = new Running(planning, balancing);
    Building building = new Building(clock);
    Querying querying = new Querying();
    return new Operations(
        new Demonstrating(),
        new Initializing(),
        new Scaffolding(),
        checking,
        new Testing(),
        sessions,
        planning,
        new Loading(clock),
        new Generating(clock),
        running,
        balancing,
        building,
        new Watching(sessions, building),
        new Documenting(clock),
        new Exporting(),
        new Recounting(),
        querying,
        new Validating(planning, balancing),
        new Describing(balancing),
        new KeepingUp(planning, new LocalControl()),
        new Verification(
            checking,
            new Sessions(opener, project -> Witness.NONE), // a copy is nobody's lineage
            planning,
            running,
            balancing,
            querying,
            HurtMain.class.getName()),
        new Mending(clock, System.getProperty("user.name", "unknown")));
  }
}
