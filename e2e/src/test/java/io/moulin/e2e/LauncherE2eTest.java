package io.moulin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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

  @Test
  void theClassArchiveIsTriedOnceAtMost() throws Exception {
    Path target = Files.createDirectories(folder.resolve("moulin/server/target"));
    Files.createDirectory(target.resolve("lib"));
    Files.writeString(target.resolve("moulin-server.jar"), "");
    Path launcher = Files.copy(Moulin.repository().resolve("moulin"), target.resolve("../../run"));
    Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
    Files.writeString(
        java,
        "#!/bin/sh\nfor a; do case $a in -XX:Archive*) echo t >>\"$0\".trained;; esac; done\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"17.0.2\"\n");
    Path trained = java.resolveSibling("java.trained");

    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r-xr-xr-x"));
    launch(folder.resolve("jdk").toString(), launcher);
    launch(folder.resolve("jdk").toString(), launcher);
    boolean writable = Files.isWritable(target); // root may write everywhere
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));

    int expected = writable ? 1 : 0;
    assertThat(Files.exists(trained) ? Files.readAllLines(trained).size() : 0).isEqualTo(expected);
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
