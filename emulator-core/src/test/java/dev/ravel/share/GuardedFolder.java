package dev.ravel.share;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** A folder to share, with ways out of it and something beside it that no client may read, change or list. */
public final class GuardedFolder implements AutoCloseable {
    private final String token = UUID.randomUUID().toString();
    private final Path outside = Files.createTempDirectory("ravel-fuzz");
    private final Path folder =
            Files.createDirectories(outside.resolve("shared/d")).getParent();
    private final Path secret = outside.resolve("secret");
    private final Map<String, Object> before;

    /** Makes it. */
    public GuardedFolder() throws IOException {
        Files.writeString(folder.resolve("f"), "content");
        Files.createSymbolicLink(folder.resolve("up"), Path.of(".."));
        Files.createSymbolicLink(folder.resolve("d/out"), secret);
        Files.writeString(secret, token);
        Files.createFile(outside.resolve(token));
        before = attributes();
    }

    /** What is shared. */
    public Path path() {
        return folder;
    }

    /** A client got this. */
    public void checkAnswer(byte[] answer) {
        assertThat(new String(answer, StandardCharsets.ISO_8859_1)).doesNotContain(token);
    }

    /** All that there is to be seen of what is outside, but when it was read. */
    private Map<String, Object> attributes() throws IOException {
        return Map.of("secret", attributes(secret), "outside", attributes(outside));
    }

    private static Object attributes(Path path) throws IOException {
        Map<String, Object> all = Files.readAttributes(
                path, "unix:mode,ino,nlink,uid,gid,size,lastModifiedTime,ctime", LinkOption.NOFOLLOW_LINKS);
        return List.of(all);
    }

    /** Looks that nothing outside was changed, and removes all. */
    @Override
    public void close() throws IOException {
        try {
            assertThat(secret).hasContent(token);
            assertThat(outside.toFile().list()).containsExactlyInAnyOrder("secret", token, "shared");
            assertThat(attributes()).isEqualTo(before);
        } finally {
            try (Stream<Path> all = Files.walk(outside)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
