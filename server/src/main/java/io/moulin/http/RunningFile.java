package io.moulin.http;

import io.moulin.control.live.Owner;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The file by which the owner of a project is found. Only its user may read it: it holds the token
 * of the control address. One that a killed process has left is recognised by the lock, which is
 * free then.
 *
 * @param control host and port of the control address
 * @param token what a request has to carry
 */
record RunningFile(Owner.Card card, String control, String token) {
  private static final String NAME = "running.json";
  private static final String OWNER_ONLY = "rw-------";

  /** What the owner of the project says; empty when nobody does. */
  static Optional<RunningFile> read(Path kept) {
    Path file = kept.resolve(NAME);
    try {
      return Files.exists(file)
          ? Optional.of(Wire.read(Files.readAllBytes(file), RunningFile.class))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // it goes away, or is another user's
    }
  }

  /** Writes it at once as a whole: nobody reads half of it. */
  void write(Path kept) {
    Path file = kept.resolve(NAME);
    try {
      Files.createDirectories(kept);
      Path draft = Files.createTempFile(kept, "running", ".tmp"); // readable by its user only
      if (Files.getFileStore(draft).supportsFileAttributeView("posix")) {
        Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString(OWNER_ONLY));
      }
      Files.write(draft, Wire.bytes(this));
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw MoulinException.external(
          "disk-not-writable",
          "Cannot write " + file + ": " + e.getMessage(),
          "make the folder writable, or free disk space",
          e);
    }
  }

  static void remove(Path kept) {
    try {
      Files.deleteIfExists(kept.resolve(NAME));
    } catch (IOException e) {
      throw MoulinException.external(
          "disk-not-writable",
          "Cannot remove " + kept.resolve(NAME) + ": " + e.getMessage(),
          "make the folder writable",
          e);
    }
  }
}
