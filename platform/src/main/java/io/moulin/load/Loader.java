package io.moulin.load;

import io.moulin.load.LoadJournal.Content;
import io.moulin.load.LoadJournal.Entry;
import io.moulin.load.LoadJournal.Event;
import io.moulin.load.LoadSummary.Earlier;
import io.moulin.load.file.AvroRows;
import io.moulin.load.file.CsvRows;
import io.moulin.load.file.JsonLineRows;
import io.moulin.load.file.ParquetRows;
import io.moulin.load.file.Rows;
import io.moulin.load.file.SourceFile;
import io.moulin.load.file.TimeText;
import io.moulin.platform.Topics;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import io.moulin.spec.TimeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Loads files into the topics of datasets: every row becomes one record, once. */
public final class Loader {
  private static final int PROGRESS_ROWS = 4096;

  private final Path project;
  private final Topics topics;
  private final Clock clock;
  private final Timer timer;
  private final LoadJournal journal;

  /** What time it is, and how to wait. */
  interface Timer {
    long nanos();

    void sleep(Duration time) throws InterruptedException;
  }

  private static final class SystemTimer implements Timer {
    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public void sleep(Duration time) throws InterruptedException {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    }
  }

  /**
   * @param project folder of the project
   * @param topics where its topics are
   */
  public Loader(Path project, Topics topics, Clock clock) {
    this(project, topics, clock, new SystemTimer());
  }

  Loader(Path project, Topics topics, Clock clock, Timer timer) {
    this.project = project;
    this.topics = topics;
    this.clock = clock;
    this.timer = timer;
    this.journal = LoadJournal.of(project);
  }

  /**
   * Loads a file.
   *
   * @throws MoulinException of kind USER when the file cannot be loaded; of kind CHECK when more
   *     rows went to the dead letters than the dataset allows, after {@code listener} has heard the
   *     summary
   */
  public LoadSummary load(LoadRequest request, LoadListener listener) {
    DatasetSpec dataset = request.dataset();
    SourceFile file = SourceFile.of(request.file());
    Contract contract = Contract.of(project, dataset);
    Pacer pacer = pacer(request);
    requireTopics(dataset);
    long start = System.nanoTime();
    Inspection inspection = Inspection.of(file, dataset);
    Content content =
        new Content(
            dataset.name(),
            inspection.sha256(),
            request.limit() >= inspection.rows() ? 0 : request.limit(),
            contract == null ? null : contract.sha256());
    Entry earlier = request.repeat() == LoadRequest.Repeat.SKIP ? journal.finished(content) : null;
    LoadSummary summary =
        earlier == null
            ? new Run(request, file, contract, pacer, inspection, content, listener).run(start)
            : skipped(request, inspection, earlier, start);
    listener.finished(summary);
    check(summary, dataset);
    return summary;
  }

  private Pacer pacer(LoadRequest request) {
    Pacer pacer = new Pacer(request.pace());
    if (pacer.needsEventTime() && request.dataset().time() == null) {
      throw MoulinException.user(
          "no-event-time",
          "Dataset '%s' declares no event time to pace by".formatted(request.dataset().name()),
          "declare time.column in its manifest, or load in a burst");
    }
    return pacer;
  }

  private void requireTopics(DatasetSpec dataset) {
    List<String> names = List.of(dataset.source().topic(), dataset.deadLetters().topic());
    Set<String> known = topics.describe(names).keySet();
    for (String name : names) {
      if (!known.contains(name)) {
        throw MoulinException.user(
            "topic-missing",
            "There is no topic '%s' for dataset '%s'".formatted(name, dataset.name()),
            "make it first: moulin apply");
      }
    }
  }

  private static LoadSummary skipped(
      LoadRequest request, Inspection inspection, Entry entry, long start) {
    return new LoadSummary(
        entry.dataset(),
        request.file(),
        inspection.sha256(),
        0,
        0,
        0,
        Duration.ofNanos(System.nanoTime() - start),
        List.of(),
        new Earlier(entry.at(), entry.produced(), entry.invalid(), entry.deadLetters()));
  }

