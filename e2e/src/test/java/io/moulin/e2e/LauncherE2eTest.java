package io.moulin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher says before there is a JVM. */
class LauncherE2eTest {
  @TempDir private Path folder;

  private record Said(int exit, String err) {}

  private Said launch(String javaHome, Path launcher) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(launcher.toString(), "--version").directory(folder.toFile());
    builder.environment().put("JAVA_HOME", javaHome);
    Process process = builder.start();
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(process.waitFor(), err);
  }

  @Test
  void aJavaThatIsTooOldIsRefused() throws Exception {
    Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\nexit 1\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"11.0.2\"\n");

    Said said = launch(folder.resolve("jdk").toString(), Moulin.repository().resolve("moulin"));

    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.err())
        .startsWith("error java-too-old: Moulin needs Java 17 or newer, and ")
        .contains("is Java 11.0.2\n  fix: install a JDK 17 or newer");
  }

  @Test
  void aJavaHomeWithoutJavaIsRefused() throws Exception {
    Said said = launch(folder.toString(), Moulin.repository().resolve("moulin"));

    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.err()).startsWith("error java-not-found: JAVA_HOME is ");
  }

  /** A launcher beside jars that are none, with a java that only writes down what it is asked. */
  private final class Installed {
    private final Path target = Files.createDirectories(folder.resolve("moulin/server/target"));
    private final Path library = Files.createDirectory(target.resolve("lib")).resolve("some.jar");
    private final Path launcher =
        Files.copy(Moulin.repository().resolve("moulin"), target.resolve("../../run"));
    private final Path trained = folder.resolve("jdk/bin/java.trained");

    Installed() throws IOException {
      Files.writeString(target.resolve("moulin-server.jar"), "");
      Files.writeString(library, "");
      Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
      Files.writeString(
          java,
          "#!/bin/sh\nfor a; do case $a in -XX:Archive*) echo t >>\"$0\".trained;; esac; done\n");
      Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"17.0.2\"\n");
    }

    void start() throws IOException, InterruptedException {
      launch(folder.resolve("jdk").toString(), launcher);
    }

    /** How often it has tried to make an archive. */
    int tries() throws IOException {
      return Files.exists(trained) ? Files.readAllLines(trained).size() : 0;
    }
  }

  @Test
  void theClassArchiveIsTriedOnceAtMost() throws Exception {
    Installed installed = new Installed();

    Files.setPosixFilePermissions(installed.target, PosixFilePermissions.fromString("r-xr-xr-x"));
    installed.start();
    installed.start();
    boolean writable = Files.isWritable(installed.target); // root may write everywhere
    Files.setPosixFilePermissions(installed.target, PosixFilePermissions.fromString("rwxr-xr-x"));

    assertThat(installed.tries()).isEqualTo(writable ? 1 : 0);
  }

  @Test
  void theClassArchiveIsMadeAgainForOtherJars() throws Exception {
    Installed installed = new Installed();
    installed.start();

    FileTime later = FileTime.from(Instant.now().plusSeconds(60));
    Files.setLastModifiedTime(installed.library, later);
    installed.start();
    installed.start(); // though the clock says that the jar is of the future

    assertThat(installed.tries()).isEqualTo(2);
  }

  @Test
  void itRunsThroughASymbolicLinkFromAnyFolder() throws Exception {
    Path link =
        Files.createSymbolicLink(
            folder.resolve("m"), Moulin.repository().resolve("moulin").toAbsolutePath());

    Said said = launch(System.getProperty("java.home"), link);

    assertThat(said.exit()).as(said.err()).isZero();
  }
}
