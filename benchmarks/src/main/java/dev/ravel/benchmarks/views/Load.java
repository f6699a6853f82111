package dev.ravel.benchmarks.views;

/** What a guest does while it is looked at, until it is interrupted. */
enum Load {
    COMPUTE("computing, with few traps", "sha256sum /dev/zero"),
    CALLS("system calls, one after the other", "dd if=/dev/zero of=/dev/null bs=1"),
    DISK(
            "requests to the disk, one after the other",
            "while dd if=/dev/vda of=/dev/null bs=4k iflag=direct; do :; done");

    private final String description;
    private final String line;

    Load(String description, String line) {
        this.description = description;
        this.line = line;
    }

    /** For the heading of a table. */
    String description() {
        return description;
    }

    /** What is typed to begin it. */
    String line() {
        return line;
    }
}
