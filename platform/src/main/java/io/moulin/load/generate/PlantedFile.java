package io.moulin.load.generate;

import io.moulin.load.file.JsonText;
import io.moulin.load.generate.GeneratedRows.Made;
import io.moulin.spec.MoulinException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes for every generated row where it must end, as JSON lines: {@code dataset}, {@code line},
 * {@code shape}, {@code fault}, {@code expect}, and {@code partition} and {@code offset} of its
 * record.
 */
public final class PlantedFile implements AutoCloseable {
  private final Path file;
  private final OutputStream out;
  private final Deque<Entry> waiting = new ArrayDeque<>();

  /** A row of which the record is on its way. */
  public static final class Entry {
    private final String dataset;
    private final Made made;
    private int partition;
    private long offset;
    private volatile boolean arrived;

    private Entry(String dataset, Made made) {
      this.dataset = dataset;
      this.made = made;
    }

    /** Says where the record is; may be called by any thread. */
    public void arrived(int partition, long offset) {
      this.partition = partition;
      this.offset = offset;
      this.arrived = true;
    }
  }

  public PlantedFile(Path file) {
    this.file = file;
    try {
      this.out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
    } catch (IOException e) {
      throw refused(e);
    }
  }

  /** Writes a row that is no record of its topic: a line of a file, or a dead letter. */
  public void add(String dataset, Made made) {
    write(dataset, made, -1, -1);
  }

  /** Notes a row that is being sent; it is written when its record has arrived. */
  public Entry sent(String dataset, Made made) {
    Entry entry = new Entry(dataset, made);
    waiting.add(entry);
    writeArrived();
    return entry;
  }

  private void writeArrived() {
    for (Entry entry = waiting.peek(); entry != null && entry.arrived; entry = waiting.peek()) {
      write(entry.dataset, entry.made, entry.partition, entry.offset);
      waiting.remove();
    }
  }

  private void write(String dataset, Made made, int partition, long offset) {
    JsonText json = new JsonText();
    json.ascii("{\"dataset\":");
    json.text(dataset);
    json.ascii(",\"line\":");
    json.number(made.line());
    json.ascii(",\"shape\":");
    json.text(made.shape());
    json.ascii(",\"fault\":");
    String fault = made.fault();
    if (fault == null) {
      json.ascii("null");
    } else {
      json.text(fault);
    }
    json.ascii(",\"expect\":");
    json.text(made.expect());
    if (offset >= 0) {
      json.ascii(",\"partition\":");
      json.number(partition);
      json.ascii(",\"offset\":");
      json.number(offset);
    }
    json.ascii("}\n");
    try {
      out.write(json.copy());
    } catch (IOException e) {
      throw refused(e);
    }
  }

  private MoulinException refused(IOException e) {
    return MoulinException.external(
        "disk",
        "cannot write %s: %s".formatted(file, e.getMessage()),
        "check its rights and the free space",
        e);
  }

  @Override
  public void close() {
    writeArrived();
    try {
      out.close();
    } catch (IOException e) {
      throw refused(e);
    }
  }
}
