package dev.ravel.benchmarks.views;

import dev.ravel.benchmarks.BenchException;
import dev.ravel.desktop.Desktop;
import dev.ravel.desktop.UserFiles;
import dev.ravel.desktop.settings.SettingsStore;
import dev.ravel.guest.FetchProgress;
import dev.ravel.guest.GuestException;
import dev.ravel.guest.Guests;
import dev.ravel.learn.LessonException;
import dev.ravel.machine.Machine;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.machine.config.DiskConfig;
import dev.ravel.manager.DefinitionStore;
import dev.ravel.observe.Observer;
import dev.ravel.session.GuestConsole;
import dev.ravel.session.MachineSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import javafx.scene.Node;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.control.ToggleButton;
import javafx.stage.Stage;
import javafx.stage.Window;

/** Debian in the window that {@code ravel run} opens, and what a user does there to look into it. */
final class WatchedGuest implements AutoCloseable {
    private static final String PROMPT = ":~# ";
    private static final String HART_THREAD = "hart-";
    private static final int START_SECONDS = 180;
    private static final int PROMPT_SECONDS = 20;
    private static final long DISK_BYTES = 16 << 20;
    private static final char INTERRUPT = 3;

    private final MachineSession session;
    private final Thread desktop;
    private final Printed printed;
    private final Stage stage;

    /**
     * A machine's count of instructions at a moment.
     *
     * @param cpuNanos processor time of its harts
     * @param otherNanos processor time of all other threads of Java: HotSpot's compilers are not among them
     */
    private record Moment(long nanos, long cpuNanos, long otherNanos, long instructions) {}

    /** What the console showed last, and how much it was in all. */
    private static final class Printed {
        private static final int KEPT = 64;

        private final StringBuilder tail = new StringBuilder();
        private long bytes;

        void follow(InputStream output) {
            Thread.ofPlatform().name("bench-console").daemon().start(() -> {
                byte[] buffer = new byte[1 << 16];
                try {
                    for (int n = output.read(buffer); n >= 0; n = output.read(buffer)) {
                        add(
                                new String(
                                        buffer, Math.max(0, n - KEPT), Math.min(n, KEPT), StandardCharsets.ISO_8859_1),
                                n);
                    }
                } catch (IOException e) {
                    // The console was closed: nothing more to see.
                }
            });
        }

        private synchronized void add(String end, int n) {
            bytes += n;
            tail.append(end);
            tail.delete(0, Math.max(0, tail.length() - KEPT));
            notifyAll();
        }

        synchronized long bytes() {
            return bytes;
        }

        synchronized void forget() {
            tail.setLength(0);
        }

