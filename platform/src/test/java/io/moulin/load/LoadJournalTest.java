package io.moulin.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.load.LoadJournal.Totals;
import io.moulin.spec.DatasetSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a project remembers of its loads when a process was killed. */
class LoadJournalTest {
  private final LoadTarget target;
  private final DatasetSpec dataset;
  private final Path folder;
  private final Path journal;
  private final Path file;

  LoadJournalTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    target = new LoadTarget(folder);
    dataset = target.dataset().column("id", "long").spec();
    journal = folder.resolve(".moulin/journal/loads.jsonl");
    file = Files.writeString(folder.resolve("a.jsonl"), "{\"id\":1}\n{\"id\":2}\n");
  }

  private void journalEndsWith(String last, String replacement) throws IOException {
    String text = Files.readString(journal);
    assertThat(text).contains(last);
    Files.writeString(journal, text.substring(0, text.lastIndexOf(last)) + replacement);
  }

  private void loadAfterTheKill() {
    LoadSummary second = target.load(dataset, file);
    assertThat(second.warnings())
        .containsExactly(
            "a load of this content broke off after an unknown number of records at"
                + " 2026-01-02T03:04:05Z: it is loaded again from the start");
    assertThat(second.produced()).isEqualTo(2);
    assertThat(target.produced()).isEqualTo(4);
    assertThat(target.totals()).isEqualTo(new Totals(2, 0, 1, 1));

    LoadSummary third = target.load(dataset, file);
    assertThat(third.alreadyLoaded()).isTrue();
    assertThat(third.warnings()).isEmpty();
    assertThat(target.produced()).isEqualTo(4);
  }

  @Test
  void aLoadWithoutEndIsAnnouncedAndLoadedAgain() throws IOException {
    assertThat(target.load(dataset, file).warnings()).isEmpty();
    journalEndsWith("{", "");
    assertThat(Files.readAllLines(journal)).hasSize(1);
    loadAfterTheKill();
    assertThat(Files.readAllLines(journal)).hasSize(3);
  }

  @Test
  void threadsOfOneProcessMayLoadSideBySide() throws Exception {
    LoadJournal shared = LoadJournal.of(folder);
    Callable<Integer> adds =
        () -> {
          for (int i = 0; i < 50; i++) {
            shared.add(
                new LoadJournal.Entry(
                    "now", LoadJournal.Event.STARTED, "id", "d", "f", "s", 0, null, 1, 0, 0, null));
          }
          return 50;
        };
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (Future<Integer> each : threads.invokeAll(List.of(adds, adds, adds, adds))) {
        assertThat(each.get()).isEqualTo(50);
      }
    } finally {
      threads.shutdown();
    }
    assertThat(shared.totals("d").produced()).isEqualTo(200);
  }

  @Test
  void aTornLastLineIsNoEnd() throws IOException {
    target.load(dataset, file);
    journalEndsWith("\"produced\"", "\"prod");
    loadAfterTheKill();
    List<String> lines = Files.readAllLines(journal);
    assertThat(lines).hasSize(4);
    assertThat(lines.get(1)).endsWith("\"prod");
  }

  @Test
  void aTornFirstLineAndATornCharacterAreNoHarm() throws IOException {
    Files.createDirectories(journal.getParent());
    byte[] torn = {'{', '"', 'f', 'i', 'l', 'e', '"', ':', '"', (byte) 0xc3};
    Files.write(journal, torn);
    assertThat(target.load(dataset, file).produced()).isEqualTo(2);
    assertThat(target.load(dataset, file).alreadyLoaded()).isTrue();
    assertThat(target.totals()).isEqualTo(new Totals(2, 0, 1, 0));
  }
}
