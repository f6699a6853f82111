package dev.ravel.device;

import dev.ravel.fdt.Node;
import java.util.ArrayList;
import java.util.List;

/** How interrupt controllers name the harts that they interrupt in the device tree. */
final class HartInterrupts {
    /** Supervisor external interrupt: its number at a hart (Privileged 1.13, 4.1.3). */
    static final int SUPERVISOR_EXTERNAL = 9;

    /** Machine software interrupt. */
    static final int MACHINE_SOFTWARE = 3;

    /** Machine timer interrupt. */
    static final int MACHINE_TIMER = 7;

    /** Machine external interrupt. */
    static final int MACHINE_EXTERNAL = 11;

    private HartInterrupts() {}

    /**
     * The value of {@code interrupts-extended}: for every hart in the order of {@code /cpus}, its interrupt
     * controller and each of the causes.
     */
    static int[] extended(Node anyNode, int... causes) {
        List<Integer> cells = new ArrayList<>();
        anyNode.at("/cpus").stream()
                .flatMap(Node::walk)
                .filter(n -> n.strings("compatible").contains("riscv,cpu-intc"))
                .forEach(intc -> {
                    for (int cause : causes) {
                        cells.add(intc.phandle());
                        cells.add(cause);
                    }
                });
        return cells.stream().mapToInt(Integer::intValue).toArray();
    }
}