        synchronized void awaitPrompt(int seconds) throws TimeoutException, InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            while (tail.indexOf(PROMPT) < 0) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw new TimeoutException("no prompt within " + seconds + " s, but: " + tail);
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        }
    }

    private WatchedGuest(MachineSession session, Thread desktop, Printed printed, Stage stage) {
        this.session = session;
        this.desktop = desktop;
        this.printed = printed;
        this.stage = stage;
    }

    /**
     * Boots it, and waits for its prompt.
     *
     * @param folder for its disk and the window's settings
     * @throws BenchException if that cannot be
     */
    static WatchedGuest start(Path folder, String engine) {
        GuestConsole console = new GuestConsole();
        Printed printed = new Printed();
        printed.follow(console.openOutput());
        MachineSession session = new MachineSession("debian", build(folder, engine, console), console);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(1);
        Thread desktop = Thread.ofPlatform().name("bench-window").daemon().start(() -> {
            try {
                Desktop.run(session, WatchedGuest::noLessons, files(folder));
            } catch (RuntimeException e) {
                failure.set(e);
            } finally {
                ended.countDown();
            }
        });
        try {
            printed.awaitPrompt(START_SECONDS);
        } catch (TimeoutException e) {
            session.close();
            throw new BenchException("the guest did not start: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
        if (failure.get() != null) {
            session.close();
            throw new BenchException("the window failed: " + failure.get(), failure.get());
        }
        Stage stage = Toolkit.call(() -> Window.getWindows().stream()
                .filter(window -> window instanceof Stage && window.getScene().lookup("#tool-inspector") != null)
                .map(Stage.class::cast)
                .findFirst()
                .orElseThrow());
        return new WatchedGuest(session, desktop, printed, stage);
    }

    private static Machine build(Path folder, String engine, GuestConsole console) {
        Path disk = folder.resolve("disk");
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(DISK_BYTES);
        } catch (IOException e) {
            throw new BenchException("no disk for the guest can be made: " + e.getMessage(), e);
        }
        MachineBuilder builder = Machine.builder().console(console).engine(engine);
        try {
            Guests.configure(builder, "debian", Optional.empty(), FetchProgress.NONE);
        } catch (GuestException e) {
            throw new BenchException(String.valueOf(e.getMessage()), e);
        }
        return builder.add(new DiskConfig(disk, false)).build();
    }

    private static UserFiles files(Path folder) {
        return new UserFiles(
                new DefinitionStore(folder.resolve("machines.json")),
                new SettingsStore(folder.resolve("windows.json")));
    }

    private static void noLessons(MachineBuilder builder, String guest) throws LessonException {
        throw new LessonException("no lessons while something is measured");
    }

    /** The titles of the views. */
    List<String> views() {
        boolean open = inspectorOpen();
        showInspector(true);
        List<String> titles =
                Toolkit.call(() -> tabs().getTabs().stream().map(Tab::getText).toList());
        showInspector(open);
        return titles;
    }

    /** Types a line, and does not wait for what comes of it. */
    void type(String line) {
        printed.forget();
        session.console().type((line + "\r").getBytes(StandardCharsets.UTF_8));
    }

    /** Ends what was started, and waits for the prompt. */
    void interrupt() throws InterruptedException {
        printed.forget();
        session.console().discardTyped();
        session.console().type(new byte[] {INTERRUPT});
        try {
            printed.awaitPrompt(PROMPT_SECONDS);
        } catch (TimeoutException e) {
            throw new BenchException("the guest cannot be interrupted: " + e.getMessage(), e);
        }
    }

    /**
     * Lets it run, and tells how far it came.
     *
     * @param seconds how long
     */
    Rate rate(double seconds) throws InterruptedException {
        Moment before = moment();
        // Without what these two moments take.
        long heldBefore = session.heldNanos();
        TimeUnit.NANOSECONDS.sleep((long) (seconds * 1e9));
        long held = session.heldNanos() - heldBefore;
        Moment after = moment();
        if (after.instructions == before.instructions) {
            throw new BenchException("the guest does not run: its load has ended, or it is paused");
        }
        double retired = after.instructions - before.instructions;
        return new Rate(
                retired * 1e9 / (after.nanos - before.nanos),
                retired * 1e9 / Math.max(1, after.cpuNanos - before.cpuNanos),
                (double) held / (after.nanos - before.nanos),
                (double) Math.max(0, after.otherNanos - before.otherNanos) / (after.nanos - before.nanos));
    }

    private Moment moment() {
        return session.whileStill(machine -> {
                    Map<Boolean, Long> cpu = threadNanos();
                    return new Moment(
                            System.nanoTime(),
                            cpu.getOrDefault(true, 0L),
                            cpu.getOrDefault(false, 0L),
                            machine.instructionsRetired());
                })
                .orElseThrow(() -> new BenchException("the machine has ended"));
    }

    /** Processor time of the harts' threads (true) and of all others of Java. */
    private static Map<Boolean, Long> threadNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(Objects::nonNull)
                .collect(Collectors.partitioningBy(
                        thread -> thread.getThreadName().startsWith(HART_THREAD),
                        Collectors.summingLong(thread -> threads.getThreadCpuTime(thread.getThreadId()))));
    }

    /** How many bytes it has printed. */
    long printedBytes() {
        return printed.bytes();
    }

    /** Whether somebody watches one of its harts. */
    boolean observed() {
        return session.whileStill(
                        machine -> machine.harts().stream().anyMatch(hart -> hart.observer() != Observer.NONE))
                .orElseThrow(() -> new BenchException("the machine has ended"));
    }

    /** Opens a view by its title, or none. */
    void open(Optional<String> view) {
        view.ifPresentOrElse(
                title -> {
                    showInspector(true);
                    Toolkit.call(() -> {
                        TabPane tabs = tabs();
                        tabs.getSelectionModel()
                                .select(tabs.getTabs().stream()
                                        .filter(tab -> tab.getText().equals(title))
                                        .findFirst()
                                        .orElseThrow());
                        return true;
                    });
                },
                () -> showInspector(false));
    }

    private boolean inspectorOpen() {
        return Toolkit.call(() -> toggle().isSelected());
    }

    private void showInspector(boolean wanted) {
        Toolkit.call(() -> {
            if (toggle().isSelected() != wanted) {
                toggle().fire();
            }
            return true;
        });
    }

    private ToggleButton toggle() {
        return (ToggleButton) find("#tool-inspector");
    }

    private TabPane tabs() {
        return (TabPane) find("#inspector");
    }

    private Node find(String selector) {
        Node found = stage.getScene().lookup(selector);
        if (found == null) {
            throw new BenchException("the window has no " + selector);
        }
        return found;
    }

    /** Counts the window's frames for some seconds. */
    Frames frames(double seconds) throws InterruptedException {
        Frames.Counter counter = Toolkit.call(() -> {
            Frames.Counter made = new Frames.Counter();
            made.start();
            return made;
        });
        TimeUnit.NANOSECONDS.sleep((long) (seconds * 1e9));
        return Toolkit.call(counter::end);
    }

    @Override
    public void close() {
        session.stop();
        try {
            desktop.join(TimeUnit.SECONDS.toMillis(PROMPT_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        session.close();
    }
}
