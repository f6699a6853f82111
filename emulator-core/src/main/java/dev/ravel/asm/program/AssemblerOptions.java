package dev.ravel.asm.program;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a program is to be assembled. Immutable; each method gives a copy with one thing changed.
 *
 * <p>Sections are laid out one after the other from {@link #base}, each at its own alignment: code, constants, data,
 * then zero-filled memory; within a kind those of {@link #first} in that order, then in the order of their first
 * mention. A section with an address of its own ({@link #place}) stands there instead.
 */
public final class AssemblerOptions {
    private static final AssemblerOptions STANDARD = new AssemblerOptions(
            0x8000_0000L,
            "_start",
            Map.of(),
            Map.of(),
            List.of(".text.init", ".text.start", ".init"),
            16,
            SourceResolver.none(),
            true,
            true);

    private final long base;
    private final String entry;
    private final Map<String, Long> definitions;
    private final Map<String, Long> places;
    private final List<String> leading;
    private final long segmentAlignment;
    private final SourceResolver resolver;
    private final boolean compressed;
    private final boolean relaxed;

    private AssemblerOptions(
            long base,
            String entry,
            Map<String, Long> definitions,
            Map<String, Long> places,
            List<String> leading,
            long segmentAlignment,
            SourceResolver resolver,
            boolean compressed,
            boolean relaxed) {
        this.base = base;
        this.entry = entry;
        this.definitions = definitions;
        this.places = places;
        this.leading = leading;
        this.segmentAlignment = segmentAlignment;
        this.resolver = resolver;
        this.compressed = compressed;
        this.relaxed = relaxed;
    }

    /** Base {@code 0x8000_0000}, entry {@code _start}, no definitions, compressed instructions. */
    public static AssemblerOptions standard() {
        return STANDARD;
    }

    /** With the first section at this address. */
    public AssemblerOptions base(long address) {
        return new AssemblerOptions(
                address, entry, definitions, places, leading, segmentAlignment, resolver, compressed, relaxed);
    }

    /** With this symbol as entry point. If no source defines it the program starts at the first byte of code. */
    public AssemblerOptions entry(String symbol) {
        return new AssemblerOptions(
                base, symbol, definitions, places, leading, segmentAlignment, resolver, compressed, relaxed);
    }

    /** With a constant that every source knows, and cannot redefine. */
    public AssemblerOptions define(String name, long value) {
        Map<String, Long> more = new LinkedHashMap<>(definitions);
        more.put(name, value);
        return new AssemblerOptions(
                base, entry, more, places, leading, segmentAlignment, resolver, compressed, relaxed);
    }

    /** With a section at an address of its own. */
    public AssemblerOptions place(String section, long address) {
        Map<String, Long> more = new LinkedHashMap<>(places);
        more.put(section, address);
        return new AssemblerOptions(
                base, entry, definitions, more, leading, segmentAlignment, resolver, compressed, relaxed);
    }

    /** With these sections, in this order, before the others of their kind. */
    public AssemblerOptions first(String... sections) {
        return new AssemblerOptions(
                base, entry, definitions, places, List.of(sections), segmentAlignment, resolver, compressed, relaxed);
    }

    /**
     * With each kind of memory (code, constants, data) beginning at a multiple of {@code bytes}: 4096 where pages or
     * physical memory protection are to tell them apart. 16 by default.
     *
     * @throws IllegalArgumentException if that is not a power of two
     */
    public AssemblerOptions segmentAlignment(long bytes) {
        if (Long.bitCount(bytes) != 1 || bytes < 0) {
            throw new IllegalArgumentException("not a power of two: " + bytes);
        }
        return new AssemblerOptions(base, entry, definitions, places, leading, bytes, resolver, compressed, relaxed);
    }

    /** With a way to find the files of {@code .include} and {@code .incbin}. */
    public AssemblerOptions resolver(SourceResolver newResolver) {
        return new AssemblerOptions(
                base, entry, definitions, places, leading, segmentAlignment, newResolver, compressed, relaxed);
    }

    /** As if every source began with {@code .option rvc} or {@code norvc}; compressed by default. */
    public AssemblerOptions compressed(boolean rvc) {
        return new AssemblerOptions(
                base, entry, definitions, places, leading, segmentAlignment, resolver, rvc, relaxed);
    }

    /** As if every source began with {@code .option relax} or {@code norelax}; relaxed by default. */
    public AssemblerOptions relaxed(boolean relax) {
        return new AssemblerOptions(
                base, entry, definitions, places, leading, segmentAlignment, resolver, compressed, relax);
    }

    /** The address of the first section. */
    public long base() {
        return base;
    }

    /** The symbol that is the entry point. */
    public String entry() {
        return entry;
    }

    /** The constants that every source knows. */
    public Map<String, Long> definitions() {
        return definitions;
    }

    /** The addresses of sections that have one of their own. */
    public Map<String, Long> places() {
        return places;
    }

    /** The sections that come before the others of their kind. */
    public List<String> leading() {
        return new ArrayList<>(leading);
    }

    /** Of what each kind of memory begins at a multiple, in bytes. */
    public long segmentAlignment() {
        return segmentAlignment;
    }

    /** What finds files. */
    public SourceResolver resolver() {
        return resolver;
    }

    /** Whether sources begin with compressed instructions allowed. */
    public boolean compressed() {
        return compressed;
    }

    /** Whether sources begin with relaxation on. */
    public boolean relaxed() {
        return relaxed;
    }
}
