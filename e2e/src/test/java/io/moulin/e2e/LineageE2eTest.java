package io.moulin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events of lineage, as a user turns them on. */
class LineageE2eTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @Test
  void theFileHoldsALineForEachEvent() throws Exception {
    Path shop = folder.resolve("shop");
    new Moulin(folder).run("init", "shop", "--example", "events").ok();
    lineage(shop, "file: .moulin/lineage.jsonl");
    Moulin moulin = new Moulin(shop);
    moulin.run("apply").ok();
    moulin.run("generate", "--rows", "800").ok();
    moulin.run("run").ok();
    moulin.run("build").ok();
    moulin.run("check-data").ok();

    Map<String, String> ends = new HashMap<>();
    Set<String> read = new TreeSet<>();
    Set<String> written = new TreeSet<>();
    for (String line : Files.readAllLines(shop.resolve(".moulin/lineage.jsonl"))) {
      JsonNode event = JSON.readTree(line);
      ends.put(
          event.path("run").path("runId").asText() + " " + event.path("job").path("name").asText(),
          event.path("eventType").asText());
      event.path("inputs").forEach(each -> read.add(name(each)));
      event.path("outputs").forEach(each -> written.add(name(each)));
    }
    assertThat(ends.values()).containsOnly("COMPLETE");
    assertThat(ends.keySet().stream().map(run -> run.substring(run.indexOf(' ') + 1)))
        .contains(
            "generate.events.conversions",
            "run.events.conversions",
            "build",
            "build.gold.fct_conversions",
            "check.gold.fct_conversions",
            "check-data");
    // What a topic is called when it is written is what it is called when it is read, and so on.
    assertThat(written).contains("kafka://shop.embedded events.raw_conversions");
    assertThat(read)
        .contains("kafka://shop.embedded events.raw_conversions")
        .anyMatch(each -> each.endsWith("/.moulin/warehouse silver.conversions"));
    assertThat(written).anyMatch(each -> each.endsWith("/.moulin/warehouse silver.conversions"));
  }

  @Test
  void aServerThatIsNotThereIsSaidOnceAndChangesNothing() throws Exception {
    Path shop = folder.resolve("shop");
    new Moulin(folder).run("init", "shop", "--example", "events").ok();
    lineage(shop, "url: http://127.0.0.1:" + closedPort());
    Moulin moulin = new Moulin(shop);
    moulin.run("apply").ok();

    Moulin.Result generated = moulin.run("generate", "--rows", "10", "--json").ok();

    assertThat(generated.json().toString()).contains("\"rows\":10");
    List<String> said =
        generated.err().lines().filter(line -> line.contains("lineage-not-delivered")).toList();
    assertThat(said).singleElement().asString().contains("events of lineage did not reach");
    assertThat(generated.err()).contains("why: ").contains("fix: ");
  }

  private static String name(JsonNode dataset) {
    return dataset.path("namespace").asText() + " " + dataset.path("name").asText();
  }

  private static void lineage(Path project, String setting) throws IOException {
    Files.writeString(
        project.resolve("moulin.yml"),
        "\nlineage:\n  %s\n".formatted(setting),
        StandardOpenOption.APPEND);
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
