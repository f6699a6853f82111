package dev.ravel.asm.layout;

import dev.ravel.asm.program.AssemblerOptions;
import dev.ravel.asm.program.Diagnostic;
import dev.ravel.asm.program.SourceLocation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** Gives sections and fragments their addresses. */
final class Layout {
    /** Layouts settle after a few passes, unless sizes depend on each other in a circle. */
    private static final int MOST_PASSES = 200;

    private final ProgramBuilder program;
    private final AssemblerOptions options;
    private final List<Section> sections;

    Layout(ProgramBuilder program) {
        this.program = program;
        this.options = program.options();
        this.sections = new ArrayList<>(program.sections());
        List<String> leading = options.leading();
        // The sort is stable: otherwise sections stay in the order of their first mention.
        sections.sort(
                Comparator.comparingInt((Section section) -> section.kind().rank())
                        .thenComparingInt(section -> {
                            int place = leading.indexOf(section.name());
                            return place < 0 ? leading.size() : place;
                        }));
    }

    /** The sections that anything stands in, in the order of the layout. */
    List<Section> sections() {
        return sections.stream().filter(Section::isUsed).toList();
    }

    /** Repeats the layout until nothing moves any more. */
    void settle() {
        for (int pass = 0; pass < MOST_PASSES; pass++) {
            if (!pass()) {
                program.highParts().settle();
                checkOverlap();
                return;
            }
        }
        program.complaints()
                .add(new Diagnostic(start(), "sizes depend on each other in a circle: the layout does not settle"));
    }

    private SourceLocation start() {
        return program.code().isEmpty()
                ? new SourceLocation("(program)", 1, 1)
                : program.code().getFirst().line().location(0);
    }

    /** One layout; whether anything differs from the one before. */
    private boolean pass() {
        boolean changed = false;
        long next = options.base();
        int rank = -1;
        for (Section section : sections) {
            Long place = options.places().get(section.name());
            if (!section.kind().allocated()) {
                changed |= section.place(0);
            } else if (place != null) {
                changed |= section.place(place);
            } else {
                long alignment = section.alignment();
                if (section.kind().rank() != rank && section.isUsed()) {
                    rank = section.kind().rank();
                    alignment = Math.max(alignment, options.segmentAlignment());
                }
                long address = next + alignment - 1 & -alignment;
                changed |= section.place(address);
                if (section.isUsed()) {
                    next = address + section.size();
                }
            }
        }
        return changed;
    }

    private void checkOverlap() {
        List<Section> inMemory = new ArrayList<>();
        for (Section section : sections) {
            if (section.kind().allocated() && section.size() > 0) {
                if (section.address() % section.alignment() != 0) {
                    complain("section `%s` at 0x%x needs an alignment of %d"
                            .formatted(section.name(), section.address(), section.alignment()));
                }
                inMemory.add(section);
            }
        }
        inMemory.sort((a, b) -> Long.compareUnsigned(a.address(), b.address()));
        for (int i = 1; i < inMemory.size(); i++) {
            Section before = inMemory.get(i - 1);
            Section after = inMemory.get(i);
            if (after.address() - before.address() < before.size()) {
                complain("section `%s` at 0x%x overlaps section `%s` at 0x%x"
                        .formatted(after.name(), after.address(), before.name(), before.address()));
            }
        }
    }

    private void complain(String message) {
        program.complaints().add(new Diagnostic(start(), message));
    }

    /** The address that a name given by convention stands for, as linker scripts define them. */
    Optional<LongSupplier> boundary(String name) {
        return switch (name) {
            case "__text_start" -> Optional.of(() -> begin(rank(0)));
            case "__text_end", "etext", "_etext", "__etext" -> Optional.of(() -> end(rank(0)));
            case "__rodata_start" -> Optional.of(() -> begin(rank(1)));
            case "__rodata_end" -> Optional.of(() -> end(rank(1)));
            case "__data_start", "__DATA_BEGIN__" -> Optional.of(() -> begin(rank(2)));
            case "__data_end", "edata", "_edata" -> Optional.of(() -> end(rank(2)));
            case "__bss_start" -> Optional.of(() -> begin(rank(3)));
            case "__bss_end", "__BSS_END__" -> Optional.of(() -> end(rank(3)));
            case "end", "_end" ->
                Optional.of(() -> end(section -> section.kind().rank() <= 3));
            case "__global_pointer$" -> Optional.of(() -> begin(rank(2)) + 0x800);
            default -> sectionBoundary(name);
        };
    }

    private static Predicate<Section> rank(int rank) {
        return section -> section.kind().rank() == rank;
    }

    /** {@code __start_name} and {@code __stop_name} of a section whose name is an identifier. */
    private Optional<LongSupplier> sectionBoundary(String name) {
        for (Section section : sections) {
            if (name.equals("__start_" + section.name())) {
                return Optional.of(section::address);
            } else if (name.equals("__stop_" + section.name())) {
                return Optional.of(() -> section.address() + section.size());
            }
        }
        return Optional.empty();
    }

    private List<Section> consecutive(Predicate<Section> choice) {
        return sections.stream()
                .filter(section -> !options.places().containsKey(section.name()))
                .filter(choice)
                .toList();
    }

    private long begin(Predicate<Section> choice) {
        List<Section> chosen = consecutive(choice);
        for (Section section : chosen) {
            if (section.isUsed()) {
                return section.address();
            }
        }
        // An empty kind begins and ends where it would stand.
        return chosen.isEmpty() ? end(section -> true) : chosen.getFirst().address();
    }

    private long end(Predicate<Section> choice) {
        List<Section> chosen = consecutive(choice);
        long end = chosen.isEmpty() ? options.base() : chosen.getFirst().address();
        for (Section section : chosen) {
            if (section.isUsed()) {
                end = section.address() + section.size();
            }
        }
        return end;
    }
}
