package io.moulin.load.trips;

import io.moulin.load.file.JsonText;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Writes single trips for {@link TripGenerator}. */
final class TripWriter {
  static final int UNDECODABLE_KINDS = 5;
  static final List<String> COLUMNS =
      List.of(
          ("VendorID,tpep_pickup_datetime,tpep_dropoff_datetime,passenger_count,trip_distance,"
                  + "RatecodeID,store_and_fwd_flag,PULocationID,DOLocationID,payment_type,"
                  + "fare_amount,extra,mta_tax,tip_amount,tolls_amount,improvement_surcharge,"
                  + "total_amount,congestion_surcharge,Airport_fee")
              .split(","));

  // Zones 1 to 263. The step has no divisor in common with 263 * 263: trips less than 69169 rows
  // apart differ in their zones, and those further apart differ in their time, as long as a month
  // has
  // fewer than 20 million: no two are equal.
  private static final int ZONES = 263;
  private static final int ZONE_STEP = 40_503;
  private static final int LONGEST_DISORDER_SECONDS = 2 * 3600;
  private static final long MONTH_SECONDS = 31L * 24 * 3600;
  private static final String[] BAD_TIMES = {
    "2024-13-45T00:00:00", "yesterday", "01.02.2024 03:04", "2024-02-30T10:00:00", "24:61:00"
  };
  private static final int[] BAD_PASSENGERS = {-1, 10, 99, 255};

  private final SplittableRandom random;
  private final long start;
  private final long rows;
  private final JsonText json = new JsonText();
  private final JsonText.Field[] names =
      COLUMNS.stream().map(JsonText.Field::new).toArray(JsonText.Field[]::new);
  private int field;

  /**
   * @param rows how many rows the month of trips has
   */
  TripWriter(SplittableRandom random, long start, long rows) {
    this.random = random;
    this.start = start;
    this.rows = rows;
  }

  /** The trip of a row, with a fault or without. */
  byte[] line(long row, @Nullable TripFault fault) {
    int duration = 90 + random.nextInt(600) + random.nextInt(1800);
    long pickup = pickup(row);
    boolean before = fault == TripFault.DROPOFF_BEFORE_PICKUP;
    // About one trip in twenty comes from a provider that leaves five columns empty.
    boolean sparse = random.nextInt(20) == 0;
    long distance = 30L + duration / 4 + random.nextInt(400);
    json.clear();
    field = 0;
    json.raw('{');
    next().number(1 + (random.nextInt(4) == 0 ? 0 : 1));
    pickupField(pickup, fault);
    time(next(), before ? pickup - duration : pickup + duration);
    passengers(sparse, fault);
    decimal(next(), fault == TripFault.NEGATIVE_DISTANCE ? -distance : distance, 100);
    next().ascii(sparse ? "null" : random.nextInt(25) == 0 ? "2" : "1");
    next().ascii(sparse ? "null" : random.nextInt(200) == 0 ? "\"Y\"" : "\"N\"");
    long zones = Math.floorMod(row * ZONE_STEP, (long) ZONES * ZONES);
    next().number(1 + zones / ZONES);
    next().number(1 + zones % ZONES);
    money(duration, distance, sparse, fault);
    json.raw('}');
    return json.copy();
  }

  private JsonText next() {
    if (field > 0) {
      json.raw(',');
    }
    names[field++].appendTo(json);
    return json;
  }

  /** Nine of ten rows are a few minutes out of order, the others up to two hours. */
  private long pickup(long row) {
    int disorder = random.nextInt(10) == 0 ? LONGEST_DISORDER_SECONDS : 600;
    long spread = MONTH_SECONDS - LONGEST_DISORDER_SECONDS;
    return start + LONGEST_DISORDER_SECONDS + row * spread / rows - random.nextInt(disorder);
  }

  private void pickupField(long pickup, @Nullable TripFault fault) {
    if (fault == TripFault.NULL_PICKUP) {
      next().ascii("null");
    } else if (fault == TripFault.TEXT_NULL_PICKUP) {
      next().text("null");
    } else if (fault == TripFault.BAD_TIME) {
      next().text(BAD_TIMES[random.nextInt(BAD_TIMES.length)]);
    } else {
      time(next(), pickup);
    }
  }

