package dev.ravel.inspect;

import static dev.ravel.isa.CsrNumber.*;

import dev.ravel.isa.Cause;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.Pmp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * The fields of the CSRs: one table. Sections are those of the privileged specification 1.13 where nothing else is
 * named.
 */
final class CsrFields {
    private static final LongFunction<String> NO_WORDS = value -> "";
    private static final LongFunction<String> PRIVILEGE = value -> Words.privilege((int) value);
    private static final LongFunction<String> STATE = words("off", "initial", "clean", "dirty");
    private static final LongFunction<String> XLEN = words("", "32 bits", "64 bits", "128 bits");
    private static final LongFunction<String> ROUNDING = words(
            "to nearest, ties to even",
            "towards zero",
            "down",
            "up",
            "to nearest, ties to max magnitude",
            "reserved",
            "reserved",
            "reserved");

    private static final int[] DELEGABLE_EXCEPTIONS = {15, 13, 12, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0};
    private static final int[] SUPERVISOR_INTERRUPTS = {
        Cause.SUPERVISOR_EXTERNAL, Cause.SUPERVISOR_TIMER, Cause.SUPERVISOR_SOFTWARE
    };
    private static final int[] INTERRUPTS = {
        Cause.MACHINE_EXTERNAL,
        Cause.SUPERVISOR_EXTERNAL,
        Cause.MACHINE_TIMER,
        Cause.SUPERVISOR_TIMER,
        Cause.MACHINE_SOFTWARE,
        Cause.SUPERVISOR_SOFTWARE
    };
    private static final int HPM_COUNTERS = 29;

    private static final Map<Integer, Layout> LAYOUTS = new HashMap<>();

    private record Field(String name, int high, int low, LongFunction<String> meaning) {
        CsrField of(long register) {
            int width = high - low + 1;
            long value = register >>> low & (width == Long.SIZE ? -1 : (1L << width) - 1);
            return new CsrField(name, high, low, value, meaning.apply(value));
        }
    }

    private record Layout(String section, List<Field> fields) {}

    static {
        floatingPoint();
        status();
        traps();
        environment();
        memory();
        countersAndIdentity();
    }

    private CsrFields() {}

    static CsrView view(int number, String name, long value) {
        Layout layout = LAYOUTS.getOrDefault(number, new Layout("", List.of()));
        List<CsrField> fields = layout.fields.stream().map(f -> f.of(value)).toList();
        if (number == MCAUSE || number == SCAUSE) {
            // What the code means depends on the field before it.
            CsrField code = fields.getLast();
            fields = List.of(
                    fields.getFirst(),
                    new CsrField(code.name(), code.high(), code.low(), code.value(), Words.cause(value)));
        }
        return new CsrView(number, name, layout.section, value, fields);
    }

    // The table

    private static void floatingPoint() {
        Field rounding = field("frm", 7, 5, ROUNDING);
        List<Field> flags = List.of(
                flag("NV", 4, "invalid operation"),
                flag("DZ", 3, "divide by zero"),
                flag("OF", 2, "overflow"),
                flag("UF", 1, "underflow"),
                flag("NX", 0, "inexact"));
        register(FFLAGS, "Unprivileged, 20.2", flags);
        register(FRM, "Unprivileged, 20.2", field("frm", 2, 0, ROUNDING));
        register(FCSR, "Unprivileged, 20.2", joined(List.of(rounding), flags));
    }

    private static void status() {
        register(
                MSTATUS,
                "3.1.6",
                flag("SD", 63, "some state is dirty"),
                field("MBE", 37, 37, words("M little-endian", "M big-endian")),
                field("SBE", 36, 36, words("S little-endian", "S big-endian")),
                field("SXL", 35, 34, XLEN),
                field("UXL", 33, 32, XLEN),
                flag("TSR", 22, "sret traps"),
                flag("TW", 21, "wfi traps"),
                flag("TVM", 20, "satp and sfence.vma trap"),
                flag("MXR", 19, "executable pages are readable"),
                flag("SUM", 18, "S may access pages of U"),
                flag("MPRV", 17, "loads and stores as mode MPP"),
                field("XS", 16, 15, STATE),
                field("FS", 14, 13, STATE),
                field("MPP", 12, 11, PRIVILEGE),
                field("VS", 10, 9, STATE),
                field("SPP", 8, 8, PRIVILEGE),
                flag("MPIE", 7, "MIE before the trap"),
                field("UBE", 6, 6, words("U little-endian", "U big-endian")),
                flag("SPIE", 5, "SIE before the trap"),
                flag("MIE", 3, "interrupts of M are on"),
                flag("SIE", 1, "interrupts of S are on"));
        register(
                SSTATUS,
                "12.1.1",
                flag("SD", 63, "some state is dirty"),
                field("UXL", 33, 32, XLEN),
                flag("MXR", 19, "executable pages are readable"),
                flag("SUM", 18, "S may access pages of U"),
                field("XS", 16, 15, STATE),
                field("FS", 14, 13, STATE),
                field("VS", 10, 9, STATE),
                field("SPP", 8, 8, PRIVILEGE),
                field("UBE", 6, 6, words("U little-endian", "U big-endian")),
                flag("SPIE", 5, "SIE before the trap"),
                flag("SIE", 1, "interrupts of S are on"));
    }

