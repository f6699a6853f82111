package dev.ravel.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.inspect.linux.Cgroup;
import dev.ravel.inspect.linux.KernelSymbol;
import dev.ravel.inspect.linux.KernelSymbols;
import dev.ravel.inspect.linux.LinuxKernel;
import dev.ravel.inspect.linux.Namespaces;
import dev.ravel.inspect.linux.Namespaces.Kind;
import dev.ravel.inspect.linux.Task;
import dev.ravel.inspect.linux.TaskTree;
import dev.ravel.memory.Ram;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is read from the memory of the Debian guest is what the guest itself says, with the kernel of each suite. With
 * {@code -Dravel.linux.kernel=FILE} another kernel is tried with the guest's programs.
 */
@ParameterizedClass
@MethodSource("suites")
class LinuxFromOutsideTest {
    /** Puts processes into namespaces and control groups, reaches some limits. */
    private static final String PREPARE = """
            G=/sys/fs/cgroup; mkdir -p $G; mount -t cgroup2 none $G
            echo '+cpu +memory +pids +io' >$G/cgroup.subtree_control
            mkdir $G/a $G/oom $G/cold
            echo '+memory +pids' >$G/a/cgroup.subtree_control
            mkdir $G/a/b
            echo '20000 50000' >$G/a/cpu.max; echo 50 >$G/a/cpu.weight
            echo 64M >$G/a/memory.max; echo 32M >$G/a/b/memory.high; echo 7 >$G/a/b/pids.max
            echo 4M >$G/oom/memory.max
            sh -c 'echo $$ >/sys/fs/cgroup/a/b/cgroup.procs; exec sleep 1001' &
            sh -c 'echo $$ >/sys/fs/cgroup/cold/cgroup.procs; exec sleep 1002' &
            sh -c 'echo $$ >/sys/fs/cgroup/oom/cgroup.procs; exec tail /dev/zero'
            [ -e /dev/vda ] && sh -c 'echo $$ >/sys/fs/cgroup/oom/cgroup.procs
                dd if=/dev/vda of=/dev/null bs=64k count=3; echo $(cat /sys/block/vda/dev) rbps=1048576 wiops=120 >/sys/fs/cgroup/oom/io.max'
            unshare -p -f -m -u -i -n -U -r sh -c 'hostname inner; sh -c "sleep 1003 & sleep 1004"; :' &
            echo 'other:x:12:34::/:/bin/sh' >>/etc/passwd; start-stop-daemon -S -b -c other -x /bin/sleep -- 1005
            until [ $(grep -sx sleep /proc/[0-9]*/comm | wc -l) = 5 ]; do usleep 100000; done
            echo 1 >$G/cold/cgroup.freeze; until grep -q 'frozen 1' $G/cold/cgroup.events; do usleep 100000; done
            """;

    private static final List<String> CGROUP_FILES = List.of(
            "cgroup.procs",
            "cgroup.events",
            "cpu.max",
            "cpu.weight",
            "memory.max",
            "memory.high",
            "memory.current",
            "memory.events",
            "pids.max",
            "pids.current",
            "io.max");

    private enum Say {
        PREPARED(PREPARE),
        SYMBOLS("awk 'NR % 64 == 1 && !/\\[/' /proc/kallsyms"),
        VERSION("cat /proc/version"),
        STAT("grep -s '' /proc/[0-9]*/stat"),
        STATUS("grep -sE '^(Tgid|PPid|Uid|Gid|NSpid|VmRSS):' /proc/[0-9]*/status"),
        SCHEDULED("grep -s '' /proc/[0-9]*/schedstat"),
        NAMESPACES("ls -l /proc/[0-9]*/ns 2>/dev/null"),
        CGROUP_OF_TASK("grep -s '' /proc/[0-9]*/cgroup"),
        CGROUPS("cd /sys/fs/cgroup; for d in a a/b oom cold; do for f in " + String.join(" ", CGROUP_FILES)
                + "; do grep -sH '' $d/$f; done; done; cd"),
        FOLDERS("find /sys/fs/cgroup -type d -exec stat -c '%i %n' {} +");

        private final String command;

        Say(String command) {
            this.command = command;
        }
    }

    @Parameter
    private String suite = "";

    private static Optional<PausedGuest> guest = Optional.empty();
    private static Optional<LinuxKernel> kernel = Optional.empty();

