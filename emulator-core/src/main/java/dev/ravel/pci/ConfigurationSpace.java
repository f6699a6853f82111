package dev.ravel.pci;

import dev.ravel.device.DeviceRegister;
import dev.ravel.interrupt.InterruptLine;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The configuration space of a function (PCI Local Bus 3.0, 6.1) with a header of type 0: what it is, where its registers
 * are, and its capabilities. The extended space of PCI Express is empty.
 */
public final class ConfigurationSpace {
    /** 16 bits. */
    public static final int VENDOR_ID = 0x00;

    /** 16 bits. */
    public static final int DEVICE_ID = 0x02;

    /** {@link #IO_SPACE} and the like, 16 bits. */
    public static final int COMMAND = 0x04;

    /** 16 bits. */
    public static final int STATUS = 0x06;

    /** Revision, 8 bits, and class code, 24 bits. */
    public static final int CLASS_REVISION = 0x08;

    /** For the guest to keep, 8 bits. */
    public static final int CACHE_LINE_SIZE = 0x0c;

    /** 8 bits: 0, and one function. */
    public static final int HEADER_TYPE = 0x0e;

    /** The first of six base address registers, 32 bits each. */
    public static final int BAR_0 = 0x10;

    /** 16 bits. */
    public static final int SUBSYSTEM_VENDOR_ID = 0x2c;

    /** 16 bits. */
    public static final int SUBSYSTEM_ID = 0x2e;

    /** Offset of the first capability, 8 bits. */
    public static final int CAPABILITIES_POINTER = 0x34;

    /** For the guest to keep, 8 bits. */
    public static final int INTERRUPT_LINE = 0x3c;

    /** 1 is INTA; 0 if it does not interrupt. */
    public static final int INTERRUPT_PIN = 0x3d;

    /** Command: it answers in I/O space. */
    public static final int IO_SPACE = 1;

    /** Command: it answers in memory. */
    public static final int MEMORY_SPACE = 1 << 1;

    /** Command: it may access memory itself. */
    public static final int BUS_MASTER = 1 << 2;

    /** Command: it does not interrupt. */
    public static final int INTERRUPT_DISABLE = 1 << 10;

    /** Status: it would interrupt. */
    public static final int INTERRUPT_STATUS = 1 << 3;

    /** Status: there are capabilities. */
    public static final int CAPABILITIES_LIST = 1 << 4;

    private static final int PARITY_ERROR_RESPONSE = 1 << 6;
    private static final int SERR_ENABLE = 1 << 8;
    private static final int COMMAND_BITS =
            IO_SPACE | MEMORY_SPACE | BUS_MASTER | PARITY_ERROR_RESPONSE | SERR_ENABLE | INTERRUPT_DISABLE;

    private static final int BARS = 6;
    private static final int FIRST_CAPABILITY = 0x40;
    private static final int END = 0x100;

    private final Identity identity;
    private final List<Bar> bars;
    private final List<Placed> capabilities = new ArrayList<>();
    private final boolean interrupts;

    private InterruptLine line = InterruptLine.UNCONNECTED;
    private boolean interrupting;
    private int command;
    private int cacheLineSize;
    private int interruptLine;
    private final int[] bases = new int[BARS];

    /**
     * What a function says it is.
     *
     * @param classCode class, subclass and programming interface: 24 bits
     */
    public record Identity(int vendor, int device, int classCode, int revision, int subsystemVendor, int subsystem) {}

    /**
     * A BAR as the guest placed it.
     *
     * @param base an address on the bus
     */
    public record Mapped(Bar bar, long base) {
        /** Whether all bytes of an access are inside. */
        boolean contains(long address, int size) {
            return address >= base && address - base <= bar.size() - size;
        }
    }

    private record Placed(Capability capability, int offset, int next) {
        boolean contains(int at) {
            return at >= offset && at < offset + capability.length();
        }
    }

