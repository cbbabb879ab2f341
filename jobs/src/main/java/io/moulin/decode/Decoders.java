package io.moulin.decode;

import io.moulin.spec.DatasetSpec;
import io.moulin.spec.project.RegistrySpec;

/** The decoder of a dataset, by the format that it declares. */
public final class Decoders {
  private Decoders() {}

  /**
   * A decoder for one thread.
   *
   * @throws io.moulin.spec.MoulinException when what the decoder needs cannot be used, such as a
   *     schema file that holds no schema
   */
  public static Decoder of(DatasetSpec dataset) {
    return switch (dataset.source().format()) {
      case JSON -> new JsonDecoder(dataset);
      case AVRO -> AvroDecoder.of(dataset);
    };
  }

  /**
   * The same, but a registry that does not answer is not waited for: it makes the record
   * undecodable. For those who hold others up, and can try again later.
   */
  public static Decoder impatient(DatasetSpec dataset) {
    return switch (dataset.source().format()) {
      case JSON -> new JsonDecoder(dataset);
      case AVRO -> AvroDecoder.of(dataset, RegistrySpec.OnError.DEAD_LETTER);
    };
  }
}
