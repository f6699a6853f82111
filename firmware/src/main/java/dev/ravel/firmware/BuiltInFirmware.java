package dev.ravel.firmware;

import dev.ravel.asm.program.Program;
import dev.ravel.asm.program.ProgramSymbol;
import dev.ravel.boot.BootImage;
import dev.ravel.boot.FirmwareProvider;
import dev.ravel.machine.config.Board;
import dev.ravel.pack.ReadyFiles;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@link Firmware} for machines that are given no other. To assemble it takes a JVM that has just started longer than all else that a machine is
 * built from, so where Ravel is packed to be started it is assembled then: the resource {@value #READY} of this package is what came of it, for the start
 * of RAM. Without the resource, or for another address, it is assembled here.
 */
public final class BuiltInFirmware implements FirmwareProvider, ReadyFiles {
    private static final String NAME = "builtin";
    private static final String READY = "builtin.image";

    /** Called by {@link java.util.ServiceLoader}. */
    public BuiltInFirmware() {}

    @Override
    public Map<String, byte[]> files() {
        return Map.of("dev/ravel/firmware/" + READY, assembled());
    }

    /**
     * The firmware for machines with the usual board, to be read by this class: its entry, its bytes, its symbols. An ELF file would not do: who reads one
     * cannot tell a constant with an address's value from a label.
     */
    static byte[] assembled() {
        BootImage.Elf image = assemble(Board.RAM);
        byte[] bytes = image.segments().getFirst().data().toArray(ValueLayout.JAVA_BYTE);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(file)) {
            out.writeLong(image.entry());
            out.writeInt(bytes.length);
            out.write(bytes);
            out.writeInt(image.symbols().size());
            for (BootImage.Symbol symbol : new TreeMap<>(image.symbols()).values()) {
                out.writeUTF(symbol.name());
                out.writeLong(symbol.value());
                out.writeLong(symbol.size());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }

    @Override
    public BootImage firmware(long address) {
        if (address == Board.RAM) {
            try (InputStream in = BuiltInFirmware.class.getResourceAsStream(READY)) {
                if (in != null) {
                    return ready(in);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return assemble(address);
    }

    /** The image out of what {@link #assembled} made. */
    static BootImage.Elf ready(InputStream file) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(file))) {
            long entry = in.readLong();
            byte[] bytes = in.readNBytes(in.readInt());
            Map<String, BootImage.Symbol> symbols = new HashMap<>();
            for (int left = in.readInt(); left > 0; left--) {
                String name = in.readUTF();
                symbols.put(name, new BootImage.Symbol(name, in.readLong(), in.readLong()));
            }
            return image(entry, MemorySegment.ofArray(bytes).asReadOnly(), symbols);
        }
    }

    /** The image assembled for an address. */
    static BootImage.Elf assemble(long address) {
        Program program = Firmware.assemble(address);
        MemorySegment bytes = MemorySegment.ofArray(program.flat()).asReadOnly();
        return image(program.entry(), bytes, symbols(program));
    }

    private static BootImage.Elf image(long start, MemorySegment bytes, Map<String, BootImage.Symbol> symbols) {
        BootImage.Segment segment = new BootImage.Segment(start, start, bytes, Firmware.SIZE, true);
        return new BootImage.Elf(NAME, start, List.of(segment), false, List.of(), symbols, List.of());
    }

    @Override
    public long reservedSize() {
        return Firmware.SIZE;
    }

    /** Its addresses by name; constants have no section. */
    private static Map<String, BootImage.Symbol> symbols(Program program) {
        Map<String, BootImage.Symbol> symbols = new HashMap<>();
        for (ProgramSymbol s : program.symbols()) {
            if (s.section().isPresent()) {
                symbols.put(s.name(), new BootImage.Symbol(s.name(), s.value(), s.size()));
            }
        }
        return symbols;
    }
}
