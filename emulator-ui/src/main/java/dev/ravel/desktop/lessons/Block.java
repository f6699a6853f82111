package dev.ravel.desktop.lessons;

import java.util.List;

/** A part of a lesson's page. In texts {@code `...`} is code. */
sealed interface Block {
    /** Text that runs on. */
    record Paragraph(String text) implements Block {}

    /** One thing of a list. */
    record Item(String text) implements Block {}

    /** Rows of cells, as many in each; the first says what the columns are. */
    record Table(List<List<String>> rows) implements Block {}

    /** Lines of a guest's console. */
    record Console(String text) implements Block {}

    /** Something for the learner to do. */
    record Ask(String text) implements Block {}

    /**
     * What came of a check.
     *
     * @param detail for one that failed, what is wrong
     */
    record Check(String words, boolean passed, String detail) implements Block {}

    /** Why the lesson cannot go on. */
    record Problem(String text) implements Block {}
}
