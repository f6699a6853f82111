package dev.ravel.inspect.linux;

import java.util.Map;
import java.util.Optional;

/**
 * The namespaces that a task is in (namespaces(7)).
 *
 * @param inodes the inode number of each, which is its name everywhere; a task that is exiting has some no longer
 * @param uts the names in its UTS namespace
 */
public record Namespaces(Map<Kind, Long> inodes, Optional<UtsNames> uts) {
    /** The entries of {@code /proc/PID/ns}. */
    public enum Kind {
        /** The root of {@code /proc/PID/cgroup}. */
        CGROUP("cgroup", "cgroup"),
        /** System V IPC, POSIX message queues. */
        IPC("ipc", "ipc"),
        /** Mount points. */
        MNT("mnt", "mnt"),
        /** Network devices, addresses, ports. */
        NET("net", "net"),
        /** Process ids. */
        PID("pid", "pid"),
        /** The PID namespace that its children will be in. */
        PID_FOR_CHILDREN("pid_for_children", "pid"),
        /** Boot and monotonic clocks. */
        TIME("time", "time"),
        /** The time namespace that its children will be in. */
        TIME_FOR_CHILDREN("time_for_children", "time"),
        /** User and group ids, capabilities. */
        USER("user", "user"),
        /** Host name. */
        UTS("uts", "uts");

        private final String entry;
        private final String type;

        Kind(String entry, String type) {
            this.entry = entry;
            this.type = type;
        }

        /** The name of the entry. */
        public String entry() {
            return entry;
        }
    }

    /** {@code struct new_utsname}, what sethostname(2) and setdomainname(2) change. */
    public record UtsNames(String nodeName, String domainName) {}

    /** What the entry of {@code /proc/PID/ns} is a link to: {@code mnt:[4026531841]}. */
    public Optional<String> link(Kind kind) {
        return Optional.ofNullable(inodes.get(kind)).map(inode -> kind.type + ":[" + inode + "]");
    }
}
