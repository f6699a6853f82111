package dev.ravel.boot;

import dev.ravel.boot.BootImage.Elf;
import dev.ravel.boot.BootImage.Relocation;
import dev.ravel.boot.BootImage.Section;
import dev.ravel.boot.BootImage.Segment;
import dev.ravel.boot.BootImage.Symbol;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads ELF64 (System V gABI, chapters 4 and 5; RISC-V ELF psABI). Trusts no number in the file. Symbols are wanted
 * for debugging and test programs, so a file without them is complete; one whose tables lie past its end is not.
 */
final class ElfReader {
    private static final int HEADER_SIZE = 64;
    private static final int PROGRAM_HEADER_SIZE = 56;
    private static final int SECTION_HEADER_SIZE = 64;
    private static final int SYMBOL_SIZE = 24;
    private static final int RELA_SIZE = 24;
    private static final int DYNAMIC_SIZE = 16;

    private static final int MACHINE_RISCV = 243;
    private static final int TYPE_EXEC = 2;
    private static final int TYPE_DYN = 3;
    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int PT_INTERP = 3;
    private static final int PF_X = 1;
    private static final int SHT_PROGBITS = 1;
    private static final int SHF_EXECINSTR = 4;
    private static final int SHT_SYMTAB = 2;
    private static final int STT_SECTION = 3;
    private static final int STT_FILE = 4;
    private static final int DT_NEEDED = 1;
    private static final int DT_RELA = 7;
    private static final int DT_RELASZ = 8;
    private static final int DT_RELRSZ = 35;
    private static final int R_RISCV_RELATIVE = 3;

    private final Bytes file;
    private final List<Segment> segments = new ArrayList<>();

    private ElfReader(Bytes file) {
        this.file = file;
    }

    static boolean recognises(Bytes file) {
        return file.has(0, "\u007fELF");
    }

    /** Whether these bytes of a file, from its beginning on, are its ELF header, its table of segments, and zeros. */
    static boolean isOnlyHeaders(Bytes file) {
        if (!recognises(file) || file.size() < HEADER_SIZE || file.u64(32) != HEADER_SIZE) {
            return false;
        }
        for (long at = HEADER_SIZE + file.u16(56) * PROGRAM_HEADER_SIZE; at < file.size(); at++) {
            if (file.u8(at) != 0) {
                return false;
            }
        }
        return true;
    }

    static Elf read(Bytes file) throws ImageException {
        return new ElfReader(file).read();
    }

    private Elf read() throws ImageException {
        file.require(0, HEADER_SIZE, "the ELF header");
        int type = checkHeader();
        long entry = file.u64(24);
        readProgramHeaders();
        if (segments.isEmpty()) {
            throw fail("an ELF file without anything to load; link it to an executable");
        }
        boolean movable = type == TYPE_DYN;
        return new Elf(
                file.name(),
                entry,
                segments,
                movable,
                movable ? readRelocations() : List.of(),
                readSymbols(),
                readCodeSections());
    }

    private static boolean inside(long virtual, Segment s) {
        return Long.compareUnsigned(virtual - s.virtualAddress(), s.memorySize()) < 0;
    }

    private int checkHeader() throws ImageException {
        if (file.u8(5) == 2) {
            throw fail("a big-endian ELF file; Ravel is little-endian");
        }
        int machine = file.u16(18);
        if (machine != MACHINE_RISCV) {
            throw fail("an ELF file for " + machineName(machine) + ", not for RISC-V; take the riscv64 build");
        }
        if (file.u8(4) != 2) {
            throw fail("a 32-bit ELF file; Ravel runs RV64, so build it with -march=rv64gc");
        }
        if (file.u8(5) != 1 || file.u8(6) != 1 || file.u16(52) != HEADER_SIZE) {
            throw fail("a damaged ELF header; fetch or build it again");
        }
        int type = file.u16(16);
        return switch (type) {
            case TYPE_EXEC, TYPE_DYN -> type;
            case 1 -> throw fail("an ELF object file (.o or .ko); link it to an executable");
            case 4 -> throw fail("an ELF core dump, nothing to start");
            default -> throw fail("an ELF file of unknown type " + type + "; link it to an executable");
        };
    }

