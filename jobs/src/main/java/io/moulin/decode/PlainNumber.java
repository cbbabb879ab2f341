package io.moulin.decode;

/**
 * A number of JSON without an exponent and with at most 18 digits: {@code digits / 10^scale}, where
 * zeros that end a fraction are not counted.
 */
final class PlainNumber {
  private static final int MOST_DIGITS = 18;

  /** Up to here every whole number is a double, and 10^22 is the last power of ten that is one. */
  private static final long MOST_EXACT = 1L << 53;

  private static final double[] POWERS = new double[MOST_DIGITS + 1];

  static {
    double power = 1;
    for (int i = 0; i < POWERS.length; i++) {
      POWERS[i] = power;
      power *= 10;
    }
  }

  private long digits;
  private int scale;
  private boolean pointed;
  private boolean negativeZero;

  /**
   * Reads the number at {@code from}.
   *
   * @return where it ends; negative when there is no number, or one that is not plain
   */
  int read(byte[] text, int from) {
    boolean negative = from < text.length && text[from] == '-';
    int first = negative ? from + 1 : from;
    long value = 0;
    int point = -1;
    int at = first;
    for (; at < text.length; at++) {
      int c = text[at];
      if (c >= '0' && c <= '9') {
        value = value * 10 + (c - '0');
      } else if (c == '.' && point < 0) {
        point = at;
      } else if (c == 'e' || c == 'E' || c == '.') {
        return -1;
      } else {
        break;
      }
      if (at - first > MOST_DIGITS) {
        return -1;
      }
    }
    int wholeDigits = (point < 0 ? at : point) - first;
    int fraction = point < 0 ? 0 : at - point - 1;
    if (wholeDigits == 0
        || wholeDigits + fraction > MOST_DIGITS
        || (wholeDigits > 1 && text[first] == '0')
        || (point >= 0 && fraction == 0)) {
      return -1;
    }
    while (fraction > 0 && value % 10 == 0) {
      value /= 10;
      fraction--;
    }
    digits = negative ? -value : value;
    scale = fraction;
    pointed = point >= 0;
    negativeZero = negative && value == 0;
    return at;
  }

  long digits() {
    return digits;
  }

  int scale() {
    return scale;
  }

  /** Whether it is written with a point, even if only zeros come after it. */
  boolean pointed() {
    return pointed;
  }

  /** Whether {@link #doubleValue} is the double that is nearest to the number. */
  boolean exactDouble() {
    return !negativeZero && Math.abs(digits) <= MOST_EXACT;
  }

  /**
   * One division of two exact doubles is rounded once, hence correctly (W. D. Clinger, "How to read
   * floating point numbers accurately", 1990).
   */
  double doubleValue() {
    return digits / POWERS[scale];
  }
}
