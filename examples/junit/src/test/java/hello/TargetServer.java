package hello;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A target-server for the tests of a class, on free ports of its own, reset before each test:
 *
 * <pre>{@code @RegisterExtension static TargetServer server = new TargetServer("--limit=2", "--sleep=0s");}</pre>
 *
 * or in a try statement, after {@link #start}. The binary is $TARGET_SERVER_BINARY, or target-server in the PATH. Copy this file.
 */
public final class TargetServer implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback, AutoCloseable {
  /** A worker at one moment. */
  public record Worker(int busy, int waiting, int zombies, int answered, int refused, int left) {}

  /** A request. */
  public record Request(String id, String outcome, int status, String start, int thread_number) {}

  private record Ready(List<String> addresses, List<Long> pids, String admin_url) {}

  private static final Gson JSON = new Gson();
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<String> flags;
  private Path folder;
  private Process process;
  private Ready ready;

  public TargetServer(String... flags) {
    this.flags = List.of(flags);
  }

  public TargetServer start() throws IOException, InterruptedException {
    var binary = System.getenv().getOrDefault("TARGET_SERVER_BINARY", "target-server");
    folder = Files.createTempDirectory("target-server-");
    var file = folder.resolve("ready.json");
    var command = new ArrayList<>(List.of(binary, "--addr=127.0.0.1:0", "--admin-addr=127.0.0.1:0", "--ready-file=" + file, "--exit-with-parent"));
    command.addAll(flags);
    // The server runs while its standard input, a pipe, is open. It ends when we close the pipe, or when the
    // kernel does because we were killed.
    process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
    try {
      ready = waitFor(file);
    } catch (IOException | InterruptedException e) {
      close();
      throw e;
    }
    return this;
  }

  private Ready waitFor(Path file) throws IOException, InterruptedException {
    for (long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10); !Files.exists(file); ) { // the file appears only when it is complete
      if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
        throw new IOException("target-server ended with " + process.exitValue() + ":\n" + log());
      }
      if (System.nanoTime() > until) {
        throw new IOException("target-server is not ready after 10 s:\n" + log());
      }
    }
    return JSON.fromJson(Files.readString(file), Ready.class);
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  public URI url() {
    return URI.create("http://" + ready.addresses().get(0));
  }

  /** The process that was started, and its workers. With one worker they are the same. */
  public List<Long> pids() {
    var all = new ArrayList<>(ready.pids());
    all.add(process.pid());
    return all.stream().distinct().toList();
  }

  public List<Worker> workers() {
    return ask("GET", "/stats", new TypeToken<List<Worker>>() {}.getType());
  }

  /** The requests since the last reset, in the order of their arrival. */
  public List<Request> requests() {
    return ask("GET", "/requests", new TypeToken<List<Request>>() {}.getType());
  }

  /** Returns as soon as the condition holds: {@code until("busy=2&waiting=1")}. */
  public void until(String condition) {
    ask("GET", "/wait?" + condition, Object.class);
  }

  /** From now on handlers do not end. */
  public void hold() {
    ask("POST", "/hold", Object.class);
  }

  /** All held handlers end, and later ones end after their sleep. */
  public void release() {
    ask("POST", "/release", Object.class);
  }

  /** No request running or queued, all counts 0, the initial limit. */
  public void reset() {
    ask("POST", "/reset", Object.class); // releases everything
    until("busy=0&waiting=0");
    ask("POST", "/reset", Object.class); // and clears the counts of that
  }

  /** Calls the admin address; its /openapi.yaml describes all operations. */
  private <T> T ask(String method, String path, Type type) {
    try {
      var request = HttpRequest.newBuilder(URI.create(ready.admin_url() + path)).method(method, BodyPublishers.noBody()).build();
      var answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(method + " " + path + ": " + answer.statusCode() + " " + answer.body().strip());
      }
      return JSON.fromJson(answer.body(), type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.getOutputStream().close();
    boolean ended = process.waitFor(10, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly().waitFor();
    }
    for (var name : List.of("ready.json", "log", "")) {
      Files.deleteIfExists(folder.resolve(name));
    }
    if (!ended) {
      throw new IllegalStateException("target-server did not end with its standard input");
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    start();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    reset();
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    close();
  }
}
