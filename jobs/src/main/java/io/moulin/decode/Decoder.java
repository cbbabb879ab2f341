package io.moulin.decode;

import org.jspecify.annotations.Nullable;

/** Reads the bytes of one record. One implementation for each format; not thread-safe. */
public interface Decoder {

  /**
   * Decodes {@code payload} into {@code row}, which is cleared first.
   *
   * @return null when it worked; otherwise why the record cannot be decoded, and {@code row} is
   *     meaningless. A value that is merely not of its column's type is no reason: it goes to
   *     {@link DecodedRows#malformed()}.
   */
  @Nullable Undecodable decode(byte @Nullable [] payload, DecodedRows row);
}
