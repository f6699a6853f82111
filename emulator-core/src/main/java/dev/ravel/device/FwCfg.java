package dev.ravel.device;

import dev.ravel.fdt.Node;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * QEMU's firmware configuration device ({@code docs/specs/fw_cfg.rst} in its sources): items by number, some of them
 * files with names, that the guest reads a byte after the other or has copied to its memory. All of them are read-only.
 * What the registers hold is big-endian; the data register gives bytes in the order in which they are stored.
 */
public final class FwCfg implements Device {
    /** The next 1 to 8 bytes of the selected item, zeros after its end. */
    public static final int DATA = 0x00;

    /** Selects an item from its first byte on; 16 bits, only written. */
    public static final int SELECTOR = 0x08;

    /** Address of a {@code FWCfgDmaAccess}, whose low half starts it; reads as {@code QEMU CFG}. */
    public static final int DMA_ADDRESS = 0x10;

    /** Bytes of the registers on the board. */
    public static final long SIZE = 0x18;

    /** Item: {@code QEMU}. */
    public static final int SIGNATURE = 0x00;

    /** Item: which interfaces there are, 32 bits, little-endian. */
    public static final int ID = 0x01;

    /** Item: the number of harts, 16 bits, little-endian. */
    public static final int NB_CPUS = 0x05;

    /** Item: the size of {@link #KERNEL_DATA}, 32 bits, little-endian, as are the other sizes. */
    public static final int KERNEL_SIZE = 0x08;

    /** Item: the size of {@link #INITRD_DATA}. */
    public static final int INITRD_SIZE = 0x0b;

    /** Item: a kernel for the firmware to start. */
    public static final int KERNEL_DATA = 0x11;

    /** Item: the kernel's initial RAM disk. */
    public static final int INITRD_DATA = 0x12;

    /** Item: the size of {@link #CMDLINE_DATA}. */
    public static final int CMDLINE_SIZE = 0x14;

    /** Item: the kernel's command line and a zero after it. */
    public static final int CMDLINE_DATA = 0x15;

    /** Item: the directory of files. */
    public static final int FILE_DIR = 0x19;

    /** Item: the first file by name, the others follow. */
    public static final int FILE_FIRST = 0x20;

    /** DMA control: it went wrong. */
    public static final int DMA_ERROR = 1;

    /** DMA control: copy from the item to memory. */
    public static final int DMA_READ = 1 << 1;

    /** DMA control: go on in the item without copying. */
    public static final int DMA_SKIP = 1 << 2;

    /** DMA control: select the item in bits 31 to 16 first. */
    public static final int DMA_SELECT = 1 << 3;

    /** DMA control: copy from memory to the item. */
    public static final int DMA_WRITE = 1 << 4;

    /** Files that the directory has room for. */
    public static final int FILE_SLOTS = 32;

    /** Bytes of a file's name without the zero after it. */
    public static final int LONGEST_NAME = 55;

    private static final byte[] DMA_SIGNATURE = ascii("QEMU CFG");
    private static final byte[] NOTHING = {};
    private static final int INTERFACES = 0b11;
    private static final int ARCHITECTURE_SPECIFIC = 0x8000;
    private static final int WRITE_MODE = 0x4000;

    private static final int DIRECTORY_HEADER = 4;
    private static final int DIRECTORY_ENTRY = 64;
    private static final int ENTRY_NAME = 8;

    private static final int DMA_STRUCTURE = 16;
    /** Bytes that are copied at once. */
    private static final int STEP = 1 << 16;

    private final Memory memory;
    private final Map<Integer, byte[]> items = new TreeMap<>();
    private int selected = SIGNATURE;
    private long offset;
    private long dmaAddress;

    /** The guest's memory by physical address. */
    public interface Memory {
        /** Copies from it; empty if not all of that is RAM. */
        Optional<byte[]> read(long address, int length);

