package dev.ravel.mmu;

import static dev.ravel.memory.LittleEndian.DOUBLEWORD;
import static dev.ravel.memory.LittleEndian.HALFWORD;
import static dev.ravel.memory.LittleEndian.WORD;

import dev.ravel.isa.Cause;
import dev.ravel.isa.Privilege;
import dev.ravel.memory.Bus;
import dev.ravel.memory.LittleEndian;
import dev.ravel.memory.Ram;
import dev.ravel.observe.Observer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Memory as one hart sees it. Engines try a {@link Tlb} first and come here when it misses.
 *
 * <p>Errors are not exceptions: a method that fails sets {@link #faultCause} and {@link #faultAddress}, and returns;
 * the caller looks at {@link #faultCause} and clears it when it raises the trap.
 *
 * <p>Misaligned accesses to RAM are done here, also across pages; they are not atomic. A misaligned access to a device
 * is an access fault (which tells software not to emulate it piece by piece), so is one that leaves a device's window; but what
 * {@linkplain dev.ravel.device.Device#takesMisalignedLoads is like memory} may be loaded from at any address.
 * Instructions may be fetched from devices: the boot ROM and flash are some.
 */
public final class Mmu {
    /** {@link #faultCause} when there is none. */
    public static final int NO_FAULT = -1;

    /** The physical address of a failed translation. */
    public static final long FAILED = -1;

    /** Physical addresses have 56 bits (Privileged 1.13, 12.4). */
    private static final int PHYSICAL_BITS = 56;

    /**
     * The TLBs of the present mode. A change of mode may put other ones here (a set for each privilege makes traps
     * cheap: nothing to flush); engines read these fields again after a trap and after every operation that returns
     * {@code LEAVE}, and at no other time.
     */
    public Tlb loadTlb;

    /** As {@link #loadTlb}. */
    public Tlb storeTlb;

    /** As {@link #loadTlb}. */
    public Tlb fetchTlb;

    /** The exception code of the last failure, {@link #NO_FAULT} if there was none since it was cleared. */
    public int faultCause = NO_FAULT;

    /** Accesses that no TLB entry stood for, those to devices included, since the hart was made. */
    public long tlbMisses;

    /** What {@code tval} is to hold for {@link #faultCause}: the virtual address of the part that failed. */
    public long faultAddress;

    private final Bus bus;
    private final Ram ram;
    private final MemorySegment memory;
    private final Pmp pmp = new Pmp();
    private final PageWalker walker;
    private final TlbSets tlbs;
    private final StorablePages storable;
    private final int hart;
    private Observer observer = Observer.NONE;

    /** The privilege of fetches, and that of loads and stores (which {@code mstatus.MPRV} may set apart). */
    private int fetchPrivilege = Privilege.MACHINE;

    private int dataPrivilege = Privilege.MACHINE;

    /** By privilege: a bit for each kind of access that PMP allows to all of RAM. */
    private final int[] openRam = new int[Privilege.MACHINE + 1];

    private boolean bare;

    /** The window that the last successful {@link #translate} ended in, {@link Bus#NOTHING} for RAM. */
    private Bus.Window target = Bus.NOTHING;

    /** The memory view of the hart of that number, in machine mode with translation off. */
    public Mmu(Bus bus, int hart) {
        this.bus = bus;
        this.ram = bus.ram();
        this.memory = ram.segment();
        this.hart = hart;
        this.walker = new PageWalker(ram, pmp, hart);
        this.tlbs = new TlbSets(bus.tlbStorage());
        this.storable = new StorablePages(bus.tlbStorage());
        loadTlb = tlbs.load(Privilege.MACHINE, false, false);
        storeTlb = tlbs.store(Privilege.MACHINE, false, false);
        fetchTlb = tlbs.fetch(Privilege.MACHINE);
        protectionChanged();
    }

    /** The physical address space behind. */
    public Bus bus() {
        return bus;
    }

    /** Physical memory protection; after a change call {@link #protectionChanged}. */
    public Pmp pmp() {
        return pmp;
    }

    /** Forgets what was allowed. */
    public void protectionChanged() {
        flush();
        for (int privilege = 0; privilege < openRam.length; privilege++) {
            openRam[privilege] = 0;
            for (AccessType type : AccessType.values()) {
                if (pmp.allows(ram.base(), ram.size(), type, privilege)) {
                    openRam[privilege] |= bit(type);
                }
            }
        }
        walker.openTables = isOpenToData(Privilege.SUPERVISOR);
        lookWhetherBare();
    }

    /**
     * Whether loads and stores are neither translated nor, in RAM, restricted: a physical address in RAM is accessed without a look at a TLB then, except
     * that stores have to go by {@link #storable}. Changes when the TLBs of the present mode may change, see {@link #loadTlb}.
     */
    public boolean isBare() {
        return bare;
    }

    /** Where the hart may store while its accesses are bare. */
    public StorablePages storable() {
        return storable;
    }

    /**
     * Whether it is in vain to look among the {@link #storable} pages for that of a bare store to RAM, which the interpreter does then: the store TLB has the page
     * and the next one may not be stored to, or the store TLB has the next one, and the store may be there.
     *
     * @param pa what is looked for
     */
    public boolean looksInVain(long pa) {
        return !storable.hasWithNext((int) (pa - ram.base() >>> Ram.PAGE_SHIFT))
                && (storeTlb.holds(pa) || storeTlb.holds(pa + Ram.PAGE_SIZE));
    }

    /**
     * The offset in the RAM segment of a byte in whose page all loads, or all stores, are known to need no more than the access; {@link #FAILED} if that is
     * not known. Changes nothing.
     *
     * @param type a load or a store
     */
    public long offsetOfHit(long va, AccessType type) {
        if (bare) {
            long offset = va - ram.base();
            boolean known =
                    ram.contains(va, 1) && (type == AccessType.LOAD || storable.has((int) (offset >>> Ram.PAGE_SHIFT)));
            return known ? offset : FAILED;
        }
        Tlb tlb = type == AccessType.LOAD ? loadTlb : storeTlb;
        return tlb.holds(va) ? tlb.offset(va) : FAILED;
    }

    private void lookWhetherBare() {
        bare = isOpenToData(dataPrivilege)
                && !walker.translates(dataPrivilege)
                && !bus.hasWindowsInRam()
                && storable.areKnown();
    }

    private static int bit(AccessType type) {
        return 1 << type.ordinal();
    }

    private boolean isOpen(int privilege, AccessType type) {
        return (openRam[privilege] & bit(type)) != 0;
    }

    private boolean isOpenToData(int privilege) {
        return isOpen(privilege, AccessType.LOAD) && isOpen(privilege, AccessType.STORE);
    }

    /** Installs who is told of page walks and device accesses. */
    public void setObserver(Observer newObserver) {
        observer = newObserver;
        walker.observer = newObserver;
    }

    /**
     * Sets the mode: chooses the TLBs that belong to it; nothing is flushed.
     *
     * @param fetch privilege of the hart
     * @param data privilege of loads and stores
     * @param sum {@code mstatus.SUM}
     * @param mxr {@code mstatus.MXR}
     */
    public void setMode(int fetch, int data, boolean sum, boolean mxr) {
        fetchPrivilege = fetch;
        dataPrivilege = data;
        walker.setStatus(sum, mxr);
        loadTlb = tlbs.load(data, sum, mxr);
        storeTlb = tlbs.store(data, sum, mxr);
        fetchTlb = tlbs.fetch(fetch);
        lookWhetherBare();
    }

    /**
     * Takes a legal value of {@code satp}. If it names an address space, nothing is forgotten that is known of all of them; a
     * guest that knows no ASIDs may expect more of a write than it does (12.1.11), and all is forgotten.
     */
    public void setSatp(long satp) {
        boolean keepsGlobal = walker.keepsGlobal(satp);
        walker.setSatp(satp);
        if (keepsGlobal) {
            flushLocal();
        } else {
            flush();
            lookWhetherBare();
        }
    }

    /** Takes {@code menvcfg.ADUE} and {@code menvcfg.PBMTE}. */
    public void setEnvironment(boolean adue, boolean pbmte) {
        if (walker.setEnvironment(adue, pbmte)) {
            flush();
        }
    }

    /**
     * The physical address for an access that lies within one page, after every check (translation, PMP, physical
     * memory attributes); fills the TLB of that kind where that is allowed. {@link #FAILED} after setting the fault.
     * What failed is kept nowhere: an entry that becomes valid needs no fence (Svvptc).
     */
    public long translate(long va, int size, AccessType type) {
        tlbMisses++;
        int privilege = type == AccessType.FETCH ? fetchPrivilege : dataPrivilege;
        boolean translated = walker.translates(privilege);
        long pa = va;
        if (translated) {
            pa = walker.walk(va, type, privilege);
            if (observer != Observer.NONE) {
                observer.pageWalkEnded(
                        hart,
                        va,
                        Math.max(pa, FAILED),
                        pa >= 0 ? NO_FAULT : pa == PageWalker.PAGE_FAULT ? pageFault(type) : accessFault(type));
            }
            if (pa == PageWalker.PAGE_FAULT) {
                return fail(pageFault(type), va);
            }
        }
        Bus.Window window = window(pa, size, type);
        // Where the whole page is plain RAM and allowed, so is what lies within.
        boolean wholePage = window == Bus.NOTHING
                && bus.isPlainRamPage(pa)
                && (isOpen(privilege, type) || pmp.allows(pa & -Ram.PAGE_SIZE, Ram.PAGE_SIZE, type, privilege));
        if (!wholePage && verdict(pa, size, type, privilege, window) != AccessPath.Verdict.ALLOWED) {
            return fail(accessFault(type), va);
        }
        if (wholePage && !(type == AccessType.STORE && bus.hearsOfStores(pa))) {
            fill(va, pa - ram.base(), type, translated);
        }
        if (type == AccessType.FETCH && window != Bus.NOTHING) {
            fillFromShadow(va, pa, translated);
        }
        if (type == AccessType.STORE && window == Bus.NOTHING) {
            ram.storing((int) (pa - ram.base() >>> Ram.PAGE_SHIFT));
        }
        target = window;
        return pa;
    }

    /** Has instructions of a device fetched from {@linkplain Ram.Shadow their copy}, if there is one. */
    private void fillFromShadow(long va, long pa, boolean translated) {
        long offset = ram.codeOffset(pa);
        if (offset >= ram.size() && pmp.allows(pa & -Ram.PAGE_SIZE, Ram.PAGE_SIZE, AccessType.FETCH, fetchPrivilege)) {
            fill(va, offset, AccessType.FETCH, translated);
        }
    }

    private Bus.Window window(long pa, int size, AccessType type) {
        return type == AccessType.STORE ? bus.findForStore(pa, size) : bus.find(pa, size);
    }

    /** What protection and the physical memory attributes say to an access of a physical address. */
    private AccessPath.Verdict verdict(long pa, int size, AccessType type, int privilege, Bus.Window window) {
        if (pa >>> PHYSICAL_BITS != 0) {
            return AccessPath.Verdict.BEYOND_PHYSICAL;
        }
        if (!pmp.allows(pa, size, type, privilege)) {
            return AccessPath.Verdict.PROTECTED;
        }
        if (window != Bus.NOTHING) {
            boolean fits = (pa & size - 1) == 0
                    || type == AccessType.LOAD && window.device().takesMisalignedLoads();
            return fits ? AccessPath.Verdict.ALLOWED : AccessPath.Verdict.MISALIGNED_IN_DEVICE;
        }
        return ram.contains(pa, size) ? AccessPath.Verdict.ALLOWED : AccessPath.Verdict.NOTHING_THERE;
    }

    /** The privilege that loads and stores have now, which {@code mstatus.MPRV} may set apart from the hart's. */
    public int dataPrivilege() {
        return dataPrivilege;
    }

    /**
     * What {@link #translate} would do for an access with a privilege, step by step, and without doing it: no TLB is
     * filled, no accessed or dirty bit set, no fault recorded, no observer told. For whoever looks on while the hart
     * stands still.
     *
     * @param va any address
     * @param size bytes of the access, within a page
     */
    public AccessPath explain(long va, int size, AccessType type, int privilege) {
        PageWalker tracer = walker.withoutTrace();
        List<AccessPath.Step> steps = new ArrayList<>();
        tracer.observer = new Observer() {
            @Override
            public void pageWalkStep(int id, long address, int level, long entryAddress, long entry) {
                steps.add(new AccessPath.Step(level, entryAddress, entry));
            }
        };
        boolean translated = tracer.translates(privilege);
        long pa = translated ? tracer.walk(va, type, privilege) : va;
        AccessPath.Access access = new AccessPath.Access(va, size, type, privilege);
        int levels = translated ? tracer.levels() : 0;
        if (translated && pa < 0) {
            WalkFault why = tracer.fault();
            return new AccessPath(
                    access,
                    levels,
                    steps,
                    new AccessPath.Unmapped(why, why.isAccessFault() ? accessFault(type) : pageFault(type)));
        }
        Bus.Window window = window(pa, size, type);
        AccessPath.Verdict verdict = verdict(pa, size, type, privilege, window);
        AccessPath.Target target = window != Bus.NOTHING
                ? new AccessPath.DeviceWindow(window.device().name(), window.base(), window.size())
                : ram.contains(pa, size) ? new AccessPath.MainMemory() : new AccessPath.Nowhere();
        return new AccessPath(
                access,
                levels,
                steps,
                new AccessPath.Mapped(
                        pa,
                        translated ? tracer.pageShift() : Ram.PAGE_SHIFT,
                        translated ? tracer.leaf() & ~steps.getLast().entry() : 0,
                        verdict,
                        pa >= 0 ? pmp.deciding(pa, size) : OptionalInt.empty(),
                        target,
                        verdict == AccessPath.Verdict.ALLOWED ? NO_FAULT : accessFault(type)));
    }

    /** Adds an entry: of what was just walked to, if it is translated. */
    private void fill(long va, long offset, AccessType type, boolean translated) {
        Tlb tlb = switch (type) {
            case FETCH -> fetchTlb;
            case LOAD -> loadTlb;
            case STORE -> storeTlb;
        };
        if (type == AccessType.STORE && ram.isCode((int) (offset >>> Ram.PAGE_SHIFT))) {
            return;
        }
        boolean global = !translated || walker.global();
        tlb.insert(va, offset, global);
        if (translated) {
            tlbs.noteSize(va, walker.pageShift());
        }
        // A page that can be written to can be read (12.3.1), and what was stored is loaded again.
        if (type == AccessType.STORE && isOpen(dataPrivilege, AccessType.LOAD) && !loadTlb.holds(va)) {
            loadTlb.insert(va, offset, global);
        }
        if (type == AccessType.STORE && bare) {
            int page = (int) (offset >>> Ram.PAGE_SHIFT);
            storable.add(page);
            addNext(page + 1);
        }
    }

    /** An access that begins in the page before may end in this one, so it is better known too. */
    private void addNext(int page) {
        long offset = (long) page << Ram.PAGE_SHIFT;
        if (offset < ram.size() && !storable.has(page) && !ram.isCode(page) && !bus.isWatched(ram.base() + offset)) {
            ram.storing(page);
            storable.add(page);
        }
    }

    /** A load of 1, 2, 4 or 8 bytes at any alignment, from RAM or a device; zero-extended; 0 after a fault. */
    public long load(long va, int size) {
        int head = bytesInFirstPage(va, size);
        if (head == size) {
            long pa = translate(va, size, AccessType.LOAD);
            return pa == FAILED ? 0 : read(pa, size);
        }
        long low = loadPart(va, head);
        if (faultCause != NO_FAULT) {
            return 0;
        }
        long high = loadPart(va + head, size - head);
        return faultCause != NO_FAULT ? 0 : low | high << 8 * head;
    }

    /** Bytes of an access across pages that lie in one of them: 1 to 7. */
    private long loadPart(long va, int size) {
        long pa = translatePart(va, size, AccessType.LOAD);
        return pa == FAILED ? 0 : readBytes(pa, size);
    }

    /** Little-endian, byte by byte. */
    private long readBytes(long pa, int size) {
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | read(pa + i, 1);
        }
        return value;
    }

    /** As {@link #translate}, and most devices fail: an access that comes in parts is misaligned. */
    private long translatePart(long va, int size, AccessType type) {
        long pa = translate(va, size, type);
        if (pa == FAILED) {
            return FAILED;
        }
        boolean there = target == Bus.NOTHING
                ? ram.contains(pa, size)
                : type == AccessType.LOAD && target.device().takesMisalignedLoads();
        if (!there) {
            return fail(accessFault(type), va);
        }
        return pa;
    }

    /** A store of 1, 2, 4 or 8 bytes at any alignment; nothing is written if any part of it faults. */
    public void store(long va, int size, long value) {
        int head = bytesInFirstPage(va, size);
        if (head == size) {
            long pa = translate(va, size, AccessType.STORE);
            if (pa != FAILED) {
                write(pa, size, value);
            }
            return;
        }
        long first = translatePart(va, head, AccessType.STORE);
        if (first == FAILED) {
            return;
        }
        long second = translatePart(va + head, size - head, AccessType.STORE);
        if (second == FAILED) {
            return;
        }
        storePart(first, head, value);
        storePart(second, size - head, value >>> 8 * head);
    }

    private void storePart(long pa, int size, long value) {
        long offset = pa - ram.base();
        for (int i = 0; i < size; i++) {
            memory.set(ValueLayout.JAVA_BYTE, offset + i, (byte) (value >>> 8 * i));
        }
        ram.written(offset, size);
    }

    /**
     * The RAM offset of a naturally aligned atomic access of {@code size} bytes (1 to 16), with the checks of a store
     * (or, with {@link AccessType#LOAD}, of a load, for LR); {@link #FAILED} after setting the fault. Misaligned: the
     * address-misaligned exception; not RAM: access fault. Whoever then writes calls {@link Ram#written}.
     */
    public long atomic(long va, int size, AccessType type) {
        if ((va & size - 1) != 0) {
            return fail(type == AccessType.LOAD ? Cause.LOAD_MISALIGNED : Cause.STORE_MISALIGNED, va);
        }
        long pa = translate(va, size, type);
        if (pa == FAILED) {
            return FAILED;
        }
        return target == Bus.NOTHING ? pa - ram.base() : fail(accessFault(type), va);
    }

    /**
     * The instruction at {@code va}, which is even: 32 bits, or 16 bits zero-extended; from RAM or a device. 0 after a
     * fault, whose address is that of the half that failed.
     */
    public int fetch(long va) {
        int low = fetchHalf(va);
        if (faultCause != NO_FAULT || (low & 3) != 3) {
            return low;
        }
        int high = fetchHalf(va + 2);
        return faultCause != NO_FAULT ? 0 : low | high << 16;
    }

    private int fetchHalf(long va) {
        long pa = translate(va, 2, AccessType.FETCH);
        if (pa == FAILED) {
            return 0;
        }
        return target != Bus.NOTHING ? bus.fetch(target, pa) : (int) read(pa, 2);
    }

    /**
     * Checks a cache-block management operation on the naturally aligned block of {@code size} bytes around
     * {@code va}: it needs the right to load or to store, and any failure is reported as a store's (Unprivileged,
     * CMO). Whether it is allowed.
     */
    public boolean manageBlock(long va, int size) {
        if (translate(va & -size, size, AccessType.LOAD) != FAILED) {
            return true;
        }
        faultCause = NO_FAULT;
        if (translate(va & -size, size, AccessType.STORE) != FAILED) {
            return true;
        }
        faultAddress = va;
        return false;
    }

    /**
     * Writes zeros to the naturally aligned block of {@code size} bytes around {@code va}; devices cannot take that.
     */
    public void zeroBlock(long va, int size) {
        long block = va & -size;
        if (storeTlb.holds(block)) {
            // A page that holds no code, so nobody has to be told.
            zero(storeTlb.offset(block), size);
            return;
        }
        long pa = translatePart(block, size, AccessType.STORE);
        if (pa == FAILED) {
            faultAddress = va;
            return;
        }
        long offset = pa - ram.base();
        zero(offset, size);
        ram.written(offset, size);
    }

    /** Some doublewords of RAM: so few that a slice to fill would take longer. A kernel that boots does this half a million times. */
    private void zero(long offset, int size) {
        for (int i = 0; i < size; i += 8) {
            memory.set(DOUBLEWORD, offset + i, 0);
        }
    }

    private static int bytesInFirstPage(long va, int size) {
        return (int) Math.min(size, Ram.PAGE_SIZE - (va & Ram.PAGE_SIZE - 1));
    }

    private long read(long pa, int size) {
        if (target != Bus.NOTHING) {
            if ((pa & size - 1) != 0) {
                return readBytes(pa, size);
            }
            long value = bus.read(target, pa, size);
            if (observer != Observer.NONE) {
                observer.deviceRead(hart, target.device().name(), pa, size, value);
            }
            return value;
        }
        return LittleEndian.read(memory, pa - ram.base(), size);
    }

    private void write(long pa, int size, long value) {
        if (target != Bus.NOTHING) {
            if (observer != Observer.NONE) {
                observer.deviceWritten(hart, target.device().name(), pa, size, value);
            }
            bus.write(target, pa, size, value);
            return;
        }
        long offset = pa - ram.base();
        switch (size) {
            case 1 -> memory.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
            case 2 -> memory.set(HALFWORD, offset, (short) value);
            case 4 -> memory.set(WORD, offset, (int) value);
            default -> memory.set(DOUBLEWORD, offset, value);
        }
        ram.written(offset, size);
    }

    private long fail(int cause, long va) {
        faultCause = cause;
        faultAddress = va;
        return FAILED;
    }

    private static int pageFault(AccessType type) {
        return switch (type) {
            case FETCH -> Cause.FETCH_PAGE_FAULT;
            case LOAD -> Cause.LOAD_PAGE_FAULT;
            case STORE -> Cause.STORE_PAGE_FAULT;
        };
    }

    private static int accessFault(AccessType type) {
        return switch (type) {
            case FETCH -> Cause.FETCH_ACCESS;
            case LOAD -> Cause.LOAD_ACCESS;
            case STORE -> Cause.STORE_ACCESS;
        };
    }

    /** Drops a page of RAM from the store TLBs of every mode, because it holds decoded instructions from now on. */
    public void forgetStores(int page) {
        tlbs.forgetStores(page);
        storable.forget(page);
    }

    /**
     * Empties the store TLBs of every mode: some pages of RAM, we need not know which, hold decoded instructions now.
     */
    public void forgetStores() {
        tlbs.forgetStores();
        storable.forget();
    }

    /** Forgets what is known of single address spaces: {@code sfence.vma} with an ASID. */
    public void flushLocal() {
        tlbs.flushLocal();
    }

    /** Empties all TLBs of every mode: after {@code sfence.vma}, or a change of {@code satp} or of PMP. */
    public void flush() {
        tlbs.flush();
        storable.forget();
    }

    /** Drops what is known about one virtual address: {@code sfence.vma} with an address. */
    public void flush(long va) {
        tlbs.flush(va);
    }
}
