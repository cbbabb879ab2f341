package io.moulin.manifest;

import io.moulin.spec.Diagnostic;
import io.moulin.spec.fixture.FixtureSpec;
import io.moulin.spec.generate.GeneratorSpec;
import io.moulin.spec.model.ModelsSpec;
import io.moulin.spec.project.ProjectSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a project folder says.
 *
 * @param project null when a diagnostic is an error
 * @param fixtures the cases that tests are made of
 * @param generators how rows are generated, at most one for each dataset
 * @param models what is made of the streams' tables
 * @param diagnostics all that is wrong, by file, line and column
 */
public record ProjectReading(
    @Nullable ProjectSpec project,
    List<FixtureSpec> fixtures,
    List<GeneratorSpec> generators,
    ModelsSpec models,
    List<Diagnostic> diagnostics) {
  public ProjectReading {
    fixtures = List.copyOf(fixtures);
    generators = List.copyOf(generators);
    diagnostics = List.copyOf(diagnostics);
  }
}
