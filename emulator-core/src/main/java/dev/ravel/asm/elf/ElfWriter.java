package dev.ravel.asm.elf;

import dev.ravel.asm.program.Program;
import dev.ravel.asm.program.ProgramSymbol;
import dev.ravel.asm.program.ProgramSymbol.Binding;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Writes a program as an ELF64 executable (System V ABI, 4 and 5; RISC-V ELF psABI, 8). */
public final class ElfWriter {
    private static final int HEADER_SIZE = 64;
    private static final int PROGRAM_HEADER_SIZE = 56;
    private static final int SECTION_HEADER_SIZE = 64;
    private static final int SYMBOL_SIZE = 24;
    /** Segments stand in the file at offsets congruent to their addresses modulo this. */
    private static final int PAGE = 4096;

    private static final short TYPE_EXECUTABLE = 2;
    private static final short MACHINE_RISCV = 243;
    private static final int FLAG_COMPRESSED = 1;
    private static final int FLAG_DOUBLE_FLOAT_ABI = 4;

    private static final int SEGMENT_LOAD = 1;
    private static final int SEGMENT_ATTRIBUTES = 0x7000_0003;
    private static final int READABLE = 4;
    private static final int WRITABLE = 2;
    private static final int EXECUTABLE = 1;

    private static final int SECTION_CONTENTS = 1;
    private static final int SECTION_SYMBOLS = 2;
    private static final int SECTION_STRINGS = 3;
    private static final int SECTION_ZEROS = 8;
    private static final int SECTION_ATTRIBUTES = 0x7000_0003;
    private static final int SECTION_WRITE = 1;
    private static final int SECTION_ALLOCATE = 2;
    private static final int SECTION_EXECUTE = 4;

    private static final short UNDEFINED = 0;
    private static final short ABSOLUTE = (short) 0xfff1;
    private static final int TYPE_SECTION = 3;

    /** A section of the file. */
    private record Entry(
            String name,
            int type,
            long flags,
            long address,
            byte[] bytes,
            long size,
            int link,
            int info,
            long alignment,
            long entrySize) {}

    /** A growing table of names. */
    private static final class Strings {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Map<String, Integer> offsets = new HashMap<>();

        Strings() {
            add("");
        }

        int add(String text) {
            Integer known = offsets.get(text);
            if (known != null) {
                return known;
            }
            int offset = bytes.size();
            offsets.put(text, offset);
            bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            bytes.write(0);
            return offset;
        }
    }

    private final Program program;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Integer> sectionIndices = new HashMap<>();

    private ElfWriter(Program program) {
        this.program = program;
    }

    /** The program as an ELF64 executable with symbols. */
    public static byte[] write(Program program) {
        return new ElfWriter(program).write();
    }

    private byte[] write() {
        entries.add(new Entry("", 0, 0, 0, new byte[0], 0, 0, 0, 0, 0));
        for (Program.Section section : program.sections()) {
            sectionIndices.put(section.name(), entries.size());
            entries.add(entry(section));
        }
        byte[] attributes = attributes();
        int attributesIndex = entries.size();
        entries.add(
                new Entry(".riscv.attributes", SECTION_ATTRIBUTES, 0, 0, attributes, attributes.length, 0, 0, 1, 0));
        addSymbols();
        var names = new Strings();
        for (Entry entry : entries) {
            names.add(entry.name);
        }
        names.add(".shstrtab");
        byte[] nameBytes = names.bytes.toByteArray();
        entries.add(new Entry(".shstrtab", SECTION_STRINGS, 0, 0, nameBytes, nameBytes.length, 0, 0, 1, 0));
        return file(names, attributesIndex);
    }

    private static Entry entry(Program.Section section) {
        long flags = (section.writable() ? SECTION_WRITE : 0)
                | (section.allocated() ? SECTION_ALLOCATE : 0)
                | (section.executable() ? SECTION_EXECUTE : 0);
        int type = section.hasContents() ? SECTION_CONTENTS : SECTION_ZEROS;
        return new Entry(
                section.name(),
                type,
                flags,
                section.address(),
                section.bytes(),
                section.size(),
                0,
                0,
                section.alignment(),
                0);
    }

