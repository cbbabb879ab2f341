package io.moulin.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {
  @TempDir Path kept;

  @Test
  void nothingCanBeWrittenBelowItWhileItIsAwayAndItComesBackAsItWas() throws IOException {
    Path work = Files.createDirectories(kept.resolve("work"));
    Files.writeString(work.resolve("batch"), "rows");
    WorkFolder folder = WorkFolder.at(work);

    folder.takeAway();
    assertThatThrownBy(() -> Files.createDirectories(work.resolve("run")))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> Files.writeString(work.resolve("other"), "rows"))
        .isInstanceOf(IOException.class);

    folder.bringBack();
    assertThat(work.resolve("batch")).hasContent("rows");
    Files.createDirectories(work.resolve("run"));
  }

  @Test
  void theNextLifeBringsBackWhatAKilledOneHasTakenAway() throws IOException {
    Path work = Files.createDirectories(kept.resolve("work"));
    Files.writeString(work.resolve("batch"), "rows");
    WorkFolder.at(work).takeAway();

    WorkFolder.at(work).bringBackWhatIsAway();
    WorkFolder.at(work).bringBackWhatIsAway();

    assertThat(work.resolve("batch")).hasContent("rows");
  }
}