    private static void traps() {
        register(MEDELEG, "3.1.8", exceptions());
        register(MIDELEG, "3.1.8", interrupts(SUPERVISOR_INTERRUPTS, ""));
        register(MIE, "3.1.9", interrupts(INTERRUPTS, "E"));
        register(MIP, "3.1.9", interrupts(INTERRUPTS, "P"));
        register(SIE, "12.1.3", interrupts(SUPERVISOR_INTERRUPTS, "E"));
        register(SIP, "12.1.3", interrupts(SUPERVISOR_INTERRUPTS, "P"));
        register(MTVEC, "3.1.7", vector());
        register(STVEC, "12.1.2", vector());
        register(MCAUSE, "3.1.15", cause());
        register(SCAUSE, "12.1.8", cause());
        register(MSCRATCH, "3.1.13");
        register(MEPC, "3.1.14");
        register(MTVAL, "3.1.16");
        register(SSCRATCH, "12.1.6");
        register(SEPC, "12.1.7");
        register(STVAL, "12.1.9");
        register(STIMECMP, "Sstc, 2.1");
    }

    private static void environment() {
        List<Field> common = List.of(
                flag("CBZE", 7, "cbo.zero may be executed below"),
                flag("CBCFE", 6, "cbo.clean and cbo.flush may be executed below"),
                field(
                        "CBIE",
                        5,
                        4,
                        words("cbo.inval is illegal below", "cbo.inval flushes", "reserved", "cbo.inval invalidates")),
                flag("FIOM", 0, "fences of I/O order memory too"));
        register(
                MENVCFG,
                "3.1.18",
                joined(
                        List.of(
                                flag("STCE", 63, "S has stimecmp (Sstc)"),
                                flag("PBMTE", 62, "page-based memory types (Svpbmt)"),
                                flag("ADUE", 61, "hardware sets A and D (Svadu)")),
                        common));
        register(SENVCFG, "12.1.10", common);
    }

    private static void memory() {
        register(
                SATP,
                "12.1.11",
                field("MODE", 63, 60, CsrFields::translationMode),
                field("ASID", 59, 44, NO_WORDS),
                field("PPN", 43, 0, ppn -> "root table at 0x" + Long.toHexString(ppn << Ram.PAGE_SHIFT)));
        for (int i = 0; i < 16; i += 2) {
            List<Field> entries = new ArrayList<>();
            for (int k = 7; k >= 0; k--) {
                entries.add(field("pmp" + (i * 4 + k) + "cfg", 8 * k + 7, 8 * k, CsrFields::protection));
            }
            register(PMPCFG0 + i, "3.7.1", entries);
        }
        for (int i = 0; i < 64; i++) {
            register(PMPADDR0 + i, "3.7.1", field("address", 53, 0, value -> "0x" + Long.toHexString(value << 2)));
        }
    }

