package hello;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The code under test: requests a service's greeting, and retries if the service is full (503). Yours goes here. */
public final class Hello {
  /** How it pauses between two attempts. */
  @FunctionalInterface
  public interface Pause {
    void of(Duration duration) throws InterruptedException;
  }

  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI url;
  private final Duration timeout;
  private final int tries;
  private final Pause pause;

  public Hello(URI url, Duration timeout, int tries, Pause pause) {
    this.url = url;
    this.timeout = timeout;
    this.tries = tries;
    this.pause = pause;
  }

  public Hello(URI url) {
    this(url, Duration.ofSeconds(30), 3, duration -> Thread.sleep(duration.toMillis()));
  }

  public String greet(int number) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(url.resolve("/?id=" + number)).timeout(timeout).build();
    for (int attempt = 1; ; attempt++) {
      var answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() == 200) {
        return answer.body();
      }
      if (answer.statusCode() != 503 || attempt == tries) {
        throw new IOException("status " + answer.statusCode());
      }
      pause.of(Duration.ofMillis(100L << attempt));
    }
  }
}
