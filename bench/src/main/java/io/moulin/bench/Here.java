package io.moulin.bench;

import com.sun.management.OperatingSystemMXBean;
import io.moulin.bench.race.Repository;
import io.moulin.bench.result.Results.Machine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a figure depends on: this machine, without its name, and the libraries. */
final class Here {
  private static final Map<String, Pattern> LIBRARIES =
      Map.of(
          "Flink", Pattern.compile("flink-runtime-([0-9.]+)\\.jar"),
          "Kafka", Pattern.compile("kafka-clients-([0-9.]+)\\.jar"),
          "DuckDB", Pattern.compile("duckdb_jdbc-([0-9.]+)\\.jar"),
          "Iceberg", Pattern.compile("iceberg-core-([0-9.]+)\\.jar"),
          "Iceberg for Flink SQL", Pattern.compile("iceberg-flink-runtime-2.1-([0-9.]+)\\.jar"),
          "Iceberg sink", Pattern.compile("iceberg-kafka-connect-([0-9.]+)\\.jar"),
          "Connect", Pattern.compile("connect-runtime-([0-9.]+)\\.jar"));

  private Here() {}

  static Machine machine() throws IOException {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        processor(),
        system.getTotalMemorySize() >> 20,
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.version"));
  }

  private static String processor() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    if (!Files.exists(info)) {
      return System.getProperty("os.arch");
    }
    try (Stream<String> lines = Files.lines(info)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    }
  }

  /** Versions of what is raced, from the names of the jars that it is raced with. */
  static Map<String, String> versions(Repository repository) throws IOException {
    Map<String, String> versions = new TreeMap<>();
    for (String folder :
        List.of("server/target/lib", "bench/flink-sql/target/lib", "bench/connect/target/lib")) {
      Path libraries = repository.root().resolve(folder);
      if (!Files.isDirectory(libraries)) {
        continue;
      }
      try (Stream<Path> jars = Files.list(libraries)) {
        for (Path jar : jars.toList()) {
          add(jar.getFileName().toString(), versions);
        }
      }
    }
    return versions;
  }

  private static void add(String jar, Map<String, String> versions) {
    LIBRARIES.forEach(
        (name, pattern) -> {
          Matcher matcher = pattern.matcher(jar);
          if (matcher.matches()) {
            versions.putIfAbsent(name, matcher.group(1));
          }
        });
  }
}
