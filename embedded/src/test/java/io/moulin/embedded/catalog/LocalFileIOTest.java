package io.moulin.embedded.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.BulkDeletionFailureException;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalFileIOTest {
  private final LocalFileIO files = new LocalFileIO();

  @ParameterizedTest
  @ValueSource(strings = {"/a b%20/c", "file:/a b%20/c", "file:///a b%20/c"})
  void takesLocationsLiterally(String location) {
    assertThat(LocalFileIO.path(location)).isEqualTo(Path.of("/a b%20/c"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "s3://bucket/a", "file:///a/../b", "/a/.."})
  void refusesWhatIsNotAPlainLocalPath(String location) {
    assertThatThrownBy(() -> LocalFileIO.path(location))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(location);
  }

  @Test
  void showsAFileOnlyWhenItIsComplete(@TempDir Path folder) throws IOException {
    Path target = folder.resolve("new/folder/f.json");
    OutputFile file = files.newOutputFile(LocalFileIO.location(target));
    try (PositionOutputStream out = file.create()) {
      out.write("hello".getBytes(StandardCharsets.UTF_8));
      assertThat(out.getPos()).isEqualTo(5);
      assertThat(target).doesNotExist();
    }
    assertThat(target).hasContent("hello");
    try (Stream<Path> left = Files.list(target.getParent())) {
      assertThat(left).containsExactly(target);
    }
  }

  @Test
  void deletesAllFilesThatItCan(@TempDir Path folder) throws IOException {
    Path one = Files.writeString(folder.resolve("one"), "1");
    Path two = Files.writeString(folder.resolve("two"), "2");
    Path full = Files.createDirectories(folder.resolve("full/inner")).getParent();

    assertThatThrownBy(
            () ->
                files.deleteFiles(
                    Stream.of(one, full, folder.resolve("gone"), two)
                        .map(LocalFileIO::location)
                        .toList()))
        .isInstanceOf(BulkDeletionFailureException.class)
        .hasMessageContaining("1 file");

    assertThat(one).doesNotExist();
    assertThat(two).doesNotExist();
  }

  @Test
  void overwritesOnlyWhenAskedTo(@TempDir Path folder) throws IOException {
    OutputFile file = files.newOutputFile(folder.resolve("f").toString());
    write(file.create(), "one");
    assertThatThrownBy(file::create).isInstanceOf(AlreadyExistsException.class);
    write(file.createOrOverwrite(), "two");
    assertThat(folder.resolve("f")).hasContent("two");
  }

  @Test
  void letsOneOfTwoWritersTakeTheName(@TempDir Path folder) throws IOException {
    OutputFile file = files.newOutputFile(folder.resolve("f").toString());
    PositionOutputStream first = file.create();
    PositionOutputStream second = file.create();
    write(first, "first");
    assertThatThrownBy(() -> write(second, "second")).isInstanceOf(AlreadyExistsException.class);
    assertThat(folder.resolve("f")).hasContent("first");
  }

  @Test
  void readsFromAnyPosition(@TempDir Path folder) throws IOException {
    Path target = Files.writeString(folder.resolve("f"), "0123456789");
    try (SeekableInputStream in = files.newInputFile(target.toString()).newStream()) {
      in.seek(4);
      assertThat(in.read()).isEqualTo('4');
      assertThat(in.getPos()).isEqualTo(5);
      assertThat(in.skip(100)).isEqualTo(5);
      assertThat(in.read()).isEqualTo(-1);
    }
    assertThatThrownBy(() -> files.newInputFile(folder.resolve("no").toString()).newStream())
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void listsAndDeletesFolders(@TempDir Path folder) throws IOException {
    Path table = Files.createDirectories(folder.resolve("t/data"));
    Files.writeString(table.resolve("a"), "12");
    String prefix = LocalFileIO.location(folder.resolve("t"));
    assertThat(files.listPrefix(prefix))
        .extracting(FileInfo::location, FileInfo::size)
        .isEqualTo(List.of(org.assertj.core.groups.Tuple.tuple(prefix + "/data/a", 2L)));
    files.deletePrefix(prefix);
    files.deletePrefix(prefix); // nothing there any more
    assertThat(folder.resolve("t")).doesNotExist();
    assertThat(files.listPrefix(prefix)).isEmpty();
  }

  private static void write(PositionOutputStream out, String text) throws IOException {
    try (out) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
