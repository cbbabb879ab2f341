package io.moulin.control.live;

import java.nio.file.Path;
import java.util.Optional;

/** Tells other processes of this machine who owns a project, and lets them ask the owner. */
public interface Announcer {

  /**
   * Announces until the result is closed.
   *
   * @param kept folder of what Moulin keeps for the project
   */
  Announced announce(Path kept, Owner.Card card, ControlPoint point);

  /** The owner of the project that keeps its things in {@code kept}, when it answers. */
  Optional<Owner> owner(Path kept);

  /** An announcement that holds until it is closed. */
  interface Announced extends AutoCloseable {
    @Override
    void close();
  }
}