  private void passengers(boolean sparse, @Nullable TripFault fault) {
    if (fault == TripFault.PASSENGERS_OUT_OF_RANGE) {
      next().number(BAD_PASSENGERS[random.nextInt(BAD_PASSENGERS.length)]);
    } else if (sparse) {
      next().ascii("null");
    } else {
      next().number(random.nextInt(10) < 7 ? 1 : random.nextInt(7));
    }
  }

  private void money(int duration, long distance, boolean sparse, @Nullable TripFault fault) {
    boolean card = random.nextInt(5) != 0;
    next().number(sparse ? 0 : card ? 1 : 2);
    long fare = (300 + duration * 2L / 3 + distance) / 10 * 10;
    long extra = random.nextInt(4) * 50L + (random.nextInt(3) == 0 ? 250 : 0);
    long tip = card ? fare * (10 + random.nextInt(20)) / 100 : 0;
    long tolls = random.nextInt(15) == 0 ? 694 : 0;
    long congestion = random.nextInt(10) < 8 ? 250 : 0;
    long airport = random.nextInt(12) == 0 ? 175 : 0;
    long total = fare + extra + 50 + tip + tolls + 100;
    total += sparse ? 0 : congestion + airport;
    decimal(next(), fare, 100);
    decimal(next(), extra, 100);
    decimal(next(), 50, 100);
    decimal(next(), tip, 100);
    decimal(next(), tolls, 100);
    decimal(next(), 100, 100);
    total(total, fault);
    if (sparse) {
      next().ascii("null");
      next().ascii("null");
    } else {
      decimal(next(), congestion, 100);
      decimal(next(), airport, 100);
    }
  }

  private void total(long total, @Nullable TripFault fault) {
    if (fault == TripFault.NEGATIVE_TOTAL) {
      decimal(next(), -total, 100);
    } else if (fault == TripFault.ZERO_TOTAL) {
      decimal(next(), 0, 100);
    } else if (fault == TripFault.TEXT_TOTAL) {
      next().text(total / 100 + " USD");
    } else if (fault == TripFault.TOO_PRECISE_TOTAL) {
      decimal(next(), total * 10 + 5, 1000);
    } else {
      decimal(next(), total, 100);
    }
  }

  /** A number as its shortest text with a point: {@code 24.18}, {@code 17.7}, {@code 1.0}. */
  private static void decimal(JsonText json, long value, int unit) {
    long digits = Math.abs(value);
    if (value < 0) {
      json.raw('-');
    }
    json.number(digits / unit);
    json.raw('.');
    long rest = digits % unit;
    int place = unit / 10;
    do {
      json.raw((char) ('0' + rest / place));
      rest %= place;
      place /= 10;
    } while (rest > 0);
  }

  private static void time(JsonText json, long seconds) {
    LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(seconds, 86_400L));
    int second = (int) Math.floorMod(seconds, 86_400L);
    json.raw('"');
    json.number(date.getYear());
    two(json, '-', date.getMonthValue());
    two(json, '-', date.getDayOfMonth());
    two(json, 'T', second / 3600);
    two(json, ':', second / 60 % 60);
    two(json, ':', second % 60);
    json.raw('"');
  }

  private static void two(JsonText json, char before, int value) {
    json.raw(before);
    json.raw((char) ('0' + value / 10));
    json.raw((char) ('0' + value % 10));
  }

  /** A line that is no JSON object, one of {@link #UNDECODABLE_KINDS}. */
  byte[] undecodable(long row, int kind) {
    byte[] line = line(row, null);
    return switch (kind) {
      case 0 -> Arrays.copyOf(line, line.length / 2);
      case 1 -> badUtf8(line);
      case 2 -> "[1,2,3]".getBytes(StandardCharsets.UTF_8);
      case 3 -> trailingComma(line);
      default -> "VendorID,tpep_pickup_datetime".getBytes(StandardCharsets.UTF_8);
    };
  }

  private static byte[] badUtf8(byte[] line) {
    String field = "\"note\":\"";
    String text = new String(line, StandardCharsets.ISO_8859_1);
    String bad = text.replace("{", "{" + field + "\u00ff\",");
    return bad.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] trailingComma(byte[] line) {
    byte[] longer = Arrays.copyOf(line, line.length + 1);
    longer[line.length - 1] = ',';
    longer[line.length] = '}';
    return longer;
  }
}
