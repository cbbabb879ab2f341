package io.moulin.commit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.NotFoundException;

/**
 * A small JSON file beside the metadata of the bronze table, where every catalog lets its clients
 * write: what has to outlive the process without being part of a table.
 *
 * @param <T> the record that it holds
 */
public record Note<T>(String name, Class<T> type) {

  /** Writes it, over what was there. */
  public void write(Table bronze, T content) {
    try (OutputStream out = bronze.io().newOutputFile(location(bronze)).createOrOverwrite()) {
      out.write(Json.writeBytes(content));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads it; empty when there is none. */
  public Optional<T> read(Table bronze) {
    try (InputStream in = bronze.io().newInputFile(location(bronze)).newStream()) {
      return Optional.of(Json.read(in.readAllBytes(), type));
    } catch (NotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes it, if it is there. */
  public void clear(Table bronze) {
    bronze.io().deleteFile(location(bronze));
  }

  String location(Table bronze) {
    return bronze.location() + "/metadata/" + name;
  }
}
