package io.moulin.verify;

import java.util.Locale;

/** A way in which a run is hurt. */
enum Hurt {
  /** {@code kill -9} of the whole process at a moment that the dice choose. */
  KILLED("killed at a random moment"),
  /** {@code kill -9} while it starts or finishes what the last one has left. */
  KILLED_AT_START("killed while it starts"),
  /** The process ends when the intent of a commit is written, and no table touched. */
  BEFORE_FIRST_TABLE("dies before the first table of a commit"),
  /** The process ends when some tables of a commit have it, and silver has not. */
  BETWEEN_TABLES("dies between two tables of a commit"),
  /** The process ends when all tables have a commit, before anybody heard of it. */
  BEFORE_ACKNOWLEDGEMENT("dies after a commit, before its acknowledgement"),
  /** The process ends between two tables, and its successor while it finishes that commit. */
  IN_RECOVERY("dies again while it finishes a commit"),
  /** The catalog's answer is lost, and it has made the commit. */
  ANSWER_LOST_MADE("answer of the catalog lost, commit made"),
  /** The catalog's answer is lost, and it has not made the commit. */
  ANSWER_LOST_NOT_MADE("answer of the catalog lost, commit not made"),
  /** For half a second no file of a table can be written. */
  DISK_FULL("disk full"),
  /** The broker stops and comes back after a while, and the run goes on. */
  BROKER_RESTART("broker restarted");

  private final String text;

  Hurt(String text) {
    this.text = text;
  }

  /** For people. */
  String text() {
    return text;
  }

  /** For programs. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the process itself does it, when it comes to the place. */
  boolean fromWithin() {
    return switch (this) {
      case KILLED, KILLED_AT_START, BROKER_RESTART -> false;
      default -> true;
    };
  }

  /** Whether the process is gone afterwards. */
  boolean deadly() {
    return switch (this) {
      case ANSWER_LOST_MADE, ANSWER_LOST_NOT_MADE, DISK_FULL, BROKER_RESTART -> false;
      default -> true;
    };
  }
}
