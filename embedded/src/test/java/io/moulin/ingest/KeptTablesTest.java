package io.moulin.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.commit.Balance;
import io.moulin.commit.Books;
import io.moulin.commit.Committer;
import io.moulin.commit.Ledger;
import io.moulin.ingest.mend.MendJob;
import io.moulin.ingest.mend.QuarantineReplay;
import io.moulin.ingest.mend.Range;
import io.moulin.ingest.mend.Rebuilding;
import io.moulin.ingest.mend.RowChoice;
import io.moulin.spec.Layer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that an older version has left, killed in a commit, are opened and gone on from. */
class KeptTablesTest {
  private static final Path KEPT = Path.of("src/test/resources/kept-tables");

  @TempDir Path folder;

  @Test
  void tablesOfAFormerShapeAreGoneOnFrom() throws Exception {
    KeptTables tables = KeptTables.open(KEPT, folder.resolve("warehouse"));
    assertThat(books(tables).problems()).as("a commit that was killed").isNotEmpty();
    Ledger head = new Committer(tables.catalog(), KeptTables.now(), "look").recover().orElseThrow();
    assertThat(head.total().consumed()).isEqualTo(7);
    assertThat(head.epoch()).isZero();
    assertThat(books(tables).problems()).as("the killed commit is finished").isEmpty();

    // 3 and 4 were seen by the older version, which kept no record times in its ledger.
    tables.stream(
        KeptTables.now(),
        "now",
        30,
        "{\"id\":3,\"amount\":3}",
        "{\"id\":4,\"amount\":4,\"note\":\"again\"}",
        "{\"id\":6,\"amount\":60,\"note\":\"new\"}");
    assertThat(books(tables).problems()).isEmpty();
    assertThat(books(tables).total().duplicate()).isEqualTo(3);
    assertThat(rows(tables, Layer.SILVER)).containsExactly("1", "3", "4", "6");

    // 2 was quarantined by the rule of then, in a table without a status.
    assertThat(
            QuarantineReplay.run(job(tables), RowChoice.all(Layer.QUARANTINE), List.of()).places())
        .containsEntry("silver", 1L)
        .containsEntry("quarantine", 1L);
    assertThat(books(tables).problems()).isEmpty();
    assertThat(rows(tables, Layer.SILVER)).containsExactly("1", "2", "3", "4", "6");
    assertThat(Rebuilding.run(job(tables), Range.ALL, Rebuilding.Mode.MAKE).made()).isFalse();
    assertThat(rows(tables, Layer.BRONZE)).hasSize(9);
  }

  private static Balance books(KeptTables tables) {
    return Books.of(tables.catalog(), KeptTables.now());
  }

  private static List<String> rows(KeptTables tables, Layer layer) throws Exception {
    return TableRows.of(tables.table(layer), "id").stream().sorted().toList();
  }

  private MendJob job(KeptTables tables) {
    return new MendJob(
        KeptTables.now(),
        KilledStream.engine(100),
        tables.catalog(),
        folder.resolve("mend"),
        "",
        "tester",
        Clock.systemUTC());
  }
}