    private static void countersAndIdentity() {
        register(MCOUNTEREN, "3.1.11", counters("may be read below M"));
        register(SCOUNTEREN, "12.1.5", counters("may be read by U"));
        register(
                MCOUNTINHIBIT,
                "3.1.12",
                field("HPM", 31, 3, NO_WORDS),
                flag("IR", 2, "minstret stands still"),
                flag("CY", 0, "mcycle stands still"));
        register(MCYCLE, "3.1.10");
        register(MINSTRET, "3.1.10");
        register(CYCLE, "Unprivileged, Zicntr");
        register(TIME, "Unprivileged, Zicntr");
        register(INSTRET, "Unprivileged, Zicntr");
        for (int i = 0; i < HPM_COUNTERS; i++) {
            register(HPMCOUNTER3 + i, "Unprivileged, Zihpm");
            register(MHPMCOUNTER3 + i, "3.1.10");
            register(MHPMEVENT3 + i, "3.1.10");
        }
        register(MISA, "3.1.1", field("MXL", 63, 62, XLEN), field("Extensions", 25, 0, CsrFields::letters));
        register(MVENDORID, "3.1.2");
        register(MARCHID, "3.1.3");
        register(MIMPID, "3.1.4");
        register(MHARTID, "3.1.5");
        register(MCONFIGPTR, "3.1.17");
        for (int number = TSELECT; number <= TINFO; number++) {
            register(number, "Debug 1.0, 5.7");
        }
    }

    // What fields are made of

    private static Field field(String name, int high, int low, LongFunction<String> meaning) {
        return new Field(name, high, low, meaning);
    }

    /** One bit, which means something when it is set. */
    private static Field flag(String name, int bit, String meaning) {
        return new Field(name, bit, bit, value -> value == 0 ? "" : meaning);
    }

    private static LongFunction<String> words(String... meanings) {
        return value -> meanings[(int) value];
    }

    private static void register(int number, String section, Field... fields) {
        register(number, section, List.of(fields));
    }

    private static void register(int number, String section, List<Field> fields) {
        boolean privileged = Character.isDigit(section.charAt(0));
        LAYOUTS.put(number, new Layout(privileged ? "Privileged 1.13, " + section : section, fields));
    }

    private static List<Field> joined(List<Field> first, List<Field> second) {
        List<Field> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    private static List<Field> exceptions() {
        List<Field> fields = new ArrayList<>();
        for (int code : DELEGABLE_EXCEPTIONS) {
            fields.add(flag("bit " + code, code, Words.exception(code) + " goes to S"));
        }
        return fields;
    }

    private static List<Field> interrupts(int[] codes, String suffix) {
        String meaning = switch (suffix) {
            case "E" -> " is enabled";
            case "P" -> " is pending";
            default -> " goes to S";
        };
        List<Field> fields = new ArrayList<>();
        for (int code : codes) {
            // MEI is interrupt 11 of M: what it is, then whose.
            String words = Words.interrupt(code);
            String source = words.contains("external") ? "E" : words.contains("timer") ? "T" : "S";
            String whose = words.startsWith("machine") ? "M" : "S";
            fields.add(flag(whose + source + "I" + suffix, code, words + meaning));
        }
        return fields;
    }

    private static List<Field> vector() {
        return List.of(
                field("BASE", 63, 2, base -> "0x" + Long.toHexString(base << 2)),
                field("MODE", 1, 0, words("direct", "vectored", "reserved", "reserved")));
    }

    private static List<Field> cause() {
        return List.of(
                field("Interrupt", 63, 63, words("exception", "interrupt")), field("Exception Code", 62, 0, NO_WORDS));
    }

    private static List<Field> counters(String meaning) {
        return List.of(
                field("HPM", 31, 3, NO_WORDS),
                flag("IR", 2, "instret " + meaning),
                flag("TM", 1, "time " + meaning),
                flag("CY", 0, "cycle " + meaning));
    }

    private static String letters(long bits) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < 26; i++) {
            if ((bits >>> i & 1) != 0) {
                letters.append((char) ('A' + i));
            }
        }
        return letters.toString();
    }

    /** The field MODE of {@code satp}. */
    static String translationMode(long mode) {
        return switch ((int) mode) {
            case 0 -> "Bare";
            case 8 -> "Sv39";
            case 9 -> "Sv48";
            case 10 -> "Sv57";
            default -> "reserved";
        };
    }

    /** A configuration byte of PMP: {@code NAPOT RWX locked}. */
    static String protection(long config) {
        String matching = switch ((int) config >>> Pmp.A_SHIFT & 3) {
            case Pmp.OFF -> "off";
            case Pmp.TOR -> "TOR";
            case Pmp.NA4 -> "NA4";
            default -> "NAPOT";
        };
        return matching + " " + ((config & Pmp.R) != 0 ? "R" : "-") + ((config & Pmp.W) != 0 ? "W" : "-")
                + ((config & Pmp.X) != 0 ? "X" : "-") + ((config & Pmp.L) != 0 ? " locked" : "");
    }
}
