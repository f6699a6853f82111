package dev.ravel.jit;

import dev.ravel.engine.interpreter.Interpreter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import java.util.stream.Stream;

/** Tells one build of Ravel from another. */
final class BuildIdentity {
    private static final Logger LOGGER = System.getLogger(BuildIdentity.class.getName());

    private static final class Known {
        static final Optional<String> BUILD =
                of(Interpreter.class).flatMap(core -> of(JitEngine.class).map(jit -> core + " " + jit));
    }

    private BuildIdentity() {}

    /** That of what runs: the sizes and times of the JARs, or of all that is in the directories, which the interpreter and the translator are from. */
    static Optional<String> known() {
        return Known.BUILD;
    }

    private static Optional<String> of(Class<?> member) {
        CodeSource source = member.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.walk(Path.of(source.getLocation().toURI()))) {
            return Optional.of(files.filter(Files::isRegularFile)
                    .map(BuildIdentity::sizeAndTime)
                    .reduce(new SizeAndTime(0, 0), SizeAndTime::with)
                    .toString());
        } catch (IOException | UncheckedIOException | URISyntaxException | IllegalArgumentException e) {
            LOGGER.log(Level.DEBUG, "it is not known where " + member + " is from", e);
            return Optional.empty();
        }
    }

    /** Of files: bytes of all, and when the last one was written, in milliseconds. */
    private record SizeAndTime(long size, long time) {
        SizeAndTime with(SizeAndTime other) {
            return new SizeAndTime(size + other.size, Math.max(time, other.time));
        }

        @Override
        public String toString() {
            return size + "@" + time;
        }
    }

    private static SizeAndTime sizeAndTime(Path file) {
        try {
            return new SizeAndTime(
                    Files.size(file), Files.getLastModifiedTime(file).toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
