package dev.ravel.desktop;

import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.boot.ImageException;
import dev.ravel.boot.ImageLoader;
import dev.ravel.firmware.Kernel;
import dev.ravel.learn.LessonException;
import dev.ravel.machine.MachineBuilder;

/** Ravel's own kernels, for lessons that need no other guest. */
final class OwnKernels {
    private OwnKernels() {}

    static void configure(MachineBuilder builder, String guest) throws LessonException {
        Kernel kernel =
                Kernel.named(guest).orElseThrow(() -> new LessonException("there is no guest " + guest + " here"));
        try {
            builder.kernel(ImageLoader.parse(guest, ElfWriter.write(kernel.assemble())));
        } catch (ImageException e) {
            throw new IllegalStateException(e);
        }
    }
}
