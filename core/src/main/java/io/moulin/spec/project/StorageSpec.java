package io.moulin.spec.project;

/**
 * Where table files are.
 *
 * @param path folder or URI of the warehouse; relative paths are within the project folder
 * @param endpoint URL of an S3-compatible store; empty for the provider's own
 */
public record StorageSpec(
    Kind kind, String path, String endpoint, String region, Secret accessKey, Secret secretKey) {

  /** Which store. */
  public enum Kind {
    LOCAL,
    S3,
    MINIO,
    GCS,
    AZURE
  }
}
