package hello;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests of the fixture itself. Do not copy this file. */
class TargetServerTest {
  @Test
  void twoWorkersAreOneToATest() throws Exception {
    try (var server = new TargetServer("--workers=2", "--sleep=0s").start()) {
      assertEquals(3, server.pids().size());
      for (int number = 0; number < 5; number++) {
        assertEquals("\"hello\"", new Hello(server.url()).greet(number));
      }
      assertEquals(5, server.workers().stream().mapToInt(TargetServer.Worker::answered).sum());
    }
  }

  @Test
  void wrongFlagsAreTold() {
    var e = assertThrows(IOException.class, () -> new TargetServer("--limit=none").start());
    assertTrue(e.getMessage().contains("ended with 2") && e.getMessage().contains("--limit"), e.getMessage());
  }

  /** A separate process that starts a server and is killed. */
  static final class Killed {
    public static void main(String[] args) throws Exception {
      var server = new TargetServer("--workers=2").start();
      System.out.println(String.join(" ", server.pids().stream().map(String::valueOf).toList()));
      Thread.sleep(60_000);
    }
  }

  @Test
  void nothingStaysWhenTheTestsAreKilled() throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var tests = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), Killed.class.getName())
        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var pids = Arrays.stream(tests.inputReader().readLine().split(" ")).map(Long::valueOf).toList();
    assertEquals(3, pids.stream().filter(TargetServerTest::runs).count());
    tests.destroyForcibly().waitFor();
    for (long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10); pids.stream().anyMatch(TargetServerTest::runs); Thread.sleep(100)) {
      assertTrue(System.nanoTime() < until, () -> "processes " + pids.stream().filter(TargetServerTest::runs).toList() + " are still there");
    }
  }

  /** Reports whether a process is running; a zombie is not. */
  private static boolean runs(long pid) {
    try {
      var state = new String(new ProcessBuilder("ps", "-o", "stat=", "-p", String.valueOf(pid)).start().getInputStream().readAllBytes()).strip();
      return !state.isEmpty() && !state.startsWith("Z");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
