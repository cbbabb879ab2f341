package io.moulin.spec;

import java.util.Locale;

/**
 * One thing that is wrong with what the user wrote: said with its place, the reason and the way
 * out. Diagnostics are collected, never thrown one by one.
 *
 * @param code stable kebab-case name of the kind of mistake, for example {@code unknown-field}
 * @param what what is wrong, with the value that was found
 * @param why why it is refused; empty when {@code what} says it already
 * @param fix what to do about it; empty when there is no single answer
 */
public record Diagnostic(
    Severity severity, String code, Place at, String what, String why, String fix) {

  /** Whether the work can go on. */
  public enum Severity {
    ERROR,
    WARNING
  }

  public static Diagnostic error(String code, Place at, String what, String why, String fix) {
    return new Diagnostic(Severity.ERROR, code, at, what, why, fix);
  }

  public static Diagnostic warning(String code, Place at, String what, String why, String fix) {
    return new Diagnostic(Severity.WARNING, code, at, what, why, fix);
  }

  /** The diagnostic as users see it, one to three lines without a line end. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(at).append(": ").append(severity.name().toLowerCase(Locale.ROOT));
    text.append(' ').append(code).append(": ").append(what);
    if (!why.isEmpty()) {
      text.append("\n  why: ").append(why);
    }
    if (!fix.isEmpty()) {
      text.append("\n  fix: ").append(fix);
    }
    return text.toString();
  }
}
