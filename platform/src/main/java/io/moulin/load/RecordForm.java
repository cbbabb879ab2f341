package io.moulin.load;

/** How a row, which is one JSON object, becomes the value of a record. One thread at a time. */
@FunctionalInterface
public interface RecordForm {
  /** The row is the value, whatever it holds. */
  RecordForm AS_IT_IS = row -> row;

  /**
   * The value of the record.
   *
   * @throws Unfit when the row cannot be written in this form
   */
  byte[] value(byte[] row) throws Unfit;

  /** Why a row cannot be written: it goes to the dead letters. */
  final class Unfit extends Exception {
    private static final long serialVersionUID = 1L;

    public Unfit(String why) {
      super(why, null, false, false);
    }

    /** What is wrong with the row, in a sentence. */
    public String why() {
      return String.valueOf(getMessage());
    }
  }
}
