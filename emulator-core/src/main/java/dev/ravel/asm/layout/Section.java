package dev.ravel.asm.layout;

import dev.ravel.asm.program.Program;
import dev.ravel.asm.source.Complaints;
import dev.ravel.asm.source.Line;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A section while it is being filled: fragments, and what ELF says about it. Sources that name it share it. */
public final class Section {
    /** More memory than this nobody has to reserve. */
    static final long MAX_SIZE = 1L << 40;

    /** A change from code to data or back, for the disassemblers that want to be told. */
    record Mapping(Fragment fragment, long offset, boolean code) {}

    private final String name;
    private SectionKind kind;
    private final List<Fragment> fragments = new ArrayList<>();
    private final List<Mapping> mappings = new ArrayList<>();
    private long alignment = 1;
    private Bytes open = new Bytes();
    /** Where the current source's part begins. */
    private Padding.Align begin = Padding.Align.to(1);

    private boolean mappedCode;
    private boolean used;

    private long address;
    private long size;

    Section(String name, SectionKind kind) {
        this.name = name;
        this.kind = kind;
        append(begin);
        append(open);
    }

    private void append(Fragment fragment) {
        fragment.section(this);
        fragments.add(fragment);
    }

    public String name() {
        return name;
    }

    public SectionKind kind() {
        return kind;
    }

    public void kind(SectionKind newKind) {
        kind = newKind;
    }

    long alignment() {
        return alignment;
    }

    long address() {
        return address;
    }

    long size() {
        return size;
    }

    List<Mapping> mappings() {
        return mappings;
    }

    /** Whether anything has been put into it. */
    public boolean isUsed() {
        return used || fragments.size() > 2;
    }

    /** Notes that something, at least a label, stands in it. */
    public void markUsed() {
        used = true;
    }

    /** Another source goes on with this section. */
    void beginSource() {
        if (isUsed()) {
            begin = Padding.Align.to(1);
            add(begin);
        }
    }

    public Fragment origin() {
        return begin;
    }

    /** The fragment that takes data now. */
    public Bytes open() {
        return open;
    }

    /** The fragment that takes {@code count} bytes of code or data, which are about to follow. */
    public Bytes open(boolean code, long count, Line line) {
        if (open.length() + count > Program.MAX_CONTENTS) {
            throw line.error("section `" + name + "` becomes too large");
        }
        mark(code);
        used = true;
        return open;
    }

    /** Notes that code, or data, follows. */
    public void mark(boolean code) {
        if (kind.executable() && (mappings.isEmpty() || mappedCode != code)) {
            mappings.add(new Mapping(open, open.length(), code));
            mappedCode = code;
        }
    }

    /** Puts a fragment of variable size at the end. */
    public void add(Fragment fragment) {
        append(fragment);
        open = new Bytes();
        append(open);
        used = true;
    }

    public void align(long atLeast) {
        alignment = Math.max(alignment, atLeast);
        begin.raise(atLeast);
    }

    /** Lays the section out at an address; whether anything moved or changed its size. */
    boolean place(long newAddress) {
        boolean changed = address != newAddress;
        address = newAddress;
        long at = newAddress;
        for (Fragment fragment : fragments) {
            changed |= fragment.place(at);
            at += fragment.size();
        }
        size = at - newAddress;
        return changed;
    }

    /** The contents; of a section without contents no bytes, but the same complaints. */
    byte[] contents(Complaints complaints) {
        if (!kind.hasContents()) {
            for (Fragment fragment : fragments) {
                if (fragment instanceof Padding padding) {
                    complaints.collect(padding::check);
                }
            }
            return new byte[0];
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
        for (Fragment fragment : fragments) {
            int start = buffer.position();
            fragment.write(buffer, complaints);
            buffer.position(start + (int) fragment.size());
        }
        return buffer.array();
    }
}
