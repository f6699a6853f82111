package dev.ravel.gdb;

import dev.ravel.hart.Debugger;
import dev.ravel.hart.Hart;
import dev.ravel.memory.Ram;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The debugger's breakpoints. At each, {@code ebreak} is fetched from RAM instead of what is there; the guest neither sees that nor can
 * it write over it. One whose address is not mapped yet, as a kernel's before it has switched paging on or a program's that is not
 * running, waits until it is. From any thread.
 */
final class Breakpoints implements Debugger {
    private static final long NOWHERE = -1;

    private final Ram ram;
    private final DebugMemory memory;
    private final Consumer<Hart> reached;

    /** Where in RAM they are, by their addresses. */
    private final Map<Long, Long> places = new TreeMap<>();

    /**
     * None yet.
     *
     * @param reached told, on the hart's thread, of a hart that is at one; perhaps again and again until it stands still
     */
    Breakpoints(Ram ram, DebugMemory memory, Consumer<Hart> reached) {
        this.ram = ram;
        this.memory = memory;
        this.reached = reached;
    }

    @Override
    public boolean holds(Hart hart) {
        synchronized (this) {
            // Another address of the same place counts as well: what was fetched there was ours.
            if (!isTrap(hart)) {
                return false;
            }
        }
        reached.accept(hart);
        return true;
    }

    private boolean isTrap(Hart hart) {
        OptionalLong offset = memory.offset(hart, hart.pc);
        return offset.isPresent() && places.containsValue(offset.getAsLong());
    }

    @Override
    public synchronized void translationChanged(Hart hart) {
        boolean moved = false;
        for (Map.Entry<Long, Long> place : places.entrySet()) {
            OptionalLong offset = memory.offset(hart, place.getKey());
            if (offset.isPresent() && offset.getAsLong() != place.getValue()) {
                place.setValue(offset.getAsLong());
                moved = true;
            }
        }
        if (moved) {
            setTraps();
        }
    }

    /** Adds one, as the hart sees memory. */
    synchronized void add(Hart hart, long address) {
        places.put(address, memory.offset(hart, address).orElse(NOWHERE));
        setTraps();
    }

    synchronized void remove(long address) {
        places.remove(address);
        setTraps();
    }

    synchronized void removeAll() {
        places.clear();
        setTraps();
    }

    /**
     * Whether a hart stands before one that the debugger does not know of, for it has another address: then it does not see to it that
     * the hart gets over it.
     */
    synchronized boolean isBeforeUnknown(Hart hart) {
        return !places.containsKey(hart.pc) && isTrap(hart);
    }

    /** Lets something be done as if there were none. */
    synchronized void without(Runnable action) {
        ram.setTraps(Set.of());
        action.run();
        setTraps();
    }

    private void setTraps() {
        Set<Long> offsets = new HashSet<>(places.values());
        offsets.remove(NOWHERE);
        ram.setTraps(offsets);
    }
}
