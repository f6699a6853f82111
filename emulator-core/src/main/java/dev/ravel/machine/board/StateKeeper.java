package dev.ravel.machine.board;

import dev.ravel.device.Device;
import dev.ravel.device.Plic;
import dev.ravel.hart.Hart;
import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import dev.ravel.snapshot.MemoryImage;
import dev.ravel.snapshot.Snapshot;
import dev.ravel.snapshot.SnapshotException;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateTree;
import dev.ravel.time.BoundaryQueue;
import java.lang.ref.WeakReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes snapshots of a machine's parts and puts them back, while no hart runs and time stands still.
 *
 * <p>A run that goes on from a snapshot does, in a deterministic machine, what the run did of which it was taken: taking it
 * changes nothing, and what waited to happen at the next instruction boundary happens there. So devices save what they have
 * posted to the event queue, and how long it was until what they had scheduled.
 */
public final class StateKeeper {
    private final Assembly parts;
    private final Ram ram;

    /** What RAM held when {@link Ram#clearChanges} was called last, if somebody still has that image. */
    private WeakReference<@Nullable MemoryImage> base = new WeakReference<>(null);

    /** The keeper of one machine. */
    public StateKeeper(Assembly parts) {
        this.parts = parts;
        this.ram = parts.bus().ram();
    }

    /** What the machine is now. */
    public Snapshot take() {
        parts.bus().deviceLock().lock();
        try {
            StateTree state = new StateTree();
            parts.saveMachine(state.section("machine"));
            for (Hart hart : parts.harts()) {
                StateTree section = state.section(Snapshot.hart(hart.id()));
                hart.save(section);
                section.put("traps", hart.trapsTaken);
            }
            parts.bus().windows().forEach(window -> window.device().save(state.section(name(window))));
            return new Snapshot(parts.identity(), state, image());
        } finally {
            parts.bus().deviceLock().unlock();
        }
    }

    private MemoryImage image() {
        MemoryImage earlier = base.get();
        MemoryImage image = earlier == null
                ? MemoryImage.of(ram, MemoryImage.zero((int) (ram.size() >>> Ram.PAGE_SHIFT)), ram::isTouched)
                : MemoryImage.of(ram, earlier, ram::isChanged);
        holds(image);
        return image;
    }

    /** RAM holds this now; from here on changes are noticed. */
    private void holds(MemoryImage image) {
        parts.harts().forEach(hart -> hart.mmu.forgetStores());
        ram.clearChanges();
        base = new WeakReference<>(image);
    }

    /**
     * Puts a snapshot back. If that cannot be done, the machine is what it was.
     *
     * @throws SnapshotException if it is of another machine, or makes no sense
     */
    public void putBack(Snapshot snapshot) {
        snapshot.check(parts.identity());
        if (snapshot.memory().pages() != ram.size() >>> Ram.PAGE_SHIFT) {
            throw new SnapshotException("the snapshot makes no sense: its RAM has "
                    + snapshot.memory().pages() + " pages");
        }
        Snapshot before = take();
        try {
            replace(snapshot, before);
        } catch (RuntimeException e) {
            replace(before, snapshot);
            throw new SnapshotException("the snapshot cannot be put back: " + e.getMessage(), e);
        }
    }

    private void replace(Snapshot snapshot, Snapshot present) {
        parts.bus().deviceLock().lock();
        try {
            forgetEvents();
            snapshot.memory().copyTo(ram, present.memory());
            holds(snapshot.memory());
            StateReader state = snapshot.state();
            parts.restoreMachine(state.section("machine"));
            for (Hart hart : parts.harts()) {
                StateReader section = state.section(Snapshot.hart(hart.id()));
                hart.restore(section);
                hart.trapsTaken = section.get("traps");
            }
            // The interrupt controller comes last, when its wires are driven as they were.
            Predicate<Device> last = Plic.class::isInstance;
            restoreDevices(state, last.negate());
            restoreDevices(state, last);
        } finally {
            parts.bus().deviceLock().unlock();
        }
        parts.wakeHarts();
    }

    /** What waits for the next boundary belongs to what the machine is no longer: it finds devices that want nothing. */
    private void forgetEvents() {
        parts.bus().windows().forEach(window -> window.device().prepareRestore());
        while (parts.events().nextDeadline() == BoundaryQueue.NOW) {
            parts.events().runDue(BoundaryQueue.NOW);
        }
    }

    private void restoreDevices(StateReader state, Predicate<Device> which) {
        for (Bus.Window window : parts.bus().windows()) {
            if (which.test(window.device())) {
                window.device().restore(state.section(name(window)));
            }
        }
    }

    private static String name(Bus.Window window) {
        return window.device().name() + "@" + Long.toHexString(window.base());
    }
}