    static List<String> suites() {
        return otherKernel().isEmpty() ? FetchSettings.SUITES : FetchSettings.SUITES.subList(0, 1);
    }

    private static String otherKernel() {
        return System.getProperty("ravel.linux.kernel", "");
    }

    @BeforeParameterizedClassInvocation
    static void boot(String ofSuite, @TempDir Path folder) throws Exception {
        Guest debian = DebianGuest.require(ofSuite);
        Path disk = folder.resolve("disk");
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(1 << 20);
        }
        String other = otherKernel();
        List<String> commands = new ArrayList<>();
        for (Say say : Say.values()) {
            commands.add(say.command);
        }
        PausedGuest paused = PausedGuest.after(
                other.isEmpty() ? debian.kernel() : Path.of(other),
                debian.initrd(),
                debian.commandLine(),
                disk,
                commands);
        guest = Optional.of(paused);
        kernel = Optional.of(LinuxKernel.find(paused.machine()));
    }

    @AfterParameterizedClassInvocation
    static void switchOff() {
        guest.ifPresent(PausedGuest::close);
        guest = Optional.empty();
        kernel = Optional.empty();
    }

    private static List<String> said(Say command) {
        return guest.orElseThrow().output(command.ordinal());
    }

    private static LinuxKernel kernel() {
        return kernel.orElseThrow();
    }

    /** What {@code grep '' /proc/PID/FILE} printed, by process. */
    private static Map<Integer, List<String>> byProcess(Say command) {
        Map<Integer, List<String>> lines = new TreeMap<>();
        for (String line : said(command)) {
            int colon = line.indexOf(':');
            int process = Integer.parseInt(line.substring(0, colon).split("/")[2]);
            lines.computeIfAbsent(process, p -> new ArrayList<>()).add(line.substring(colon + 1));
        }
        return lines;
    }

    /** Tasks that did nothing while the guest was printing: programs of ours, not the shell. */
    private static List<Task> still(TaskTree tree) {
        return tree.tasks().stream()
                .filter(t -> t.leader() && !t.kernelThread() && t.pid() != 0)
                .filter(t -> t.comm().equals("sleep")
                        || t.comm().equals("unshare")
                        || t.comm().equals("init"))
                .toList();
    }

    @Test
    void symbolsAreThoseOfTheGuestsKallsyms() {
        KernelSymbols symbols = kernel().image().symbols();
        assertThat(said(Say.SYMBOLS)).hasSizeGreaterThan(1000);
        for (int i = 0; i < said(Say.SYMBOLS).size(); i++) {
            KernelSymbol symbol = symbols.get(i * 64);
            assertThat(said(Say.SYMBOLS).get(i))
                    .isEqualTo(String.format("%016x %c %s", symbol.address(), symbol.type(), symbol.name()));
            assertThat(symbols.nearest(symbol.address()))
                    .hasValueSatisfying(nearest -> assertThat(nearest.offset()).isZero());
        }
        assertThat(kernel().image().banner())
                .as(suite)
                .isEqualTo(said(Say.VERSION).getFirst());
    }

    @Test
    void tasksAreThoseOfProc() {
        TaskTree tree = kernel().tasks();
        assertThat(tree.broken()).isEmpty();
        Map<Integer, List<String>> stat = byProcess(Say.STAT);
        List<Integer> gone = new ArrayList<>(stat.keySet());
        int compared = 0;
        for (Task task : tree.tasks()) {
            List<String> line = stat.get(task.pid());
            if (line == null || !task.leader()) {
                continue;
            }
            gone.remove((Integer) task.pid());
            String text = line.getFirst();
            // The name may hold anything: it ends at the last parenthesis.
            int end = text.lastIndexOf(')');
            String[] fields = text.substring(end + 2).split(" ");
            String name = text.substring(text.indexOf('(') + 1, end);
            if (task.kernelThread()) {
                // The kernel tells more of its own threads than their 15 bytes, a worker's present work among it.
                assertThat(name).startsWith(task.comm());
            } else {
                assertThat(name).isEqualTo(task.comm());
            }
            assertThat(Integer.parseInt(fields[1])).as(text).isEqualTo(task.parent());
            assertThat(Long.parseLong(fields[19]))
                    .as(text)
                    .isEqualTo(task.times().start() / 10_000_000);
            assertThat((Long.parseLong(fields[6]) & 0x20_0000) != 0).as(text).isEqualTo(task.kernelThread());
            compared++;
        }
        assertThat(compared).isGreaterThan(30);
        // The command that printed them, and what the kernel may have ended since.
        assertThat(gone).hasSizeLessThan(4);
        for (Task task : still(tree)) {
            String[] fields =
                    stat.get(task.pid()).getFirst().replaceFirst(".*\\) ", "").split(" ");
            assertThat(fields[0]).as(task.comm()).isEqualTo(String.valueOf(task.state()));
            assertThat(Integer.parseInt(fields[36])).isEqualTo(task.cpu());
            if (task.comm().equals("sleep")) {
                assertThat(byProcess(Say.SCHEDULED).get(task.pid()).getFirst().split(" ")[0])
                        .isEqualTo(Long.toString(task.times().run()));
            }
        }
        Task init = tree.process(1).orElseThrow();
        assertThat(tree.children(init)).isNotEmpty().allMatch(t -> t.parent() == 1);
        assertThat(tree.threads(init)).containsExactly(init);
        assertThat(tree.process(2).orElseThrow().comm()).isEqualTo("kthreadd");
    }

    @Test
    void ownersAndNumbersInEachPidNamespaceAreThoseOfProc() {
        Map<Integer, List<String>> status = byProcess(Say.STATUS);
        List<Task> tasks = still(kernel().tasks());
        assertThat(tasks).hasSizeGreaterThanOrEqualTo(6);
        for (Task task : tasks) {
            Map<String, String[]> fields = status.get(task.pid()).stream()
                    .map(line -> line.split(":?\\s+"))
                    .collect(Collectors.toMap(words -> words[0], words -> words));
            Task.Credentials credentials = task.credentials().present().orElseThrow();
            assertThat(fields.get("Uid")[1]).isEqualTo(Integer.toString(credentials.uid()));
            assertThat(fields.get("Uid")[2]).isEqualTo(Integer.toString(credentials.euid()));
            assertThat(fields.get("Gid")[1]).isEqualTo(Integer.toString(credentials.gid()));
            List<String> numbers = new ArrayList<>(List.of("NSpid"));
            task.pids().present().orElseThrow().forEach(p -> numbers.add(Integer.toString(p.pid())));
            assertThat(fields.get("NSpid")).containsExactlyElementsOf(numbers);
            // What /proc shows may be some pages behind on each CPU.
            long resident = task.residentBytes().present().orElseThrow().orElseThrow();
            assertThat(resident)
                    .isCloseTo(Long.parseLong(fields.get("VmRSS")[1]) << 10, Offset.offset(3L * 64 * Ram.PAGE_SIZE));
        }
        assertThat(tasks).anyMatch(t -> t.credentials().present().orElseThrow().uid() == 12);
        assertThat(tasks).anyMatch(t -> t.pids().present().orElseThrow().size() == 2);
    }

    @Test
    void namespacesAreThoseOfProc() {
        Map<Integer, Map<String, String>> links = new TreeMap<>();
        int process = 0;
        for (String line : said(Say.NAMESPACES)) {
            String[] words = line.split("\\s+");
            if (line.startsWith("/proc/")) {
                process = Integer.parseInt(line.split("/")[2]);
            } else if (line.contains(" -> ")) {
                links.computeIfAbsent(process, p -> new TreeMap<>())
                        .put(words[words.length - 3], words[words.length - 1]);
            }
        }
        TaskTree tree = kernel().tasks();
        int compared = 0;
        for (Task task : tree.tasks()) {
            Map<String, String> expected = links.get(task.pid());
            if (expected != null && task.leader()) {
                Namespaces namespaces = task.namespaces().present().orElseThrow();
                Map<String, String> ours = new TreeMap<>();
                for (Kind kind : Kind.values()) {
                    namespaces.link(kind).ifPresent(link -> ours.put(kind.entry(), link));
                }
                assertThat(ours).as(task.comm()).isEqualTo(expected);
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(30);
        assertThat(hostNames(tree)).containsExactly("inner", "ravel");
    }

    private static TreeSet<String> hostNames(TaskTree tree) {
        return tree.tasks().stream()
                .map(t -> t.namespaces()
                        .present()
                        .orElseThrow()
                        .uts()
                        .orElseThrow()
                        .nodeName())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void controlGroupsAreThoseOfTheirFiles() {
        TaskTree tree = kernel().tasks();
        Cgroup root = kernel().cgroups(tree).present().orElseThrow();
        Map<String, List<String>> files = new LinkedHashMap<>();
        for (String line : said(Say.CGROUPS)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                files.computeIfAbsent(line.substring(0, colon), f -> new ArrayList<>())
                        .add(line.substring(colon + 1));
            }
        }
        for (String name : List.of("a", "a/b", "oom", "cold")) {
            Cgroup group = root.find("/" + name).orElseThrow();
            Map<String, List<String>> expected = new TreeMap<>();
            files.forEach((file, lines) -> {
                if (file.startsWith(name + "/") && file.lastIndexOf('/') == name.length()) {
                    expected.put(file.substring(name.length() + 1), lines);
                }
            });
            for (String file : CGROUP_FILES) {
                assertThat(lines(group, file)).as(name + "/" + file).isEqualTo(expected.getOrDefault(file, List.of()));
            }
            assertThat(group.broken()).isEmpty();
        }
        assertThat(root.find("/oom")
                        .orElseThrow()
                        .memory()
                        .present()
                        .orElseThrow()
                        .orElseThrow()
                        .events())
                .containsEntry("oom_kill", 1L);
        assertThat(root.find("/cold").orElseThrow().frozen()).isTrue();
        assertThat(root.find("/nothing")).isEmpty();
    }

    @Test
    void everyFolderAndEveryMemberIsInTheTree() {
        TaskTree tree = kernel().tasks();
        Cgroup root = kernel().cgroups(tree).present().orElseThrow();
        List<String> folders = new ArrayList<>();
        collect(root, folders);
        assertThat(folders)
                .containsExactlyInAnyOrderElementsOf(said(Say.FOLDERS).stream()
                        .map(line -> line.replace("/sys/fs/cgroup/", "/").replace("/sys/fs/cgroup", "/"))
                        .toList());
        Map<Integer, List<String>> paths = byProcess(Say.CGROUP_OF_TASK);
        for (Task task : still(tree)) {
            assertThat(paths.get(task.pid()))
                    .contains("0::" + task.cgroup().present().orElseThrow().path());
        }
    }

    private static void collect(Cgroup group, List<String> folders) {
        folders.add(group.inode() + " " + group.path());
        group.children().forEach(child -> collect(child, folders));
    }

    /** A file of a group as the kernel prints it; no lines where there is no such file. */
    private static List<String> lines(Cgroup group, String file) {
        Optional<Cgroup.Cpu> cpu = group.cpu().present().orElseThrow();
        Optional<Cgroup.Memory> memory = group.memory().present().orElseThrow();
        Optional<Cgroup.Pids> pids = group.pids().present().orElseThrow();
        List<Cgroup.Io> io = group.io().present().orElseThrow();
        return switch (file) {
            case "cgroup.procs" ->
                group.processes().stream().map(String::valueOf).toList();
            case "cgroup.events" ->
                List.of("populated " + (group.populated() ? 1 : 0), "frozen " + (group.frozen() ? 1 : 0));
            case "cpu.max" ->
                cpu.map(c -> max(c.quotaMicros()) + " " + c.periodMicros()).stream()
                        .toList();
            case "cpu.weight" ->
                cpu.map(c -> Long.toString(c.weight())).stream().toList();
            case "memory.max" -> memory.map(m -> max(m.max())).stream().toList();
            case "memory.high" -> memory.map(m -> max(m.high())).stream().toList();
            case "memory.current" ->
                memory.map(m -> Long.toString(m.current())).stream().toList();
            case "memory.events" ->
                memory.stream()
                        .flatMap(m -> m.events().entrySet().stream())
                        .map(e -> e.getKey() + " " + e.getValue())
                        .toList();
            case "pids.max" -> pids.map(p -> max(p.max())).stream().toList();
            case "pids.current" ->
                pids.map(p -> Long.toString(p.current())).stream().toList();
            case "io.max" ->
                io.stream()
                        .flatMap(i -> i.limits().stream()
                                .map(l -> i.device() + " rbps=" + max(l.rbps()) + " wbps=" + max(l.wbps()) + " riops="
                                        + max(l.riops()) + " wiops=" + max(l.wiops())))
                        .toList();
            default -> throw new IllegalArgumentException(file);
        };
    }

    private static String max(OptionalLong limit) {
        return limit.isEmpty() ? "max" : Long.toString(limit.getAsLong());
    }
}
