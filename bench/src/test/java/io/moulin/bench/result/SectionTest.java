package io.moulin.bench.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables go between their markers, and a document that cannot take them is refused at once. */
class SectionTest {
  private static final String DOCUMENT =
      """
      before
      <!-- models: written by make bench-models -->
      old
      <!-- end of models -->
      <!-- figures: written by make bench-full -->
      old
      <!-- end of figures -->
      after
      """;

  @TempDir private Path folder;

  @Test
  void nothingButWhatIsBetweenTheMarkersChanges() throws IOException {
    Path document = write(DOCUMENT);
    for (String text : List.of("some\n", "new\n")) {
      Report.section(document).write(text);
    }
    assertThat(document)
        .hasContent(DOCUMENT.replace("bench-full -->\nold\n", "bench-full -->\nnew\n"));
    ModelResults.section(document).write("new\n");
    assertThat(document).hasContent(DOCUMENT.replace("old\n", "new\n"));
  }

  @Test
  void aDocumentThatCannotTakeThemIsRefusedBeforeTheRun() throws IOException {
    Path missing = folder.resolve("missing.md");
    refuses(missing, "no such file");
    refuses(folder, "no such file");
    refuses(write("no markers"), "'<!-- figures: written by make bench-full -->'");
    refuses(
        write("<!-- end of figures -->\n<!-- figures: written by make bench-full -->"),
        "in this order");
    assertThat(missing).doesNotExist();
  }

  private static void refuses(Path document, String why) {
    assertThatThrownBy(() -> Report.section(document))
        .isInstanceOfSatisfying(
            MoulinException.class,
            mistake -> {
              assertThat(mistake.code()).isEqualTo("report-unusable");
              assertThat(mistake.getMessage()).contains(document.toString()).contains(why);
              assertThat(mistake.fix()).contains("--report");
            });
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("document.md"), text);
  }
}
