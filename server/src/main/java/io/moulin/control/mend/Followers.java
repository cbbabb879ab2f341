package io.moulin.control.mend;

import io.moulin.control.Project;
import io.moulin.control.Session;
import io.moulin.follow.FollowJob;
import io.moulin.follow.Following;
import io.moulin.follow.Keeper;
import io.moulin.follow.Standing;
import io.moulin.job.Followings;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.catalog.Catalog;

/** Keeps what follows silver where no job does it: after a correction, or when asked to. */
public final class Followers {
  private Followers() {}

  /** Takes up what silver has got; does nothing for a dataset that nothing follows. */
  public static void follow(Session session, DatasetSpec dataset) {
    Followings.of(dataset).forEach(following -> keeper(session, following).finish());
  }

  /** How far what follows silver has come, of that which exists. */
  public static List<Standing> standings(Session session, DatasetSpec dataset) {
    Catalog catalog = session.platform().tables().catalog();
    return Followings.of(dataset).stream()
        .map(following -> Standing.of(catalog, following))
        .flatMap(Optional::stream)
        .toList();
  }

  /** What is kept in tables of that layer; there is something. */
  static List<Following> ofLayer(DatasetSpec dataset, Layer layer) {
    List<Following> meant =
        Followings.of(dataset).stream()
            .filter(following -> following.table().layer() == layer)
            .toList();
    if (meant.isEmpty()) {
      throw layer == Layer.HISTORY
          ? MoulinException.user(
              "no-history",
              "dataset '%s' keeps no history".formatted(dataset.name()),
              "declare 'history: {key: […], track: […], order-by: …}' in its manifest")
          : MoulinException.user(
              "no-live",
              "dataset '%s' has no live aggregates".formatted(dataset.name()),
              "declare one under 'live:' in its manifest");
    }
    return meant;
  }

  /** Makes them anew, of all rows of silver. */
  static List<FollowReport> rebuild(Session session, List<Following> meant, Keeper.Mode mode) {
    return meant.stream()
        .map(following -> FollowReport.of(following, keeper(session, following).rebuild(mode)))
        .toList();
  }

  private static Keeper keeper(Session session, Following following) {
    Project project = session.project();
    return new Keeper(
        following,
        new FollowJob(
            project.spec().engine().memoryBytes(),
            session.platform().tables().catalog(),
            project.kept().resolve("mend").resolve(UUID.randomUUID().toString()),
            project.kept().resolve("locks").toString()));
  }
}
