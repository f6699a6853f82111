package dev.ravel.memory;

import static dev.ravel.memory.LittleEndian.HALFWORD;

import dev.ravel.device.Device;
import dev.ravel.device.StoreWatcher;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The physical address space: RAM, and windows that belong to devices. A window may lie over RAM and then hides it, unless its
 * device is a {@link StoreWatcher} (HTIF is one), which hides it from stores only. Addresses that belong to nothing are bus errors, which a hart turns into access faults.
 *
 * <p>Lock order: {@link #deviceLock} is the only lock that may be held while a device runs; nothing is locked inside it.
 */
public final class Bus {
    /** The answer of {@link #find} where nothing is. */
    public static final Window NOTHING = new Window(0, 0, new Nothing());

    /** Harts that a bus has room for if nobody says how many. */
    private static final int SOME_HARTS = 4;

    private final Ram ram;
    private final TlbStorage tlbStorage;
    /** All windows, and those of each kind: over loads, stores and fetches, or over stores alone. */
    private final List<Window> windows = new ArrayList<>();

    private final List<Window> whole = new ArrayList<>();
    private final List<Watch> watches = new ArrayList<>();

    /** Whether a window of {@link #whole} hides RAM; if none does, an address in RAM need not be looked for among them. */
    private boolean windowsInRam;

    private final ReentrantLock deviceLock = new ReentrantLock();
    private final Access devices = new Devices();
    private Access access = devices;

    /** Carries out what harts read from and write to devices. */
    public interface Access {
        /** Reads {@code size} bytes of a device's register, zero-extended. */
        long read(Window window, long address, int size);

        /** Writes the low {@code size} bytes of {@code value} to a device's register. */
        void write(Window window, long address, int size, long value);
    }

    /** A device and the addresses that it answers. */
    public record Window(long base, long size, Device device) {
        /** Whether {@code [address, address + length)} is inside. */
        public boolean contains(long address, int length) {
            long offset = address - base;
            return offset >= 0 && offset <= size - length;
        }

        /** Whether it has bytes in the page of an address. */
        private boolean touchesPage(long address) {
            long page = address & -Ram.PAGE_SIZE;
            return page < base + size && base < page + Ram.PAGE_SIZE;
        }
    }

    private record Watch(Window window, StoreWatcher watcher) {}

    /** A bus with RAM and no devices, for a few harts. */
    public Bus(Ram ram) {
        this(ram, SOME_HARTS);
    }

    /** A bus with RAM and no devices, for that many harts. */
    public Bus(Ram ram, int harts) {
        this.ram = ram;
        this.tlbStorage = new TlbStorage(harts, ram);
    }

    /** Where the TLBs of the harts lie. */
    public TlbStorage tlbStorage() {
        return tlbStorage;
    }

    /** The RAM. */
    public Ram ram() {
        return ram;
    }

    /** Held while a device's methods run. */
    public ReentrantLock deviceLock() {
        return deviceLock;
    }

    /** Gives a device a window; two windows must not overlap, and that of a {@link StoreWatcher} is in RAM. */
    public Window map(long base, long size, Device device) {
        for (Window w : windows) {
            if (base < w.base + w.size && w.base < base + size) {
                throw new IllegalArgumentException(
                        device.name() + " at 0x" + Long.toHexString(base) + " overlaps " + w.device.name());
            }
        }
        Window window = new Window(base, size, device);
        windows.add(window);
        if (device instanceof StoreWatcher watcher) {
            watches.add(new Watch(window, watcher));
        } else {
            whole.add(window);
            windowsInRam |= base < ram.base() + ram.size() && ram.base() < base + size;
        }
        return window;
    }

    /** The windows in the order in which they were mapped. */
    public List<Window> windows() {
        return List.copyOf(windows);
    }

    /** The window that holds the whole of a load or a fetch, or {@link #NOTHING}. */
    public Window find(long address, int length) {
        if (!windowsInRam && ram.contains(address, length)) {
            return NOTHING;
        }
        for (int i = 0; i < whole.size(); i++) {
            Window w = whole.get(i);
            if (w.contains(address, length)) {
                return w;
            }
        }
        return NOTHING;
    }

    /** The window that holds the whole of a store, or {@link #NOTHING}. */
    public Window findForStore(long address, int length) {
        for (int i = 0; i < watches.size(); i++) {
            Watch watch = watches.get(i);
            if (watch.window.contains(address, length) && watch.watcher.watches()) {
                return watch.window;
            }
        }
        return find(address, length);
    }

    /**
     * Whether a page is RAM from its first byte to its last, with no window over it that answers loads: only then may a TLB
     * hold it, and a store TLB only if {@link #hearsOfStores} does not forbid it.
     */
    public boolean isPlainRamPage(long address) {
        if (!ram.contains(address & -Ram.PAGE_SIZE, Ram.PAGE_SIZE)) {
            return false;
        }
        if (!windowsInRam) {
            return true;
        }
        for (int i = 0; i < whole.size(); i++) {
            if (whole.get(i).touchesPage(address)) {
                return false;
            }
        }
        return true;
    }

    /** Whether some of RAM is hidden behind a window that answers loads. */
    public boolean hasWindowsInRam() {
        return windowsInRam;
    }

    /** Whether somebody watches the page of an address now; nobody is told. */
    public boolean isWatched(long address) {
        return watching(address) != null;
    }

    /**
     * Tells who watches the page of an address, if somebody does, that a hart is about to store there, beside the watched
     * bytes. Whether it has to hear of the page's next store too.
     */
    public boolean hearsOfStores(long address) {
        StoreWatcher watcher = watching(address);
        if (watcher == null) {
            return false;
        }
        // Who stands between harts and devices has to see each store to the bytes.
        if (access == devices) {
            tell(watcher);
        }
        return watcher.watches();
    }

    /** Who watches the page of an address now. */
    private @Nullable StoreWatcher watching(long address) {
        for (int i = 0; i < watches.size(); i++) {
            Watch watch = watches.get(i);
            if (watch.window.touchesPage(address) && watch.watcher.watches()) {
                return watch.watcher;
            }
        }
        return null;
    }

    private void tell(StoreWatcher watcher) {
        deviceLock.lock();
        try {
            watcher.storedBeside();
        } finally {
            deviceLock.unlock();
        }
    }

    /** What goes to the devices themselves. */
    public Access devices() {
        return devices;
    }

    /** Puts something between harts and devices, to see each access or to answer it; no hart runs meanwhile. */
    public void setAccess(Access newAccess) {
        access = newAccess;
    }

    /** Reads a device register; {@code window} is what {@link #find} gave. Zero-extended. */
    public long read(Window window, long address, int size) {
        return access.read(window, address, size);
    }

    /** Writes a device register. */
    public void write(Window window, long address, int size, long value) {
        access.write(window, address, size, value);
    }

    /**
     * Reads two bytes of an instruction from a device, which is some kind of ROM; how often that happens is the engine's
     * business, so no {@link Access} sees it.
     */
    public int fetch(Window window, long address) {
        long offset = ram.shadowOffset(address);
        return offset >= 0
                ? ram.segment().get(HALFWORD, offset) & 0xffff
                : (int) devices.read(window, address, 2) & 0xffff;
    }

    private final class Devices implements Access {
        @Override
        public long read(Window window, long address, int size) {
            deviceLock.lock();
            try {
                return window.device.read(address - window.base, size);
            } finally {
                deviceLock.unlock();
            }
        }

        @Override
        public void write(Window window, long address, int size, long value) {
            deviceLock.lock();
            try {
                window.device.write(address - window.base, size, value);
            } finally {
                deviceLock.unlock();
            }
        }
    }

    private static final class Nothing implements Device {
        @Override
        public String name() {
            return "nothing";
        }

        @Override
        public long read(long offset, int size) {
            return 0;
        }

        @Override
        public void write(long offset, int size, long value) {}

        @Override
        public void reset() {}

        @Override
        public void describe(dev.ravel.fdt.Node parent, Placement placement) {}

        @Override
        public void save(StateWriter out) {}

        @Override
        public void restore(StateReader in) {}
    }
}
