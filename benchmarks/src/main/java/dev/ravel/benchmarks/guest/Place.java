package dev.ravel.benchmarks.guest;

import dev.ravel.benchmarks.guest.GuestProgram.Length;
import java.util.List;

/** Where in the guest a program runs. */
public enum Place {
    /** In M-mode, without firmware, kernel or paging. */
    BARE("bare metal", ".elf", List.of("bare.S"), List.of("-Wl,-T,bare.ld")),
    /** In user space of Debian's kernel, as a static executable. */
    DEBIAN("under Debian in user space", "", List.of("linux.S"), List.of());

    private final String description;
    private final String extension;
    private final List<String> sources;
    private final List<String> linkerOptions;

    Place(String description, String extension, List<String> sources, List<String> linkerOptions) {
        this.description = description;
        this.extension = extension;
        this.sources = sources;
        this.linkerOptions = linkerOptions;
    }

    /** For the heading of a table. */
    String description() {
        return description;
    }

    /** Whether that program runs here. */
    boolean runs(GuestProgram program) {
        return this == DEBIAN || !program.needsKernel();
    }

    /** The name of a program's executable. */
    public String fileName(GuestProgram program, Length length) {
        return program.title() + length.suffix() + extension;
    }

    /** The sources that make a program one of this place. */
    List<String> sources() {
        return sources;
    }

    /** What the compiler is told for linking, beside that there are no libraries. */
    List<String> linkerOptions() {
        return linkerOptions;
    }
}
