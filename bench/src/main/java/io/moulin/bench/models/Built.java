package io.moulin.bench.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code moulin build --json} says of itself.
 *
 * @param seconds of the build, without the start of the process
 * @param tables that there are
 * @param computed names of those that were computed and published
 * @param marts names of all tables that people read
 * @param factPartitions partitions of the fact table that were computed; 0 when that was all of it
 * @param checks that were made
 */
record Built(
    double seconds,
    int tables,
    List<String> computed,
    List<String> marts,
    int factPartitions,
    int checks) {
  static final String FACT = "gold.fct_trips";
  private static final String MARTS = "gold.";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  Built {
    computed = List.copyOf(computed);
    marts = List.copyOf(marts);
  }

  /** Reads the object, and refuses a build that is not good: its time says nothing. */
  static Built parse(String json) throws IOException {
    JsonNode build = MAPPER.readTree(json);
    if (!build.path("good").asBoolean() || build.path("checks_failed").asInt(-1) != 0) {
      throw new IllegalStateException("Cannot count a figure: the build is not good: " + json);
    }
    List<String> computed = new ArrayList<>();
    List<String> marts = new ArrayList<>();
    int partitions = 0;
    for (JsonNode model : build.path("models")) {
      String name = model.path("name").asText();
      if (model.path("outcome").asText().equals("built")) {
        computed.add(name);
      }
      if (name.startsWith(MARTS)) {
        marts.add(name);
      }
      if (name.equals(FACT)) {
        partitions = model.path("partitions_rebuilt").asInt();
      }
    }
    if (!marts.contains(FACT) || !build.path("seconds").isNumber()) {
      throw new IllegalStateException("Cannot count a figure: no build of models: " + json);
    }
    int checks = build.path("checks_passed").asInt() + build.path("checks_warned").asInt();
    double seconds = build.path("seconds").asDouble();
    int tables = build.path("models").size();
    return new Built(seconds, tables, computed, marts, partitions, checks);
  }

  void requireAll() {
    require(
        computed.size() == tables && factPartitions == 0, "all tables should have been computed");
  }

  void requireOneDay() {
    require(
        computed.contains(FACT) && factPartitions == 1,
        "of " + FACT + " it should have computed one partition");
  }

  void requireNothing() {
    require(computed.isEmpty(), "it should have computed nothing");
  }

  private void require(boolean met, String what) {
    if (!met) {
      throw new IllegalStateException("Cannot count a figure: %s, but: %s".formatted(what, this));
    }
  }
}