    /**
     * A configuration space as after power-on.
     *
     * @param interrupts whether the function interrupts, by INTA
     */
    public ConfigurationSpace(Identity identity, List<Bar> bars, List<Capability> capabilities, boolean interrupts) {
        this.identity = identity;
        this.bars = List.copyOf(bars);
        this.interrupts = interrupts;
        int offset = FIRST_CAPABILITY;
        for (int i = 0; i < capabilities.size(); i++) {
            Capability capability = capabilities.get(i);
            int end = offset + capability.length() + 3 & ~3;
            this.capabilities.add(new Placed(capability, offset, i + 1 < capabilities.size() ? end : 0));
            offset = end;
        }
        if (offset > END) {
            throw new IllegalArgumentException("capabilities of " + (offset - FIRST_CAPABILITY) + " bytes");
        }
    }

    /** Connects INTA to whatever listens. */
    void connect(InterruptLine interruptWire) {
        line = interruptWire;
    }

    /** Whether the function interrupts at all. */
    boolean interrupts() {
        return interrupts;
    }

    /** Drives INTA. */
    public void interrupt(boolean level) {
        interrupting = level;
        drive();
    }

    private void drive() {
        line.set(interrupting && (command & INTERRUPT_DISABLE) == 0);
    }

    /** The BARs that answer, and where. */
    public List<Mapped> mapped(Bar.Space space) {
        int enable = space == Bar.Space.IO ? IO_SPACE : MEMORY_SPACE;
        return (command & enable) == 0
                ? List.of()
                : bars.stream()
                        .filter(bar -> bar.kind().space() == space)
                        .map(bar -> new Mapped(bar, base(bar)))
                        .toList();
    }

    private long base(Bar bar) {
        long low = Integer.toUnsignedLong(bases[bar.index()]);
        return bar.kind().takesTwo() ? low | (long) bases[bar.index() + 1] << 32 : low;
    }

