package io.moulin.ingest.crash;

import io.moulin.ingest.RawRecord;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.project.EngineSpec;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a trial is given: the records, and all that is done with them.
 *
 * @param shapes of the tables
 */
record Evidence(
    DatasetSpec dataset, EngineSpec engine, Map<Layer, Shape> shapes, List<RawRecord> records) {
  Evidence {
    shapes = new EnumMap<>(shapes);
    records = List.copyOf(records);
  }

  /** A table's schema and partitioning, as Iceberg's JSON. */
  record Shape(String schema, String partitioning) implements Serializable {}

  void write(Path file) throws IOException {
    keepToOwner(file);
    try (ObjectOutputStream out =
        new ObjectOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      out.writeObject(dataset);
      out.writeObject(engine);
      out.writeObject(shapes);
      out.writeInt(records.size());
      for (RawRecord record : records) {
        out.writeInt(record.partition);
        out.writeLong(record.offset);
        out.writeLong(record.recordTime);
        writeBytes(out, record.key);
        writeBytes(out, record.value);
      }
    }
  }

  /** The dataset can hold the password of its registry of schemas. */
  private static void keepToOwner(Path file) throws IOException {
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.deleteIfExists(file);
      Set<PosixFilePermission> owner = PosixFilePermissions.fromString("rw-------");
      Files.createFile(file, PosixFilePermissions.asFileAttribute(owner));
    }
  }

  private static void writeBytes(ObjectOutputStream out, byte @Nullable [] bytes)
      throws IOException {
    out.writeInt(bytes == null ? -1 : bytes.length);
    if (bytes != null) {
      out.write(bytes);
    }
  }

  @SuppressWarnings("unchecked") // the types that write() has written
  static Evidence read(Path file) throws IOException {
    try (ObjectInputStream in =
        new ObjectInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      DatasetSpec dataset = (DatasetSpec) in.readObject();
      EngineSpec engine = (EngineSpec) in.readObject();
      Map<Layer, Shape> shapes = (Map<Layer, Shape>) in.readObject();
      int size = in.readInt();
      List<RawRecord> records = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        records.add(
            new RawRecord(in.readInt(), in.readLong(), in.readLong(), bytes(in), bytes(in)));
      }
      return new Evidence(dataset, engine, shapes, records);
    } catch (ClassNotFoundException e) {
      throw new IOException(e);
    }
  }

  private static byte @Nullable [] bytes(ObjectInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }
}