    private static String machineName(int machine) {
        return switch (machine) {
            case 3 -> "x86";
            case 62 -> "x86-64";
            case 40 -> "ARM";
            case 183 -> "AArch64";
            case 8 -> "MIPS";
            case 20, 21 -> "PowerPC";
            case 22 -> "S/390";
            case 258 -> "LoongArch";
            default -> "machine " + machine;
        };
    }

    private void readProgramHeaders() throws ImageException {
        long table = file.u64(32);
        int count = file.u16(56);
        if (count > 0 && file.u16(54) != PROGRAM_HEADER_SIZE) {
            throw fail("a damaged ELF header; fetch or build it again");
        }
        file.require(table, (long) count * PROGRAM_HEADER_SIZE, "the table of ELF segments");
        for (int i = 0; i < count; i++) {
            long header = table + (long) i * PROGRAM_HEADER_SIZE;
            switch ((int) file.u32(header)) {
                case PT_LOAD -> readSegment(header, i);
                case PT_INTERP -> throw fail("a program for Linux (it asks for a dynamic loader), not a kernel");
                default -> {}
            }
        }
        checkOverlap();
    }

    private void readSegment(long header, int index) throws ImageException {
        long virtual = file.u64(header + 16);
        long physical = file.u64(header + 24);
        long fileSize = file.u64(header + 32);
        long memorySize = file.u64(header + 40);
        if (memorySize == 0 && fileSize == 0) {
            return;
        }
        if (memorySize < 0
                || Long.compareUnsigned(fileSize, memorySize) > 0
                || Long.compareUnsigned(physical + memorySize - 1, physical) < 0
                || Long.compareUnsigned(virtual + memorySize - 1, virtual) < 0) {
            throw fail("ELF segment " + index + " has an impossible size; fetch or build it again");
        }
        segments.add(new Segment(
                virtual,
                physical,
                file.slice(file.u64(header + 8), fileSize, "ELF segment " + index),
                memorySize,
                (file.u32(header + 4) & PF_X) != 0));
    }

    private void checkOverlap() throws ImageException {
        List<Segment> sorted = segments.stream()
                .sorted((a, b) -> Long.compareUnsigned(a.physicalAddress(), b.physicalAddress()))
                .toList();
        for (int i = 1; i < sorted.size(); i++) {
            Segment below = sorted.get(i - 1);
            long distance = sorted.get(i).physicalAddress() - below.physicalAddress();
            if (Long.compareUnsigned(distance, below.memorySize()) < 0) {
                throw fail("two ELF segments overlap at 0x"
                        + Long.toHexString(sorted.get(i).physicalAddress()) + "; build it again");
            }
        }
    }

    private List<Relocation> readRelocations() throws ImageException {
        long table = file.u64(32);
        for (int i = 0; i < file.u16(56); i++) {
            long header = table + (long) i * PROGRAM_HEADER_SIZE;
            if (file.u32(header) == PT_DYNAMIC) {
                return readRelocations(file.u64(header + 8), file.u64(header + 32));
            }
        }
        return List.of();
    }

    private List<Relocation> readRelocations(long dynamic, long size) throws ImageException {
        file.require(dynamic, size, "the ELF dynamic section");
        long rela = 0;
        long relaSize = 0;
        for (long at = dynamic; at + DYNAMIC_SIZE <= dynamic + size; at += DYNAMIC_SIZE) {
            long tag = file.u64(at);
            long value = file.u64(at + 8);
            if (tag == 0) {
                break;
            } else if (tag == DT_RELA) {
                rela = value;
            } else if (tag == DT_RELASZ) {
                relaSize = value;
            } else if (tag == DT_NEEDED) {
                throw fail("needs shared libraries; link it with -static");
            } else if (tag == DT_RELRSZ && value != 0) {
                throw fail("has packed relocations; link it with -z nopack-relative-relocs");
            }
        }
        List<Relocation> relocations = new ArrayList<>();
        if (relaSize == 0) {
            return relocations;
        }
        long offset = fileOffset(rela, relaSize);
        for (long at = offset; at + RELA_SIZE <= offset + relaSize; at += RELA_SIZE) {
            // Others name symbols of other objects; a static image has them for weak ones only, which stay zero.
            if (file.u32(at + 8) == R_RISCV_RELATIVE) {
                relocations.add(new Relocation(checkedTarget(file.u64(at)), file.u64(at + 16)));
            }
        }
        return relocations;
    }

