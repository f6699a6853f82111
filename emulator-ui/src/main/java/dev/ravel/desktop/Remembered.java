package dev.ravel.desktop;

import dev.ravel.desktop.settings.SettingsStore;
import dev.ravel.desktop.settings.WindowSettings;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** The settings of a process's windows as they change, written down now and then. May be used by several threads. */
final class Remembered implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Remembered.class.getName());

    /** A window that is dragged changes all the time. */
    private static final long LATER_MILLIS = 500;

    private final Optional<SettingsStore> store;
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("settings").daemon().factory());

    // Guarded by this.
    private WindowSettings settings;
    private WindowSettings written;
    private Optional<String> notice;
    private boolean due;

    private Remembered(Optional<SettingsStore> store, WindowSettings settings, Optional<String> notice) {
        this.store = store;
        this.settings = settings;
        this.written = settings;
        this.notice = notice;
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** What a store knows; not to be called by the toolkit's thread, for a file may be slow. */
    static Remembered of(SettingsStore store) {
        SettingsStore.Contents contents = store.load();
        return new Remembered(Optional.of(store), contents.settings(), contents.notice());
    }

    /** Nothing, and nothing is written down. */
    static Remembered nothing() {
        return new Remembered(Optional.empty(), WindowSettings.DEFAULT, Optional.empty());
    }

    synchronized WindowSettings settings() {
        return settings;
    }

    /** A line for the user, for whoever asks first. */
    synchronized Optional<String> takeNotice() {
        Optional<String> taken = notice;
        notice = Optional.empty();
        return taken;
    }

    synchronized void change(UnaryOperator<WindowSettings> change) {
        settings = change.apply(settings);
        if (store.isPresent() && !due && !executor.isShutdown()) {
            due = true;
            var unused = executor.schedule(this::write, LATER_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void write() {
        WindowSettings now;
        synchronized (this) {
            due = false;
            if (settings.equals(written)) {
                return;
            }
            now = settings;
            written = settings;
        }
        store.flatMap(file -> file.save(now)).ifPresent(why -> LOG.log(System.Logger.Level.WARNING, why));
    }

    /** Writes down what was not written yet. */
    @Override
    public void close() {
        // What waits is dropped; what is being written is waited for: an interrupt would close its file and lose it.
        executor.close();
        write();
    }
}
