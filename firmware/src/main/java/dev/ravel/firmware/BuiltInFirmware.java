package dev.ravel.firmware;

import dev.ravel.asm.program.Program;
import dev.ravel.asm.program.ProgramSymbol;
import dev.ravel.boot.BootImage;
import dev.ravel.boot.FirmwareProvider;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@link Firmware} for machines that are given no other. */
public final class BuiltInFirmware implements FirmwareProvider {

    /** Called by {@link java.util.ServiceLoader}. */
    public BuiltInFirmware() {}

    @Override
    public BootImage firmware(long address) {
        Program program = Firmware.assemble(address);
        MemorySegment bytes = MemorySegment.ofArray(program.flat()).asReadOnly();
        BootImage.Segment segment = new BootImage.Segment(address, address, bytes, Firmware.SIZE, true);
        return new BootImage.Elf(
                "builtin", program.entry(), List.of(segment), false, List.of(), symbols(program), List.of());
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
