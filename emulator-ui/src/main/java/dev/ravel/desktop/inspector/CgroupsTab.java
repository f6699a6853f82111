package dev.ravel.desktop.inspector;

import dev.ravel.csr.Csr;
import dev.ravel.inspect.linux.Broken;
import dev.ravel.inspect.linux.Cgroup;
import dev.ravel.inspect.linux.LinuxKernel;
import dev.ravel.inspect.linux.Reading;
import dev.ravel.inspect.linux.TaskTree;
import dev.ravel.isa.CsrNumber;
import dev.ravel.machine.Machine;
import dev.ravel.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import javafx.beans.value.ObservableDoubleValue;
import javafx.scene.Node;
import javafx.scene.layout.BorderPane;

/** The control groups of a Linux guest as a tree, with bars of what is used of each limit. */
final class CgroupsTab implements View<List<Row>> {
    private static final long NANOS_IN_TICK = 1_000_000_000 / Clock.TIMEBASE_HZ;

    /** Of the guest's time: what is used comes in periods of a tenth of a second, and more or less in each. */
    private static final long AVERAGED_NANOS = 2_000_000_000;

    private final BorderPane pane = new BorderPane();
    private final FactTable table;

    /** The samples of that time, the oldest first; of the sampler's thread. */
    private final Deque<CgroupsSample> recent = new ArrayDeque<>();

    CgroupsTab(ObservableDoubleValue fontSize) {
        table = new FactTable(
                "cgroups",
                true,
                fontSize,
                new FactTable.Column("Group", 13, false),
                new FactTable.Column("Processes", 6, true),
                new FactTable.Column("CPU", 10, false),
                new FactTable.Column("Memory", 12, false),
                new FactTable.Column("PIDs", 8, false),
                new FactTable.Column("I/O", 14, false),
                new FactTable.Column("Limits did", 16, false));
        pane.setCenter(table.node());
    }

    @Override
    public String title() {
        return "Cgroups";
    }

    @Override
    public String id() {
        return "cgroups";
    }

    @Override
    public Node node() {
        return pane;
    }

    @Override
    public void opened(Guest guest) {
        recent.clear();
    }

    @Override
    public Sampled<List<Row>> sample(Guest guest) {
        return switch (guest.linux()) {
            case Reading.Broken<LinuxKernel> broken -> Sampled.nothing(broken.reason());
            case Reading.Value<LinuxKernel> kernel ->
                guest.whileStill(machine -> read(machine, kernel.value()))
                        .map(reading -> rows(guest, reading))
                        .orElseGet(() -> Sampled.nothing("the machine is gone"));
        };
    }

    private record Read(TaskTree tree, Reading<Cgroup> root, long guestNanos) {}

    private static Read read(Machine machine, LinuxKernel kernel) {
        TaskTree tree = kernel.tasks();
        Csr time = machine.harts().getFirst().csrs.find(CsrNumber.TIME);
        return new Read(tree, kernel.cgroups(tree), time == null ? 0 : time.read() * NANOS_IN_TICK);
    }

    private Sampled<List<Row>> rows(Guest guest, Read read) {
        return switch (read.root) {
            case Reading.Broken<Cgroup> broken -> {
                guest.doubtLinux();
                yield Sampled.nothing("control groups cannot be read: " + broken.reason());
            }
            case Reading.Value<Cgroup> root -> {
                CgroupsSample now = CgroupsSample.of(root.value(), read.tree, read.guestNanos, guest.harts());
                // What a guest used that stands still is what it used last.
                if (recent.isEmpty() || recent.getLast().guestNanos() != now.guestNanos()) {
                    recent.addLast(now);
                }
                while (now.guestNanos() - recent.getFirst().guestNanos() > AVERAGED_NANOS && recent.size() > 2) {
                    recent.removeFirst();
                }
                List<Broken> broken = new ArrayList<>(read.tree.broken());
                broken.addAll(now.broken());
                if (!broken.isEmpty()) {
                    guest.doubtLinux();
                }
                yield Sampled.of(now.rows(recent.getFirst()), Notices.of(broken));
            }
        };
    }

    @Override
    public void show(List<Row> sample) {
        table.show(sample);
    }
}
