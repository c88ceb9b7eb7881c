import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.tomcat.util.json.JSONParser;

/**
 * A program that a file describes, as JSON, in the form of target-server's --program; its durations are constant. It is one
 * servlet for every path, which tries the routes in the file's order. Methods that no route has are left to HttpServlet.
 */
public class Described extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final Pattern NAME = Pattern.compile("\\{([A-Za-z_]\\w*)\\}");
    private static final Map<String, BigDecimal> UNITS = Map.of("ns", new BigDecimal(1), "us", new BigDecimal(1000), "ms",
            new BigDecimal(1_000_000), "s", new BigDecimal(1_000_000_000), "m", new BigDecimal(60_000_000_000L));
    private static final Map<String, Integer> SIZES = Map.of("B", 1, "KB", 1000, "KiB", 1 << 10, "MB", 1_000_000, "MiB", 1 << 20);
    private static final Map<String, String> KINDS = Map.of("int", "[+-]?\\d+", "float",
            "[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?", "bool", "true|false", "str", "(?s).*");

    private final transient List<Route> routes = new ArrayList<>();
    private final AtomicInteger counter = new AtomicInteger();

    /** What a step raises with a status. */
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;

        Refusal(int status) {
            this.status = status;
        }
    }

    private static final class Route {
        private final String method;
        private final Pattern pattern;
        private final List<String> names = new ArrayList<>();
        private final Map<String, Object> parameters;
        private final Map<String, Object> headers;
        private final List<Object> steps;
        private final int status;
        private final String type;
        private final String body;

        Route(String name, Map<String, Object> described) {
            method = name.substring(0, name.indexOf(' '));
            String path = name.substring(name.indexOf(' ') + 1);
            StringBuilder expression = new StringBuilder();
            Matcher m = NAME.matcher(path);
            int begin = 0;
            for (; m.find(); begin = m.end()) {
                expression.append(Pattern.quote(path.substring(begin, m.start()))).append("([^/]+)");
                names.add(m.group(1));
            }
            pattern = Pattern.compile(expression + Pattern.quote(path.substring(begin)));
            parameters = map(described.get("parameters"));
            headers = map(described.get("headers"));
            steps = list(described.get("def"));
            status = Integer.parseInt(String.valueOf(described.getOrDefault("status", "200")));
            String kind = String.valueOf(described.getOrDefault("type", "application/json"));
            type = status == 204 || status == 304 ? null : kind;
            String text = (String) described.getOrDefault("body", "application/json".equals(type) ? "null" : "");
            Matcher size = Pattern.compile("(\\d+) ?([KM]?i?B)").matcher(text);
            if (size.matches()) {
                text = '"' + "x".repeat(Integer.parseInt(size.group(1)) * SIZES.get(size.group(2)) - 2) + '"';
            }
            body = text;
        }
    }

    /** Reads the file. */
    public Described(String path) throws Exception {
        try (Reader reader = Files.newBufferedReader(Path.of(path))) {
            Object file = new JSONParser(reader).parse();
            boolean escaped = new JSONParser("[\"\\\"\"]").list().get(0).equals("\\\"");
            map(map(escaped ? unescaped(file) : file).get("routes")).forEach((name, described) -> routes.add(new Route(name, map(described))));
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return value == null ? new LinkedHashMap<>() : (Map<String, Object>) value;
    }

    /** A value of the file. The JSONParser of Tomcat 10.1.7 leaves escapes in texts as they are; newer ones do not. */
    private static Object unescaped(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> all = new LinkedHashMap<>();
            map.forEach((name, item) -> all.put((String) unescaped(name), unescaped(item)));
            return all;
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Described::unescaped).toList();
        }
        if (!(value instanceof String text)) {
            return value;
        }
        return Pattern.compile("\\\\(u[0-9a-fA-F]{4}|.)").matcher(text).replaceAll(m -> {
            String escape = m.group(1);
            int place = "bfnrt".indexOf(escape);
            String is = escape.length() > 1 ? String.valueOf((char) Integer.parseInt(escape.substring(1), 16)) : escape;
            return Matcher.quoteReplacement(place < 0 ? is : String.valueOf("\b\f\n\r\t".charAt(place)));
        });
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object value) {
        return value == null ? List.of() : (List<Object>) value;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        String path = request.getPathInfo();
        Route route = find(path, request.getMethod());
        if (route == null && request.getMethod().equals("HEAD")) {
            route = find(path, "GET");
        }
        if (route != null) {
            answer(route, request, response);
        } else if (find(path, null) != null) {
            super.service(request, response);
        } else {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
        }
    }

    private Route find(String path, String method) {
        for (Route route : routes) {
            if (route.pattern.matcher(path).matches() && (method == null || method.equals(route.method))) {
                return route;
            }
        }
        return null;
    }

    private void answer(Route route, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        Matcher m = route.pattern.matcher(request.getPathInfo());
        for (int i = 0; m.matches() && i < route.names.size(); i++) {
            values.put(route.names.get(i), m.group(i + 1));
        }
        for (String name : route.parameters.keySet()) {
            if (!values.containsKey(name)) {
                values.put(name, request.getParameter(name));
            }
        }
        for (Map.Entry<String, String> value : values.entrySet()) {
            String kind = String.valueOf(route.parameters.getOrDefault(value.getKey(), "str"));
            String plain = kind.replace("?", "");
            if (value.getValue() == null && plain.equals(kind)) {
                response.sendError(HttpServletResponse.SC_BAD_REQUEST, value.getKey() + " is missing");
                return;
            }
            if (value.getValue() != null && !value.getValue().matches(KINDS.get(plain))) {
                response.sendError(HttpServletResponse.SC_BAD_REQUEST, value.getKey() + " is not a value of type " + plain);
                return;
            }
        }
        try {
            run(route.steps, values);
        } catch (Refusal e) {
            response.sendError(e.status);
            return;
        } catch (RuntimeException e) {
            e.printStackTrace();
            response.sendError(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
            return;
        }
        response.setStatus(route.status);
        route.headers.forEach((name, value) -> response.setHeader(name.toLowerCase(), String.valueOf(value)));
        if (route.type != null) {
            response.setContentType(route.type);
            byte[] body = fill(route.body, values, isJSON(route.type)).getBytes(StandardCharsets.UTF_8);
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        }
    }

    private void run(List<Object> steps, Map<String, String> values) {
        for (Object described : steps) {
            Map<String, Object> step = map(described);
            String name = step.keySet().stream().filter(key -> !key.equals("do")).findFirst().orElseThrow();
            String text = String.valueOf(step.get(name));
            switch (name) {
                case "sleep" -> sleep(text);
                case "log" -> {
                    Map<String, String> known = new HashMap<>(values);
                    if (text.contains("{counter}") && !values.containsKey("counter")) {
                        known.put("counter", String.valueOf(counter.incrementAndGet()));
                    }
                    App.say(fill(text, known, false));
                }
                case "raise" -> throw text.matches("\\d+") ? new Refusal(Integer.parseInt(text)) : new RuntimeException(text);
                case "repeat" -> {
                    for (int i = Integer.parseInt(text); i > 0; i--) {
                        run(list(step.get("do")), values);
                    }
                }
                default -> {
                    if (ThreadLocalRandom.current().nextDouble() * 100 < Double.parseDouble(text.replace("%", ""))) {
                        run(list(step.get("do")), values);
                    }
                }
            }
        }
    }

    private static void sleep(String text) {
        BigDecimal nanos = BigDecimal.ZERO;
        Matcher m = Pattern.compile("([\\d.]+)([a-z]+)").matcher(text);
        while (m.find()) {
            nanos = nanos.add(new BigDecimal(m.group(1)).multiply(UNITS.get(m.group(2))));
        }
        try {
            TimeUnit.NANOSECONDS.sleep(nanos.longValue());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isJSON(String type) {
        String kind = type.split(";")[0].trim().toLowerCase();
        return kind.equals("application/json") || kind.endsWith("+json");
    }

    /** The text with the values of names in braces. */
    private static String fill(String text, Map<String, String> values, boolean json) {
        return NAME.matcher(text).replaceAll(m -> {
            if (!values.containsKey(m.group(1))) {
                return Matcher.quoteReplacement(m.group());
            }
            String value = String.valueOf(values.get(m.group(1)));
            return Matcher.quoteReplacement(json ? escape(value) : value);
        });
    }

    /** The text as inside a JSON string. */
    private static String escape(String text) {
        StringBuilder all = new StringBuilder();
        for (char c : text.toCharArray()) {
            int place = "\"\\\b\f\n\r\t".indexOf(c);
            if (place >= 0) {
                all.append('\\').append("\"\\bfnrt".charAt(place));
            } else if (c < ' ') {
                all.append(String.format("\\u%04x", (int) c));
            } else {
                all.append(c);
            }
        }
        return all.toString();
    }
}
