package io.moulin.spec.project;

import java.io.Serializable;

/** A value that may be secret. It never shows in {@link #toString()}. */
public record Secret(String reveal, boolean hidden) implements Serializable {
  /** No value. */
  public static final Secret NONE = new Secret("", false);

  /** What may be shown: the value, or asterisks when it is secret. */
  public String masked() {
    return hidden ? "******" : reveal;
  }

  @Override
  public String toString() {
    return masked();
  }
}
