package io.moulin.spec.project;

import java.io.Serializable;

/**
 * A registry of schemas that speaks Confluent's API.
 *
 * @param url its address, without {@code /schemas}
 * @param user empty for none; then the password is sent as a bearer token
 * @param password empty for none
 */
public record RegistrySpec(String url, String user, Secret password, OnError onError)
    implements Serializable {

  /** What becomes of a record whose schema the registry does not give. */
  public enum OnError {
    /** The stream waits and asks again, until the schema is there. */
    WAIT,
    /** The record is a dead letter. */
    DEAD_LETTER
  }
}
