package io.moulin.verify;

import io.moulin.commit.Ledger;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.jspecify.annotations.Nullable;

/** A table whose commits fail as {@link Suffering} says. */
final class HurtOperations implements TableOperations {
  private final TableOperations real;
  private final String table;
  private final boolean last;
  private final FileIO files;

  /**
   * @param table its name
   * @param last whether a commit over several tables ends with this one
   */
  HurtOperations(TableOperations real, String table, boolean last) {
    this.real = real;
    this.table = table;
    this.last = last;
    this.files = new HurtFiles(real.io());
  }

  @Override
  public void commit(TableMetadata base, TableMetadata metadata) {
    Optional<Ledger> ledger =
        Optional.ofNullable(metadata.currentSnapshot())
            .filter(snapshot -> !isIn(base, snapshot))
            .flatMap(Ledger::of);
    if (ledger.isEmpty()) {
      real.commit(base, metadata);
      return;
    }
    Suffering.ofProcess().commit(table, last, ledger.get(), () -> real.commit(base, metadata));
  }

  private static boolean isIn(@Nullable TableMetadata base, Snapshot snapshot) {
    return base != null && base.snapshot(snapshot.snapshotId()) != null;
  }

  @Override
  public TableMetadata current() {
    return real.current();
  }

  @Override
  public TableMetadata refresh() {
    return real.refresh();
  }

  @Override
  public FileIO io() {
    return files;
  }

  @Override
  public EncryptionManager encryption() {
    return real.encryption();
  }

  @Override
  public String metadataFileLocation(String name) {
    return real.metadataFileLocation(name);
  }

  @Override
  public LocationProvider locationProvider() {
    return real.locationProvider();
  }

  @Override
  public TableOperations temp(TableMetadata uncommitted) {
    return real.temp(uncommitted);
  }

  @Override
  public long newSnapshotId() {
    return real.newSnapshotId();
  }

  @Override
  public boolean requireStrictCleanup() {
    return real.requireStrictCleanup();
  }
}
