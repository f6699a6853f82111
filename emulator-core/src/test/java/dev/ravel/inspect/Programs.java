package dev.ravel.inspect;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.boot.ImageException;
import dev.ravel.boot.ImageLoader;
import dev.ravel.machine.Machine;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.machine.config.Bios;

/** Machines that run a program in M-mode. */
public final class Programs {
    private Programs() {}

    /** A small machine that runs this. */
    public static MachineBuilder bare(String source) {
        try {
            return Machine.builder()
                    .memory(4 << 20)
                    .bios(new Bios.None())
                    .kernel(ImageLoader.parse("program", ElfWriter.write(Assembler.assemble("program.s", source))));
        } catch (ImageException e) {
            throw new AssertionError(e);
        }
    }
}