    private long checkedTarget(long virtual) throws ImageException {
        for (Segment s : segments) {
            if (inside(virtual, s) && s.memorySize() - (virtual - s.virtualAddress()) >= Long.BYTES) {
                return virtual;
            }
        }
        throw fail("an ELF relocation points outside the image; build it again");
    }

    /** Where the file holds what a segment loads at a virtual address. */
    private long fileOffset(long virtual, long length) throws ImageException {
        for (Segment s : segments) {
            long offset = virtual - s.virtualAddress();
            if (offset >= 0
                    && length >= 0
                    && offset <= s.data().byteSize()
                    && length <= s.data().byteSize() - offset) {
                // Both are views of one array, whose addresses count from its start.
                return s.data().address() - file.data().address() + offset;
            }
        }
        throw fail("the ELF relocations lie outside the image; build it again");
    }

    /** Called after {@link #readSymbols}, which has checked the table of sections. */
    private List<Section> readCodeSections() throws ImageException {
        long table = file.u64(40);
        int count = file.u16(60);
        int namesIndex = file.u16(62);
        List<Section> sections = new ArrayList<>();
        if (table == 0 || namesIndex == 0 || namesIndex >= count) {
            return sections;
        }
        long names = table + (long) namesIndex * SECTION_HEADER_SIZE;
        Bytes strings = new Bytes(
                file.name(), file.slice(file.u64(names + 24), file.u64(names + 32), "the table of ELF section names"));
        for (int i = 0; i < count; i++) {
            long header = table + (long) i * SECTION_HEADER_SIZE;
            long nameOffset = file.u32(header);
            boolean code = (file.u64(header + 8) & SHF_EXECINSTR) != 0 && file.u32(header + 4) == SHT_PROGBITS;
            if (code && nameOffset < strings.size()) {
                sections.add(new Section(strings.string(nameOffset), file.u64(header + 16), file.u64(header + 32)));
            }
        }
        return sections;
    }

    private Map<String, Symbol> readSymbols() throws ImageException {
        long table = file.u64(40);
        int count = file.u16(60);
        Map<String, Symbol> symbols = new LinkedHashMap<>();
        if (table == 0 || count == 0) {
            return symbols;
        }
        if (file.u16(58) != SECTION_HEADER_SIZE) {
            throw fail("a damaged ELF header; fetch or build it again");
        }
        file.require(table, (long) count * SECTION_HEADER_SIZE, "the table of ELF sections");
        for (int i = 0; i < count; i++) {
            long header = table + (long) i * SECTION_HEADER_SIZE;
            long link = file.u32(header + 40);
            if (file.u32(header + 4) == SHT_SYMTAB && link < count) {
                readSymbols(header, table + link * SECTION_HEADER_SIZE, symbols);
            }
        }
        return symbols;
    }

    private void readSymbols(long section, long stringSection, Map<String, Symbol> symbols) throws ImageException {
        long offset = file.u64(section + 24);
        long size = file.u64(section + 32);
        long names = file.u64(stringSection + 24);
        long namesSize = file.u64(stringSection + 32);
        file.require(offset, size, "the ELF symbol table");
        Bytes strings = new Bytes(file.name(), file.slice(names, namesSize, "the table of ELF symbol names"));
        for (long at = offset; at + SYMBOL_SIZE <= offset + size; at += SYMBOL_SIZE) {
            long nameOffset = file.u32(at);
            int type = file.u8(at + 4) & 0xf;
            boolean undefined = file.u16(at + 6) == 0;
            if (nameOffset == 0 || nameOffset >= namesSize || undefined || type == STT_FILE || type == STT_SECTION) {
                continue;
            }
            String name = strings.string(nameOffset);
            symbols.put(name, new Symbol(name, file.u64(at + 8), file.u64(at + 16)));
        }
    }

    private ImageException fail(String what) {
        return new ImageException(file.name() + ": " + what);
    }
}
