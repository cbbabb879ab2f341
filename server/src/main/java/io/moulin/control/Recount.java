package io.moulin.control;

import java.util.List;

/** What the rows themselves say, beside the ledger. */
public record Recount(List<Line> lines) {
  public Recount {
    lines = List.copyOf(lines);
  }

  /** One thing that was counted. */
  public record Line(String what, long ledger, long counted) {
    public boolean agrees() {
      return ledger == counted;
    }
  }

  /** Whether the rows agree with the ledger in all. */
  public boolean agrees() {
    return lines.stream().allMatch(Line::agrees);
  }
}
