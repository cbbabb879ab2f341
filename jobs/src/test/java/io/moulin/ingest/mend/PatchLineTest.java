package io.moulin.ingest.mend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file of patches may say. */
class PatchLineTest {
  @TempDir private Path folder;

  private Path file(String... lines) throws IOException {
    return Files.writeString(folder.resolve("patches.jsonl"), String.join("\n", lines) + "\n");
  }

  @Test
  void numbersKeepTheirDigits() throws Exception {
    Path file = file("", "{\"_partition\": 0, \"_offset\": 41, \"amount\": 12.345678901234567891}");
    assertThat(PatchLine.read(file))
        .containsExactly(new PatchLine(0, 41, "{\"amount\":12.345678901234567891}"));
  }

  @Test
  void aLineThatIsNoPatchIsRefusedWithItsPlace() throws Exception {
    refused("{broken", "it is not JSON");
    refused("[1]", "it is not a JSON object");
    refused("{\"_partition\": 0, \"_offset\": 1, \"amount\": 1e99999999999}", "1e99999999999");
    refused("{\"_offset\": 1, \"amount\": 2}", "_partition and _offset");
    refused("{\"_partition\": 0, \"_offset\": 1}", "it changes nothing");
  }

  private void refused(String line, String why) throws IOException {
    Path file = file("{\"_partition\": 0, \"_offset\": 0, \"amount\": 1}", line);
    assertThatThrownBy(() -> PatchLine.read(file))
        .as(line)
        .isInstanceOf(MoulinException.class)
        .hasMessageContaining("patches.jsonl:2")
        .hasMessageContaining(why);
  }
}
