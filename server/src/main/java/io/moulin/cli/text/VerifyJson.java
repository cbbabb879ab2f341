package io.moulin.cli.text;

import io.moulin.control.Figures;
import io.moulin.control.proof.VerifyReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a verification found, as JSON. */
public record VerifyJson(
    List<String> datasets,
    int kills,
    long records,
    long lost,
    long doubled,
    long changed,
    boolean proven,
    Map<String, VerifyReport.TableProof> tables,
    Map<String, Integer> kinds,
    int ended,
    RecoveryJson recoverySeconds,
    List<String> problems,
    double seconds,
    long seed) {

  /** Seconds until a hurt run has committed again. */
  public record RecoveryJson(int times, double p50, double max) {}

  public static VerifyJson of(VerifyReport report) {
    return new VerifyJson(
        report.datasets(),
        report.kills(),
        report.records(),
        report.lost(),
        report.doubled(),
        report.changed(),
        report.proven(),
        new LinkedHashMap<>(report.tables()),
        new LinkedHashMap<>(report.kinds()),
        report.ended(),
        new RecoveryJson(
            report.recovery().times(),
            Figures.rounded(report.recovery().p50()),
            Figures.rounded(report.recovery().max())),
        report.problems(),
        Figures.rounded(report.seconds()),
        report.seed());
  }
}
