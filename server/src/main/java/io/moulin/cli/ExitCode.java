package io.moulin.cli;

/** What the process says to the shell. */
public final class ExitCode {
  public static final int OK = 0;

  /** The user's mistake. */
  public static final int USER = 1;

  /** An external failure, or a bug. */
  public static final int EXTERNAL = 2;

  /** The books do not balance, or a check failed. */
  public static final int CHECK = 3;

  /** Stopped by Ctrl-C, as shells count it. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
