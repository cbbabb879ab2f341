package io.moulin.ingest.crash;

import io.moulin.commit.Note;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;

/**
 * The mark of one subtask: a small file beside bronze that is there while a batch is in native code
 * and no longer. One that the next run finds tells what was there when the process ended.
 */
public final class Marks {
  private static final String FOLDER = "moulin-batch/";

  private final Table bronze;
  private final String run;
  private final Note<BatchMark> note;

  private Marks(Table bronze, String run, Note<BatchMark> note) {
    this.bronze = bronze;
    this.run = run;
    this.note = note;
  }

  /**
   * The marks of a subtask.
   *
   * @param run names the attempt
   */
  public static Marks of(Table bronze, String run, int subtask) {
    return new Marks(bronze, run, note(subtask + ".json"));
  }

  private static Note<BatchMark> note(String file) {
    return new Note<>(FOLDER + file, BatchMark.class);
  }

  /** The batch goes into native code. */
  public void enter(List<Span> spans) {
    note.write(bronze, new BatchMark(run, spans));
  }

  /** It has come out again, in whatever way. */
  public void leave() {
    note.clear(bronze);
  }

  /** The marks that runs have left which are no more. */
  static List<BatchMark> left(Table bronze) {
    List<BatchMark> marks = new ArrayList<>();
    for (Note<BatchMark> each : files(bronze)) {
      each.read(bronze).ifPresent(marks::add);
    }
    return marks;
  }

  /** Removes them. */
  static void clear(Table bronze) {
    files(bronze).forEach(each -> each.clear(bronze));
  }

  private static List<Note<BatchMark>> files(Table bronze) {
    List<Note<BatchMark>> notes = new ArrayList<>();
    if (bronze.io() instanceof SupportsPrefixOperations files) {
      for (FileInfo file : files.listPrefix(bronze.location() + "/metadata/" + FOLDER)) {
        String name = file.location().substring(file.location().lastIndexOf('/') + 1);
        if (name.endsWith(".json") && !name.startsWith(".")) {
          notes.add(note(name));
        }
      }
    }
    return notes;
  }
}
