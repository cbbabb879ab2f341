package io.moulin.manifest.block;

import java.util.Collection;
import java.util.Locale;

/** "Did you mean": the nearest known word by Damerau-Levenshtein distance. */
public final class Suggestions {
  private static final int LONGEST = 80;

  private Suggestions() {}

  /** {@code did you mean 'x'?}, or what there is to choose from when nothing is near. */
  public static String fix(String word, Collection<String> known, String label) {
    String nearest = nearest(word, known);
    if (!nearest.isEmpty()) {
      return "did you mean '" + nearest + "'?";
    }
    return known.isEmpty() ? "" : label + ": " + String.join(", ", known);
  }

  /** The nearest of {@code known}, or empty when none is near. */
  public static String nearest(String word, Collection<String> known) {
    String best = "";
    int least = Math.max(1, Math.min(word.length(), LONGEST) / 3) + 1;
    for (String candidate : known) {
      int distance = distance(word, candidate);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return best;
  }

  /** Insertions, deletions, replacements and swaps of neighbours, case ignored. */
  public static int distance(String one, String other) {
    String a = one.toLowerCase(Locale.ROOT);
    String b = other.toLowerCase(Locale.ROOT);
    if (a.length() > LONGEST || b.length() > LONGEST) {
      return Integer.MAX_VALUE;
    }
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int replace = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least = Math.min(cost[i - 1][j] + 1, cost[i][j - 1] + 1);
        least = Math.min(least, cost[i - 1][j - 1] + replace);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          least = Math.min(least, cost[i - 2][j - 2] + 1);
        }
        cost[i][j] = least;
      }
    }
    return cost[a.length()][b.length()];
  }
}
