package dev.ravel.learn;

import java.util.List;

/** Who does what a lesson asks for. */
public interface Learner {
    /** Types lines into the guest. */
    interface Keyboard {
        /** Types a line, waits until the guest is ready for the next, shows what the console shows. */
        void type(String line) throws LessonException, InterruptedException;

        /**
         * Waits a while for a guest that is still busy with what somebody typed at its console; returns whether it is ready
         * for the next line.
         */
        boolean settle() throws InterruptedException;
    }

    /** What the learner wants next. */
    enum Answer {
        /** The checks are to be made. */
        CHECK,
        /** The step ends here; its checks are not made. */
        LEAVE
    }

    /** Does what is asked for. */
    Answer act(List<String> solution, Keyboard keyboard) throws LessonException, InterruptedException;

    /** Some check has failed after {@link #act}: whether it is done again. */
    boolean again();

    /** Whether the way back is to be kept, with a snapshot of every machine at the beginning of each step. */
    default boolean mayGoBack() {
        return true;
    }

    /** Does what the solution says. */
    Learner SCRIPT = new Learner() {
        @Override
        public Answer act(List<String> solution, Keyboard keyboard) throws LessonException, InterruptedException {
            for (String line : solution) {
                keyboard.type(line);
            }
            return Answer.CHECK;
        }

        @Override
        public boolean again() {
            return false;
        }

        @Override
        public boolean mayGoBack() {
            return false;
        }
    };
}
