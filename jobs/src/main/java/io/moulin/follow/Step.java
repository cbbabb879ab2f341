package io.moulin.follow;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;

/** One commit to a table that follows silver: what silver has got since the last, or all anew. */
public interface Step {
  /** Whether so much is followed; otherwise all of it is made anew. */
  boolean follows(SilverChange change);

  /** Takes up rows that silver has got, or {@link Stage#leave leaves} a mark of them. */
  Kept follow(FollowMark last, SilverChange change) throws SQLException, IOException;

  /**
   * Makes all of it anew of all rows of silver.
   *
   * @param last what the table says of itself; empty when it says nothing
   */
  Kept anew(Optional<FollowMark> last, Keeper.Mode mode) throws SQLException, IOException;
}
