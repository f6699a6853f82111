package dev.ravel.firmware;

import dev.ravel.asm.program.Program;
import java.util.Arrays;
import java.util.Optional;

/** The small kernels that come with Ravel: they run in S-mode, above any firmware that speaks SBI 2.0. */
public enum Kernel {
    /** Shows the machine and answers commands at a prompt. */
    HELLO("hello", "shows the machine that it finds, and a prompt", "hello", "hello.s"),

    /** Uses each part of the machine once, to be watched, and stops. */
    TINY("tiny", "to be watched: computes, stores, prints a line and stops", "tiny", "tiny.s"),

    /** Two programs in address spaces of their own, a page fault handled, and a prompt that walks page tables. */
    PAGES("pages", "to be watched: two address spaces, a page fault, page walks", "pages", "pages.s"),

    /** Is interrupted by a key, and lets two tasks count in turns by the timer. */
    TASKS("tasks", "to be watched: an interrupt of a device, the timer, two tasks in turns", "tasks", "tasks.s"),

    /** Prints a line through the serial port and through the virtio console, and again at a prompt. */
    LINES("lines", "to be watched: a line through the serial port and through virtio", "lines", "lines.s"),

    /** Adds up a table in one hot loop, as often as it is told, and can change an instruction of that loop. */
    SUMS("sums", "to be measured: one hot loop, and an instruction of it that can be changed", "sums", "sums.s"),

    /** A hypervisor with nothing but traps, and its guests, each a kernel and a program. */
    MONITOR("monitor", "to be watched: a hypervisor and the kernels that are its guests", "monitor", "monitor.s"),

    /** Keeps a secret from a program in a box, whose system calls it does not check as it should. */
    BOX("box", "to be attacked: a program in a box, a secret, and a system call that is wrong", "box", "box.s");

    /** Where kernels are loaded: the usual place, 2 MiB above the start of RAM. */
    public static final long ADDRESS = 0x8020_0000L;

    private final String guestName;
    private final String description;
    private final String directory;
    private final String main;

    Kernel(String guestName, String description, String directory, String main) {
        this.guestName = guestName;
        this.description = description;
        this.directory = directory;
        this.main = main;
    }

    /** The name on the command line. */
    public String guestName() {
        return guestName;
    }

    /** What it does, in a few words without a capital letter or full stop. */
    public String description() {
        return description;
    }

    /** Assembles the kernel for {@link #ADDRESS}. */
    public Program assemble() {
        return Sources.assemble(directory, main, ADDRESS);
    }

    /** The kernel of that {@link #guestName}. */
    public static Optional<Kernel> named(String name) {
        return Arrays.stream(values()).filter(k -> k.guestName.equals(name)).findFirst();
    }
}
