package io.moulin.control.start;

import io.moulin.control.Disk;
import io.moulin.control.Project;
import io.moulin.load.trips.TripGenerator;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.List;

/** What a demonstration needs: the example project of the taxis, trips to load, and questions. */
public final class Demonstrating {
  private static final String EXAMPLE = "taxi";
  private static final LocalDate FIRST_DAY = LocalDate.of(2024, 1, 1);

  /** The dataset that the demonstration is about. */
  public static final String DATASET = "taxi.trips";

  /** Something that one asks the tables. */
  public record Question(String title, String sql) {}

  /** Makes the project in {@code folder}, unless it is one already. */
  public void prepare(Path folder) {
    if (Files.isRegularFile(folder.resolve(Project.FILE))) {
      return;
    }
    if (Files.exists(folder) && !Disk.isEmptyFolder(folder)) {
      throw MoulinException.user(
          "folder-not-empty",
          folder + " exists and is no project of Moulin",
          "name another folder with --dir DIR");
    }
    Examples.copy(EXAMPLE, folder);
  }

  /** A file of trips, the same ones for the same seed; made when it is not there. */
  public Path trips(Path folder, long rows, long seed) {
    Path file = folder.resolve("data").resolve("trips-%d-%d.jsonl".formatted(rows, seed));
    if (Files.exists(file)) {
      return file;
    }
    try {
      Files.createDirectories(folder.resolve("data"));
      // A generator that is stopped half way must not leave a file that looks whole.
      Path partial = file.resolveSibling(file.getFileName() + ".partial");
      new TripGenerator(rows, seed, FIRST_DAY).write(partial);
      Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw Disk.refused("write", file, e);
    }
    return file;
  }

  /** What a newcomer may want to know of the trips. */
  public List<Question> questions() {
    return List.of(
        new Question(
            "Revenue by day, the five best",
            "SELECT pickup_date, count(*) AS trips, sum(total_amount) AS revenue"
                + " FROM silver.trips GROUP BY ALL ORDER BY revenue DESC LIMIT 5"),
        new Question(
            "The busiest hours",
            "SELECT hour(tpep_pickup_datetime) AS hour, count(*) AS trips,"
                + " round(avg(trip_duration_minutes), 1) AS minutes"
                + " FROM silver.trips GROUP BY ALL ORDER BY trips DESC, hour LIMIT 5"),
        new Question(
            "Why rows are in quarantine",
            "SELECT _reason AS reason, count(*) AS rows"
                + " FROM quarantine.trips GROUP BY ALL ORDER BY rows DESC, reason"));
  }
}
