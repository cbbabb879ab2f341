package io.moulin.bench.race;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The folder of Moulin's sources, and how processes are started from what was built there. */
public record Repository(Path root) {
  private static final String OPENS = "=ALL-UNNAMED";

  /** The nearest above the folder of this process. */
  public static Repository find() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("mvnw"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("Cannot find the repository: no mvnw above this folder");
      }
    }
    return new Repository(folder);
  }

  /** The program that users start. */
  public Path launcher() {
    return root.resolve("moulin");
  }

  /**
   * Starts the program once, so that it is built and its archive of classes is made: that is of the
   * first start after a build only, and in no figure.
   */
  public void prepare() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(launcher().toString(), "--version")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("Cannot measure: the program does not start");
    }
  }

  /** Begins a command that runs a class of the bench with the product's libraries and options. */
  public List<String> java(String heap, Class<?> main) {
    String classpath =
        String.join(
            File.pathSeparator,
            root.resolve("bench/target/classes").toString(),
            root.resolve("server/target/moulin-server.jar").toString(),
            root.resolve("server/target/lib") + "/*");
    List<String> options = new ArrayList<>(List.of("-XX:+UseSerialGC"));
    options.addAll(optimise());
    return java(heap, options, classpath, main.getName());
  }

  /** What the launcher tells the compiler for commands that move rows. */
  private List<String> optimise() {
    try {
      String text = Files.readString(launcher());
      String begin = "optimise=(";
      int from = text.indexOf(begin) + begin.length();
      return List.of(text.substring(from, text.indexOf(')', from)).strip().split("\\s+"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Begins a command that runs a class of a peer's module with that module's own libraries.
   *
   * @param temp for its temporary files; a peer that is ended by force leaves some
   */
  public List<String> peer(String heap, Path temp, String module, String main) {
    String classpath =
        String.join(
            File.pathSeparator,
            root.resolve("bench").resolve(module).resolve("target/classes").toString(),
            root.resolve("bench/target/classes").toString(),
            root.resolve("bench").resolve(module).resolve("target/lib") + "/*");
    List<String> options =
        List.of("-Dlog4j2.configurationFile=log4j2-peers.properties", "-Djava.io.tmpdir=" + temp);
    return java(heap, options, classpath, main);
  }

  private static List<String> java(
      String heap, List<String> options, String classpath, String main) {
    List<String> command = new ArrayList<>();
    // What the launcher tells the allocator is in the environment of all contenders.
    command.addAll(List.of("env", "MALLOC_ARENA_MAX=2", "GLIBC_TUNABLES=glibc.malloc.hugetlb=1"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heap);
    command.addAll(options);
    for (String part : List.of("java.nio", "java.lang", "java.util")) {
      command.add("--add-opens");
      command.add("java.base/" + part + OPENS);
    }
    command.addAll(List.of("-cp", classpath, main));
    return command;
  }

  /** The commit that is checked out, with a plus where files differ from it. */
  public String commit() throws IOException, InterruptedException {
    String commit = git("rev-parse", "--short=12", "HEAD");
    return git("status", "--porcelain", "--untracked-files=no").isEmpty() ? commit : commit + "+";
  }

  private String git(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git", "-C", root.toString()));
    command.addAll(List.of(words));
    Process process = new ProcessBuilder(command).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      return "unknown";
    }
    return said.strip();
  }
}
