package hello;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the client does when the service is full. No test sleeps: the server holds requests until it is told to continue. */
class HelloTest {
  /** Two threads, and one place in the queue. Requests take no time unless a test holds them. */
  @RegisterExtension static final TargetServer server = new TargetServer("--limit=2", "--queue=1", "--sleep=0s");

  private final ExecutorService background = Executors.newCachedThreadPool();

  /** Waiting clients get their answers, even if a test has failed. */
  @AfterEach
  void letAllGo() {
    server.release();
    background.shutdown();
  }

  /** A client that waits for its answer. */
  private Future<String> client(TargetServer of, int number) {
    return background.submit(() -> new Hello(of.url()).greet(number));
  }

  /** Takes both threads and the place in the queue. */
  private void fill() {
    server.hold();
    client(server, 1);
    client(server, 2);
    server.until("busy=2");
    client(server, 3);
    server.until("waiting=1");
  }

  @Test
  void anAnswer() throws Exception {
    assertEquals("\"hello\"", new Hello(server.url()).greet(1));
    assertEquals(1, server.workers().get(0).answered());
  }

  @Test
  void givesUpWhenNobodyAnswers() throws Exception {
    server.hold();
    var busy = List.of(client(server, 1), client(server, 2));
    server.until("busy=2");
    var hasty = new Hello(server.url(), Duration.ofMillis(200), 1, pause -> {});
    assertThrows(HttpTimeoutException.class, () -> hasty.greet(3)); // it was accepted and queued
    server.until("zombies=1"); // the server knows that the client has left,
    server.release();
    for (var client : busy) {
      assertEquals("\"hello\"", client.get());
    }
    server.until("busy=0&waiting=0");
    var last = server.requests().get(2); // and ran the request anyway, like the real one.
    assertEquals(List.of("3", "client left"), List.of(last.id(), last.outcome()));
    assertTrue(last.thread_number() > 0);
  }

  @Test
  void saysSoWhenTheLineIsFull() {
    fill();
    var once = new Hello(server.url(), Duration.ofSeconds(5), 1, pause -> {});
    assertEquals("status 503", assertThrows(IOException.class, () -> once.greet(4)).getMessage());
    assertEquals(1, server.workers().get(0).refused());
  }

  @Test
  void triesAgainWhenThereIsRoom() throws Exception {
    fill();
    var pauses = new ArrayList<Long>();
    var client = new Hello(server.url(), Duration.ofSeconds(5), 5, pause -> {
      pauses.add(pause.toMillis());
      if (pauses.size() == 2) { // a slot becomes free during the client's pause
        server.release();
        server.until("busy=0&waiting=0");
      }
    });
    assertEquals("\"hello\"", client.greet(4));
    assertEquals(List.of(200L, 400L), pauses);
    var statuses = server.requests().stream().filter(r -> r.id().equals("4")).map(TargetServer.Request::status).toList();
    assertEquals(List.of(503, 503, 200), statuses);
  }

  @Test
  void theLastInLineIsServedFirst() throws Exception {
    try (var one = new TargetServer("--limit=1", "--sleep=0s").start()) {
      one.hold();
      var clients = new ArrayList<Future<String>>();
      for (int number = 0; number < 4; number++) {
        clients.add(client(one, number));
        one.until("busy=1&waiting=" + number);
      }
      one.release();
      for (var client : clients) {
        assertEquals("\"hello\"", client.get());
      }
      var served = one.requests().stream().sorted(Comparator.comparing(TargetServer.Request::start)).map(TargetServer.Request::id).toList();
      assertEquals(List.of("0", "3", "2", "1"), served);
    }
  }
}
