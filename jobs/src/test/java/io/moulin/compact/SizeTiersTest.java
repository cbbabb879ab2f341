package io.moulin.compact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.junit.jupiter.api.Test;

/** Which files of a partition are merged. */
class SizeTiersTest {
  private static final long KIB = 1L << 10;
  private static final long MIB = 1L << 20;

  @Test
  void fewFilesStayAsTheyAre() {
    assertThat(merges(10 * KIB, 10 * KIB, 10 * KIB)).isEmpty();
    assertThat(merges()).isEmpty();
  }

  @Test
  void severalOfAboutASizeAreMergedWithThoseThatAreSmaller() {
    assertThat(merges(MIB, 10 * KIB, MIB, MIB, MIB))
        .containsExactly(List.of(MIB, 10 * KIB, MIB, MIB, MIB));
  }

  @Test
  void whatIsMuchLargerIsNotRewrittenForThem() {
    assertThat(merges(40 * MIB, 10 * KIB, 11 * KIB, 12 * KIB, 13 * KIB))
        .containsExactly(List.of(10 * KIB, 11 * KIB, 12 * KIB, 13 * KIB));
  }

  @Test
  void noFileGetsTooLargeAndLargeOnesAreLeftAlone() {
    long large = SizeTiers.LARGEST_BYTES / 2;
    assertThat(merges(large, large, large, large)).isEmpty();
    assertThat(merges(50 * MIB, 50 * MIB, 50 * MIB, 50 * MIB, 50 * MIB))
        .as("the last of them has none beside it")
        .containsExactly(List.of(50 * MIB, 50 * MIB), List.of(50 * MIB, 50 * MIB));
  }

  /** However many commits there are: few files, and each byte is rewritten a few times. */
  @Test
  void aDayOfSmallCommitsIsFewFilesAndFewRewrites() {
    List<DataFile> files = new ArrayList<>();
    long sent = 0;
    long rewritten = 0;
    int most = 0;
    for (int commit = 1; commit <= 8_640; commit++) {
      files.add(file(20 * KIB));
      sent += 20 * KIB;
      if (commit % 64 == 0) {
        for (List<DataFile> merge : SizeTiers.merges(files, 8)) {
          long bytes = merge.stream().mapToLong(DataFile::fileSizeInBytes).sum();
          files.removeAll(merge);
          files.add(file(bytes));
          rewritten += bytes;
        }
        most = Math.max(most, files.size());
      }
    }
    assertThat(files.stream().mapToLong(DataFile::fileSizeInBytes).sum()).isEqualTo(sent);
    assertThat(most).isLessThan(30);
    assertThat(rewritten).isLessThan(4 * sent);
  }

  private static List<List<Long>> merges(long... sizes) {
    List<DataFile> files = new ArrayList<>();
    for (long size : sizes) {
      files.add(file(size));
    }
    return SizeTiers.merges(files, 4).stream()
        .map(merge -> merge.stream().map(DataFile::fileSizeInBytes).toList())
        .toList();
  }

  private static DataFile file(long bytes) {
    return DataFiles.builder(PartitionSpec.unpartitioned())
        .withPath("file-" + System.nanoTime() + ".parquet")
        .withFileSizeInBytes(bytes)
        .withRecordCount(1)
        .build();
  }
}
