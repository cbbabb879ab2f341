package io.moulin.bench.result;

/**
 * One pass of one contender over all rows.
 *
 * @param round from 1; in each round every contender has its turn
 * @param pass 1 in a fresh process, 2 in the same process once more
 * @param rows rows that {@code seconds} is the time of
 * @param seconds from the first record that the broker served to the last commit
 * @param cpuSeconds of the contender's processes
 * @param brokerCpuSeconds of the process of broker and catalog, meanwhile
 * @param peakRssMib most memory that the contender's processes had at once, in MiB
 */
public record Measured(
    String contender,
    int round,
    int pass,
    long rows,
    double seconds,
    double cpuSeconds,
    double brokerCpuSeconds,
    double peakRssMib) {

  public double rowsPerSecond() {
    return rows / seconds;
  }
}
