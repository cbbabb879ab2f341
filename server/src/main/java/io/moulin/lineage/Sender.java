package io.moulin.lineage;

import io.openlineage.client.OpenLineage;
import io.openlineage.client.OpenLineage.ErrorMessageRunFacet;
import io.openlineage.client.OpenLineage.InputDataset;
import io.openlineage.client.OpenLineage.JobFacetsBuilder;
import io.openlineage.client.OpenLineage.OutputDataset;
import io.openlineage.client.OpenLineage.ParentRunFacet;
import io.openlineage.client.OpenLineage.RunEvent.EventType;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes events of runs and sends them.
 *
 * @param namespace of the jobs
 * @param version of this program
 */
record Sender(
    OpenLineage events, Delivery delivery, String namespace, String version, Clock clock) {

  /**
   * A run of a job.
   *
   * @param job name of the job
   * @param kind of the job, for example {@code LOAD}
   * @param processing {@code BATCH} or {@code STREAMING}
   * @param parent the run that it is a part of; null for none
   */
  record Run(UUID id, String job, String kind, String processing, @Nullable Run parent) {}

  /** What is read and written. */
  record Touched(List<InputDataset> inputs, List<OutputDataset> outputs) {
    static final Touched NOTHING = new Touched(List.of(), List.of());

    Touched {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }

  /** Says what happened now to a run. */
  void send(Run run, EventType type, Supplier<Touched> touched) {
    send(run, type, touched, "", facets -> facets);
  }

  /** What is said of a job beside its kind. */
  @FunctionalInterface
  interface OfJob {
    JobFacetsBuilder add(JobFacetsBuilder facets);
  }

  /**
   * Says what happened now to a run.
   *
   * @param touched is asked by the thread that sends
   * @param error what went wrong; empty for nothing
   * @param ofJob is asked by the thread that sends
   */
  void send(Run run, EventType type, Supplier<Touched> touched, String error, OfJob ofJob) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS); // more is not read everywhere
    delivery.send(
        () -> {
          Touched datasets = touched.get();
          ErrorMessageRunFacet wrong =
              error.isEmpty() ? null : events.newErrorMessageRunFacet(error, "JAVA", null);
          return events
              .newRunEventBuilder()
              .eventTime(now.atZone(ZoneOffset.UTC))
              .eventType(type)
              .run(
                  events.newRun(
                      run.id(),
                      events
                          .newRunFacetsBuilder()
                          .parent(parent(run.parent()))
                          .errorMessage(wrong)
                          .processing_engine(
                              events.newProcessingEngineRunFacet(version, "moulin", null))
                          .build()))
              .job(
                  events.newJob(
                      namespace,
                      run.job(),
                      ofJob
                          .add(
                              events
                                  .newJobFacetsBuilder()
                                  .jobType(
                                      events.newJobTypeJobFacet(
                                          run.processing(), "MOULIN", run.kind(), null)))
                          .build()))
              .inputs(datasets.inputs())
              .outputs(datasets.outputs())
              .build();
        });
  }

  private @Nullable ParentRunFacet parent(@Nullable Run parent) {
    return parent == null
        ? null
        : events.newParentRunFacet(
            events.newParentRunFacetRun(parent.id(), null),
            events.newParentRunFacetJob(namespace, parent.job(), null),
            null);
  }
}
