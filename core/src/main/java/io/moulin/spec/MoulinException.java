package io.moulin.spec;

/** An operational failure: what happened, whose business it is, and what to do about it. */
public final class MoulinException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Whose business a failure is. */
  public enum Kind {
    /** The user can mend it: a wrong argument, a missing file, a refused change. */
    USER,
    /** Something outside failed: a port, a disk, a broker, a catalog. */
    EXTERNAL,
    /** The books do not balance, or a check that was asked for failed. */
    CHECK,
    /** A bug of ours. */
    INTERNAL
  }

  private final Kind kind;
  private final String code;
  private final String fix;

  private MoulinException(
      Kind kind,
      String code,
      String what,
      String fix,
      @org.jspecify.annotations.Nullable Throwable cause) {
    super(what, cause);
    this.kind = kind;
    this.code = code;
    this.fix = fix;
  }

  /** The user's mistake. */
  public static MoulinException user(String code, String what, String fix) {
    return new MoulinException(Kind.USER, code, what, fix, null);
  }

  /** The user's mistake, seen through {@code cause}. */
  public static MoulinException user(String code, String what, String fix, Throwable cause) {
    return new MoulinException(Kind.USER, code, what, fix, cause);
  }

  /** A failure outside of us. */
  public static MoulinException external(String code, String what, String fix, Throwable cause) {
    return new MoulinException(Kind.EXTERNAL, code, what, fix, cause);
  }

  /** A failure outside of us that no exception announced. */
  public static MoulinException external(String code, String what, String fix) {
    return new MoulinException(Kind.EXTERNAL, code, what, fix, null);
  }

  /** A check that was asked for failed. */
  public static MoulinException check(String code, String what, String fix) {
    return new MoulinException(Kind.CHECK, code, what, fix, null);
  }

  /** A bug of ours, met while doing {@code what}. */
  public static MoulinException internal(String code, String what, Throwable cause) {
    return new MoulinException(
        Kind.INTERNAL, code, what, "this is a bug of Moulin: please report it", cause);
  }

  public Kind kind() {
    return kind;
  }

  /** Stable kebab-case name of the kind of failure, for example {@code project-locked}. */
  public String code() {
    return code;
  }

  /** What to do about it; empty when there is no single answer. */
  public String fix() {
    return fix;
  }
}