  private static void check(LoadSummary summary, DatasetSpec dataset) {
    Earlier earlier = summary.earlier();
    long dead = earlier == null ? summary.deadLetters() : earlier.deadLetters();
    if (dead > dataset.deadLetters().max()) {
      throw MoulinException.check(
          "dead-letters",
          "%d rows of %s went to the dead letters, %d are allowed"
              .formatted(dead, summary.file().getFileName(), dataset.deadLetters().max()),
          "read them in topic %s; then mend the file, the contract, the schema or dead-letters.max"
              .formatted(dataset.deadLetters().topic()));
    }
  }

  /** One load that is carried out. */
  private final class Run {
    private final LoadRequest request;
    private final SourceFile file;
    private final @Nullable Contract contract;
    private final Pacer pacer;
    private final Inspection inspection;
    private final Content content;
    private final LoadListener listener;
    private final String id = UUID.randomUUID().toString();
    private final List<String> warnings = new ArrayList<>();
    private long invalid;

    Run(
        LoadRequest request,
        SourceFile file,
        @Nullable Contract contract,
        Pacer pacer,
        Inspection inspection,
        Content content,
        LoadListener listener) {
      this.request = request;
      this.file = file;
      this.contract = contract;
      this.pacer = pacer;
      this.inspection = inspection;
      this.content = content;
      this.listener = listener;
    }

    LoadSummary run(long start) {
      announceUnfinished();
      warnings.addAll(inspection.warnings());
      DatasetSpec dataset = request.dataset();
      RecordKey key = new RecordKey(dataset);
      if (dataset.dedup() != null && key.columns().isEmpty()) {
        warnings.add("records have no key: no column of the dedup key is on the wire");
      }
      try (TopicWriter writer =
              new TopicWriter(
                  topics.clientProperties(),
                  dataset.source().topic(),
                  dataset.deadLetters().topic(),
                  clock);
          Rows rows = open(key)) {
        journal.add(entry(Event.STARTED, 0, 0, null));
        produce(rows, key, writer);
        journal.add(entry(Event.FINISHED, writer.produced(), writer.deadLetters(), null));
        return summary(writer, start);
      } catch (IOException e) {
        throw file.failed(e);
      }
    }

    private void produce(Rows rows, RecordKey key, TopicWriter writer) {
      try {
        long count = send(rows, key, writer);
        writer.flush();
        listener.progress(count, total());
      } catch (RuntimeException | IOException e) {
        throw brokenOff(e, writer);
      }
    }

    private long send(Rows rows, RecordKey key, TopicWriter writer) throws IOException {
      int eventTime = key.columns().size();
      TimeText time = eventTimeText();
      long limit = total();
      long count = 0;
      while (count < limit && rows.next()) {
        if (!pacer.bursts()) {
          String text = time == null ? null : rows.text(eventTime);
          long micros = time == null || text == null ? TimeText.NONE : time.micros(text);
          await(pacer.before(micros, timer.nanos()));
        }
        byte[] row = rows.value();
        String violation = contract == null ? null : contract.violation(row);
        if (violation == null) {
          send(eventTime == 0 ? null : key.of(rows), row, writer);
        } else {
          refuse(violation, row, writer);
        }
        count++;
        if (count % PROGRESS_ROWS == 0) {
          listener.progress(count, limit);
        }
      }
      return count;
    }

    private void send(byte @Nullable [] recordKey, byte[] row, TopicWriter writer) {
      try {
        writer.send(recordKey, request.form().value(row), row);
      } catch (RecordForm.Unfit e) {
        refuse(e.why(), row, writer);
      }
    }

    private void refuse(String why, byte[] row, TopicWriter writer) {
      invalid++;
      writer.sendDead(why, row);
    }

    private void await(Duration time) {
      if (time.isZero()) {
        return;
      }
      try {
        timer.sleep(time);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw MoulinException.external("load-interrupted", "The load was interrupted", "", e);
      }
    }

