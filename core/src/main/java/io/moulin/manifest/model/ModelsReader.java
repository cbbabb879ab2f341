package io.moulin.manifest.model;

import io.moulin.manifest.block.BlockReader;
import io.moulin.manifest.block.Field.Block;
import io.moulin.manifest.block.Names;
import io.moulin.manifest.block.Section;
import io.moulin.manifest.block.Suggestions;
import io.moulin.manifest.yaml.Problems;
import io.moulin.manifest.yaml.YamlFile;
import io.moulin.manifest.yaml.YamlNode;
import io.moulin.spec.Place;
import io.moulin.spec.model.CheckSpec.Severity;
import io.moulin.spec.model.ModelSpec;
import io.moulin.spec.model.ModelSpec.Step;
import io.moulin.spec.model.ModelsSpec;
import io.moulin.spec.model.SeedSpec;
import io.moulin.spec.model.SingularCheckSpec;
import io.moulin.spec.model.TableChecksSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads {@code models/}, {@code seeds/} and {@code checks/} of a project. */
public final class ModelsReader {
  static final String MODELS = "models";
  static final String SEEDS = "seeds";
  static final String CHECKS = "checks";

  private static final String SQL = ".sql";
  private static final String CSV = ".csv";
  private static final List<String> YAML = List.of(".yml", ".yaml");

  private final Path folder;
  private final Problems problems;
  private final Map<String, Place> names = new HashMap<>();

  private ModelsReader(Path folder, Problems problems) {
    this.folder = folder;
    this.problems = problems;
  }

  /** All that the project in {@code folder} makes of its streams; mistakes are reported. */
  public static ModelsSpec read(Path folder, Problems problems) {
    return new ModelsReader(folder, problems).read();
  }

  private ModelsSpec read() {
    List<SeedSpec> seeds = new ArrayList<>();
    for (String file : files(SEEDS, List.of(CSV))) {
      SeedSpec seed = seed(file);
      if (seed != null) {
        seeds.add(seed);
      }
    }
    for (String file : files(SEEDS, YAML)) {
      if (!Files.exists(folder.resolve(stem(file) + CSV))) {
        problems.error(
            "missing-seed",
            Place.of(file),
            "There is no file " + stem(file) + CSV,
            "this file says what its columns are",
            "add it, or remove this one");
      }
    }
    List<ModelSpec> models = new ArrayList<>();
    for (String file : files(MODELS, List.of(SQL))) {
      ModelSpec model = model(file);
      if (model != null) {
        models.add(model);
      }
    }
    List<SingularCheckSpec> checks = new ArrayList<>();
    for (String file : files(CHECKS, List.of(SQL))) {
      Headed headed = Headed.read(folder.resolve(file), file, ModelWords.SINGULAR, problems);
      if (headed != null) {
        checks.add(
            new SingularCheckSpec(
                name(file),
                headed.sql(),
                headed.header().text("description"),
                Checks.limits(headed.header(), Severity.ERROR),
                new Place(file, 1, 1),
                headed.at()));
      }
    }
    return new ModelsSpec(models, seeds, checks, tableChecks());
  }

  private List<TableChecksSpec> tableChecks() {
    List<TableChecksSpec> found = new ArrayList<>();
    for (String file : files(CHECKS, YAML)) {
      Section section = yaml(file, ModelWords.TABLE_CHECKS);
      if (section != null) {
        found.add(
            new TableChecksSpec(
                section.text("on"),
                new Checks(problems, Severity.WARN)
                    .all(section.parts("checks"), List.of(), section),
                section.at("on")));
      }
    }
    return found;
  }

  private @Nullable Section yaml(String file, Block block) {
    YamlNode.Mapping mapping = YamlFile.read(folder.resolve(file), file, problems);
    return mapping == null ? null : new BlockReader(problems, null).read(block, mapping);
  }

  private @Nullable SeedSpec seed(String file) {
    String name = name(file);
    named(name, file);
    String yaml =
        YAML.stream()
            .map(ending -> stem(file) + ending)
            .filter(each -> Files.exists(folder.resolve(each)))
            .findFirst()
            .orElse("");
    if (yaml.isEmpty()) {
      problems.error(
          "undeclared-seed",
          Place.of(file),
          "Nothing says what the columns of this file are",
          "nothing is inferred: a type that changes with the data would break what reads it",
          "write " + stem(file) + ".yml with columns: [{name: …, type: …}]");
      return null;
    }
    Section section = yaml(yaml, ModelWords.SEED);
    if (section == null) {
      return null;
    }
    ModelColumns columns = ModelColumns.of(section, problems);
    List<String> key = section.strings("key");
    columns.known(section, "key");
    Checks checks = new Checks(problems, Severity.ERROR);
    checks.notEmpty(section.at());
    return new SeedSpec(
        name,
        folder.resolve(file),
        section.text("description"),
        columns.all(),
        key,
        section.strings("nulls"),
        checks.all(section.parts("checks"), key, section),
        section.at());
  }

  private @Nullable ModelSpec model(String file) {
    String name = name(file);
    named(name, file);
    Step step = step(file);
    Headed headed = Headed.read(folder.resolve(file), file, ModelWords.MODEL, problems);
    return headed == null || step == null ? null : Models.of(name, step, headed, problems);
  }

  /** The first folder below {@code models/}. */
  private @Nullable Step step(String file) {
    String[] parts = file.split("/", -1);
    for (Step step : Step.values()) {
      if (parts.length > 2 && parts[1].equals(step.folder())) {
        return step;
      }
    }
    List<String> folders = Arrays.stream(Step.values()).map(Step::folder).toList();
    problems.error(
        "model-without-step",
        Place.of(file),
        "The model is in none of the folders " + String.join(", ", folders),
        "the folder says who may read it",
        parts.length > 2
            ? Suggestions.fix(parts[1], folders, "folders")
            : "move it into one of them");
    return null;
  }

  /** Models and seeds are read by their names alone, so there is one of each name. */
  private void named(String name, String file) {
    if (!Names.identifier(name)) {
      problems.error(
          "invalid-name",
          Place.of(file),
          "'" + name + "' cannot name a table",
          "a name is letters, digits and _, and begins with no digit",
          "rename the file");
    }
    Place first = names.putIfAbsent(name.toLowerCase(Locale.ROOT), Place.of(file));
    if (first != null) {
      problems.error(
          "duplicate-model",
          Place.of(file),
          "There is a model or seed '" + name + "' in " + first.file(),
          "they are read by their names alone",
          "rename one of them");
    }
  }

  private static String name(String file) {
    return stem(file.substring(file.lastIndexOf('/') + 1));
  }

  private static String stem(String file) {
    return file.substring(0, file.lastIndexOf('.'));
  }

  /** The files below a folder, by their paths within the project, in order. */
  private List<String> files(String below, List<String> endings) {
    Path root = folder.resolve(below);
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString().replace('\\', '/'))
          .filter(file -> endings.stream().anyMatch(file::endsWith))
          .filter(file -> !file.contains("/."))
          .sorted()
          .toList();
    } catch (IOException e) {
      problems.error(
          "unreadable-file",
          Place.of(below),
          "Cannot list the folder: " + e.getMessage(),
          "",
          "check its permissions");
      return List.of();
    }
  }
}
