package io.moulin.http;

import io.moulin.control.live.ApplyReport;
import io.moulin.control.live.LiveStatus;
import io.moulin.control.live.Owner;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Asks the owner of a project. */
final class ControlClient implements Owner {
  private static final Duration QUICK = Duration.ofSeconds(10);

  /** Jobs are stopped and started, and rolled back when they do not come up. */
  private static final Duration APPLY = Duration.ofMinutes(15);

  private final RunningFile owner;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(QUICK).build();

  ControlClient(RunningFile owner) {
    this.owner = owner;
  }

  /** Whether it is there: its process may have been killed, and the id be another one's now. */
  boolean answers() {
    try {
      return http.send(request("ping", QUICK).GET().build(), BodyHandlers.discarding()).statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public Card card() {
    return owner.card();
  }

  @Override
  public LiveStatus status() {
    return ask(request("status", QUICK).GET().build(), LiveStatus.class);
  }

  @Override
  public ApplyReport apply() {
    return ask(request("apply", APPLY).POST(BodyPublishers.noBody()).build(), ApplyReport.class);
  }

  @Override
  public LiveStatus stop(Duration patience) {
    return ask(
        request("stop?seconds=" + patience.toSeconds(), patience.plus(QUICK))
            .POST(BodyPublishers.noBody())
            .build(),
        LiveStatus.class);
  }

  private HttpRequest.Builder request(String path, Duration timeout) {
    return HttpRequest.newBuilder(URI.create("http://" + owner.control() + "/v1/" + path))
        .timeout(timeout)
        .header("Authorization", "Bearer " + owner.token());
  }

  private <T> T ask(HttpRequest request, Class<T> type) {
    try {
      HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
      if (response.statusCode() == 200) {
        return Wire.read(response.body(), type);
      }
      ControlServer.Failure failure = Wire.read(response.body(), ControlServer.Failure.class);
      throw MoulinException.external(failure.code(), failure.what(), failure.fix());
    } catch (IOException e) {
      throw MoulinException.external(
          "owner-gone",
          "Process %d, which owns the project, does not answer: %s"
              .formatted(owner.card().pid(), e.getMessage()),
          "see .moulin/logs/moulin.log; when it has ended, the same command works by itself",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw MoulinException.external("interrupted", "stopped before the answer came", "", e);
    }
  }
}
