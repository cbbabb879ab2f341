package io.moulin.control;

import io.moulin.spec.Layer;
import java.util.Optional;

/** A kind of correction: what it reads and which tables it may write. */
public enum Amendment {
  /** Rows of quarantine are judged again. */
  QUARANTINE_REPLAY,
  /** Rows of quarantine are given up. */
  QUARANTINE_DISCARD,
  /** Records that could not be decoded are decoded again. */
  DEAD_LETTERS_REPLAY,
  /** Records that could not be decoded are given up. */
  DEAD_LETTERS_DISCARD,
  /** What is missing of a stretch of the topic is read again. */
  REPLAY,
  /** The tables are as they were; the next run reads again. */
  REWIND,
  /** Silver and the tables beside it are made of bronze anew. */
  REBUILD,
  /** The history is made of silver anew. */
  REBUILD_HISTORY,
  /** The live aggregates are made of silver anew. */
  REBUILD_LIVE;

  /** Whether it reads the topic. */
  public boolean readsTopic() {
    return this == REPLAY;
  }

  /** The table that it reads; empty for none. */
  public Optional<Layer> reads() {
    return switch (this) {
      case QUARANTINE_REPLAY, QUARANTINE_DISCARD -> Optional.of(Layer.QUARANTINE);
      case DEAD_LETTERS_REPLAY, DEAD_LETTERS_DISCARD -> Optional.of(Layer.DEAD_LETTERS);
      case REBUILD -> Optional.of(Layer.BRONZE);
      case REBUILD_HISTORY, REBUILD_LIVE -> Optional.of(Layer.SILVER);
      case REPLAY, REWIND -> Optional.empty();
    };
  }

  /** Whether it may write tables of that layer; what follows silver is written with it. */
  public boolean writes(Layer layer) {
    return switch (this) {
      case QUARANTINE_REPLAY, REBUILD -> layer != Layer.DEAD_LETTERS && layer != Layer.BRONZE;
      case QUARANTINE_DISCARD -> layer == Layer.QUARANTINE;
      case DEAD_LETTERS_DISCARD -> layer == Layer.DEAD_LETTERS;
      case DEAD_LETTERS_REPLAY, REPLAY, REWIND -> true;
      case REBUILD_HISTORY -> layer == Layer.HISTORY;
      case REBUILD_LIVE -> layer == Layer.LIVE;
    };
  }
}
