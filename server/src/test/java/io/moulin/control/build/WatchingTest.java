package io.moulin.control.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.control.Checking;
import io.moulin.control.Operations;
import io.moulin.control.Project;
import io.moulin.control.build.BuildSummary.Made;
import io.moulin.server.Main;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What makes a watch build again, and what does not end it. Streams: {@code UpE2eTest}. */
class WatchingTest {
  private static final Duration EVERY = Duration.ofMillis(100);
  private static final String HEADER = "/*\ndescription: Names.\n*/\n";

  private final Operations operations = Main.operations(Map.of(), Clock.systemUTC());
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
  private final Thread thread = new Thread(this::watch, "watch");

  @TempDir private Path folder;

  @AfterEach
  void stop() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }

  @Test
  void anEditIsBuiltAndAMistakeWaitsForTheNextEdit() throws Exception {
    file("moulin.yml", "name: shop\n");
    file("seeds/people.yml", "columns:\n  - {name: name, type: string}\n");
    file("seeds/people.csv", "name\nAda\n");
    file("models/marts/names.sql", HEADER + "SELECT name FROM people");
    thread.start();
    says("begins []", "built 1 seeds.people", "built 1 gold.names", "good");

    file("seeds/people.csv", "name\nAda\nGrace\n");
    says("begins [seeds/people.csv]", "built 2 seeds.people", "built 2 gold.names", "good");

    file("models/marts/names.sql", HEADER + "SELECT nme FROM people");
    says("failed project-invalid WHEN_A_FILE_CHANGES");

    file("models/marts/names.sql", HEADER + "SELECT upper(name) AS name FROM people");
    says("begins [models/marts/names.sql]", "unchanged 2 seeds.people", "built 2 gold.names");
    says("good");

    Files.delete(folder.resolve("models/marts/names.sql"));
    file("data/more.csv", "not a file of the project\n");
    file(".git/index.yml", "nor is this\n");
    says("begins [models/marts/names.sql]", "unchanged 2 seeds.people", "good");
  }

  /** Here a check; a statement that breaks is tried again by itself. */
  @Test
  void whatDoesNotPassIsNotBuiltAgainAndWhatBreaksIs() throws Exception {
    file("moulin.yml", "name: shop\n");
    file("seeds/people.yml", "columns:\n  - {name: name, type: string}\n");
    file("seeds/people.csv", "name\n1\n");
    String checked = "/*\ndescription: Names.\nchecks:\n  - {check: unique, columns: [name]}\n*/\n";
    file("models/marts/names.sql", checked + "SELECT name FROM people");
    thread.start();
    says("begins []", "built 1 seeds.people", "built 1 gold.names", "good");

    file("seeds/people.csv", "name\n1\n1\n");
    says("begins [seeds/people.csv]", "built 2 seeds.people", "held_back 1 gold.names", "bad");

    file("models/marts/names.sql", HEADER + "SELECT CAST(name AS INTEGER) AS name FROM people");
    file("seeds/people.csv", "name\nAda\n");
    // One look may see both edits, or each may see one.
    sooner("broken", "begins [what broke]");
    says("unchanged 1 seeds.people");
    file("seeds/people.csv", "name\n7\n");
    sooner("built 1 gold.names", "good");
  }

  @Test
  void whatAsksTheClockIsBuiltThoughNothingChanges() throws Exception {
    file("moulin.yml", "name: shop\n");
    file("seeds/people.yml", "columns:\n  - {name: name, type: string}\n");
    file("seeds/people.csv", "name\nAda\n");
    file("models/marts/today.sql", HEADER + "SELECT name, current_date AS day FROM people");
    thread.start();
    says("begins []", "built 1 seeds.people", "built 1 gold.today", "good");

    says("begins [the time]", "unchanged 1 seeds.people", "built 1 gold.today", "good");
  }

  private void watch() {
    try {
      operations
          .watching()
          .watch(
              folder,
              this::project,
              Building.Wanted.ALL,
              EVERY,
              new Watching.Listener() {
                @Override
                public void begins(List<String> changed) {
                  said.add("begins " + changed);
                }

                @Override
                public void made(Made made) {
                  said.add(
                      made.outcome().name().toLowerCase(Locale.ROOT)
                          + " "
                          + made.rows()
                          + " "
                          + made.name());
                }

                @Override
                public void built(BuildSummary summary) {
                  said.add(summary.good() ? "good" : "bad");
                }

                @Override
                public void failed(MoulinException why, Watching.Next next) {
                  said.add("failed " + why.code() + " " + next);
                }
              });
    } catch (InterruptedException e) {
      said.add("stopped");
    } catch (RuntimeException e) {
      said.add(e.toString());
    }
  }

  private Project project() {
    Checking.Checked checked = operations.checking().check(folder, Optional.empty());
    return checked
        .project()
        .orElseThrow(() -> MoulinException.user("project-invalid", "" + checked.diagnostics(), ""));
  }

  private void says(String... expected) throws InterruptedException {
    for (String line : expected) {
      assertThat(said.poll(1, TimeUnit.MINUTES)).isEqualTo(line);
    }
  }

  /** The same with other lines between them. */
  private void sooner(String... beginnings) throws InterruptedException {
    for (String beginning : beginnings) {
      String line;
      do {
        line = said.poll(1, TimeUnit.MINUTES);
        assertThat(line).as("waiting for " + beginning).isNotNull();
      } while (!line.startsWith(beginning));
    }
  }

  /** In one step, as editors do it. */
  private void file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Path written = Files.writeString(folder.resolve(".written"), text);
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