        /** Copies to it; false, and nothing is copied, if not all of that is RAM. */
        boolean write(long address, byte[] bytes, int from, int length);
    }

    /**
     * What a firmware is told to start.
     *
     * @param kernel what its file holds, decompressed
     */
    public record Start(byte[] kernel, Optional<byte[]> initrd, Optional<String> commandLine) {}

    /**
     * A device with the items that QEMU's {@code virt} machine always has, and more files.
     *
     * @param harts how many the machine has
     * @param files by name, ASCII and at most {@link #LONGEST_NAME} bytes, in place of the machine's own of that name
     * @param start empty if the firmware is to find something itself
     */
    public FwCfg(Memory memory, int harts, Map<String, byte[]> files, Optional<Start> start) {
        this.memory = memory;
        items.put(SIGNATURE, ascii("QEMU"));
        items.put(ID, new byte[] {INTERFACES, 0, 0, 0});
        items.put(NB_CPUS, new byte[] {(byte) harts, (byte) (harts >>> 8)});
        SortedMap<String, byte[]> all = new TreeMap<>(ownFiles());
        all.putAll(files);
        if (all.size() > FILE_SLOTS) {
            throw new IllegalArgumentException(all.size() + " files; there is room for " + FILE_SLOTS);
        }
        addFiles(all);
        start.ifPresent(this::addStart);
    }

    private void addStart(Start start) {
        addSized(KERNEL_SIZE, KERNEL_DATA, start.kernel);
        start.initrd.ifPresent(initrd -> addSized(INITRD_SIZE, INITRD_DATA, initrd));
        start.commandLine.ifPresent(
                line -> addSized(CMDLINE_SIZE, CMDLINE_DATA, (line + '\0').getBytes(StandardCharsets.UTF_8)));
    }

    private void addSized(int sizeKey, int dataKey, byte[] data) {
        items.put(
                sizeKey,
                ByteBuffer.allocate(Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(data.length)
                        .array());
        items.put(dataKey, data);
    }

    /** The files of every machine; the last says that a firmware which finds nothing to start gives up. */
    public static Map<String, byte[]> ownFiles() {
        return Map.of(
                "bios-geometry", NOTHING, "bootorder", NOTHING, "etc/boot-fail-wait", new byte[] {-1, -1, -1, -1});
    }

    private void addFiles(SortedMap<String, byte[]> files) {
        ByteBuffer directory = ByteBuffer.allocate(DIRECTORY_HEADER + DIRECTORY_ENTRY * FILE_SLOTS);
        directory.putInt(files.size());
        int key = FILE_FIRST;
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            int entry = directory.position();
            directory.putInt(file.getValue().length).putShort((short) key);
            directory.put(entry + ENTRY_NAME, ascii(file.getKey())).position(entry + DIRECTORY_ENTRY);
            items.put(key, file.getValue());
            key++;
        }
        items.put(FILE_DIR, directory.array());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String name() {
        return "fw-cfg";
    }

    @Override
    public long read(long register, int size) {
        if (register == DATA) {
            byte[] bytes = new byte[size];
            copyNext(bytes, size);
            return littleEndian(bytes, 0, size);
        }
        return register >= DMA_ADDRESS ? littleEndian(DMA_SIGNATURE, (int) register - DMA_ADDRESS, size) : 0;
    }

    private static long littleEndian(byte[] bytes, int from, int size) {
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | bytes[from + i] & 0xff;
        }
        return value;
    }

    /** Reading {@link #DATA} goes on in the item; what is next is not looked up. */
    @Override
    public List<DeviceRegister> registers() {
        return List.of(
                new DeviceRegister("data", DATA, 8, OptionalLong.empty()),
                DeviceRegister.writeOnly("selector", SELECTOR, 2),
                DeviceRegister.of("DMA address", DMA_ADDRESS, 8, littleEndian(DMA_SIGNATURE, 0, 8)));
    }

