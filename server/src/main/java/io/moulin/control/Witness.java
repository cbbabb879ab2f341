package io.moulin.control;

import io.moulin.model.build.Build;
import io.moulin.model.build.BuildReport;
import io.moulin.model.build.ModelReport;
import io.moulin.spec.DatasetSpec;
import java.nio.file.Path;
import java.util.Map;

/**
 * Hears what is done to the data of a project, for those who keep its lineage. No method fails or
 * waits, but for {@link #close()}, which waits for some seconds at most.
 */
public interface Witness extends AutoCloseable {

  /** One that does not listen. */
  Witness NONE =
      new Witness() {
        @Override
        public Work loads(DatasetSpec dataset, Path file) {
          return Work.NONE;
        }

        @Override
        public Work generates(DatasetSpec dataset) {
          return Work.NONE;
        }

        @Override
        public Work runs(DatasetSpec dataset, Span span) {
          return Work.NONE;
        }

        @Override
        public Work corrects(DatasetSpec dataset, Amendment amendment) {
          return Work.NONE;
        }

        @Override
        public Computing builds() {
          return Computing.NONE;
        }

        @Override
        public Computing checks() {
          return Computing.NONE;
        }

        @Override
        public void close() {}
      };

  /** Rows of a file go to a dataset's topic. */
  Work loads(DatasetSpec dataset, Path file);

  /** Rows that nobody has seen before go to a dataset's topic. */
  Work generates(DatasetSpec dataset);

  /** Records of a dataset's topic go to its tables. */
  Work runs(DatasetSpec dataset, Span span);

  /** What was ingested is corrected. */
  Work corrects(DatasetSpec dataset, Amendment amendment);

  /** Models are built. */
  Computing builds();

  /** What is published is checked. */
  Computing checks();

  @Override
  void close();

  /** Whether work has an end of its own. */
  enum Span {
    BOUNDED,
    ENDLESS
  }

  /** Work that has begun; what is said behind its end is not heard. */
  interface Work {
    /** Work that nobody hears of. */
    Work NONE =
        new Work() {
          @Override
          public void goesOn(Map<String, Long> rows) {}

          @Override
          public void done(Map<String, Long> rows) {}

          @Override
          public void failed(String why) {}
        };

    /**
     * It has come so far.
     *
     * @param rows that it has written, by topic or full name of the table
     */
    void goesOn(Map<String, Long> rows);

    /** It has ended; see {@link #goesOn(Map)}. */
    void done(Map<String, Long> rows);

    /** It cannot go on. */
    void failed(String why);
  }

  /** A build, or checks of what is published, that has begun. */
  interface Computing extends Build.Listener {
    /** One that nobody hears of. */
    Computing NONE =
        new Computing() {
          @Override
          public void done(ModelReport report) {}

          @Override
          public void ended(BuildReport report) {}

          @Override
          public void failed(String why) {}
        };

    /** It has come to its end. */
    void ended(BuildReport report);

    /** It was given up. */
    void failed(String why);
  }
}
