package io.moulin.manifest.block;

/** What may be a name. */
public final class Names {
  private static final int MAX_TOPIC = 249;
  private static final int MAX_IDENTIFIER = 128;

  private Names() {}

  /** A name that SQL engines take without quotes: letters, digits and {@code _}. */
  public static boolean identifier(String name) {
    return !name.isEmpty()
        && name.length() <= MAX_IDENTIFIER
        && !digit(name.charAt(0))
        && name.chars().allMatch(c -> letter(c) || digit(c) || c == '_');
  }

  /** Identifiers with dots between them. */
  public static boolean dotted(String name) {
    for (String part : name.split("\\.", -1)) {
      if (!identifier(part)) {
        return false;
      }
    }
    return name.length() <= MAX_IDENTIFIER;
  }

  /** A name that Kafka takes for a topic. */
  public static boolean topic(String name) {
    return !name.isEmpty()
        && name.length() <= MAX_TOPIC
        && !name.equals(".")
        && !name.equals("..")
        && name.chars().allMatch(c -> letter(c) || digit(c) || c == '.' || c == '_' || c == '-');
  }

  /** Capitals, digits and {@code _}, beginning with a capital. */
  public static boolean reason(String name) {
    return !name.isEmpty()
        && name.charAt(0) >= 'A'
        && name.charAt(0) <= 'Z'
        && name.chars().allMatch(c -> (c >= 'A' && c <= 'Z') || digit(c) || c == '_');
  }

  public static boolean project(String name) {
    return topic(name) && letter(name.charAt(0));
  }

  public static boolean hostAndPort(String address) {
    int colon = address.lastIndexOf(':');
    if (colon < 1 || address.chars().anyMatch(c -> c <= ' ' || c == '/' || c == '@')) {
      return false;
    }
    Long port = Scalars.number(address.substring(colon + 1));
    return port != null && port > 0 && port < 65536;
  }

  private static boolean letter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean digit(int c) {
    return c >= '0' && c <= '9';
  }
}