    /** The BAR that answers all bytes of an access, if one does. */
    Optional<Mapped> find(Bar.Space space, long address, int size) {
        int enable = space == Bar.Space.IO ? IO_SPACE : MEMORY_SPACE;
        if ((command & enable) == 0) {
            return Optional.empty();
        }
        for (Bar bar : bars) {
            if (bar.kind().space() == space) {
                Mapped mapped = new Mapped(bar, base(bar));
                if (mapped.contains(address, size)) {
                    return Optional.of(mapped);
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Reads 1, 2 or 4 bytes, naturally aligned.
     *
     * @param offset 0 to 4095
     */
    public long read(int offset, int size) {
        for (Placed placed : capabilities) {
            if (placed.contains(offset) && offset >= placed.offset + 2) {
                return placed.capability.read(offset - placed.offset, size);
            }
        }
        long word = Integer.toUnsignedLong(word(offset & ~3));
        return word >>> 8 * (offset & 3) & (1L << 8 * size) - 1;
    }

    /** The four bytes at an offset, of a capability the link alone. */
    private int word(int offset) {
        return switch (offset) {
            case VENDOR_ID -> identity.vendor | identity.device << 16;
            case COMMAND -> command | status() << 16;
            case CLASS_REVISION -> identity.revision | identity.classCode << 8;
            case CACHE_LINE_SIZE -> cacheLineSize;
            case BAR_0, BAR_0 + 4, BAR_0 + 8, BAR_0 + 12, BAR_0 + 16, BAR_0 + 20 -> bar((offset - BAR_0) / 4);
            case SUBSYSTEM_VENDOR_ID -> identity.subsystemVendor | identity.subsystem << 16;
            case CAPABILITIES_POINTER -> capabilities.isEmpty() ? 0 : FIRST_CAPABILITY;
            case INTERRUPT_LINE -> interruptLine | (interrupts ? 1 << 8 : 0);
            default ->
                capabilities.stream()
                        .filter(placed -> placed.offset == offset)
                        .findFirst()
                        .map(this::firstWord)
                        .orElse(0);
        };
    }

    private int firstWord(Placed placed) {
        int rest = placed.capability.length() > 2 ? (int) placed.capability.read(2, 2) : 0;
        return placed.capability.id() | placed.next << 8 | rest << 16;
    }

    private int status() {
        return (capabilities.isEmpty() ? 0 : CAPABILITIES_LIST) | (interrupting ? INTERRUPT_STATUS : 0);
    }

    private int bar(int index) {
        return bases[index]
                | bars.stream()
                        .filter(bar -> bar.index() == index)
                        .findFirst()
                        .map(bar -> bar.kind().flags())
                        .orElse(0);
    }

    /** Writes as {@link #read} reads; what cannot be written ignores it. */
    public void write(int offset, int size, long value) {
        for (Placed placed : capabilities) {
            if (placed.contains(offset)) {
                if (offset >= placed.offset + 2) {
                    placed.capability.write(offset - placed.offset, size, value);
                }
                return;
            }
        }
        int register = offset & ~3;
        int shift = 8 * (offset & 3);
        int mask = (int) ((1L << 8 * size) - 1 << shift);
        int word = (int) (value << shift);
        switch (register) {
            case COMMAND -> {
                int writable = mask & COMMAND_BITS;
                command = command & ~writable | word & writable;
                drive();
            }
            case CACHE_LINE_SIZE -> cacheLineSize = cacheLineSize & ~mask & 0xff | word & mask & 0xff;
            case INTERRUPT_LINE -> interruptLine = interruptLine & ~mask & 0xff | word & mask & 0xff;
            case BAR_0, BAR_0 + 4, BAR_0 + 8, BAR_0 + 12, BAR_0 + 16, BAR_0 + 20 -> {
                int index = (register - BAR_0) / 4;
                int writable = mask & addressBits(index);
                bases[index] = bases[index] & ~writable | word & writable;
            }
            default -> {}
        }
    }

    /** The bits of a base address register that place something; the others tell how large it is. */
    private int addressBits(int index) {
        for (Bar bar : bars) {
            if (bar.index() == index) {
                return (int) -bar.size();
            }
            if (bar.kind().takesTwo() && bar.index() + 1 == index) {
                return (int) (-bar.size() >> 32);
            }
        }
        return 0;
    }

    /** The header's registers by name. */
    public List<DeviceRegister> registers() {
        List<DeviceRegister> registers = new ArrayList<>(List.of(
                register("Vendor ID", VENDOR_ID, 2),
                register("Device ID", DEVICE_ID, 2),
                register("Command", COMMAND, 2),
                register("Status", STATUS, 2),
                register("Revision ID", CLASS_REVISION, 1),
                register("Class Code", CLASS_REVISION + 1, 3),
                register("Cache Line Size", CACHE_LINE_SIZE, 1),
                register("Header Type", HEADER_TYPE, 1)));
        for (int i = 0; i < BARS; i++) {
            registers.add(register("BAR " + i, BAR_0 + 4 * i, 4));
        }
        registers.add(register("Subsystem Vendor ID", SUBSYSTEM_VENDOR_ID, 2));
        registers.add(register("Subsystem ID", SUBSYSTEM_ID, 2));
        registers.add(register("Capabilities Pointer", CAPABILITIES_POINTER, 1));
        registers.add(register("Interrupt Line", INTERRUPT_LINE, 1));
        registers.add(register("Interrupt Pin", INTERRUPT_PIN, 1));
        return registers;
    }

    private DeviceRegister register(String name, int offset, int size) {
        long word = Integer.toUnsignedLong(word(offset & ~3));
        return DeviceRegister.of(name, offset, size, word >>> 8 * (offset & 3) & (1L << 8 * size) - 1);
    }

    /** As after power-on; {@link #interrupt} is the function's. */
    public void reset() {
        command = 0;
        cacheLineSize = 0;
        interruptLine = 0;
        Arrays.fill(bases, 0);
        drive();
    }

    /** Writes what the guest set. */
    public void save(StateWriter out) {
        out.put("command", command);
        out.put("cacheLineSize", cacheLineSize);
        out.put("interruptLine", interruptLine);
        for (int i = 0; i < BARS; i++) {
            out.put("bar" + i, bases[i]);
        }
    }

    /** Reads back what {@link #save} wrote. */
    public void restore(StateReader in) {
        command = (int) in.get("command") & COMMAND_BITS;
        cacheLineSize = (int) in.get("cacheLineSize") & 0xff;
        interruptLine = (int) in.get("interruptLine") & 0xff;
        for (int i = 0; i < BARS; i++) {
            bases[i] = (int) in.get("bar" + i) & addressBits(i);
        }
        drive();
    }
}
