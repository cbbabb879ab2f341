package io.moulin.bench.rows;

import io.moulin.bench.rows.Expected.Tally;
import java.nio.charset.StandardCharsets;

/** Conversion events of about 142 bytes; each hundredth is a copy of the one before it. */
public final class EventRows {
  private static final String[] KINDS = {"view", "click", "cart", "purchase"};
  private static final int COPY_EACH = 100;
  private static final long START_MILLIS = 1_704_067_200_000L;

  private EventRows() {}

  /** Puts {@code rows} events into {@code topic}, always the same ones. */
  public static Expected make(long rows, String bootstrap, String topic) {
    Tally bronze = Tally.NONE;
    Tally silver = Tally.NONE;
    try (TopicFill fill = new TopicFill(bootstrap, topic)) {
      for (long row = 0; row < rows; row++) {
        boolean copy = row % COPY_EACH == COPY_EACH - 1;
        long n = copy ? row - 1 : row;
        bronze = bronze.plus(cents(n));
        silver = copy ? silver : silver.plus(cents(n));
        fill.send(key(n), line(n, START_MILLIS + n));
      }
    }
    return new Expected(rows, bronze, bronze, silver, silver);
  }

  /** The key of an event's record. */
  public static byte[] key(long n) {
    return Long.toString(n).getBytes(StandardCharsets.UTF_8);
  }

  /** An event as JSON. */
  public static byte[] line(long n, long atMillis) {
    String text =
        "{\"event_id\":\"e-%d\",\"user_id\":%d,\"kind\":\"%s\",\"amount\":%d.%02d,\"ts\":%d,\"url\":\"/shop/item/%d?ref=mail&campaign=autumn\"}"
            .formatted(n, n % 100_000, KINDS[(int) (n % 4)], n % 200, n % 100, atMillis, n % 1000);
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static long cents(long n) {
    return n % 200 * 100 + n % 100;
  }
}