    /** The build attributes: stack alignment and architecture (psABI, 8.4). */
    private byte[] attributes() {
        byte[] vendor = "riscv\0".getBytes(StandardCharsets.US_ASCII);
        byte[] architecture = (program.architecture() + "\0").getBytes(StandardCharsets.US_ASCII);
        int stackAlignmentTag = 4;
        int architectureTag = 5;
        int fileTag = 1;
        int fileSize = 1 + Integer.BYTES + 2 + 1 + architecture.length;
        int subsectionSize = Integer.BYTES + vendor.length + fileSize;
        return buffer(1 + subsectionSize)
                .put((byte) 'A')
                .putInt(subsectionSize)
                .put(vendor)
                .put((byte) fileTag)
                .putInt(fileSize)
                .put((byte) stackAlignmentTag)
                .put((byte) 16)
                .put((byte) architectureTag)
                .put(architecture)
                .array();
    }

    private void addSymbols() {
        var strings = new Strings();
        var local = new ByteArrayOutputStream();
        var global = new ByteArrayOutputStream();
        local.writeBytes(new byte[SYMBOL_SIZE]);
        for (Program.Section section : program.sections()) {
            short index =
                    Objects.requireNonNull(sectionIndices.get(section.name())).shortValue();
            local.writeBytes(symbol(0, TYPE_SECTION, index, section.address(), 0));
            for (Program.Mapping mapping : section.mappings()) {
                int name = strings.add(mapping.code() ? "$x" : "$d");
                local.writeBytes(symbol(name, 0, index, section.address() + mapping.offset(), 0));
            }
        }
        for (ProgramSymbol symbol : program.symbols()) {
            if (symbol.name().startsWith(".L")) {
                // Labels for the assembler alone.
                continue;
            }
            int type = switch (symbol.type()) {
                case NONE -> 0;
                case OBJECT -> 1;
                case FUNCTION -> 2;
            };
            int binding = switch (symbol.binding()) {
                case LOCAL -> 0;
                case GLOBAL -> 1;
                case WEAK -> 2;
            };
            short index = symbol.section()
                    .map(name ->
                            sectionIndices.getOrDefault(name, (int) UNDEFINED).shortValue())
                    .orElse(ABSOLUTE);
            byte[] encoded =
                    symbol(strings.add(symbol.name()), binding << 4 | type, index, symbol.value(), symbol.size());
            (symbol.binding() == Binding.LOCAL ? local : global).writeBytes(encoded);
        }
        int locals = local.size() / SYMBOL_SIZE;
        local.writeBytes(global.toByteArray());
        byte[] table = local.toByteArray();
        int stringsIndex = entries.size() + 1;
        entries.add(
                new Entry(".symtab", SECTION_SYMBOLS, 0, 0, table, table.length, stringsIndex, locals, 8, SYMBOL_SIZE));
        byte[] names = strings.bytes.toByteArray();
        entries.add(new Entry(".strtab", SECTION_STRINGS, 0, 0, names, names.length, 0, 0, 1, 0));
    }

    private static byte[] symbol(int name, int info, short section, long value, long size) {
        return buffer(SYMBOL_SIZE)
                .putInt(name)
                .put((byte) info)
                .put((byte) 0)
                .putShort(section)
                .putLong(value)
                .putLong(size)
                .array();
    }

