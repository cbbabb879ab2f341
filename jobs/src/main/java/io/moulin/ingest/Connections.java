package io.moulin.ingest;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a job reaches the world.
 *
 * @param kafka properties of a Kafka client
 * @param catalog properties of an Iceberg catalog
 * @param workFolder a folder on each worker's disk for files that are not yet in a table
 * @param locks a folder that all who commit to the tables share; empty where there is none
 */
public record Connections(
    TreeMap<String, String> kafka, TreeMap<String, String> catalog, String workFolder, String locks)
    implements Serializable {

  public static Connections of(
      Map<String, String> kafka, Map<String, String> catalog, String workFolder) {
    return new Connections(new TreeMap<>(kafka), new TreeMap<>(catalog), workFolder, "");
  }

  /** The same, for writers that share a folder. */
  public Connections withLocks(String folder) {
    return new Connections(kafka, catalog, workFolder, folder);
  }
}
