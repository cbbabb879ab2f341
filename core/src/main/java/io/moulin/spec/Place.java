package io.moulin.spec;

import java.io.Serializable;

/**
 * A place in a file of the project.
 *
 * @param file path relative to the project folder, with forward slashes
 * @param line from 1; 0 when only the file is known
 * @param column from 1; 0 when only the line is known
 */
public record Place(String file, int line, int column) implements Serializable {

  /** The file as a whole. */
  public static Place of(String file) {
    return new Place(file, 0, 0);
  }

  @Override
  public String toString() {
    if (line == 0) {
      return file;
    }
    return column == 0 ? file + ":" + line : file + ":" + line + ":" + column;
  }
}
