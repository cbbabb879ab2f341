package io.moulin.plan;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What has to be done so that what exists is what is declared.
 *
 * @param changes in the order in which they are made
 * @param refused what is declared and will not be made; while there is any, nothing is applied
 * @param carried what else of the manifests has changed, and what that means for the jobs
 */
public record Plan(List<Change> changes, List<Refusal> refused, List<Carry> carried) {
  private static final int ID_LENGTH = 12;

  public Plan {
    changes = List.copyOf(changes);
    refused = List.copyOf(refused);
    carried = List.copyOf(carried);
  }

  /** True when there is nothing to make and nothing to refuse. */
  public boolean empty() {
    return changes.isEmpty() && refused.isEmpty();
  }

  /** A short name for this plan: the same for plans that say the same. */
  public String id() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, ID_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot name a plan: no SHA-256", e);
    }
  }

  /** The plan as users see it: a line for each change, and a summary. */
  @Override
  public String toString() {
    if (empty() && carried.isEmpty()) {
      return "Plan: nothing to do, all is as declared\n";
    }
    StringBuilder text = new StringBuilder();
    int width = width();
    for (String dataset : datasets()) {
      text.append(dataset).append('\n');
      for (Change change : changes) {
        if (change.dataset().equals(dataset)) {
          append(text, change, width);
        }
      }
      List<Refusal> own = refused.stream().filter(r -> r.dataset().equals(dataset)).toList();
      for (int i = 0; i < own.size(); i++) {
        append(text, own.get(i), i + 1 < own.size() ? own.get(i + 1) : null, width);
      }
      append(text, carried.stream().filter(c -> c.dataset().equals(dataset)).toList(), width);
      text.append('\n');
    }
    return text.append(summary()).toString();
  }

  /** The names of the datasets that have to do with it, in order. */
  private Set<String> datasets() {
    Set<String> names = new LinkedHashSet<>();
    changes.forEach(change -> names.add(change.dataset()));
    refused.forEach(refusal -> names.add(refusal.dataset()));
    carried.forEach(carry -> names.add(carry.dataset()));
    return names;
  }

  private int width() {
    return Stream.concat(
            changes.stream().map(Change::target), refused.stream().map(Refusal::target))
        .mapToInt(String::length)
        .max()
        .orElse(0);
  }

  private static void append(StringBuilder text, Change change, int width) {
    char rune = change.creates() ? '+' : '~';
    line(text, rune, change.target(), width, change.what());
    if (change.impact() != Impact.NONE) {
      text.append("  [").append(change.impact()).append(']');
    }
    text.append('\n');
    if (!change.note().isEmpty()) {
      text.append("      note: ").append(change.note()).append('\n');
    }
  }

  private static void append(
      StringBuilder text, Refusal refusal, @Nullable Refusal next, int width) {
    line(text, '!', refusal.target(), width, refusal.what());
    text.append("  [refused: ").append(refusal.impact()).append("]\n");
    // Several tables often refuse the same for the same reason, which is then said once.
    if (next == null || !next.why().equals(refusal.why()) || !next.fix().equals(refusal.fix())) {
      text.append("      why: ").append(refusal.why()).append('\n');
      text.append("      fix: ").append(refusal.fix()).append('\n');
    }
  }

  private static void append(StringBuilder text, List<Carry> carried, int width) {
    for (int i = 0; i < carried.size(); i++) {
      Carry carry = carried.get(i);
      String target = "job " + carry.dataset();
      line(text, '~', target, Math.max(width, target.length()), carry.what());
      text.append("  [").append(Impact.RESTART).append("]\n");
      if (i + 1 == carried.size() || !carried.get(i + 1).then().equals(carry.then())) {
        text.append("      then: ").append(carry.then()).append('\n');
      }
    }
    if (!carried.isEmpty()) {
      text.append(
          "      kept: positions in the topic, so that nothing is read twice or left out\n");
    }
  }

  private static void line(StringBuilder text, char rune, String target, int width, String what) {
    text.append("  ").append(rune).append(' ').append(target);
    text.append(" ".repeat(width - target.length() + 2)).append(what);
  }

  private String summary() {
    long created = changes.stream().filter(Change::creates).count();
    StringBuilder text = new StringBuilder();
    if (!carried.isEmpty()
        || changes.stream().anyMatch(change -> change.impact() == Impact.RESTART)) {
      text.append("[restart]: a job that is running is stopped at a commit and goes on with it.\n");
    }
    if (!refused.isEmpty()) {
      text.append("Nothing is applied while a change is refused.\n");
    }
    return text.append(
            "Plan: %d to create, %d to change, %d refused\n"
                .formatted(created, changes.size() - created, refused.size()))
        .toString();
  }
}
