package dev.ravel.learn;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The lessons that come with Ravel, and those in files of the user's. */
public final class Lessons {
    /** Resources beside this class. */
    private static final List<String> NAMES = List.of(
            "01-virtual-machine.lesson",
            "02-privilege-and-traps.lesson",
            "03-virtual-memory.lesson",
            "04-interrupts-and-time.lesson",
            "05-devices.lesson",
            "06-fast.lesson",
            "07-trap-and-emulate.lesson",
            "08-type-1-and-type-2.lesson",
            "09-namespaces.lesson",
            "10-cgroups.lesson",
            "11-container.lesson",
            "12-machine-against-container.lesson",
            "13-isolation.lesson",
            "14-choosing.lesson");

    private Lessons() {}

    /** All that come with Ravel, by number. */
    public static List<Lesson> all() {
        List<Lesson> lessons = new ArrayList<>();
        for (String name : NAMES) {
            try (InputStream in = Lessons.class.getResourceAsStream(name)) {
                if (in == null) {
                    throw new IllegalStateException("the resource " + name + " is not in the build");
                }
                lessons.add(LessonParser.parse(name, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (LessonException e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
        }
        return List.copyOf(lessons);
    }

    /**
     * A lesson of the user's own.
     *
     * @throws LessonException if it cannot be read, or has a mistake
     */
    public static Lesson read(Path file) throws LessonException {
        try {
            return LessonParser.parse(file.toString(), Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new LessonException(file + ": not a text in UTF-8");
        } catch (IOException e) {
            throw new LessonException(file + ": cannot be read" + (Files.exists(file) ? "" : ": no such file"));
        }
    }
}