    private long total() {
      return request.limit() == 0
          ? inspection.rows()
          : Math.min(request.limit(), inspection.rows());
    }

    private @Nullable ColumnSpec eventTimeColumn() {
      TimeSpec time = request.dataset().time();
      if (time == null || !pacer.needsEventTime()) {
        return null;
      }
      return request.dataset().columns().stream()
          .filter(column -> column.name().equals(time.column()))
          .findFirst()
          .orElse(null);
    }

    private @Nullable TimeText eventTimeText() {
      ColumnSpec column = eventTimeColumn();
      return column == null ? null : new TimeText(column, request.dataset().time());
    }

    private Rows open(RecordKey key) throws IOException {
      List<ColumnSpec> watched = new ArrayList<>(key.columns());
      ColumnSpec eventTime = eventTimeColumn();
      if (eventTime != null) {
        watched.add(eventTime);
      }
      return switch (file.format()) {
        case PARQUET -> {
          ParquetRows rows = new ParquetRows(file.path(), request.dataset(), watched);
          warnings.addAll(rows.warnings());
          yield rows;
        }
        case AVRO -> {
          AvroRows rows = new AvroRows(file.path(), file.open(), request.dataset(), watched);
          warnings.addAll(rows.warnings());
          yield rows;
        }
        case CSV -> {
          CsvRows rows = new CsvRows(file.path(), file.open(), request.dataset(), watched);
          warnings.addAll(rows.warnings());
          yield rows;
        }
        case JSON_LINES -> new JsonLineRows(file.open(), watched);
      };
    }

    private void announceUnfinished() {
      Entry before = journal.unfinished(content);
      if (before != null) {
        String produced =
            before.event() == Event.FAILED
                ? "after %d records".formatted(before.produced())
                : "after an unknown number of records";
        warnings.add(
            "a load of this content broke off %s at %s: it is loaded again from the start"
                .formatted(produced, before.at()));
      }
    }

    private MoulinException brokenOff(Exception e, TopicWriter writer) {
      deliver(e, writer);
      long produced = writer.produced();
      journal.add(
          entry(Event.FAILED, produced, writer.deadLetters(), String.valueOf(e.getMessage())));
      String sofar =
          ": the load broke off after %d of %d rows were produced".formatted(produced, total());
      if (e instanceof MoulinException m && m.kind() == MoulinException.Kind.USER) {
        return MoulinException.user(m.code(), m.getMessage() + sofar, m.fix(), m);
      }
      if (e instanceof MoulinException m && m.kind() == MoulinException.Kind.EXTERNAL) {
        return MoulinException.external(m.code(), m.getMessage() + sofar, m.fix(), m);
      }
      if (e instanceof IOException io) {
        MoulinException m = file.failed(io);
        String fix = "load it again when nothing changes it any more: it was whole at first";
        return MoulinException.user(m.code(), m.getMessage() + sofar, fix, e);
      }
      return MoulinException.internal("load", "Cannot load " + file.path() + sofar, e);
    }

    /** What was sent before the file failed arrives, so that its number is known. */
    private static void deliver(Exception e, TopicWriter writer) {
      if (e instanceof MoulinException m && m.kind() == MoulinException.Kind.EXTERNAL) {
        return;
      }
      try {
        writer.flush();
      } catch (MoulinException undelivered) {
        e.addSuppressed(undelivered);
      }
    }

    private Entry entry(Event event, long produced, long deadLetters, @Nullable String error) {
      return new Entry(
          clock.instant().toString(),
          event,
          id,
          content.dataset(),
          request.file().toString(),
          content.sha256(),
          content.limit(),
          content.contract(),
          produced,
          invalid,
          deadLetters,
          error);
    }

    private LoadSummary summary(TopicWriter writer, long start) {
      return new LoadSummary(
          content.dataset(),
          request.file(),
          content.sha256(),
          writer.produced(),
          invalid,
          writer.deadLetters(),
          Duration.ofNanos(System.nanoTime() - start),
          warnings,
          null);
    }
  }
}
