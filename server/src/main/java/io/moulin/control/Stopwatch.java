package io.moulin.control;

/** Measures how long something takes. */
final class Stopwatch {
  private final long begin = System.nanoTime();

  private Stopwatch() {}

  static Stopwatch start() {
    return new Stopwatch();
  }

  double seconds() {
    return (System.nanoTime() - begin) / 1e9;
  }
}
