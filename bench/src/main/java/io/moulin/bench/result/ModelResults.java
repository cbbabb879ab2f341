package io.moulin.bench.result;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All of one run over the models. Its fields are those of {@code bench/results/models.json}, which
 * {@code docs/benchmarks.md} explains.
 *
 * @param silverRows rows that the models read, before the first late ones
 * @param lateRows lines of one day that come in before each build of one day
 * @param figures of all turns that are alike
 * @param turns every process by itself
 */
public record ModelResults(
    int schema,
    String run,
    @JsonUnwrapped Origin origin,
    Map<String, String> settings,
    long silverRows,
    long lateRows,
    List<Figure> figures,
    List<Turn> turns) {
  public static final int SCHEMA = 1;

  /** What was measured, where. */
  public record Origin(
      String commit, String date, Results.Machine machine, Map<String, String> versions) {}

  /**
   * One process, from its start to its end.
   *
   * @param name of the kind of turn
   * @param round from 1; every kind has its turn in each round
   * @param seconds what it says of itself, without its start
   * @param tables that it computed, seeds among them
   * @param checks that it made
   * @param peakRssMib of this process, without the one that serves the catalog
   */
  public record Turn(
      String name,
      int round,
      double seconds,
      double wallSeconds,
      double cpuSeconds,
      double peakRssMib,
      int tables,
      int checks) {}

  /** What all turns of one name say. */
  public record Figure(
      String name,
      String what,
      Spread seconds,
      Spread wallSeconds,
      Spread cpuSeconds,
      Spread peakRssMib,
      Spread tables,
      Spread checks) {

    private static Figure of(String name, String what, List<Turn> turns) {
      return new Figure(
          name,
          what,
          spread(turns, Turn::seconds),
          spread(turns, Turn::wallSeconds),
          spread(turns, Turn::cpuSeconds),
          spread(turns, Turn::peakRssMib),
          spread(turns, Turn::tables),
          spread(turns, Turn::checks));
    }

    private static Spread spread(List<Turn> turns, ToDoubleFunction<Turn> figure) {
      return Spread.of(turns.stream().mapToDouble(figure).boxed().toList());
    }
  }

  /**
   * Figures of turns, in the order of {@code names}; those that had no turn are left out.
   *
   * @param names of kinds of turns, with what they are
   */
  public static List<Figure> figures(Map<String, String> names, List<Turn> turns) {
    List<Figure> figures = new ArrayList<>();
    names.forEach(
        (name, what) -> {
          List<Turn> alike = turns.stream().filter(turn -> turn.name().equals(name)).toList();
          if (!alike.isEmpty()) {
            figures.add(Figure.of(name, what, alike));
          }
        });
    return List.copyOf(figures);
  }

  /** Writes the file for programs. */
  public void write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), this);
  }

  /** Where the table goes in {@code document}. */
  public static Section section(Path document) {
    return Section.open(
        document, "<!-- models: written by make bench-models -->", "<!-- end of models -->");
  }

  /** The table as Markdown. */
  public String text() {
    return Stream.concat(
            Stream.of(
                "",
                "All of these figures are of one run of `%s`.".formatted(run),
                Text.measured(origin.date(), origin.commit(), origin.machine()),
                "Versions: " + Text.named(origin.versions()) + ".",
                "Settings: " + Text.named(settings) + ".",
                "Silver had %s rows before the first late ones."
                    .formatted(Text.text("%,d", silverRows)),
                "",
                "| what | its own time, s | process, s | CPU s | peak RSS, MiB | tables | checks |",
                "|---|---|---|---|---|---|---|"),
            Stream.concat(
                figures.stream().map(ModelResults::row),
                Stream.of("", "Each figure: median (least to greatest of the rounds).", "")))
        .collect(Collectors.joining("\n"));
  }

  private static String row(Figure figure) {
    return "| %s | %s | %s | %s | %s | %s | %s |"
        .formatted(
            figure.what(),
            Text.hundredths(figure.seconds()),
            Text.hundredths(figure.wallSeconds()),
            Text.hundredths(figure.cpuSeconds()),
            Text.whole(figure.peakRssMib()),
            count(figure.tables()),
            count(figure.checks()));
  }

  private static String count(Spread spread) {
    return spread.min() == spread.max() ? Text.text("%.0f", spread.median()) : Text.whole(spread);
  }
}
