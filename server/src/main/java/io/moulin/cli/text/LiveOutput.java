package io.moulin.cli.text;

import io.moulin.control.live.LiveStatus;

/** Shows how all is, again and again, until it is closed. */
public interface LiveOutput extends AutoCloseable {

  /** Shows how all is now; called about twice a second. */
  void show(LiveStatus status);

  @Override
  void close();
}
