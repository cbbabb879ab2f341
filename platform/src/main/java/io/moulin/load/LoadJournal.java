package io.moulin.load;

import com.fasterxml.jackson.annotation.JsonInclude;
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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Remembers the loads of a project, in {@code .moulin/journal/loads.jsonl}. */
public final class LoadJournal {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** A lock on a file keeps other processes out; two threads of one it would fail. */
  private static final Object IN_PROCESS = new Object();

  private final Path file;

  private LoadJournal(Path file) {
    this.file = file;
  }

  /** The journal of the project in {@code folder}. */
  public static LoadJournal of(Path folder) {
    return new LoadJournal(folder.resolve(".moulin").resolve("journal").resolve("loads.jsonl"));
  }

  /**
   * What was loaded so far.
   *
   * @param produced records on the dataset's topic, as far as the journal knows
   * @param deadLetters rows that went to the dead-letter topic instead
   * @param finished loads that ran to their end
   * @param unfinished loads that broke off; of one that was killed it is not known how many records
   *     it produced
   */
  public record Totals(long produced, long deadLetters, int finished, int unfinished) {}

  /** What was loaded into a dataset so far. */
  public Totals totals(String dataset) {
    long produced = 0;
    long deadLetters = 0;
    int started = 0;
    int finished = 0;
    for (Entry entry : entries()) {
      if (entry.dataset().equals(dataset)) {
        produced += entry.produced();
        deadLetters += entry.deadLetters();
        started += entry.event() == Event.STARTED ? 1 : 0;
        finished += entry.event() == Event.FINISHED ? 1 : 0;
      }
    }
    return new Totals(produced, deadLetters, finished, started - finished);
  }

  /** What an entry says. */
  enum Event {
    STARTED,
    FINISHED,
    FAILED
  }

  /**
   * What makes two loads the same one.
   *
   * @param limit most rows of the file; 0 for all
   * @param contract hash of the contract; null without one
   */
  record Content(String dataset, String sha256, long limit, @Nullable String contract) {}

  /**
   * A line of the journal.
   *
   * @param at ISO instant
   * @param load id of the load
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Entry(
      String at,
      Event event,
      String load,
      String dataset,
      String file,
      String sha256,
      long limit,
      @Nullable String contract,
      long produced,
      long invalid,
      long deadLetters,
      @Nullable String error) {

    boolean isOf(Content content) {
      return new Content(dataset, sha256, limit, contract).equals(content);
    }
  }

  /** The last finished load of that content; null if there is none. */
  @Nullable Entry finished(Content content) {
    Entry found = null;
    for (Entry entry : entries()) {
      if (entry.event() == Event.FINISHED && entry.isOf(content)) {
        found = entry;
      }
    }
    return found;
  }

  /** The last load of that content, if it broke off: its last entry. */
  @Nullable Entry unfinished(Content content) {
    Entry last = null;
    for (Entry entry : entries()) {
      if (entry.isOf(content)) {
        last = entry;
      }
    }
    return last == null || last.event() == Event.FINISHED ? null : last;
  }

  private List<Entry> entries() {
    if (!Files.exists(file)) {
      return List.of();
    }
    List<Entry> entries = new ArrayList<>();
    try {
      // Lenient: a torn line may end within a character.
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      for (String line : text.lines().toList()) {
        Entry entry = entry(line);
        if (entry != null) {
          entries.add(entry);
        }
      }
    } catch (IOException e) {
      throw failed("read", e);
    }
    return entries;
  }

  private static @Nullable Entry entry(String line) {
    try {
      return line.isBlank() ? null : JSON.readValue(line, Entry.class);
    } catch (JsonProcessingException e) {
      // A process that was killed while writing leaves a torn line.
      return null;
    }
  }

  /** Adds an entry; it is on disk when this returns. */
  void add(Entry entry) {
    try {
      Files.createDirectories(file.getParent());
      synchronized (IN_PROCESS) {
        append(entry);
      }
    } catch (IOException e) {
      throw failed("write", e);
    }
  }

  private void append(Entry entry) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ)) {
      channel.lock(); // another process may load beside this one; closing gives it back
      long end = channel.size();
      String text = (endsTorn(channel, end) ? "\n" : "") + JSON.writeValueAsString(entry) + "\n";
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        end += channel.write(bytes, end);
      }
      channel.force(true);
    }
  }

  private static boolean endsTorn(FileChannel channel, long end) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    return end > 0 && channel.read(last, end - 1) == 1 && last.get(0) != '\n';
  }

  private MoulinException failed(String what, IOException e) {
    return MoulinException.external(
        "journal-" + what,
        "Cannot %s the journal of loads %s: %s".formatted(what, file, e.getMessage()),
        "check that the folder is writable and the disk has room",
        e);
  }
}
