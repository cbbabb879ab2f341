package io.moulin.job;

import io.moulin.ingest.Connections;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.project.EngineSpec;
import java.util.Map;

/**
 * What an ingest job is to do.
 *
 * @param until end offset of every partition where the job ends; empty for a job without end
 * @param run names this attempt; no two attempts may ever have the same
 */
public record IngestPlan(
    DatasetSpec dataset,
    EngineSpec engine,
    Connections connections,
    Map<Integer, Long> until,
    String run) {
  public IngestPlan {
    until = Map.copyOf(until);
  }
}
