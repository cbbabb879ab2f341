package io.moulin.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.moulin.decode.Undecodable.Kind;
import io.moulin.spec.project.RegistrySpec;
import io.moulin.spec.project.RegistrySpec.OnError;
import io.moulin.spec.project.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Against a registry that others have made: Apicurio, started from the folder that the property
 * names ({@code make apicurio}). It needs a newer Java than Moulin does.
 */
@EnabledIfSystemProperty(named = "moulin.apicurio", matches = ".+")
class ApicurioTest {
  private static final int JAVA = 21;
  private static final String SCHEMA =
      "{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"r\\\",\\\"fields\\\":"
          + "[{\\\"name\\\":\\\"a\\\",\\\"type\\\":\\\"long\\\"}]}";

  @TempDir Path folder;

  @Test
  void schemasComeFromApicurio() throws Exception {
    Optional<Path> java = newerJava();
    assumeTrue(java.isPresent(), "there is no JDK of " + JAVA + " or newer beside this one");
    int port = freePort();
    Process apicurio =
        new ProcessBuilder(
                java.orElseThrow().toString(),
                "-Xmx384m",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.management.host=127.0.0.1",
                "-Dquarkus.management.port=0",
                "-jar",
                Path.of(System.getProperty("moulin.apicurio"), "quarkus-run.jar").toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("apicurio.log").toFile())
            .start();
    try {
      String url = "http://127.0.0.1:" + port + "/apis/ccompat/v7";
      int id = register(url, apicurio);
      RegistrySpec spec = new RegistrySpec(url, "", Secret.NONE, OnError.DEAD_LETTER);
      Decoder decoder = Decoders.of(AvroDecoderTest.dataset(null, spec, "a long"));
      DecodedRows row = new DecodedRows(1);
      byte[] record = ByteBuffer.allocate(6).put((byte) 0).putInt(id).put((byte) 14).array();
      assertThat(decoder.decode(record, row)).isNull();
      assertThat(row.longAt(0)).isEqualTo(7);
      byte[] unknown = ByteBuffer.allocate(6).put((byte) 0).putInt(id + 999).array();
      assertThat(decoder.decode(unknown, row))
          .isNotNull()
          .extracting("kind")
          .isEqualTo(Kind.UNKNOWN_SCHEMA);
    } finally {
      apicurio.destroy();
      assertThat(apicurio.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Registers the schema as soon as the registry answers; returns its id. */
  private static int register(String url, Process apicurio) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/subjects/r-value/versions"))
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"schema\":\"" + SCHEMA + "\"}"))
            .build();
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (System.nanoTime() < end && apicurio.isAlive()) {
      try {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        Matcher id = Pattern.compile("\"id\"\\s*:\\s*(\\d+)").matcher(response.body());
        if (response.statusCode() == 200 && id.find()) {
          return Integer.parseInt(id.group(1));
        }
      } catch (IOException e) {
        Thread.onSpinWait(); // not up yet
      }
      boolean unused = apicurio.waitFor(500, TimeUnit.MILLISECONDS);
    }
    throw new AssertionError("Apicurio did not take the schema; it lives: " + apicurio.isAlive());
  }

  /** A newer Java installed where this one is. */
  private static Optional<Path> newerJava() throws IOException {
    if (Runtime.version().feature() >= JAVA) {
      return Optional.of(Path.of(System.getProperty("java.home"), "bin", "java"));
    }
    Path beside = Path.of(System.getProperty("java.home")).toRealPath().getParent();
    try (Stream<Path> homes = Files.list(beside)) {
      return homes.filter(ApicurioTest::isNewer).map(home -> home.resolve("bin/java")).findFirst();
    }
  }

  private static boolean isNewer(Path home) {
    try {
      Matcher version =
          Pattern.compile("JAVA_VERSION=\"(\\d+)")
              .matcher(Files.readString(home.resolve("release")));
      return version.find()
          && Integer.parseInt(version.group(1)) >= JAVA
          && Files.isExecutable(home.resolve("bin/java"));
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