    private byte[] file(Strings names, int attributesIndex) {
        List<Program.Segment> segments = program.segments();
        int headers = HEADER_SIZE + PROGRAM_HEADER_SIZE * (segments.size() + 1);
        var segmentOffsets = new long[segments.size()];
        long next = headers;
        for (int i = 0; i < segmentOffsets.length; i++) {
            next += segments.get(i).address() - next & PAGE - 1;
            segmentOffsets[i] = next;
            next += segments.get(i).bytes().length;
        }
        var offsets = new long[entries.size()];
        for (int i = 1; i < offsets.length; i++) {
            Entry entry = entries.get(i);
            if ((entry.flags & SECTION_ALLOCATE) != 0) {
                offsets[i] = offsetInSegments(entry, segmentOffsets);
            } else {
                next += -next & Math.max(entry.alignment, 1) - 1;
                offsets[i] = next;
                next += entry.bytes.length;
            }
        }
        next += -next & 7;
        ByteBuffer file = buffer((int) next + entries.size() * SECTION_HEADER_SIZE);
        writeHeader(file, segments.size() + 1, next);
        writeProgramHeaders(file, segmentOffsets, offsets[attributesIndex], entries.get(attributesIndex));
        for (int i = 0; i < segmentOffsets.length; i++) {
            file.put((int) segmentOffsets[i], segments.get(i).bytes());
        }
        for (int i = 1; i < offsets.length; i++) {
            if ((entries.get(i).flags & SECTION_ALLOCATE) == 0) {
                file.put((int) offsets[i], entries.get(i).bytes);
            }
        }
        file.position((int) next);
        for (int i = 0; i < offsets.length; i++) {
            writeSectionHeader(file, entries.get(i), names.add(entries.get(i).name), offsets[i]);
        }
        return file.array();
    }

    private long offsetInSegments(Entry entry, long[] segmentOffsets) {
        for (int i = 0; i < segmentOffsets.length; i++) {
            Program.Segment segment = program.segments().get(i);
            long distance = entry.address - segment.address();
            if (distance >= 0 && distance + entry.size <= segment.memorySize()) {
                // Zero-filled sections have no place in the file: by convention their offset is where they would begin.
                return segmentOffsets[i] + Math.min(distance, segment.bytes().length);
            }
        }
        return HEADER_SIZE;
    }

    private void writeHeader(ByteBuffer file, int programHeaders, long sectionHeaders) {
        byte class64 = 2;
        byte littleEndian = 1;
        byte version = 1;
        file.put(new byte[] {0x7f, 'E', 'L', 'F', class64, littleEndian, version})
                .position(16);
        file.putShort(TYPE_EXECUTABLE)
                .putShort(MACHINE_RISCV)
                .putInt(version)
                .putLong(program.entry())
                .putLong(HEADER_SIZE)
                .putLong(sectionHeaders)
                .putInt((program.compressed() ? FLAG_COMPRESSED : 0) | FLAG_DOUBLE_FLOAT_ABI)
                .putShort((short) HEADER_SIZE)
                .putShort((short) PROGRAM_HEADER_SIZE)
                .putShort((short) programHeaders)
                .putShort((short) SECTION_HEADER_SIZE)
                .putShort((short) entries.size())
                .putShort((short) (entries.size() - 1));
    }

    private void writeProgramHeaders(ByteBuffer file, long[] offsets, long attributesOffset, Entry attributes) {
        file.putInt(SEGMENT_ATTRIBUTES)
                .putInt(READABLE)
                .putLong(attributesOffset)
                .putLong(0)
                .putLong(0)
                .putLong(attributes.size)
                .putLong(0)
                .putLong(1);
        for (int i = 0; i < offsets.length; i++) {
            Program.Segment segment = program.segments().get(i);
            int flags = READABLE | (segment.writable() ? WRITABLE : 0) | (segment.executable() ? EXECUTABLE : 0);
            file.putInt(SEGMENT_LOAD)
                    .putInt(flags)
                    .putLong(offsets[i])
                    .putLong(segment.address())
                    .putLong(segment.address())
                    .putLong(segment.bytes().length)
                    .putLong(segment.memorySize())
                    .putLong(PAGE);
        }
    }

    private static void writeSectionHeader(ByteBuffer file, Entry entry, int name, long offset) {
        file.putInt(name)
                .putInt(entry.type)
                .putLong(entry.flags)
                .putLong(entry.address)
                .putLong(offset)
                .putLong(entry.size)
                .putInt(entry.link)
                .putInt(entry.info)
                .putLong(entry.alignment)
                .putLong(entry.entrySize);
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
