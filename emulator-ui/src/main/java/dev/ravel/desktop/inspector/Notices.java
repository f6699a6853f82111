package dev.ravel.desktop.inspector;

import dev.ravel.inspect.Words;
import dev.ravel.inspect.linux.Broken;
import java.util.ArrayList;
import java.util.List;

/** What is damaged in a guest, in lines. */
final class Notices {
    private static final int MOST = 3;

    private Notices() {}

    static List<String> of(List<Broken> broken) {
        List<String> lines = new ArrayList<>();
        broken.stream()
                .limit(MOST)
                .forEach(b -> lines.add(Words.printable("broken: " + b.where() + ": " + b.reason())));
        if (broken.size() > MOST) {
            lines.add("and " + (broken.size() - MOST) + " more");
        }
        return List.copyOf(lines);
    }
}
