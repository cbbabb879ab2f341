package io.moulin.sql;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * One value of a result that is not NULL.
 *
 * @param text the value as users read it: times in ISO 8601, bytes that are no printable ASCII as
 *     {@code \x00}, lists and structs as JSON
 */
public record Cell(Kind kind, String text) {

  /** How a value is written in JSON. */
  public enum Kind {
    BOOLEAN,
    /** A number that JSON can hold, so not NaN or an infinity. */
    NUMBER,
    TEXT,
    /** A list, map or struct, or a value of type JSON. */
    JSON
  }

  /** The value as JSON. */
  public String json() {
    return kind == Kind.TEXT ? JsonNodeFactory.instance.textNode(text).toString() : text;
  }
}
