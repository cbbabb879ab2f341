package io.moulin.ingest.crash;

import io.moulin.commit.Note;
import io.moulin.commit.PartitionRange;
import io.moulin.ingest.crash.Poison.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is remembered of dead runs, beside bronze.
 *
 * @param batches that were in native code when a process ended, and were not committed since
 * @param poison records that were found to end the process
 */
record Suspects(List<Batch> batches, List<Place> poison) {
  static final Note<Suspects> NOTE = new Note<>("moulin-suspects.json", Suspects.class);

  static final Suspects NONE = new Suspects(List.of(), List.of());

  /** So often may a process end before its batch is tried: once may be anybody's kill. */
  private static final int ENOUGH = 2;

  Suspects {
    batches = List.copyOf(batches);
    poison = List.copyOf(poison);
  }

  /** A batch, and in how many processes in a row it was in native code at the end. */
  record Batch(List<Span> spans, int deaths) {
    Batch {
      spans = List.copyOf(spans);
    }

    boolean meets(Batch other) {
      return spans.stream().anyMatch(span -> other.spans.stream().anyMatch(span::meets));
    }

    /** Whether it has to be tried. */
    boolean due() {
      return deaths >= ENOUGH;
    }
  }

  /** Without what has been committed, which is beyond suspicion. */
  Suspects beyond(Map<Integer, PartitionRange> committed) {
    List<Batch> left = new ArrayList<>();
    for (Batch batch : batches) {
      List<Span> spans = left(batch.spans(), committed);
      if (!spans.isEmpty()) {
        left.add(new Batch(spans, batch.deaths()));
      }
    }
    return new Suspects(left, poison);
  }

  private static List<Span> left(List<Span> spans, Map<Integer, PartitionRange> committed) {
    List<Span> left = new ArrayList<>();
    for (Span span : spans) {
      PartitionRange done = committed.get(span.partition());
      long from = done == null ? span.from() : Math.max(span.from(), done.to());
      if (from < span.to()) {
        left.add(new Span(span.partition(), from, span.to()));
      }
    }
    return left;
  }

  /** With the mark of one more dead run: it is the newer one that tells where the process died. */
  Suspects with(BatchMark mark) {
    Batch died = new Batch(mark.spans(), 1);
    List<Batch> all = new ArrayList<>();
    int deaths = 1;
    for (Batch batch : batches) {
      if (batch.meets(died)) {
        deaths = Math.max(deaths, batch.deaths() + 1);
      } else {
        all.add(batch);
      }
    }
    all.add(new Batch(died.spans(), deaths));
    return new Suspects(all, poison);
  }

  /** With the verdict over a batch: it is a suspect no longer. */
  Suspects judged(Batch batch, List<Place> found) {
    List<Batch> others = new ArrayList<>(batches);
    others.remove(batch);
    List<Place> all = new ArrayList<>(poison);
    found.stream().filter(place -> !poison.contains(place)).forEach(all::add);
    return new Suspects(others, all);
  }
}
