package io.moulin.compact;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;

/**
 * Which files of a partition are made one: those of about a size, once there are several of them,
 * with all that are smaller. What was merged is merged again only when others have grown to its
 * size, so a row is rewritten as often as sizes differ by {@link #GROWTH}, however many commits
 * there are. Known as size-tiered compaction of log-structured merge trees (O'Neil et al., 1996; as
 * in Bigtable, 2006).
 */
final class SizeTiers {
  /** No file is made larger on purpose. */
  static final long LARGEST_BYTES = 128L << 20;

  private static final long SMALLEST_BYTES = 256L << 10;
  private static final int GROWTH = 8;

  /** A file of which two would be too much is left alone. */
  private static final long LARGE_BYTES = LARGEST_BYTES / 2;

  private SizeTiers() {}

  /**
   * What is to be merged, each list into one file.
   *
   * @param files of one partition, in the order in which their rows are to stand
   * @param several so many of about a size are merged
   */
  static List<List<DataFile>> merges(List<DataFile> files, int several) {
    List<Integer> sizes = new ArrayList<>();
    for (DataFile file : files) {
      if (file.fileSizeInBytes() < LARGE_BYTES) {
        int tier = tier(file.fileSizeInBytes());
        while (sizes.size() <= tier) {
          sizes.add(0);
        }
        sizes.set(tier, sizes.get(tier) + 1);
      }
    }
    int highest = sizes.size() - 1;
    while (highest >= 0 && sizes.get(highest) < several) {
      highest--;
    }
    return highest < 0 ? List.of() : split(upTo(highest, files));
  }

  private static List<DataFile> upTo(int highest, List<DataFile> files) {
    return files.stream()
        .filter(file -> file.fileSizeInBytes() < LARGE_BYTES)
        .filter(file -> tier(file.fileSizeInBytes()) <= highest)
        .toList();
  }

  private static List<List<DataFile>> split(List<DataFile> files) {
    List<List<DataFile>> merges = new ArrayList<>();
    List<DataFile> open = new ArrayList<>();
    long bytes = 0;
    for (DataFile file : files) {
      if (bytes + file.fileSizeInBytes() > LARGEST_BYTES) {
        merges.add(open);
        open = new ArrayList<>();
        bytes = 0;
      }
      open.add(file);
      bytes += file.fileSizeInBytes();
    }
    merges.add(open);
    merges.removeIf(merge -> merge.size() < 2);
    return merges;
  }

  private static int tier(long bytes) {
    int tier = 0;
    for (long bound = SMALLEST_BYTES; bytes >= bound; bound *= GROWTH) {
      tier++;
    }
    return tier;
  }
}
