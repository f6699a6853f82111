package dev.ravel.cli;

import dev.ravel.inspect.CsrView;
import dev.ravel.inspect.Exit;
import dev.ravel.inspect.HartView;
import dev.ravel.inspect.PageWalkView;
import dev.ravel.inspect.RegisterView;
import dev.ravel.inspect.TrapEvent;
import dev.ravel.inspect.Words;
import dev.ravel.inspect.linux.Cgroup;
import dev.ravel.inspect.linux.Namespaces;
import dev.ravel.inspect.linux.Task;
import dev.ravel.inspect.linux.TaskTree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The same facts for scripts. Addresses and register values are strings in hexadecimal, because not every reader of JSON
 * has 64-bit numbers; limits that are none are {@code "max"}.
 */
final class InspectJson {
    private InspectJson() {}

    static Object hart(HartView view) {
        Map<String, Object> hart = new LinkedHashMap<>();
        hart.put("hart", view.hart());
        hart.put("privilege", Words.privilege(view.privilege()));
        hart.put("pc", hex(view.pc()));
        view.instruction().symbol().ifPresent(s -> hart.put("symbol", s.toString()));
        hart.put("instruction", view.instruction().text());
        hart.put("instructionsRetired", view.instructionsRetired());
        hart.put("x", registers(view.x()));
        hart.put("f", registers(view.f()));
        Map<String, Object> csrs = new LinkedHashMap<>();
        view.csrs().forEach(csr -> csrs.put(csr.name(), csr(csr)));
        hart.put("csrs", csrs);
        return hart;
    }

    private static Object registers(List<RegisterView> registers) {
        Map<String, Object> values = new LinkedHashMap<>();
        registers.forEach(r -> values.put(r.name(), hex(r.value())));
        return values;
    }

