package dev.ravel.benchmarks.views;

import dev.ravel.benchmarks.BenchException;
import dev.ravel.desktop.Desktop;
import dev.ravel.desktop.DesktopUnavailableException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javafx.application.Platform;

/** The toolkit, on the display or, without one, in memory. */
final class Toolkit {
    private static final int SECONDS = 60;

    private Toolkit() {}

    /**
     * Starts it.
     *
     * @return where windows are drawn, for the user
     * @throws BenchException if it does not start
     */
    static String start() {
        boolean display = Desktop.displayPresent(System.getenv());
        if (!display) {
            System.setProperty("glass.platform", "Headless");
            System.setProperty("prism.order", "sw");
        }
        try {
            Desktop.start();
        } catch (DesktopUnavailableException e) {
            throw new BenchException(String.valueOf(e.getMessage()), e);
        }
        return display ? "on the display" : "in memory, without a display";
    }

    /** Does something on the toolkit's thread and waits for it. */
    static <T> T call(Callable<T> action) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Platform.runLater(() -> {
            try {
                done.complete(action.call());
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        try {
            return done.get(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new BenchException("the window does not answer: " + e, e);
        }
    }
}
