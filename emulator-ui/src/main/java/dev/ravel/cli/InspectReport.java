package dev.ravel.cli;

import dev.ravel.hart.Hart;
import dev.ravel.inspect.HartView;
import dev.ravel.inspect.InterruptWiring;
import dev.ravel.inspect.MachineWatch;
import dev.ravel.inspect.PageWalkView;
import dev.ravel.inspect.Symbols;
import dev.ravel.inspect.device.DeviceAccess;
import dev.ravel.inspect.device.DeviceView;
import dev.ravel.inspect.device.DeviceWatch;
import dev.ravel.inspect.device.SeenRequest;
import dev.ravel.inspect.linux.Cgroup;
import dev.ravel.inspect.linux.InspectionException;
import dev.ravel.inspect.linux.LinuxKernel;
import dev.ravel.inspect.linux.Reading;
import dev.ravel.inspect.linux.TaskTree;
import dev.ravel.isa.Privilege;
import dev.ravel.machine.Machine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code inspect} prints, as text and as JSON, of a machine that stands still. */
final class InspectReport extends Report {
    private final Machine machine;
    private final MachineWatch watch;
    private final Symbols symbols;
    private final Map<String, Object> json = new LinkedHashMap<>();

    InspectReport(Machine machine, MachineWatch watch) {
        this.machine = machine;
        this.watch = watch;
        this.symbols = Symbols.of(machine);
    }

    @Override
    Object json() {
        return json;
    }

    /** What became of a line of {@code --do}. */
    @SuppressWarnings("unchecked")
    void addStep(StepScript.Done done) {
        done.complaint().ifPresent(why -> complaints.add("--do '" + done.line() + "': " + why));
        if (done.answer().isPresent()) {
            text.addAll(done.answer().get().text());
            ((List<Object>) json.computeIfAbsent("steps", key -> new ArrayList<>()))
                    .add(done.answer().get().json(done.line()));
        }
    }

    void addHarts() {
        List<Object> all = new ArrayList<>();
        for (Hart hart : machine.harts()) {
            HartView view = HartView.of(hart, symbols);
            text.addAll(InspectText.hart(view));
            all.add(InspectJson.hart(view));
        }
        json.put("harts", all);
    }

    @SuppressWarnings("unchecked")
    void addWalk(WalkOption option) {
        PageWalkView view;
        try {
            view = option.view("--walk", machine.harts().getFirst(), symbols);
        } catch (CliException e) {
            complaints.add(String.valueOf(e.getMessage()));
            return;
        }
        text.addAll(InspectText.walk(view, symbols));
        if (view.privilege() == Privilege.MACHINE && option.privilege().isEmpty()) {
            text.add("  the hart is in machine mode; ,supervisor and ,user show what the others see");
        }
        ((List<Object>) json.computeIfAbsent("walks", key -> new ArrayList<>())).add(InspectJson.walk(view));
    }

    void addExits() {
        text.addAll(InspectText.exits(watch.exits()));
        json.put("exits", InspectJson.exits(watch.exits()));
    }

    void addTraps(int most) {
        var events =
                watch.traps(most).stream().map(event -> event.named(symbols)).toList();
        text.addAll(InspectText.traps(events, watch.trapsSeen()));
        json.put("trapsSeen", watch.trapsSeen());
        json.put("traps", events.stream().map(InspectJson::trap).toList());
    }

    void addInterrupts() {
        InterruptWiring wiring = InterruptWiring.of(machine);
        text.addAll(InterruptText.lines(wiring));
        json.put("interrupts", InterruptText.json(wiring));
    }

    /** The devices of these names; of no name: all. */
    void addDevices(List<String> names) {
        for (String name : names) {
            try {
                DeviceText.requireDevice("--device", machine, name);
            } catch (CliException e) {
                complaints.add(String.valueOf(e.getMessage()));
            }
        }
        List<DeviceView> views = DeviceText.chosen(DeviceView.of(machine), names);
        text.addAll(DeviceText.devices(views));
        json.put("devices", DeviceText.json(views));
    }

    void addRequests(DeviceWatch devices, int most) {
        List<SeenRequest> last = DeviceText.last(devices.requests(), most);
        text.addAll(DeviceText.requests(last, devices.requestsSeen()));
        json.put("requestsSeen", devices.requestsSeen());
        json.put("requests", DeviceText.jsonOfRequests(last));
    }

    void addAccesses(DeviceWatch devices, int most) {
        List<DeviceAccess> last = DeviceText.last(devices.accesses(DeviceView.of(machine)), most);
        text.addAll(DeviceText.accesses(last, devices.accessesSeen()));
        json.put("accessesSeen", devices.accessesSeen());
        json.put("accesses", DeviceText.jsonOfAccesses(last));
    }

    void addLinux(boolean tasks, boolean namespaces, boolean cgroups) {
        LinuxKernel kernel;
        try {
            kernel = LinuxKernel.find(machine);
        } catch (InspectionException e) {
            complaints.add((tasks ? "--tasks: " : namespaces ? "--namespaces: " : "--cgroups: ") + e.getMessage());
            return;
        }
        TaskTree tree = kernel.tasks();
        json.put("kernel", kernel.image().banner());
        if (tasks) {
            text.addAll(LinuxText.tasks(tree));
            json.put("tasks", tree.tasks().stream().map(InspectJson::task).toList());
        }
        if (namespaces) {
            text.addAll(LinuxText.namespaces(tree));
            json.put("namespaces", InspectJson.namespaces(tree));
        }
        if (cgroups) {
            switch (kernel.cgroups(tree)) {
                case Reading.Value<Cgroup> root -> {
                    text.addAll(LinuxText.cgroups(root.value()));
                    json.put("cgroups", InspectJson.cgroup(root.value()));
                }
                case Reading.Broken<Cgroup> broken -> complaints.add("--cgroups: " + broken.reason());
            }
        }
        tree.broken().forEach(broken -> text.add("broken: " + broken.where() + ": " + broken.reason()));
    }
}
