package dev.ravel.cli;

import dev.ravel.inspect.InterruptWiring;
import dev.ravel.inspect.InterruptWiring.Gate;
import dev.ravel.inspect.InterruptWiring.HartEnd;
import dev.ravel.inspect.InterruptWiring.Interrupt;
import dev.ravel.inspect.InterruptWiring.Source;
import dev.ravel.inspect.Words;
import dev.ravel.isa.Privilege;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The wiring of interrupts for {@code inspect}: for people, and for scripts. */
final class InterruptText {
    private InterruptText() {}

    static List<String> lines(InterruptWiring wiring) {
        List<String> lines = new ArrayList<>();
        lines.add("interrupts: from devices to the PLIC");
        for (Source source : wiring.sources()) {
            lines.add(String.format(
                    "  %2d  %-28s priority %d%s%s",
                    source.number(),
                    source.device() + " at " + InspectText.hex(source.base()),
                    source.state().priority(),
                    source.state().pending() ? ", pending" : "",
                    source.state().claimed() ? ", claimed" : ""));
            for (InterruptWiring.Route route : source.routes()) {
                if (route.gate() != Gate.NOT_ENABLED) {
                    lines.add("      enabled for " + route.bit() + " of hart " + route.hart() + ", threshold "
                            + route.threshold() + ": " + route.gate().words());
                }
            }
        }
        wiring.harts().forEach(hart -> addHart(lines, hart));
        lines.add("");
        return lines;
    }

    private static void addHart(List<String> lines, HartEnd hart) {
        lines.add("hart " + hart.hart() + ": " + Words.privilege(hart.privilege()) + " mode, mstatus.MIE "
                + digit(hart.machineEnabled()) + ", SIE " + digit(hart.supervisorEnabled()));
        InspectText.wrap(lines, hart.timer().words(), 2);
        for (Interrupt one : hart.interrupts()) {
            lines.add(String.format(
                    "  %s %s  %s %s  to %s  %-24s %s",
                    one.bit(),
                    digit(one.pending()),
                    one.enableBit(),
                    digit(one.enabled()),
                    Privilege.letter(one.to()),
                    one.fate().words(),
                    "from " + one.from()));
        }
    }

    private static String digit(boolean bit) {
        return bit ? "1" : "0";
    }

    static Object json(InterruptWiring wiring) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("sources", wiring.sources().stream().map(InterruptText::json).toList());
        all.put("harts", wiring.harts().stream().map(InterruptText::json).toList());
        return all;
    }

    private static Object json(Source source) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("source", source.number());
        one.put("device", source.device());
        one.put("base", InspectText.hex(source.base()));
        one.put("priority", source.state().priority());
        one.put("pending", source.state().pending());
        one.put("claimed", source.state().claimed());
        one.put(
                "enabledFor",
                source.routes().stream()
                        .filter(route -> route.gate() != Gate.NOT_ENABLED)
                        .map(route -> {
                            Map<String, Object> to = new LinkedHashMap<>();
                            to.put("hart", route.hart());
                            to.put("bit", route.bit());
                            to.put("threshold", route.threshold());
                            to.put("state", route.gate().words());
                            return to;
                        })
                        .toList());
        return one;
    }

    private static Object json(HartEnd hart) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("hart", hart.hart());
        one.put("privilege", Words.privilege(hart.privilege()));
        one.put("mie", hart.machineEnabled());
        one.put("sie", hart.supervisorEnabled());
        one.put("mtime", InspectText.hex(hart.timer().mtime()));
        one.put("mtimecmp", InspectText.hex(hart.timer().mtimecmp()));
        hart.timer().stimecmp().ifPresent(compare -> one.put("stimecmp", InspectText.hex(compare)));
        one.put("msip", hart.timer().msip());
        one.put(
                "interrupts",
                hart.interrupts().stream()
                        .map(interrupt -> {
                            Map<String, Object> bit = new LinkedHashMap<>();
                            bit.put("code", interrupt.code());
                            bit.put("bit", interrupt.bit());
                            bit.put("from", interrupt.from());
                            bit.put("pending", interrupt.pending());
                            bit.put("enabled", interrupt.enabled());
                            bit.put("to", Words.privilege(interrupt.to()));
                            bit.put("state", interrupt.fate().words());
                            return bit;
                        })
                        .toList());
        return one;
    }
}
