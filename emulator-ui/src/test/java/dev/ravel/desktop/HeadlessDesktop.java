package dev.ravel.desktop;

import static org.junit.jupiter.api.Assumptions.abort;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javafx.application.Platform;
import javafx.scene.image.Image;
import javax.imageio.ImageIO;

/** The toolkit without a display. What goes wrong on its thread fails the test that asks next. */
final class HeadlessDesktop {
    private static final long SECONDS = 60;
    private static final AtomicReference<Throwable> uncaught = new AtomicReference<>();

    private HeadlessDesktop() {}

    /** Starts it; where the host lacks a library the test is skipped, except in CI. */
    static void start() {
        System.setProperty("glass.platform", "Headless");
        System.setProperty("prism.order", "sw");
        System.setProperty("prism.lcdtext", "false"); // Pictures are for other screens than this one.
        System.setProperty("java.awt.headless", "true");
        try {
            Desktop.start();
            call(() -> new javafx.scene.text.Text("x").getLayoutBounds());
        } catch (DesktopUnavailableException | AssertionError e) {
            if ("true".equals(System.getenv("CI"))) {
                throw new AssertionError("the desktop cannot be tested here", e);
            }
            abort("JavaFX does not start here: install libfreetype6 libpangoft2-1.0-0 libfontconfig1 and a font ("
                    + e.getMessage() + ")");
        }
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> uncaught.compareAndSet(null, error));
    }

    /** Does something on the toolkit's thread and waits for it. */
    static <T> T call(Callable<T> action) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Platform.runLater(() -> {
            try {
                done.complete(action.call());
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        try {
            T result = done.get(SECONDS, TimeUnit.SECONDS);
            Throwable error = uncaught.getAndSet(null);
            if (error != null) {
                throw new AssertionError("uncaught on another thread", error);
            }
            return result;
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Keeps a picture as PNG for people to look at. */
    static void save(Image image, Path file) throws IOException {
        int width = (int) image.getWidth();
        int height = (int) image.getHeight();
        BufferedImage copy = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                copy.setRGB(x, y, image.getPixelReader().getArgb(x, y));
            }
        }
        Files.createDirectories(file.getParent());
        ImageIO.write(copy, "png", file.toFile());
    }
}
