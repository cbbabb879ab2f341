package io.moulin.spec;

import java.io.Serializable;
import java.util.List;

/**
 * The surrogate key of silver: a hash in hexadecimal.
 *
 * @param of silver names that it is made of
 */
public record KeySpec(String name, List<String> of, Hash hash, Place at) implements Serializable {
  public KeySpec {
    of = List.copyOf(of);
  }

  /** The hash function. */
  public enum Hash {
    MD5,
    SHA256
  }
}
