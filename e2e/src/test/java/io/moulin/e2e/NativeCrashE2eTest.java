package io.moulin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A record that ends the process, as records do: the engine casts JSON to VARIANT by recursion, and
 * JSON that is nested deeply enough is more than a thread's stack.
 */
class NativeCrashE2eTest {
  private static final int DEEP = 3000;
  private static final int POISONED = 711;
  private static final int ROWS = 2000;

  /** What a shell says of a process that SIGSEGV or SIGABRT has ended. */
  private static final List<Integer> CRASHED = List.of(134, 139);

  @TempDir private Path folder;

  @Test
  void aRecordThatEndsTheProcessTwiceBecomesADeadLetterAndTheRestGoesOn() throws Exception {
    Files.createDirectories(folder.resolve("datasets"));
    Files.writeString(folder.resolve("moulin.yml"), "name: poisoned\n");
    Files.writeString(
        folder.resolve("datasets/events.yml"),
        """
        dataset: shop.events
        source: {topic: shop.events.raw, partitions: 1}
        dead-letters: {max: 10}
        columns:
          - {name: id, type: long, required: true}
          - {name: body, type: string}
        derive:
          - {name: kind, type: string, sql: "CAST(CAST(CAST(body AS JSON) AS VARIANT) AS VARCHAR)"}
        """);
    Path file = folder.resolve("events.jsonl");
    Files.write(file, lines());
    Moulin moulin = new Moulin(folder);
    moulin.run("apply").ok();
    moulin.run("load", "shop.events", "--file", file.toString()).ok();

    assertThat(moulin.run("run", "shop.events").exit()).as("the first death").isIn(CRASHED);
    assertThat(moulin.run("run", "shop.events").exit()).as("the second death").isIn(CRASHED);
    JsonNode books = moulin.run("run", "shop.events", "--json").ok().json();

    assertThat(books.get("consumed").asInt()).isEqualTo(ROWS);
    assertThat(books.get("dead").asInt()).isEqualTo(1);
    assertThat(books.get("silver").asInt()).isEqualTo(ROWS - 1);
    assertThat(books.get("balanced").asBoolean()).isTrue();
    Moulin.Result letters =
        moulin
            .run(
                "query",
                "SELECT error_type, _offset, octet_length(payload) > 6000 AS whole"
                    + " FROM dead_letters.events",
                "--format",
                "csv")
            .ok();
    assertThat(letters.out()).contains("NATIVE_CRASH," + POISONED + ",true");
    moulin.run("balance", "--deep").ok();
  }

  private static List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (int id = 0; id < ROWS; id++) {
      String body = id == POISONED ? deep() : "{\\\"a\\\":" + id + "}";
      lines.add("{\"id\":%d,\"body\":\"%s\"}".formatted(id, body));
    }
    return lines;
  }

  private static String deep() {
    return "{\\\"a\\\":".repeat(DEEP) + "1" + "}".repeat(DEEP);
  }
}
