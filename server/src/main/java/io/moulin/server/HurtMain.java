package io.moulin.server;

import io.moulin.verify.HurtCatalog;
import io.moulin.verify.Suffering;
import java.util.HashMap;
import java.util.Map;

/**
 * The program as {@code moulin verify} runs it: the same, but for the catalog of its jobs, which
 * fails when it is told to. It ends with the process that started it.
 */
public final class HurtMain {
  private HurtMain() {}

  /** Runs one command. */
  public static void main(String[] arguments) {
    Suffering.obey(System.in);
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("OPENLINEAGE_DISABLED", "true"); // a copy is nobody's lineage
    Main.run(
        arguments,
        environment,
        (project, needs) -> Platforms.open(project, needs, HurtCatalog::before));
  }
}
