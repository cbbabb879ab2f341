package io.moulin.control;

import io.moulin.decode.AvroEncoder;
import io.moulin.load.LoadListener;
import io.moulin.load.LoadRequest;
import io.moulin.load.LoadSummary;
import io.moulin.load.Loader;
import io.moulin.load.Pace;
import io.moulin.load.RecordForm;
import io.moulin.spec.DatasetSpec;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts the rows of a file into a dataset's topic. */
public final class Loading {
  private final Clock clock;

  public Loading(Clock clock) {
    this.clock = clock;
  }

  /** What to do with a file that was loaded before: the same content is known by its hash. */
  public enum Repeat {
    SKIP,
    AGAIN
  }

  /** How fast rows are loaded. */
  public sealed interface Speed {
    /** As fast as the broker takes them. */
    record Burst() implements Speed {}

    /** As fast as their event times are apart, divided by {@code factor}. */
    record Realtime(double factor, Duration longestPause) implements Speed {}

    /** In chunks, with a pause after each. */
    record Batch(int rows, Duration pause) implements Speed {}
  }

  /**
   * What to load.
   *
   * @param limit most rows; 0 for all
   */
  public record Request(DatasetSpec dataset, Path file, Speed speed, long limit, Repeat repeat) {}

  /**
   * What a load did.
   *
   * @param loaded records that the broker acknowledged
   * @param invalid rows that break the contract or do not fit the schema
   * @param dead rows that went to the dead letters
   * @param earlier when the same content was loaded before, so that nothing was loaded now
   */
  public record Loaded(
      String dataset,
      Path file,
      long loaded,
      long invalid,
      long dead,
      double seconds,
      double rate,
      List<String> warnings,
      Optional<String> earlier) {}

  /** Hears how a load gets on. */
  public interface Listener {
    /** Called now and then. */
    void progress(long rows, long total);

    /** Called at the end of a load that ran to its end, even if it then fails its check. */
    void finished(Loaded loaded);
  }

  /** Loads a file. */
  public Loaded load(Session session, Request request, Listener listener) {
    Loader loader = new Loader(session.project().folder(), session.platform().topics(), clock);
    Witness.Work work = session.witness().loads(request.dataset(), request.file());
    try {
      Loaded loaded = loaded(loader.load(loadRequest(request), new Forwarding(listener)));
      work.done(sent(request.dataset(), loaded.loaded(), loaded.dead()));
      return loaded;
    } catch (RuntimeException e) {
      work.failed(String.valueOf(e.getMessage()));
      throw e;
    }
  }

  /** By topic, records that were sent. */
  public static Map<String, Long> sent(DatasetSpec dataset, long good, long dead) {
    return Map.of(dataset.source().topic(), good, dataset.deadLetters().topic(), dead);
  }

  private static LoadRequest loadRequest(Request request) {
    return new LoadRequest(
        request.dataset(),
        request.file(),
        pace(request.speed()),
        request.limit(),
        switch (request.repeat()) {
          case SKIP -> LoadRequest.Repeat.SKIP;
          case AGAIN -> LoadRequest.Repeat.AGAIN;
        },
        form(request.dataset()));
  }

  /**
   * How the rows of a dataset become records: by its format and, where it has one, its schema.
   *
   * @throws io.moulin.spec.MoulinException when the schema cannot be had
   */
  public static RecordForm form(DatasetSpec dataset) {
    return switch (dataset.source().format()) {
      case JSON -> RecordForm.AS_IT_IS;
      case AVRO -> {
        AvroEncoder encoder = AvroEncoder.of(dataset);
        yield row -> {
          try {
            return encoder.encode(row);
          } catch (AvroEncoder.Refused e) {
            throw new RecordForm.Unfit(e.why());
          }
        };
      }
    };
  }

  private static Pace pace(Speed speed) {
    if (speed instanceof Speed.Realtime realtime) {
      return new Pace.Realtime(realtime.factor(), realtime.longestPause());
    }
    if (speed instanceof Speed.Batch batch) {
      return new Pace.Batch(batch.rows(), batch.pause());
    }
    return Pace.burst();
  }

  private static Loaded loaded(LoadSummary summary) {
    LoadSummary.@Nullable Earlier earlier = summary.earlier();
    return new Loaded(
        summary.dataset(),
        summary.file(),
        summary.produced(),
        summary.invalid(),
        summary.deadLetters(),
        summary.elapsed().toNanos() / 1e9,
        summary.rate(),
        summary.warnings(),
        earlier == null ? Optional.empty() : Optional.of(earlier.at()));
  }

  private record Forwarding(Listener listener) implements LoadListener {
    @Override
    public void progress(long rows, long total) {
      listener.progress(rows, total);
    }

    @Override
    public void finished(LoadSummary summary) {
      listener.finished(loaded(summary));
    }
  }
}
