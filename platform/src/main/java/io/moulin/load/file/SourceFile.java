package io.moulin.load.file;

import io.moulin.spec.MoulinException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** A file to load: what it is, and its bytes. */
public record SourceFile(Path path, Format format, Packing packing) {

  /** How rows are written in a file. */
  public enum Format {
    PARQUET,
    /** An object container file. */
    AVRO,
    CSV,
    JSON_LINES
  }

  /** How the bytes of a file are packed. */
  public enum Packing {
    PLAIN,
    GZIP
  }

  private static final String KNOWN =
      "Moulin loads .parquet, .avro, .csv, .jsonl, .ndjson and .json (one object a line); the last"
          + " four also with .gz";

  /**
   * Looks at the name and the first bytes of a file.
   *
   * @throws MoulinException if it cannot be read or is none that Moulin loads
   */
  public static SourceFile of(Path path) {
    byte[] head = head(path);
    String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    boolean gzip = head.length >= 2 && (head[0] & 0xff) == 0x1f && (head[1] & 0xff) == 0x8b;
    Packing packing = gzip ? Packing.GZIP : Packing.PLAIN;
    String bare = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    if (startsWith(head, "PAR1")) {
      return new SourceFile(path, Format.PARQUET, Packing.PLAIN);
    }
    if (startsWith(head, "Obj\u0001")) {
      return new SourceFile(path, Format.AVRO, Packing.PLAIN);
    }
    refuseFalseName(path, bare, packing, ".parquet", "a Parquet file", "PAR1");
    refuseFalseName(path, bare, packing, ".avro", "an Avro file", "Obj");
    if (bare.endsWith(".csv")) {
      return new SourceFile(path, Format.CSV, packing);
    }
    if (bare.endsWith(".jsonl") || bare.endsWith(".ndjson") || bare.endsWith(".json")) {
      SourceFile file = new SourceFile(path, Format.JSON_LINES, packing);
      file.refuseArray(bare);
      return file;
    }
    throw MoulinException.user(
        "file-format", "Moulin does not know what " + path.getFileName() + " holds", KNOWN);
  }

  private static void refuseFalseName(
      Path path, String bare, Packing packing, String ending, String what, String magic) {
    if (bare.endsWith(ending)) {
      throw packing == Packing.GZIP
          ? MoulinException.user(
              "file-format", path + " is " + what + " within gzip", "unpack it first: gunzip")
          : broken(path, "it is named %s but does not begin with %s".formatted(ending, magic));
    }
  }

  private static byte[] head(Path path) {
    if (!Files.exists(path)) {
      throw MoulinException.user("file-missing", "There is no file " + path, "check the path");
    }
    if (Files.isDirectory(path)) {
      throw MoulinException.user(
          "file-is-directory", path + " is a directory", "name one file: a load is one file");
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] head = in.readNBytes(4);
      if (head.length == 0) {
        throw MoulinException.user("file-empty", path + " is empty", "check where it came from");
      }
      return head;
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** A file named .json often holds one array, which is not one object a line. */
  private void refuseArray(String bare) {
    if (!bare.endsWith(".json")) {
      return;
    }
    try (InputStream in = open()) {
      int b = in.read();
      while (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
        b = in.read();
      }
      if (b == '[') {
        throw MoulinException.user(
            "file-format",
            path + " holds one JSON array, not one JSON object a line",
            "turn it into JSON lines, for example: jq -c '.[]' FILE > FILE.jsonl");
      }
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** The unpacked bytes. */
  public InputStream open() throws IOException {
    return unpack(Files.newInputStream(path));
  }

  public InputStream unpack(InputStream raw) throws IOException {
    try {
      return packing == Packing.GZIP
          ? new GZIPInputStream(raw, 1 << 16)
          : new BufferedInputStream(raw, 1 << 16);
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /** What it means that reading this file failed. */
  public MoulinException failed(IOException e) {
    if (packing == Packing.GZIP && (e instanceof EOFException || e instanceof ZipException)) {
      return broken(path, "its gzip data is cut off or damaged (" + e.getMessage() + ")");
    }
    return unreadable(path, e);
  }

  private static MoulinException unreadable(Path path, IOException e) {
    return MoulinException.user(
        "file-unreadable",
        "Cannot read " + path + ": " + e.getClass().getSimpleName() + " " + e.getMessage(),
        "check that it is a file and that you may read it",
        e);
  }

  public static MoulinException broken(Path path, String how) {
    return MoulinException.user(
        "file-broken", path + " is broken: " + how, "fetch the file again; nothing was loaded");
  }

  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot hash: this Java has no SHA-256", e);
    }
  }

  private static boolean startsWith(byte[] head, String magic) {
    if (head.length < magic.length()) {
      return false;
    }
    for (int i = 0; i < magic.length(); i++) {
      if (head[i] != magic.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
