package io.moulin.apply;

import io.moulin.plan.Actual;
import io.moulin.plan.Actual.ActualTable;
import io.moulin.platform.Platform;
import io.moulin.platform.Tables;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TopicSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks at what exists of the datasets of a project. */
public final class Survey {
  private Survey() {}

  /** What exists on {@code platform} of the topics and tables that {@code datasets} declare. */
  public static Actual of(Platform platform, List<DatasetSpec> datasets) {
    Set<String> topics =
        datasets.stream()
            .flatMap(dataset -> dataset.topics().stream())
            .map(TopicSpec::name)
            .collect(Collectors.toSet());
    Tables tables = platform.tables();
    Map<String, ActualTable> existing = new LinkedHashMap<>();
    for (DatasetSpec dataset : datasets) {
      for (TableSpec table : dataset.everyTable()) {
        tables.describe(table.fullName()).ifPresent(found -> existing.put(table.fullName(), found));
      }
    }
    return new Actual(platform.topics().describe(topics), existing);
  }
}
