package dev.ravel.desktop.lessons;

import dev.ravel.learn.Learner;
import dev.ravel.learn.Lesson;
import dev.ravel.learn.LessonException;
import dev.ravel.learn.LessonRun;
import dev.ravel.learn.Machines;
import dev.ravel.learn.Stage;
import dev.ravel.learn.Walkthrough;
import dev.ravel.learn.Walkthrough.Wish;
import dev.ravel.session.GuestConsole;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import javafx.application.Platform;

/** Plays a lesson on a thread of its own, for somebody at a window. */
final class LessonPlayer implements AutoCloseable {
    private static final Logger LOG = System.getLogger(LessonPlayer.class.getName());

    private static final String NOT_YET =
            "Not yet: type what is missing and check again, or have the solution typed. After a"
                    + " mistake that stays, go back: the machine too is then what it was.";

    private static final String BUSY = "The guest is not at its prompt: it is still at work, or waits for input.";

    private final Lesson lesson;
    private final Stage.GuestSource guests;
    private final LessonConsoles consoles;
    private final Shown shown;
    private final Thread thread;
    private final BlockingQueue<Choice> choices = new LinkedBlockingQueue<>();
    private volatile boolean closed;

    /** The sample that the toolkit's thread has not taken yet. */
    private final AtomicReference<Optional<LessonSample>> untaken = new AtomicReference<>(Optional.empty());

    // Of the lesson's thread.
    private final Map<String, GuestConsole> machines = new HashMap<>();
    private final BlockPage page = new BlockPage(this::bringToFront, () -> publish(LessonSample.Phase.WORKING));
    private LessonRun run;
    private long turn;

    /** Where samples go, on the toolkit's thread. */
    interface Shown {
        void show(LessonSample sample);

        /** The lesson has ended by itself, with so many checks passed. */
        void ended(int passed);
    }

    /** What a learner wants next, and when. */
    private record Choice(Wish wish, boolean solve, long turn) {}

    LessonPlayer(Lesson lesson, Stage.GuestSource guests, LessonConsoles consoles, Shown shown) {
        this.lesson = lesson;
        this.guests = guests;
        this.consoles = consoles;
        this.shown = shown;
        this.run = newRun();
        this.thread = Thread.ofPlatform().name("lesson").daemon().start(this::play);
    }

    /** The learner has chosen, while this sample was shown. */
    void choose(Wish wish, LessonSample sample) {
        choices.add(new Choice(wish, false, sample.turn()));
    }

    /** The learner wants the solution typed and then checked, while this sample was shown. */
    void solve(LessonSample sample) {
        choices.add(new Choice(Wish.NEXT, true, sample.turn()));
    }

    /** Ends the lesson and switches its machines off; does not wait for that. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    /** Waits, so many milliseconds at most, until the machines are off. */
    void awaitEnd(long millis) throws InterruptedException {
        thread.join(millis);
    }

    private LessonRun newRun() {
        return new LessonRun(lesson, guests, new Seen());
    }

    private void play() {
        try {
            boolean again = true;
            while (again) {
                again = playUntilBroken();
            }
        } catch (InterruptedException e) {
            // The learner has left the lesson.
        } finally {
            // The machines' threads are waited for.
            Thread.interrupted();
            run.close();
        }
        if (!closed) {
            int passed = passed();
            Platform.runLater(() -> shown.ended(passed));
        }
    }

    private int passed() {
        return run.passedChecks();
    }

    /** Plays the lesson; returns whether it is to be played again, from its beginning. */
    private boolean playUntilBroken() throws InterruptedException {
        try {
            new Walkthrough(run, page, person).go();
            return false;
        } catch (LessonException e) {
            return restartAfter(e.getMessage());
        } catch (RuntimeException | OutOfMemoryError e) {
            // No lesson should bring this about; if one does, the window lives on and says so.
            LOG.log(Level.WARNING, "lesson " + lesson.number() + " broke", e);
            return restartAfter(e.toString());
        }
    }

    private boolean restartAfter(String problem) throws InterruptedException {
        page.problem(problem);
        boolean again = choice(LessonSample.Phase.FAILED).wish != Wish.QUIT;
        run.close();
        run = newRun();
        return again;
    }

    private final Walkthrough.Person person = new Walkthrough.Person() {
        @Override
        public Wish afterStep() throws InterruptedException {
            return choice(run.finished() ? LessonSample.Phase.FINISHED : LessonSample.Phase.READ).wish;
        }

        @Override
        public Wish atQuestion(List<String> solution, Learner.Keyboard keyboard)
                throws LessonException, InterruptedException {
            if (page.failed()) {
                page.text(NOT_YET);
            }
            Choice choice = choice(LessonSample.Phase.QUESTION);
            if (choice.wish == Wish.NEXT) {
                page.forgetAnswer();
                if (choice.solve) {
                    for (String line : solution) {
                        keyboard.type(line);
                    }
                } else if (!keyboard.settle()) {
                    page.text(BUSY);
                }
            }
            return choice.wish;
        }

        @Override
        public Wish failed(LessonException why) throws InterruptedException {
            page.problem(why.getMessage());
            return choice(LessonSample.Phase.FAILED).wish;
        }
    };

    /** Lets the learner choose. */
    private Choice choice(LessonSample.Phase phase) throws InterruptedException {
        turn++;
        publish(phase);
        Choice choice;
        do {
            if (closed) {
                throw new InterruptedException();
            }
            choice = choices.take();
        } while (choice.turn != turn);
        publish(LessonSample.Phase.WORKING);
        return choice;
    }

    private void publish(LessonSample.Phase phase) {
        LessonSample sample = new LessonSample(page.step(), page.title(), page.blocks(), phase, passed(), turn);
        if (untaken.getAndSet(Optional.of(sample)).isEmpty()) {
            Platform.runLater(() -> untaken.getAndSet(Optional.empty())
                    .filter(newest -> !closed)
                    .ifPresent(shown::show));
        }
    }

    private void bringToFront(String machine) {
        GuestConsole console = machines.get(machine);
        if (console != null) {
            Platform.runLater(() -> consoles.front(console));
        }
    }

    private final class Seen implements Machines {
        @Override
        public void made(String machine, GuestConsole console) {
            machines.put(machine, console);
            open(machine, console, "");
        }

        @Override
        public void wentBack(String machine, GuestConsole console, String text) {
            open(machine, console, text);
        }

        /** The output is opened here, before the machine goes on: nothing that it prints is missed. */
        private void open(String machine, GuestConsole console, String before) {
            GuestConsole.Output output = console.openOutput();
            Platform.runLater(() -> consoles.open(machine, console, output, before));
        }

        @Override
        public void closed(String machine) {
            GuestConsole console = machines.remove(machine);
            if (console != null) {
                Platform.runLater(() -> consoles.close(console));
            }
        }
    }
}
