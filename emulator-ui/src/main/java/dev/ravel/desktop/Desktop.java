package dev.ravel.desktop;

import dev.ravel.learn.Stage.GuestSource;
import dev.ravel.session.MachineSession;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import javafx.application.Platform;
import javafx.stage.Stage;

/** Opens windows onto machines. The toolkit is started once for a process. */
public final class Desktop {
    private static final int START_SECONDS = 30;

    private Desktop() {}

    /** Whether this process has a display to open windows on. */
    public static boolean displayPresent(Map<String, String> environment) {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (os.contains("win") || os.contains("mac")) {
            return true;
        }
        return !environment.getOrDefault("DISPLAY", "").isEmpty();
    }

    /** Ends the process with an exit status if there was a display that has gone away since: an orderly end would wait for it. */
    public static void endIfDisplayIsGone(int status) {
        if (DisplayWatch.gone()) {
            DisplayWatch.end(status);
        }
    }

    /**
     * Starts the toolkit.
     *
     * @throws DesktopUnavailableException if there is no display or a library of the host is missing
     */
    public static void start() throws DesktopUnavailableException {
        CompletableFuture<Boolean> started = new CompletableFuture<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        // The toolkit reports a missing library on a thread of its own and then never calls back.
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> started.completeExceptionally(error));
        Thread starter = new Thread(
                () -> {
                    try {
                        Platform.startup(() -> started.complete(true));
                        Platform.setImplicitExit(false);
                    } catch (IllegalStateException e) {
                        started.complete(true);
                    } catch (RuntimeException | LinkageError e) {
                        started.completeExceptionally(e);
                    }
                },
                "start-desktop");
        starter.setDaemon(true);
        starter.start();
        try {
            started.get(START_SECONDS, TimeUnit.SECONDS);
            DisplayWatch.begin();
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new DesktopUnavailableException(
                    "no window can be opened (" + firstLine(cause) + "): on Debian install libgtk-3-0 libgl1 libxtst6"
                            + " libxxf86vm1 and a font such as fonts-dejavu-core, and see that DISPLAY names a display",
                    cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DesktopUnavailableException("interrupted while the desktop started", e);
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    /**
     * Opens a window onto a session, starts its machine so that nothing it prints is missed, and waits until the window
     * is closed, by the user or because the guest powered off.
     *
     * @param guests tells the machines of lessons what to start
     * @param files the user's machines, should he want to see them: it waits until that page is closed too; and what windows
     *     looked like before
     * @throws DisplayGoneException if the display goes away; the machine of the session is still on then
     */
    public static void run(MachineSession session, GuestSource guests, UserFiles files) {
        try (Remembered remembered = Remembered.of(files.settings())) {
            run(session, guests, new Machines(files.machines(), remembered, guests), remembered);
        }
    }

    private static void run(MachineSession session, GuestSource guests, Machines machines, Remembered remembered)
            throws DisplayGoneException {
        CompletableFuture<Optional<MachineWindow>> closed = new CompletableFuture<>();
        AtomicBoolean gone = new AtomicBoolean();
        DisplayWatch.onLoss(() -> {
            gone.set(true);
            machines.lose();
            closed.complete(Optional.empty());
        });
        Platform.runLater(() -> {
            try {
                Stage stage = new Stage();
                MachineWindow window = new MachineWindow(session, guests, stage, home(machines, remembered));
                stage.setOnHidden(event -> closed.complete(Optional.of(window)));
                window.show();
                session.start();
            } catch (RuntimeException | LinkageError e) {
                closed.completeExceptionally(e);
            }
        });
        try {
            Optional<MachineWindow> window = closed.join();
            if (window.isPresent()) {
                window.get().awaitEnd();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        machines.awaitClosed();
        if (gone.get()) {
            throw new DisplayGoneException("the display is gone: what ran in the windows was switched off");
        }
    }

    private static MachineWindow.Home home(Machines machines, Remembered remembered) {
        return new MachineWindow.Home() {
            @Override
            public void closing(MachineSession session) {
                session.stop();
            }

            @Override
            public void showMachines() {
                machines.show();
            }

            @Override
            public Remembered remembered() {
                return remembered;
            }
        };
    }

    /**
     * Opens the page of a user's machines, and waits until it is closed, with all that was started there.
     *
     * @param guests tells the machines of lessons what to start
     * @throws DisplayGoneException if the display goes away; all machines are off then
     */
    public static void manage(UserFiles files, GuestSource guests) {
        try (Remembered remembered = Remembered.of(files.settings())) {
            Machines machines = new Machines(files.machines(), remembered, guests);
            CompletableFuture<Boolean> asked = new CompletableFuture<>();
            AtomicBoolean gone = new AtomicBoolean();
            DisplayWatch.onLoss(() -> {
                gone.set(true);
                machines.lose();
                asked.complete(false);
            });
            Platform.runLater(() -> {
                machines.show();
                asked.complete(true);
            });
            asked.join();
            machines.awaitClosed();
            if (gone.get()) {
                throw new DisplayGoneException("the display is gone: all machines were switched off");
            }
        }
    }

    private static String firstLine(Throwable cause) {
        String text = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return text.lines().findFirst().orElse("");
    }
}
