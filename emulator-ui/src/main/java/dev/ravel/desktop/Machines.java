package dev.ravel.desktop;

import dev.ravel.learn.Stage.GuestSource;
import dev.ravel.manager.DefinitionStore;
import dev.ravel.manager.MachineManager;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javafx.application.Platform;
import javafx.stage.Stage;

/** The one page of all machines in a process, as often as it is opened. For the toolkit's thread but where said. */
final class Machines {
    private final DefinitionStore store;
    private final Remembered remembered;
    private final GuestSource guests;
    private Optional<ManagerWindow> window = Optional.empty();

    /** The machines of the page that was opened last. */
    private volatile Optional<MachineManager> opened = Optional.empty();

    /** Completes when the page is closed; a page that is not open is. */
    private volatile CompletableFuture<Boolean> closed = CompletableFuture.completedFuture(true);

    Machines(DefinitionStore store, Remembered remembered, GuestSource guests) {
        this.remembered = remembered;
        this.store = store;
        this.guests = guests;
    }

    /** Opens the page, or brings it to the front. */
    void show() {
        Optional<ManagerWindow> open = window.filter(ManagerWindow::showing);
        if (open.isPresent()) {
            open.get().show(true);
        } else if (closed.isDone()) {
            CompletableFuture<Boolean> closing = new CompletableFuture<>();
            closed = closing;
            // The file may be slow, or held by another process for a moment.
            Thread.ofVirtual().name("machines-load").start(() -> {
                MachineManager manager = new MachineManager(store);
                opened = Optional.of(manager);
                Platform.runLater(() -> open(manager, closing));
            });
        }
    }

    private void open(MachineManager manager, CompletableFuture<Boolean> closing) {
        try {
            ManagerWindow page = new ManagerWindow(manager, guests, new Stage(), remembered, () -> {
                Platform.runLater(() -> window = Optional.empty());
                closing.complete(true);
            });
            window = Optional.of(page);
            page.show(false);
        } catch (RuntimeException | LinkageError e) {
            closing.completeExceptionally(e);
        }
    }

    /** Switches the machines off, as there are no windows any more; on any thread but the toolkit's. */
    void lose() {
        opened.ifPresent(MachineManager::close);
        closed.complete(true);
    }

    /** Waits, on any thread but the toolkit's, until the page is closed. */
    void awaitClosed() {
        closed.join();
    }
}
