package io.moulin.decode;

/**
 * Why a record cannot be decoded.
 *
 * @param message what is wrong, and at which position
 */
public record Undecodable(Kind kind, String message) {

  /** The kinds of reason; their names are what {@code error_type} holds in the dead letters. */
  public enum Kind {
    /** The record has no value: a tombstone, or no bytes at all. */
    EMPTY,
    /** The bytes are not one record of the schema that they are said to be of. */
    MALFORMED_AVRO,
    /** The registry does not know the schema that the record names. */
    UNKNOWN_SCHEMA,
    /** The schema that the record names is none of a record, or cannot be read. */
    INCOMPATIBLE_SCHEMA,
    /** The registry did not answer. */
    REGISTRY_UNAVAILABLE,
    /** The bytes are not one well-formed JSON text. */
    MALFORMED_JSON,
    /** Well-formed, but not an object at the top. */
    NOT_AN_OBJECT,
    /** A field appears twice. */
    DUPLICATE_FIELD,
    /** Text that is not valid Unicode: bad UTF-8 or half of a surrogate pair. */
    INVALID_UNICODE,
    /** Nesting, a string or a number beyond the limits of the parser. */
    LIMIT_EXCEEDED,
    /** The decoder itself failed, which is a bug of ours: the message is its exception. */
    DECODER_FAILED,
    /** The record killed the engine whenever it was part of a batch. */
    NATIVE_CRASH
  }
}
