package dev.ravel.desktop;

import dev.ravel.display.Rectangle;
import dev.ravel.display.Screen;
import dev.ravel.display.Size;
import dev.ravel.session.MachineSession;
import dev.ravel.virtio.VirtioGpu;
import java.nio.IntBuffer;
import java.util.Optional;
import javafx.animation.PauseTransition;
import javafx.application.Platform;
import javafx.geometry.Rectangle2D;
import javafx.scene.Cursor;
import javafx.scene.ImageCursor;
import javafx.scene.Node;
import javafx.scene.image.ImageView;
import javafx.scene.image.PixelBuffer;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.Pane;
import javafx.util.Duration;

/**
 * A guest's display in a window: as large as there is room for, with the keyboard and the pointer of whoever is in front of it. Only
 * what changed is painted anew.
 */
final class DisplayView implements AutoCloseable {
    /** How long the window must have kept its size before the guest is told. */
    private static final Duration SETTLED = Duration.millis(300);

    /** Pixels may be this much smaller than there is room for, if each is then a whole number of the screen's. */
    private static final double SHARP = 0.8;

    private final VirtioGpu gpu;
    private final Pane pane = new Pane();
    private final ImageView image = new ImageView();
    private final DisplayInput input;
    private final Screen.View view;
    private final PauseTransition settled = new PauseTransition(SETTLED);
    private Optional<PixelBuffer<IntBuffer>> buffer = Optional.empty();
    private Optional<dev.ravel.display.Cursor.Image> pointer = Optional.empty();
    private boolean follows;

    private DisplayView(MachineSession session, VirtioGpu gpu) {
        this.gpu = gpu;
        this.input = new DisplayInput(session.machine(), pane, image);
        pane.setId("display");
        pane.setFocusTraversable(true);
        pane.setStyle("-fx-background-color: black");
        // What is shown must not ask for room, or a window could not become smaller.
        pane.setMinSize(0, 0);
        pane.setPrefSize(0, 0);
        image.setManaged(false);
        pane.getChildren().add(image);
        pane.widthProperty().addListener((width, before, after) -> place());
        pane.heightProperty().addListener((height, before, after) -> place());
        settled.setOnFinished(event -> tellSize());
        this.view = gpu.screen().open(() -> Platform.runLater(this::look));
    }

    /** The display of a session's machine, if it has one. */
    static Optional<DisplayView> of(MachineSession session) {
        return session.machine().virtio(VirtioGpu.class).map(gpu -> new DisplayView(session, gpu));
    }

    /** What to put into a scene. */
    Node node() {
        return pane;
    }

    /** Gives it the keyboard. */
    void focus() {
        pane.requestFocus();
    }

    /** Whether the guest shall show as many pixels as there is room for. */
    void setFollows(boolean wanted) {
        follows = wanted;
        place();
    }

    /** What is shown, if anything is. */
    Optional<dev.ravel.display.Picture> picture() {
        return gpu.screen().picture();
    }

    private void look() {
        view.look(this::take);
        Optional<dev.ravel.display.Cursor.Image> wanted = gpu.screen().cursor().map(dev.ravel.display.Cursor::image);
        if (!wanted.equals(pointer)) {
            pointer = wanted;
            pane.setCursor(wanted.<Cursor>map(DisplayView::cursor).orElse(Cursor.DEFAULT));
        }
    }

    private void take(int[] pixels, int width, int height, Rectangle changed) {
        if (width == 0) {
            buffer = Optional.empty();
            image.setImage(null);
            return;
        }
        PixelBuffer<IntBuffer> into = buffer.filter(old -> old.getWidth() == width && old.getHeight() == height)
                .orElseGet(() -> resized(width, height));
        IntBuffer target = into.getBuffer();
        for (int y = changed.y(); y < changed.y() + changed.height(); y++) {
            int at = y * width + changed.x();
            target.put(at, pixels, at, changed.width());
        }
        into.updateBuffer(b -> new Rectangle2D(changed.x(), changed.y(), changed.width(), changed.height()));
    }

    private PixelBuffer<IntBuffer> resized(int width, int height) {
        PixelBuffer<IntBuffer> fresh = new PixelBuffer<>(
                width, height, IntBuffer.allocate(width * height), PixelFormat.getIntArgbPreInstance());
        buffer = Optional.of(fresh);
        image.setImage(new WritableImage(fresh));
        place();
        return fresh;
    }

    private static ImageCursor cursor(dev.ravel.display.Cursor.Image shape) {
        int width = shape.picture().width();
        int height = shape.picture().height();
        WritableImage picture = new WritableImage(width, height);
        picture.getPixelWriter()
                .setPixels(
                        0,
                        0,
                        width,
                        height,
                        PixelFormat.getIntArgbPreInstance(),
                        shape.picture().pixels(),
                        0,
                        width);
        return new ImageCursor(picture, shape.hotX(), shape.hotY());
    }

    /** Puts the picture into the middle, as large as there is room for. */
    private void place() {
        if (follows) {
            settled.playFromStart();
        }
        if (buffer.isEmpty() || pane.getWidth() <= 0 || pane.getHeight() <= 0) {
            return;
        }
        double width = buffer.get().getWidth();
        double height = buffer.get().getHeight();
        double density = density();
        double pixels = Math.min(pane.getWidth() / width, pane.getHeight() / height) * density;
        // Letters are sharp when a pixel of theirs is a whole number of the screen's.
        double whole = Math.floor(pixels);
        boolean sharp = whole >= 1 && whole >= pixels * SHARP;
        double scale = (sharp ? whole : pixels) / density;
        image.setSmooth(!sharp);
        image.setFitWidth(width * scale);
        image.setFitHeight(height * scale);
        image.setX(snapped((pane.getWidth() - width * scale) / 2, density));
        image.setY(snapped((pane.getHeight() - height * scale) / 2, density));
    }

    private static double snapped(double position, double density) {
        return Math.floor(position * density) / density;
    }

    /** Pixels of the screen in one of the toolkit. */
    private double density() {
        return pane.getScene() == null || pane.getScene().getWindow() == null
                ? 1
                : pane.getScene().getWindow().getOutputScaleX();
    }

    private void tellSize() {
        int width = (int) (pane.getWidth() * density());
        int height = (int) (pane.getHeight() * density());
        if (follows && width > 0 && height > 0) {
            gpu.setSize(new Size(Math.min(width, Size.MAX), Math.min(height, Size.MAX)));
        }
    }

    @Override
    public void close() {
        settled.stop();
        view.close();
        input.close();
    }
}
