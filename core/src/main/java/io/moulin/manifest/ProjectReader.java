package io.moulin.manifest;

import io.moulin.manifest.ProfileChoice.Choice;
import io.moulin.manifest.block.BlockReader;
import io.moulin.manifest.block.References;
import io.moulin.manifest.block.Section;
import io.moulin.manifest.block.Suggestions;
import io.moulin.manifest.model.ModelsReader;
import io.moulin.manifest.yaml.Problems;
import io.moulin.manifest.yaml.YamlFile;
import io.moulin.manifest.yaml.YamlNode;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Place;
import io.moulin.spec.fixture.FixtureSpec;
import io.moulin.spec.generate.GeneratorSpec;
import io.moulin.spec.model.ModelsSpec;
import io.moulin.spec.project.ProjectSpec;
import io.moulin.spec.project.RegistrySpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a project folder: {@code moulin.yml}, a profile, the datasets, cases, generators and
 * models.
 */
public final class ProjectReader {
  static final String PROJECT_FILE = "moulin.yml";
  static final String DATASETS = "datasets";
  static final String TESTS = "tests";
  static final String GENERATORS = "generators";

  private final Path folder;
  private final Map<String, String> environment;
  private final Problems problems = new Problems(PROJECT_FILE);
  private @Nullable RegistrySpec registry;
  private int datasetErrors;

  private ProjectReader(Path folder, Map<String, String> environment) {
    this.folder = folder;
    this.environment = environment;
  }

  /**
   * The project in {@code folder}, or what is wrong with it.
   *
   * @param profile the profile asked for on the command line
   * @param environment what {@code ${env:X}} refers to
   */
  public static ProjectReading read(
      Path folder, Optional<String> profile, Map<String, String> environment) {
    return new ProjectReader(folder, environment).read(profile);
  }

  /**
   * The dataset of one manifest that need not stand in the project's folder of datasets.
   *
   * @param folder the project's
   * @param registry the project's registry of schemas; null when it has none
   * @return empty when the file has a mistake, or is of another version
   */
  public static Optional<DatasetSpec> dataset(
      Path folder, Path file, @Nullable RegistrySpec registry) {
    Problems problems = new Problems(file.toString());
    YamlNode.Mapping mapping = YamlFile.read(file, file.toString(), problems);
    if (mapping == null) {
      return Optional.empty();
    }
    Section section = new BlockReader(problems, null).read(Vocabulary.DATASET, mapping);
    new DatasetChecks(section, folder, problems).check();
    RecordSchemas schemas = new RecordSchemas(section, folder, registry, problems);
    schemas.check();
    return problems.none() ? Optional.of(Datasets.dataset(section, schemas)) : Optional.empty();
  }

  private ProjectReading read(Optional<String> asked) {
    Path file = folder.resolve(PROJECT_FILE);
    if (!Files.exists(file)) {
      problems.error(
          "missing-project",
          Place.of(PROJECT_FILE),
          Files.isDirectory(folder)
              ? "The folder has no " + PROJECT_FILE
              : "The project folder does not exist",
          "a project is a folder with a file " + PROJECT_FILE,
          "run 'moulin init NAME', or name the folder of a project");
      return new ProjectReading(null, List.of(), List.of(), ModelsSpec.NONE, problems.sorted());
    }
    BlockReader reader = new BlockReader(problems, new References(folder, environment, problems));
    YamlNode.Mapping mapping = YamlFile.read(file, PROJECT_FILE, problems);
    Section base = mapping == null ? null : reader.read(Vocabulary.PROJECT, mapping);
    ProjectSpec axes = base == null ? null : axes(base, asked, reader);
    List<DatasetSpec> datasets = datasets();
    List<FixtureSpec> fixtures = fixtures(datasets);
    List<GeneratorSpec> generators = generators(datasets);
    ModelsSpec models = ModelsReader.read(folder, problems);
    if (axes == null || !problems.none()) {
      return new ProjectReading(null, List.of(), List.of(), ModelsSpec.NONE, problems.sorted());
    }
    ProjectSpec project =
        new ProjectSpec(
            axes.name(),
            axes.profile(),
            axes.broker(),
            axes.catalog(),
            axes.storage(),
            axes.engine(),
            axes.lineage(),
            datasets,
            axes.settings());
    return new ProjectReading(project, fixtures, generators, models, problems.sorted());
  }

