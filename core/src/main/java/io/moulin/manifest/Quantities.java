package io.moulin.manifest;

import io.moulin.manifest.block.Scalars;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Quantities as manifests write them, for whoever reads them elsewhere. */
public final class Quantities {
  private Quantities() {}

  /** A duration such as {@code 30s} or {@code 5m}; empty when the text is none. */
  public static Optional<Duration> duration(String text) {
    return Optional.ofNullable(Scalars.duration(text));
  }

  /** Rows in a second, of a rate such as {@code 30/m}; empty when the text is none. */
  public static Optional<Double> rate(String text) {
    double rate = Scalars.rate(text);
    return rate > 0 ? Optional.of(rate) : Optional.empty();
  }

  /** A time in UTC such as {@code 2024-01-01T10:00:00Z}; empty when the text is none. */
  public static Optional<Instant> instant(String text) {
    boolean step = text.startsWith("+") || text.startsWith("-");
    return step ? Optional.empty() : Optional.ofNullable(Scalars.moment(text, Instant.EPOCH));
  }
}
