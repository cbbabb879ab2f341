package io.moulin.ingest.crash;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts another process as this one was started: the same Java, options and jars. */
public final class JavaCommand {
  /** Options of this process that are no matter of another. */
  private static final List<String> NOT_PASSED_ON =
      List.of("-XX:ArchiveClassesAtExit", "-agentlib", "-Dmoulin.terminals", "-Dmoulin.columns");

  private JavaCommand() {}

  /**
   * The command.
   *
   * @param options more options of the JVM
   */
  public static List<String> of(List<String> options, String main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> NOT_PASSED_ON.stream().noneMatch(option::startsWith))
        .forEach(command::add);
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(arguments);
    return command;
  }
}