  private @Nullable ProjectSpec axes(Section base, Optional<String> asked, BlockReader reader) {
    Choice choice = ProfileChoice.choose(base, asked, environment);
    Path file = ProfileChoice.file(folder, choice, problems);
    Section effective = base;
    if (file != null) {
      YamlNode.Mapping mapping = YamlFile.read(file, "profiles/" + file.getFileName(), problems);
      if (mapping != null) {
        effective = base.under(reader.read(Vocabulary.PROFILE, mapping));
      }
    }
    AxisChecks.check(effective, problems);
    registry = Axes.registry(effective);
    return problems.none()
        ? Axes.project(effective, choice.name(), SettingList.of(effective, choice))
        : null;
  }

  private List<DatasetSpec> datasets() {
    int errorsBefore = problems.errors();
    List<Section> sections = new ArrayList<>();
    List<DatasetSpec> datasets = new ArrayList<>();
    List<Path> files = files(DATASETS);
    for (Path file : files) {
      int before = problems.errors();
      YamlNode.Mapping mapping = YamlFile.read(file, DATASETS + "/" + file.getFileName(), problems);
      if (mapping == null) {
        continue;
      }
      Section section = new BlockReader(problems, null).read(Vocabulary.DATASET, mapping);
      new DatasetChecks(section, folder, problems).check();
      RecordSchemas schemas = new RecordSchemas(section, folder, registry, problems);
      schemas.check();
      sections.add(section);
      if (problems.errors() == before) {
        datasets.add(Datasets.dataset(section, schemas));
      }
    }
    SharedNames.check(sections, problems);
    datasetErrors = problems.errors() - errorsBefore;
    if (files.isEmpty()) {
      problems.warning(
          "no-datasets",
          Place.of(DATASETS),
          "The project has no datasets",
          "",
          "write one into datasets/, or run 'moulin scaffold'");
    }
    return datasets;
  }

  private List<FixtureSpec> fixtures(List<DatasetSpec> datasets) {
    List<FixtureSpec> fixtures = new ArrayList<>();
    for (Path file : files(TESTS)) {
      YamlNode.Mapping mapping = YamlFile.read(file, TESTS + "/" + file.getFileName(), problems);
      if (mapping == null) {
        continue;
      }
      Section section = new BlockReader(problems, null).read(FixtureWords.TESTS, mapping);
      dataset(section, datasets)
          .ifPresent(dataset -> fixtures.add(Fixtures.read(section, dataset, problems)));
    }
    return fixtures;
  }

  private List<GeneratorSpec> generators(List<DatasetSpec> datasets) {
    Map<String, GeneratorSpec> generators = new LinkedHashMap<>();
    for (Path file : files(GENERATORS)) {
      String name = GENERATORS + "/" + file.getFileName();
      YamlNode.Mapping mapping = YamlFile.read(file, name, problems);
      if (mapping == null) {
        continue;
      }
      Section section = new BlockReader(problems, null).read(FixtureWords.GENERATOR, mapping);
      Optional<DatasetSpec> dataset = dataset(section, datasets);
      if (dataset.isEmpty()) {
        continue;
      }
      GeneratorSpec generator = Generators.read(section, dataset.get(), problems);
      GeneratorSpec first = generators.putIfAbsent(dataset.get().name(), generator);
      if (first != null) {
        problems.error(
            "duplicate-generator",
            section.at("dataset"),
            "Dataset '" + dataset.get().name() + "' has a generator at " + first.at(),
            "",
            "make them one, with a shape for each kind of rows");
      }
    }
    return List.copyOf(generators.values());
  }

  /** The dataset that a file is about; one with mistakes of its own is not reported again. */
  private Optional<DatasetSpec> dataset(Section section, List<DatasetSpec> datasets) {
    String name = section.text("dataset");
    Optional<DatasetSpec> found =
        datasets.stream().filter(dataset -> dataset.name().equals(name)).findFirst();
    if (found.isEmpty() && section.has("dataset") && datasetErrors == 0) {
      problems.error(
          "unknown-dataset",
          section.at("dataset"),
          "There is no dataset '" + name + "' in this project",
          "",
          Suggestions.fix(name, datasets.stream().map(DatasetSpec::name).toList(), "datasets"));
    }
    return found;
  }

  private List<Path> files(String name) {
    Path folder = this.folder.resolve(name);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(
              file -> {
                String each = file.getFileName().toString();
                return !each.startsWith(".") && (each.endsWith(".yml") || each.endsWith(".yaml"));
              })
          .sorted()
          .toList();
    } catch (IOException e) {
      problems.error(
          "unreadable-file",
          Place.of(name),
          "Cannot list the folder: " + e.getMessage(),
          "",
          "check its permissions");
      return List.of();
    }
  }
}
