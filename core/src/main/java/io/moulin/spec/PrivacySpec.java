package io.moulin.spec;

import java.io.Serializable;

/**
 * Personal data of which the raw value never reaches silver.
 *
 * @param column silver name, of type string
 */
public record PrivacySpec(String column, Then then, Place at) implements Serializable {

  /** What stands in silver instead. */
  public enum Then {
    /** SHA-256 of {@code lower(trim(value))}, in hexadecimal. */
    SHA256,
    /** The first character and {@code ***}. */
    MASK,
    /** No column at all. */
    DROP
  }
}
