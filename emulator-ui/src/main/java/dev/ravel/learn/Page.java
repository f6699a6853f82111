package dev.ravel.learn;

import java.util.List;

/** Where a lesson is shown: a terminal, a file, a window. All texts are filled in. In them {@code `...`} is code. */
public interface Page {
    /** Shows nothing. */
    Page NONE = new Page() {};

    /** A step begins; numbers count from 1. */
    default void step(int number, int of, String title) {}

    /** What follows, to the end of the step, is about this machine. */
    default void machine(String name) {}

    /** A paragraph, or an item of a list that begins with {@code "- "}. */
    default void text(String paragraph) {}

    /** Rows of cells, as many in each; the first row says what the columns are. */
    default void table(List<List<String>> rows) {}

    /** The machine starts, which takes its time. */
    default void starting(String guest) {}

    /** The guest's console, lines of it. */
    default void console(String text) {}

    /** Something for the learner to do, and lines that do it. */
    default void ask(String text, List<String> solution) {}

    /**
     * A check has been made.
     *
     * @param words what it wanted to be so; for one that failed, with what was expected in it; empty if the machine could not
     *     even say
     * @param detail for one that failed, what is wrong
     */
    default void check(String words, boolean passed, String detail) {}

    /** What a check that failed says of itself, with the parameters of {@link #check}. */
    static String failure(String words, String detail) {
        return words.isEmpty() ? detail : detail + ". Expected: " + words;
    }
}
