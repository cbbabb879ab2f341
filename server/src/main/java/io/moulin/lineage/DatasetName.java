package io.moulin.lineage;

import java.nio.file.Path;

/**
 * A dataset as OpenLineage names it.
 *
 * @param name unique within the namespace
 */
record DatasetName(String namespace, String name) {

  /** A file of this machine. */
  static DatasetName file(Path file) {
    return new DatasetName("file", file.toAbsolutePath().normalize().toString());
  }
}
