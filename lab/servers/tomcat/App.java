import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/**
 * The same program as a servlet on embedded Tomcat, told by the environment what to do. What it is not
 * told, or told with 0, is left to Tomcat.
 *
 * <pre>
 * APP_PORT        the port on 127.0.0.1; APP_PROGRAM is the file of another program
 * APP_SLEEP       how long a request sleeps, in seconds
 * APP_LIMIT       maxThreads
 * APP_BACKLOG     acceptCount
 * APP_KEEP_ALIVE  connectionTimeout in milliseconds; keepAliveTimeout is the same unless it is set
 * APP_HOME        a folder for Tomcat's files
 * </pre>
 */
public class App extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS");

    private final AtomicInteger counter = new AtomicInteger();
    private final long sleep = Math.round(Double.parseDouble(told("APP_SLEEP", "5")) * 1000);

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String id = request.getParameter("id");
        if (id == null) {
            response.sendError(HttpServletResponse.SC_BAD_REQUEST, "The parameter id is missing");
            return;
        }
        say("#" + counter.incrementAndGet() + " processing request id[" + id + "], sleeping...");
        try {
            Thread.sleep(sleep);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        say("done request id[" + id + "]");
        response.setContentType("text/plain");
        response.getWriter().print("hello");
    }

    static void say(String text) {
        // The line and its end in one write: threads that print at the same time must not share a line.
        System.out.print(LocalDateTime.now().format(TIME) + " - " + ProcessHandle.current().pid() + "-"
                + Thread.currentThread().getName() + ": " + text + "\n");
        System.out.flush();
    }

    private static String told(String variable, String otherwise) {
        return System.getenv().getOrDefault(variable, otherwise);
    }

    private static void set(Connector connector, String property, String variable) {
        String value = told(variable, "0");
        if (!value.equals("0")) {
            connector.setProperty(property, value);
        }
    }

    public static void main(String[] args) throws Exception {
        Connector connector = new Connector();
        connector.setPort(Integer.parseInt(told("APP_PORT", "8080")));
        connector.setProperty("address", "127.0.0.1");
        connector.setThrowOnFailure(true); // without it a program goes on whose port belongs to somebody else
        set(connector, "maxThreads", "APP_LIMIT");
        set(connector, "acceptCount", "APP_BACKLOG");
        set(connector, "connectionTimeout", "APP_KEEP_ALIVE");

        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(told("APP_HOME", "."));
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", null);
        if (told("APP_PROGRAM", "").isEmpty()) {
            Tomcat.addServlet(context, "app", new App()).addMapping(""); // "/" alone; Tomcat answers for every other path
        } else {
            Tomcat.addServlet(context, "app", new Described(told("APP_PROGRAM", ""))).addMapping("/*");
        }
        tomcat.start();
        tomcat.getServer().await();
    }
}
