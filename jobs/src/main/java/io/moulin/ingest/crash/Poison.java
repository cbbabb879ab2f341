package io.moulin.ingest.crash;

import io.moulin.decode.Undecodable;
import java.io.Serializable;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records that are known to end the process in native code; they are dead letters. */
public final class Poison implements Serializable {
  private static final long serialVersionUID = 1L;

  /** None. */
  public static final Poison NONE = new Poison(List.of());

  private final HashSet<Place> places;

  /** Where a record is in its topic. */
  record Place(int partition, long offset) implements Serializable {}

  Poison(Collection<Place> places) {
    this.places = new HashSet<>(places);
  }

  /** Why a record may not be decoded; null when it may. */
  public @Nullable Undecodable reason(int partition, long offset) {
    if (places.isEmpty() || !places.contains(new Place(partition, offset))) {
      return null;
    }
    return new Undecodable(
        Undecodable.Kind.NATIVE_CRASH,
        "the record ends the process in native code; it was found by trying it alone");
  }
}
