package dev.ravel.guest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A mirror on this host's loopback address: serves files from memory, with the faults that it is told to have. */
final class FakeMirror implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final Map<String, Integer> breakOff = new ConcurrentHashMap<>();
    private final Map<String, String> redirects = new ConcurrentHashMap<>();
    private final Map<String, Integer> statuses = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    /** Each request: the path, and its Range if it had one. */
    final List<String> requests = new CopyOnWriteArrayList<>();
    /** Whether {@code Range} is honoured. */
    volatile boolean ranges = true;

    FakeMirror() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/debian/", this::answer);
        // What is beside it.
        server.createContext("/debian-security/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/debian");
    }

    void put(String path, byte[] content) {
        files.put(path, content);
    }

    void put(String path, String content) {
        put(path, content.getBytes(StandardCharsets.UTF_8));
    }

    byte[] get(String path) {
        return files.get(path);
    }

    void remove(String path) {
        files.remove(path);
    }

    void removeBelow(String path) {
        files.keySet().removeIf(file -> file.startsWith(path));
    }

    /** The next answer for this path ends after so many bytes of its body. */
    void breakOff(String path, int afterBytes) {
        breakOff.put(path, afterBytes);
    }

    void redirect(String from, String to) {
        redirects.put(from, to);
    }

    void status(String path, int status) {
        statuses.put(path, status);
    }

    /** From now on, there is no answer for this path; what is returned tells when the first is waited for. */
    CountDownLatch hold(String path) {
        CountDownLatch asked = new CountDownLatch(1);
        held.put(path, asked);
        return asked;
    }

    /** The paths that were asked for, without repeats of the same. */
    List<String> paths() {
        return requests.stream().map(r -> r.split(" ")[0]).distinct().toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath().replaceFirst("^/debian/", "");
            String range = exchange.getRequestHeaders().getFirst("Range");
            requests.add(range == null ? path : path + " " + range);
            byte[] content = files.get(path);
            CountDownLatch asked = held.get(path);
            if (asked != null) {
                asked.countDown();
                ended.await();
            }
            if (redirects.containsKey(path)) {
                exchange.getResponseHeaders().set("Location", redirects.get(path));
                exchange.sendResponseHeaders(302, -1);
            } else if (statuses.containsKey(path)) {
                exchange.sendResponseHeaders(statuses.get(path), -1);
            } else if (content == null) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                send(exchange, path, content, range == null || !ranges ? -1 : from(range));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int from(String range) {
        return Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
    }

    private void send(HttpExchange exchange, String path, byte[] content, int from) throws IOException {
        int start = Math.max(from, 0);
        if (from >= 0) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        exchange.sendResponseHeaders(from >= 0 ? 206 : 200, content.length - start);
        Integer limit = breakOff.remove(path);
        int length = limit == null ? content.length - start : Math.min(limit, content.length - start);
        exchange.getResponseBody().write(content, start, length);
        exchange.getResponseBody().flush();
    }

    @Override
    public void close() {
        ended.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    /** What a fetch said. */
    static final class Heard implements FetchProgress {
        final List<String> steps = new ArrayList<>();
        final List<String> transfers = new ArrayList<>();

        @Override
        public void step(String what) {
            steps.add(what);
        }

        @Override
        public void transferred(String file, long done, long total) {
            transfers.add(file + " " + done + "/" + total);
        }
    }
}
