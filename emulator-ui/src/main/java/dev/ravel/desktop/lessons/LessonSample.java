package dev.ravel.desktop.lessons;

import java.util.List;

/**
 * A lesson's page as it was at one moment.
 *
 * @param step what is on the page, from 1; 0 before the first
 * @param title the step's
 * @param passed how many of the lesson's checks have passed
 * @param turn names the moment from which on the learner may choose: what is chosen for another one comes too late
 */
record LessonSample(int step, String title, List<Block> blocks, Phase phase, int passed, long turn) {
    /** Who is to act. */
    enum Phase {
        /** Ravel does. */
        WORKING,
        /** The step is done, and there is another. */
        READ,
        /** The last step is done. */
        FINISHED,
        /** The learner is to do what was asked for. */
        QUESTION,
        /** The step could not go on. */
        FAILED;

        /** Whether the learner may choose what comes next. */
        boolean learners() {
            return this != WORKING;
        }
    }

    LessonSample {
        blocks = List.copyOf(blocks);
    }

    /** The same page, and Ravel is to act. */
    LessonSample working() {
        return new LessonSample(step, title, blocks, Phase.WORKING, passed, turn);
    }
}
