package dev.ravel.desktop;

import dev.ravel.input.InputKind;
import dev.ravel.input.Keyboard;
import dev.ravel.input.Pointer;
import dev.ravel.input.PointerButton;
import dev.ravel.machine.Machine;
import dev.ravel.virtio.VirtioInput;
import java.util.Optional;
import java.util.function.BiConsumer;
import javafx.scene.image.ImageView;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.input.ScrollEvent;
import javafx.scene.layout.Pane;

/** What is done in front of a display goes to the guest's keyboard and tablet, as far as it has them. */
final class DisplayInput implements AutoCloseable {
    private final Pane pane;
    private final ImageView image;
    private final Optional<Keyboard> keyboard;
    private final Optional<Pointer> pointer;
    /** Parts of notches that a wheel was turned by. */
    private double right;

    private double up;

    /**
     * @param pane has the keyboard when the display does
     * @param image the picture, over which the pointer points
     */
    DisplayInput(Machine machine, Pane pane, ImageView image) {
        this.pane = pane;
        this.image = image;
        this.keyboard = device(machine, InputKind.KEYBOARD).map(found -> new Keyboard(found.sink()));
        this.pointer = device(machine, InputKind.TABLET).map(found -> new Pointer(found.sink()));
        pane.addEventHandler(KeyEvent.ANY, this::key);
        pane.addEventHandler(MouseEvent.ANY, this::mouse);
        pane.addEventHandler(ScrollEvent.SCROLL, this::scroll);
        pane.focusedProperty().addListener((focused, before, after) -> {
            if (!after) {
                releaseAll();
            }
        });
    }

    private static Optional<VirtioInput> device(Machine machine, InputKind kind) {
        return machine.virtios(VirtioInput.class).stream()
                .filter(device -> device.kind() == kind)
                .findFirst();
    }

    private void key(KeyEvent event) {
        // All of them are the guest's, Tab and the cursor keys too.
        event.consume();
        if (event.getEventType() == KeyEvent.KEY_PRESSED) {
            change(event.getCode(), Keyboard::press);
        } else if (event.getEventType() == KeyEvent.KEY_RELEASED) {
            change(event.getCode(), Keyboard::release);
        }
    }

    private void change(KeyCode code, BiConsumer<Keyboard, dev.ravel.input.Key> change) {
        keyboard.ifPresent(board -> GuestKeys.of(code).ifPresent(key -> change.accept(board, key)));
    }

    private void mouse(MouseEvent event) {
        if (event.getEventType() == MouseEvent.MOUSE_PRESSED) {
            pane.requestFocus();
        }
        pointer.ifPresent(point -> {
            move(point, event.getX(), event.getY());
            if (event.getEventType() == MouseEvent.MOUSE_PRESSED) {
                button(event.getButton()).ifPresent(point::press);
            } else if (event.getEventType() == MouseEvent.MOUSE_RELEASED) {
                button(event.getButton()).ifPresent(point::release);
            }
        });
        event.consume();
    }

    private void move(Pointer point, double x, double y) {
        if (image.getImage() != null) {
            point.moveTo((x - image.getX()) / image.getFitWidth(), (y - image.getY()) / image.getFitHeight());
        }
    }

    private static Optional<PointerButton> button(MouseButton button) {
        return switch (button) {
            case PRIMARY -> Optional.of(PointerButton.LEFT);
            case SECONDARY -> Optional.of(PointerButton.RIGHT);
            case MIDDLE -> Optional.of(PointerButton.MIDDLE);
            case BACK -> Optional.of(PointerButton.SIDE);
            case FORWARD -> Optional.of(PointerButton.EXTRA);
            case NONE -> Optional.empty();
        };
    }

    private void scroll(ScrollEvent event) {
        // A wheel moves by whole notches, a touch pad by parts of them.
        right -= event.getDeltaX() / event.getMultiplierX();
        up += event.getDeltaY() / event.getMultiplierY();
        int wholeRight = (int) right;
        int wholeUp = (int) up;
        right -= wholeRight;
        up -= wholeUp;
        pointer.ifPresent(point -> point.wheel(wholeRight, wholeUp));
        event.consume();
    }

    private void releaseAll() {
        keyboard.ifPresent(Keyboard::releaseAll);
        pointer.ifPresent(Pointer::releaseAll);
    }

    @Override
    public void close() {
        releaseAll();
    }
}
