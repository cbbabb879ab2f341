package io.moulin.apply;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The file that says which changes were begun and which were done: one JSON object a line, on disk
 * before the next step is taken.
 */
public final class Journal {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

  private final Path file;
  private final Clock clock;

  private Journal(Path file, Clock clock) {
    this.file = file;
    this.clock = clock;
  }

  /** The journal in {@code file}, which is made when there is something to write. */
  public static Journal at(Path file, Clock clock) {
    return new Journal(file, clock);
  }

  /** What happened to one change of a plan. */
  enum Event {
    @JsonProperty("start")
    START,
    @JsonProperty("end")
    END,
    @JsonProperty("failed")
    FAILED
  }

  /**
   * What a line says.
   *
   * @param step number of the change in the plan, from 1
   * @param change the change, as users see it
   */
  record Entry(String plan, Event event, int step, String change) {}

  /** A line: an entry and the ISO instant at which it was written. */
  private record Line(String at, String plan, Event event, int step, String change) {}

  /** Adds a line and waits until it is on disk. */
  void write(Entry entry) {
    Line line =
        new Line(
            clock.instant().toString(), entry.plan(), entry.event(), entry.step(), entry.change());
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      try (FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        channel.position(channel.size());
        String text = brokenEnd(channel) + JSON.writeValueAsString(line) + "\n";
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
    } catch (IOException e) {
      throw MoulinException.external(
          "journal-not-writable",
          "Cannot write the journal " + file + ": " + e.getMessage(),
          "check that the folder is writable and the disk is not full",
          e);
    }
  }

  /** A line end where a killed process left half a line. */
  private static String brokenEnd(FileChannel channel) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    boolean broken =
        channel.size() > 0 && channel.read(last, channel.size() - 1) == 1 && last.get(0) != '\n';
    return broken ? "\n" : "";
  }

  /** The change that was begun last, when it was not finished. */
  public Optional<String> interrupted() {
    Optional<String> begun = Optional.empty();
    for (String text : lines()) {
      Line line = line(text);
      if (line != null) {
        begun = line.event() == Event.END ? Optional.empty() : Optional.of(line.change());
      }
    }
    return begun;
  }

  private List<String> lines() {
    try {
      return Files.exists(file)
          ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList()
          : List.of();
    } catch (IOException e) {
      throw MoulinException.external(
          "journal-not-readable",
          "Cannot read the journal " + file + ": " + e.getMessage(),
          "check that the file is readable",
          e);
    }
  }

  private static @Nullable Line line(String text) {
    try {
      return text.isBlank() ? null : JSON.readValue(text, Line.class);
    } catch (JsonProcessingException e) {
      // A process that was killed while writing leaves half a line.
      return null;
    }
  }
}
