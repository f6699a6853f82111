package dev.ravel.guest;

import dev.ravel.guest.Release.SignedFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.NoRouteToHostException;
import java.net.ProxySelector;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;

/**
 * A mirror of the distribution, over HTTP. A file whose hash is known is kept under that hash in a folder of downloads;
 * a transfer that breaks off leaves {@code HASH.part} there, and the next try, by this or another process, goes on from
 * its end. Only what matches its hash ever gets the name without {@code .part}.
 */
final class Mirror {
    private static final int ATTEMPTS = 3;
    private static final int MAX_REDIRECTS = 5;
    private static final int CONNECT_TIMEOUT_MS = 20_000;
    private static final int STALL_TIMEOUT_MS = 60_000;
    private static final int SMALL_FILE_LIMIT = 16 << 20;

    private final String base;
    private final Path downloads;
    private final ProxySelector proxies;
    private final FetchProgress progress;

    /**
     * A mirror.
     *
     * @param address of the folder that holds {@code dists} and {@code pool}
     * @param downloads an existing folder; the caller keeps other processes out of it
     */
    Mirror(URI address, Path downloads, ProxySelector proxies, FetchProgress progress) {
        this.base = address.toString().replaceFirst("/+$", "") + "/";
        this.downloads = downloads;
        this.proxies = proxies;
        this.progress = progress;
    }

    /** The address as the user knows it. */
    String name() {
        return base.substring(0, base.length() - 1);
    }

    /** A small file whose hash nobody knows beforehand, or nothing where the mirror has none. */
    Optional<byte[]> read(String path) throws GuestException {
        for (int attempt = 1; ; attempt++) {
            try {
                HttpURLConnection connection = open(path, 0);
                try (InputStream in = body(connection)) {
                    if (isMissing(connection.getResponseCode())) {
                        return Optional.empty();
                    }
                    requireOk(connection, path);
                    byte[] content = in.readNBytes(SMALL_FILE_LIMIT);
                    long announced = connection.getContentLengthLong();
                    if (announced >= 0 && content.length < announced) {
                        throw new EOFException("the connection broke off");
                    }
                    return Optional.of(content);
                }
            } catch (IOException e) {
                giveUp(path, e, attempt);
            }
        }
    }

    /**
     * Brings a file whose hash is known, by the first of the paths that has it.
     *
     * @param label how messages and the progress call it
     * @return where it is now
     * @throws SuiteException if the mirror has it nowhere, or has something else under its name
     */
    Path fetch(String label, SignedFile file, String... paths) throws GuestException {
        Path complete = downloads.resolve(file.sha256());
        if (Files.exists(complete)) {
            return complete;
        }
        Path part = downloads.resolve(file.sha256() + ".part");
        for (String path : paths) {
            if (download(label, path, file, part)) {
                try {
                    return Files.move(part, complete, StandardCopyOption.ATOMIC_MOVE);
                } catch (IOException e) {
                    throw GuestCache.cannotWrite(complete, e);
                }
            }
        }
        throw new SuiteException(
                label + " is not what was signed (" + paths[paths.length - 1] + "): the mirror is half-synchronised");
    }

    /** Whether the part now holds the whole file; without it, when the mirror has another or none under this path. */
    private boolean download(String label, String path, SignedFile file, Path part) throws GuestException {
        for (int attempt = 1; ; attempt++) {
            boolean resumed = size(part) > 0;
            try {
                if (!transfer(label, path, file, part)) {
                    return false;
                }
            } catch (IOException e) {
                giveUp(label, e, attempt);
                continue;
            }
            if (sha256(part).equals(file.sha256())) {
                return true;
            }
            GuestCache.delete(part);
            // An earlier try may have left bytes of another file; a whole transfer that does not match is the mirror's.
            if (!resumed) {
                return false;
            }
        }
    }