    private static Object csr(CsrView view) {
        Map<String, Object> fields = new LinkedHashMap<>();
        view.fields().forEach(field -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("value", hex(field.value()));
            one.put("meaning", field.meaning());
            fields.put(field.name(), one);
        });
        Map<String, Object> csr = new LinkedHashMap<>();
        csr.put("value", hex(view.value()));
        csr.put("section", view.section());
        csr.put("fields", fields);
        return csr;
    }

    static Object walk(PageWalkView view) {
        Map<String, Object> walk = new LinkedHashMap<>();
        walk.put("address", hex(view.va()));
        walk.put("access", view.type().name().toLowerCase(Locale.ROOT));
        walk.put("privilege", Words.privilege(view.privilege()));
        walk.put("mode", view.mode());
        walk.put("root", hex(view.root()));
        walk.put(
                "levels",
                view.levels().stream()
                        .map(level -> {
                            Map<String, Object> one = new LinkedHashMap<>();
                            one.put("level", level.level());
                            one.put("index", level.index());
                            one.put("entryAddress", hex(level.entryAddress()));
                            one.put("entry", hex(level.entry()));
                            one.put("bits", level.bits());
                            one.put("kind", level.kind().name().toLowerCase(Locale.ROOT));
                            one.put("leadsTo", hex(level.leadsTo()));
                            return one;
                        })
                        .toList());
        walk.put("succeeds", view.succeeds());
        if (!view.succeeds()) {
            walk.put("exception", Words.exception(view.cause()));
        }
        walk.put("decision", view.decision());
        view.physical().ifPresent(pa -> {
            walk.put("physical", hex(pa));
            walk.put("pageBytes", view.page());
            walk.put("napot", view.napot());
            walk.put("wouldSet", view.update());
        });
        view.target().ifPresent(target -> walk.put("target", target));
        view.pmp().ifPresent(pmp -> {
            walk.put("pmpEntry", pmp.entry());
            walk.put("pmpConfig", pmp.config());
            walk.put("pmpAllows", pmp.allowed());
        });
        return walk;
    }

    static Object exits(List<Exit> exits) {
        return exits.stream()
                .map(exit -> {
                    Map<String, Object> one = new LinkedHashMap<>();
                    one.put("kind", exit.kind().label());
                    one.put("what", exit.what());
                    one.put("count", exit.count());
                    one.put("reason", exit.kind().reason());
                    return one;
                })
                .toList();
    }

    static Object trap(TrapEvent event) {
        Map<String, Object> trap = new LinkedHashMap<>();
        trap.put("sequence", event.sequence());
        trap.put("hart", event.hart());
        trap.put("instructionsRetired", event.instructionsRetired());
        trap.put("interrupt", event.interrupt());
        trap.put("code", event.code());
        trap.put("cause", event.cause());
        trap.put("epc", hex(event.epc()));
        event.symbolOfEpc().ifPresent(s -> trap.put("symbol", s.toString()));
        trap.put("tval", hex(event.tval()));
        trap.put("from", Words.privilege(event.from()));
        trap.put("to", Words.privilege(event.to()));
        event.delegation().ifPresent(d -> trap.put("delegation", d.toString()));
        Map<String, Object> saved = new LinkedHashMap<>();
        event.saved().forEach(one -> saved.put(one.name(), Words.hex(one.value())));
        trap.put("saved", saved);
        trap.put("handler", Words.hex(event.handler()));
        event.call().ifPresent(call -> {
            trap.put("call", call.name());
            trap.put(
                    "arguments", call.arguments().stream().map(InspectJson::hex).toList());
        });
        return trap;
    }

    static Object task(Task task) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("pid", task.pid());
        one.put("tgid", task.tgid());
        one.put("parent", task.parent());
        one.put("comm", task.comm());
        one.put("state", String.valueOf(task.state()));
        one.put("kernelThread", task.kernelThread());
        one.put("cpu", task.cpu());
        task.credentials().present().ifPresent(c -> one.put("uid", Integer.toUnsignedLong(c.uid())));
        task.residentBytes().present().ifPresent(b -> b.ifPresent(bytes -> one.put("residentBytes", bytes)));
        task.pids()
                .present()
                .ifPresent(pids -> one.put(
                        "pids", pids.stream().map(Task.PidInNamespace::pid).toList()));
        task.cgroup().present().ifPresent(cgroup -> one.put("cgroup", cgroup.path()));
        return one;
    }

    static Object namespaces(TaskTree tree) {
        Map<String, Object> links = new LinkedHashMap<>();
        for (Namespaces.Kind kind : Namespaces.Kind.values()) {
            Map<String, Object> members = new LinkedHashMap<>();
            LinuxText.members(tree, kind)
                    .forEach((link, tasks) ->
                            members.put(link, tasks.stream().map(Task::pid).toList()));
            links.put(kind.entry(), members);
        }
        return links;
    }

    static Object cgroup(Cgroup group) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("path", group.path());
        one.put("inode", group.inode());
        one.put("populated", group.populated());
        one.put("frozen", group.frozen());
        one.put("processes", group.processes());
        group.cpu().present().flatMap(c -> c).ifPresent(cpu -> {
            one.put("cpuQuotaMicros", max(cpu.quotaMicros()));
            one.put("cpuPeriodMicros", cpu.periodMicros());
            one.put("cpuWeight", cpu.weight());
            one.put("cpuThrottledPeriods", cpu.throttled());
        });
        group.memory().present().flatMap(m -> m).ifPresent(memory -> {
            one.put("memoryCurrent", memory.current());
            one.put("memoryMax", max(memory.max()));
            one.put("memoryEvents", memory.events());
        });
        group.pids().present().flatMap(p -> p).ifPresent(pids -> {
            one.put("pidsCurrent", pids.current());
            one.put("pidsMax", max(pids.max()));
        });
        one.put("children", group.children().stream().map(InspectJson::cgroup).toList());
        return one;
    }

    private static Object max(OptionalLong limit) {
        return limit.isEmpty() ? "max" : limit.getAsLong();
    }

    private static String hex(long value) {
        return InspectText.hex(value);
    }
}
