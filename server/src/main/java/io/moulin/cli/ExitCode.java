package io.moulin.cli;

/** What the process says to the shell. */
final class ExitCode {
  static final int OK = 0;

  /** The user's mistake. */
  static final int USER = 1;

  /** An external failure, or a bug. */
  static final int EXTERNAL = 2;

  /** The books do not balance, or a check failed. */
  static final int CHECK = 3;

  /** Stopped by Ctrl-C, as shells count it. */
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