    private boolean transfer(String label, String path, SignedFile file, Path part) throws IOException, GuestException {
        long have = size(part);
        if (have > file.size()) {
            GuestCache.delete(part);
            have = 0;
        }
        if (have == file.size()) {
            return true;
        }
        HttpURLConnection connection = open(path, have);
        try (InputStream in = body(connection)) {
            int status = connection.getResponseCode();
            if (isMissing(status)) {
                return false;
            }
            String range = Objects.requireNonNullElse(connection.getHeaderField("Content-Range"), "");
            boolean continues = status == HttpURLConnection.HTTP_PARTIAL && range.startsWith("bytes " + have + "-");
            if (!continues) {
                requireOk(connection, path);
                have = 0;
            }
            long announced = connection.getContentLengthLong();
            if (announced >= 0 && have + announced != file.size()) {
                return false;
            }
            append(in, label, file, part, have);
        }
        return true;
    }

    private void append(InputStream in, String label, SignedFile file, Path part, long have)
            throws IOException, GuestException {
        byte[] buffer = new byte[1 << 16];
        long done = have;
        try (OutputStream out = openPart(part, have == 0)) {
            progress.transferred(label, done, file.size());
            for (int n = in.read(buffer); n >= 0 && done < file.size(); n = in.read(buffer)) {
                int wanted = (int) Math.min(n, file.size() - done);
                try {
                    out.write(buffer, 0, wanted);
                } catch (IOException e) {
                    throw GuestCache.cannotWrite(part, e);
                }
                done += wanted;
                progress.transferred(label, done, file.size());
            }
        }
        if (done < file.size()) {
            throw new EOFException("the connection broke off");
        }
    }

    private static OutputStream openPart(Path part, boolean fresh) throws GuestException {
        try {
            return Files.newOutputStream(
                    part,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    fresh ? StandardOpenOption.TRUNCATE_EXISTING : StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw GuestCache.cannotWrite(part, e);
        }
    }

    private HttpURLConnection open(String path, long from) throws IOException, GuestException {
        URI address = URI.create(base + path);
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            HttpURLConnection connection = (HttpURLConnection)
                    address.toURL().openConnection(proxies.select(address).getFirst());
            connection.setConnectTimeout(CONNECT_TIMEOUT_MS);
            connection.setReadTimeout(STALL_TIMEOUT_MS);
            connection.setInstanceFollowRedirects(false);
            connection.setRequestProperty("User-Agent", "Ravel");
            if (from > 0) {
                connection.setRequestProperty("Range", "bytes=" + from + "-");
            }
            String location = connection.getHeaderField("Location");
            if (connection.getResponseCode() / 100 != 3 || location == null) {
                return connection;
            }
            connection.disconnect();
            address = address.resolve(location);
            if (!address.getScheme().matches("https?")) {
                break;
            }
        }
        throw new GuestException(base + path + ": redirected in a circle; use another mirror");
    }

    /** The body of any answer: that of an error is read and closed too, so that the connection can be used again. */
    private static InputStream body(HttpURLConnection connection) throws IOException {
        if (connection.getResponseCode() < 400) {
            return connection.getInputStream();
        }
        InputStream error = connection.getErrorStream();
        return error == null ? InputStream.nullInputStream() : error;
    }

    private static boolean isMissing(int status) {
        return status == HttpURLConnection.HTTP_NOT_FOUND || status == HttpURLConnection.HTTP_GONE;
    }

    private static void requireOk(HttpURLConnection connection, String path) throws IOException {
        if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
            throw new IOException("the mirror answers " + connection.getResponseCode() + " for " + path);
        }
    }

    private void giveUp(String label, IOException e, int attempt) throws GuestException {
        if (e instanceof UnknownHostException || e instanceof NoRouteToHostException) {
            throw new GuestException(
                    name() + ": no network: the mirror's host is not found; connect, or name another with --mirror", e);
        }
        if (e instanceof ConnectException) {
            throw new GuestException(
                    name() + ": no connection to the mirror; check the network, or name another with --mirror", e);
        }
        if (attempt == ATTEMPTS) {
            String what = e instanceof SocketTimeoutException ? "the mirror sends nothing" : e.getMessage();
            throw new GuestException(
                    name() + ": " + label + ": " + what + "; the same command goes on where this one stopped", e);
        }
    }

    private static long size(Path file) throws GuestException {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new GuestException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** The SHA-256 of a file in lower-case hexadecimal digits. */
    static String sha256(Path file) throws GuestException {
        MessageDigest digest = newSha256();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        } catch (IOException e) {
            throw new GuestException(file + ": cannot be read: " + e.getMessage(), e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
