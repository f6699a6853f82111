package dev.ravel.learn;

import java.util.List;

/**
 * Leads a person through a lesson, step by step, back and again, until the lesson ends or the person has had enough. The
 * terminal and the window differ in the {@link Person} that they speak for, and in the {@link Page} that they write on.
 */
public final class Walkthrough {
    private final LessonRun run;
    private final Page page;
    private final Person person;

    /** Index of the step that is on the page. */
    private int shown;

    /** What the person wanted who left a step at its question. */
    private Wish left = Wish.NEXT;

    /** What a person may want. */
    public enum Wish {
        /** To go on; at a question, to have the checks made. */
        NEXT,
        /** To have the step on the page from its beginning: the machine too is what it was then. */
        AGAIN,
        /** To have the step before, as {@link #AGAIN}. */
        BACK,
        /** To begin with the first step, on new machines. */
        RESTART,
        /** To leave the lesson. */
        QUIT
    }

    /** Who learns. */
    public interface Person {
        /** A step has been played to its end: what next. {@link Wish#NEXT} after the last one ends the lesson. */
        Wish afterStep() throws InterruptedException;

        /** Something was asked for: may type lines into the guest, and says what next. */
        Wish atQuestion(List<String> solution, Learner.Keyboard keyboard) throws LessonException, InterruptedException;

        /**
         * A step cannot go on: what next. {@link Wish#NEXT} is {@link Wish#AGAIN}.
         *
         * @throws LessonException the same, if that is the lesson's end
         */
        Wish failed(LessonException why) throws LessonException, InterruptedException;
    }

    /** Of a run that is before its first step. */
    public Walkthrough(LessonRun run, Page page, Person person) {
        this.run = run;
        this.page = page;
        this.person = person;
    }

    /** Goes through the lesson. */
    public void go() throws LessonException, InterruptedException {
        Wish wish = Wish.NEXT;
        while (wish != Wish.QUIT && !(wish == Wish.NEXT && run.finished())) {
            try {
                wish = fulfil(wish);
            } catch (LessonException e) {
                wish = person.failed(e);
                if (wish == Wish.NEXT) {
                    wish = Wish.AGAIN;
                }
            }
        }
    }

    private Wish fulfil(Wish wish) throws LessonException, InterruptedException {
        switch (wish) {
            case NEXT, QUIT -> {}
            case AGAIN -> run.back(shown);
            case BACK -> run.back(Math.max(0, shown - 1));
            case RESTART -> run.restart();
        }
        shown = run.played();
        return run.play(page, learner) ? person.afterStep() : left;
    }

    private final Learner learner = new Learner() {
        @Override
        public Answer act(List<String> solution, Keyboard keyboard) throws LessonException, InterruptedException {
            Wish wish = person.atQuestion(solution, keyboard);
            if (wish == Wish.NEXT) {
                return Answer.CHECK;
            }
            left = wish;
            return Answer.LEAVE;
        }

        @Override
        public boolean again() {
            return true;
        }
    };
}
