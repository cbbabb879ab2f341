package io.moulin.control;

import io.moulin.commit.Balance;
import io.moulin.commit.Books;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import io.moulin.spec.TableSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.catalog.Catalog;

/** Accounts for every row of a dataset, from the metadata of its tables alone. */
public final class Balancing {
  /** So often, one after the other, books that do not balance are the same before it is true. */
  private static final int LOOKS = 5;

  private static final int MOST_LOOKS = 50;
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

  /** The balance of a dataset whose tables exist. */
  public BalanceReport balance(Session session, DatasetSpec dataset) {
    requireTables(session, dataset);
    Catalog catalog = session.platform().tables().catalog();
    Balance books = session.shared() ? settled(catalog, dataset) : Books.of(catalog, dataset);
    return BalanceReport.of(books, ends(session, dataset));
  }

  /**
   * The balance of a dataset whose tables others may be writing: a commit that is being made is
   * waited for, because between two tables nothing balances.
   */
  public static Balance settled(Catalog catalog, DatasetSpec dataset) {
    Balance balance = Books.of(catalog, dataset);
    int unchanged = 0;
    for (int i = 0; i < MOST_LOOKS && !balance.balanced() && unchanged < LOOKS; i++) {
      try {
        Thread.sleep(BETWEEN_LOOKS.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return balance;
      }
      Balance next = Books.of(catalog, dataset);
      unchanged = next.equals(balance) ? unchanged + 1 : 0;
      balance = next;
    }
    return balance;
  }

  private static Map<Integer, Long> ends(Session session, DatasetSpec dataset) {
    String topic = dataset.source().topic();
    return session.platform().topics().describe(List.of(topic)).isEmpty()
        ? Map.of()
        : session.platform().topics().ends(topic);
  }

  private static void requireTables(Session session, DatasetSpec dataset) {
    for (TableSpec table : dataset.tables()) {
      if (session.platform().tables().describe(table.fullName()).isEmpty()) {
        throw MoulinException.user(
            "not-applied",
            "dataset '%s' has no table %s yet".formatted(dataset.name(), table.fullName()),
            "run 'moulin apply' first");
      }
    }
  }
}
