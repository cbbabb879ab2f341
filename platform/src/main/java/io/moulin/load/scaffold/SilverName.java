package io.moulin.load.scaffold;

import java.util.Locale;
import java.util.Set;

/** Names of silver: snake_case, unique, and none that Moulin adds itself. */
final class SilverName {
  private static final Set<String> RESERVED =
      Set.of("dq_valid", "dq_flags", "is_late_arrival", "payload", "record_key");

  private SilverName() {}

  /** The name for a wire name, other than those in {@code taken}. */
  static String of(String wire, Set<String> taken) {
    String name =
        wire.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
            .replaceAll("([A-Z])([A-Z][a-z])", "$1_$2")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "_")
            .replaceAll("^_+|_+$", "");
    if (name.isEmpty() || Character.isDigit(name.charAt(0)) || RESERVED.contains(name)) {
      name = "c_" + name;
    }
    String unique = name;
    for (int i = 2; taken.contains(unique); i++) {
      unique = name + "_" + i;
    }
    return unique;
  }
}
