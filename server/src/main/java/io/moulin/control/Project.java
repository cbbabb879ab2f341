package io.moulin.control;

import io.moulin.commit.CommitLock;
import io.moulin.model.Blueprint;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import io.moulin.spec.fixture.FixtureSpec;
import io.moulin.spec.generate.GeneratorSpec;
import io.moulin.spec.model.ModelsSpec;
import io.moulin.spec.project.ProjectSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A project folder that was read and has no error.
 *
 * @param fixtures the cases that tests are made of
 * @param generators how rows are generated
 * @param declared models, seeds and checks as they were written
 * @param models what is made of the streams' tables
 */
public record Project(
    Path folder,
    ProjectSpec spec,
    List<FixtureSpec> fixtures,
    List<GeneratorSpec> generators,
    ModelsSpec declared,
    Blueprint models) {
  /** Name of the file that makes a folder a project. */
  public static final String FILE = "moulin.yml";

  /** Folder, within the project's, for all that Moulin keeps. */
  public static final String KEPT = ".moulin";

  public Project {
    fixtures = List.copyOf(fixtures);
    generators = List.copyOf(generators);
  }

  /** The dataset of that name, or of that table name when it is the only one. */
  public DatasetSpec dataset(String name) {
    List<DatasetSpec> named =
        spec.datasets().stream()
            .filter(dataset -> dataset.name().equals(name) || dataset.table().equals(name))
            .toList();
    if (named.size() == 1) {
      return named.get(0);
    }
    throw MoulinException.user(
        "unknown-dataset", "no dataset '%s' in this project".formatted(name), choices());
  }

  /** The datasets of these names, each once, or all of the project when there are no names. */
  public List<DatasetSpec> chosen(List<String> names) {
    if (!names.isEmpty()) {
      return names.stream().map(this::dataset).distinct().toList();
    }
    if (spec.datasets().isEmpty()) {
      throw MoulinException.user("dataset-missing", "the project has no dataset yet", choices());
    }
    return spec.datasets();
  }

  private String choices() {
    if (spec.datasets().isEmpty()) {
      return "make one with 'moulin scaffold --from FILE --name NAME'";
    }
    return spec.datasets().stream()
        .map(DatasetSpec::name)
        .collect(Collectors.joining(", ", "datasets are: ", ""));
  }

  /** The lock that all who commit to the tables of {@code dataset} share. */
  CommitLock commitLock(DatasetSpec dataset) {
    return CommitLock.of(kept().resolve("locks").toString(), dataset.name());
  }

  /** How many seeds and models it has. */
  public int modelCount() {
    return models.nodes().size();
  }

  /** Where Moulin keeps what it needs for this project. */
  public Path kept() {
    return folder.resolve(KEPT);
  }
}
