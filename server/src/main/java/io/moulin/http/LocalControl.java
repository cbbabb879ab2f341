package io.moulin.http;

import io.moulin.control.live.Announcer;
import io.moulin.control.live.ControlPoint;
import io.moulin.control.live.Owner;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/** Lets the processes of this machine that work on one project find and ask its owner. */
public final class LocalControl implements Announcer {
  private static final int TOKEN_BYTES = 32;

  @Override
  public Announced announce(Path kept, Owner.Card card, ControlPoint point) {
    byte[] secret = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(secret);
    String token = HexFormat.of().formatHex(secret);
    ControlServer server = ControlServer.start(point, token);
    try {
      new RunningFile(card, server.address(), token).write(kept);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    return () -> {
      RunningFile.remove(kept);
      server.close();
    };
  }

  @Override
  public Optional<Owner> owner(Path kept) {
    return find(kept);
  }

  /** The owner of the project that keeps its things in {@code kept}, when it answers. */
  public static Optional<Owner> find(Path kept) {
    return RunningFile.read(kept)
        .filter(file -> ProcessHandle.of(file.card().pid()).isPresent())
        .map(ControlClient::new)
        .filter(ControlClient::answers)
        .map(client -> client);
  }

  /** Removes what an owner that was killed has left. For the one who holds the lock. */
  public static void forget(Path kept) {
    RunningFile.remove(kept);
  }
}