    @Override
    public void write(long register, int size, long value) {
        if (register == SELECTOR && size == Short.BYTES) {
            select(Short.reverseBytes((short) value) & 0xffff);
        } else if (register == DMA_ADDRESS && size == Long.BYTES) {
            dmaAddress = Long.reverseBytes(value);
            transfer();
        } else if (register == DMA_ADDRESS && size == Integer.BYTES) {
            dmaAddress = (long) Integer.reverseBytes((int) value) << 32;
        } else if (register == DMA_ADDRESS + Integer.BYTES && size == Integer.BYTES) {
            dmaAddress |= Integer.toUnsignedLong(Integer.reverseBytes((int) value));
            transfer();
        }
    }

    private void select(int key) {
        selected = key;
        offset = 0;
    }

    private byte[] item() {
        boolean ours = (selected & ARCHITECTURE_SPECIFIC) == 0;
        return ours ? items.getOrDefault(selected & ~WRITE_MODE, NOTHING) : NOTHING;
    }

    /** Copies as much as there is left, and goes on in the item; returns how much that was. */
    private int copyNext(byte[] into, int length) {
        byte[] item = item();
        int count = (int) Math.min(length, item.length - offset);
        System.arraycopy(item, (int) offset, into, 0, count);
        offset += count;
        return count;
    }

    private void transfer() {
        long address = dmaAddress;
        dmaAddress = 0;
        Optional<byte[]> structure = memory.read(address, DMA_STRUCTURE);
        if (structure.isEmpty()) {
            finish(address, false);
            return;
        }
        ByteBuffer access = ByteBuffer.wrap(structure.get());
        int control = access.getInt();
        long length = Integer.toUnsignedLong(access.getInt());
        long target = access.getLong();
        if ((control & DMA_SELECT) != 0) {
            select(control >>> 16);
        }
        boolean succeeded = true;
        if ((control & DMA_READ) != 0) {
            succeeded = copyOut(target, length);
        } else if ((control & DMA_WRITE) != 0) {
            // As QEMU does: the place in the item moves on although nothing is written.
            offset += Math.min(length, item().length - offset);
            succeeded = length == 0;
        } else if ((control & DMA_SKIP) != 0) {
            offset += Math.min(length, item().length - offset);
        }
        finish(address, succeeded);
    }

    /** Says in the control field, if it is in RAM, how it went. */
    private void finish(long address, boolean succeeded) {
        byte[] control = {0, 0, 0, (byte) (succeeded ? 0 : DMA_ERROR)};
        memory.write(address, control, 0, control.length);
    }

    /** Copies to memory: the rest of the item, then zeros. */
    private boolean copyOut(long target, long length) {
        byte[] step = new byte[(int) Math.min(STEP, length)];
        for (long done = 0; done < length; done += step.length) {
            int count = (int) Math.min(step.length, length - done);
            int copied = copyNext(step, count);
            Arrays.fill(step, copied, count, (byte) 0);
            if (!memory.write(target + done, step, 0, count)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void reset() {
        select(SIGNATURE);
        dmaAddress = 0;
    }

    /** QEMU has it beside the bus, not on it. */
    @Override
    public void describe(Node parent, Placement placement) {
        parent.root()
                .child("fw-cfg@" + Long.toHexString(placement.base()))
                .flag("dma-coherent")
                .longs("reg", placement.base(), placement.size())
                .strings("compatible", "qemu,fw-cfg-mmio");
    }

    /** The items are the configuration's, not the guest's. */
    @Override
    public void save(StateWriter out) {
        out.put("selected", selected);
        out.put("offset", offset);
        out.put("dmaAddress", dmaAddress);
    }

    @Override
    public void restore(StateReader in) {
        select((int) in.get("selected") & 0xffff);
        offset = Math.clamp(in.get("offset"), 0, item().length);
        dmaAddress = in.get("dmaAddress");
    }
}
