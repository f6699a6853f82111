package dev.ravel.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.device.Device.Placement;
import dev.ravel.fdt.Node;
import dev.ravel.interrupt.InterruptLine;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.time.ManualClock;
import dev.ravel.time.TimeCounter;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The nodes are those of QEMU's {@code virt} machine, where its drivers look for them. */
class DeviceNodesTest {
    private final Node root = new Node("");
    private final Node soc = root.child("soc");
    private int plic;

    @BeforeEach
    void twoHartsAndAnInterruptController() {
        for (int hart = 0; hart < 2; hart++) {
            root.child("cpus")
                    .child("cpu@" + hart)
                    .child("interrupt-controller")
                    .strings("compatible", "riscv,cpu-intc")
                    .phandle();
        }
        Plic.HartLines lines = new Plic.HartLines(InterruptLine.UNCONNECTED, InterruptLine.UNCONNECTED);
        new Plic(List.of(lines, lines)).describe(soc, new Placement(0xc00_0000, Plic.SIZE, 0, 0));
        plic = node("plic@c000000").phandle();
    }

    private Node node(String name) {
        return soc.find(name).orElseThrow();
    }

    private static void hasCells(Node node, String property, int... cells) {
        assertThat(node.property(property))
                .as(property)
                .hasValueSatisfying(v -> assertThat(v)
                        .isEqualTo(new Node("").cells("p", cells).property("p").orElseThrow()));
    }

    @Test
    void thePlicInterruptsMachineAndSupervisorOfEachHart() {
        Node node = node("plic@c000000");
        hasCells(node, "interrupts-extended", 1, 11, 1, 9, 2, 11, 2, 9);
        hasCells(node, "reg", 0, 0xc00_0000, 0, 0x60_0000);
        assertThat(node.cell("riscv,ndev")).hasValue(95);
        assertThat(node.strings("compatible")).containsExactly("sifive,plic-1.0.0", "riscv,plic0");
        assertThat(node.properties()).containsKeys("interrupt-controller", "#interrupt-cells", "#address-cells");
    }

    @Test
    void theClintInterruptsSoftwareAndTimerOfEachHart() {
        ManualClock clock = new ManualClock();
        Clint.HartLines lines = new Clint.HartLines(InterruptLine.UNCONNECTED, InterruptLine.UNCONNECTED);
        new Clint(new TimeCounter(clock, new BoundaryQueue()), List.of(lines, lines))
                .describe(soc, new Placement(0x200_0000, Clint.SIZE, 0, 0));
        Node node = node("clint@2000000");
        hasCells(node, "interrupts-extended", 1, 3, 1, 7, 2, 3, 2, 7);
        hasCells(node, "reg", 0, 0x200_0000, 0, 0x1_0000);
        assertThat(node.strings("compatible")).containsExactly("sifive,clint0", "riscv,clint0");
    }

    @Test
    void theFinisherIsAlsoPoweroffAndReboot() {
        new TestFinisher(request -> {}).describe(soc, new Placement(0x10_0000, TestFinisher.SIZE, 0, plic));
        assertThat(node("test@100000").strings("compatible")).containsExactly("sifive,test1", "sifive,test0", "syscon");
        int phandle = node("test@100000").phandle();
        Node poweroff = root.find("poweroff").orElseThrow();
        assertThat(poweroff.strings("compatible")).containsExactly("syscon-poweroff");
        assertThat(poweroff.cell("value")).hasValue(0x5555);
        assertThat(poweroff.cell("regmap")).hasValue(phandle);
        Node reboot = root.find("reboot").orElseThrow();
        assertThat(reboot.strings("compatible")).containsExactly("syscon-reboot");
        assertThat(reboot.cell("value")).hasValue(0x7777);
    }

    @Test
    void serialPortAndClockNameTheirInterrupts() {
        ManualClock clock = new ManualClock();
        BoundaryQueue events = new BoundaryQueue();
        new Uart(ConsolePort.NONE, events, clock, InterruptLine.UNCONNECTED)
                .describe(soc, new Placement(0x1000_0000, Uart.SIZE, 10, plic));
        new GoldfishRtc(clock, events, InterruptLine.UNCONNECTED)
                .describe(soc, new Placement(0x10_1000, GoldfishRtc.SIZE, 11, plic));
        Node serial = node("serial@10000000");
        assertThat(serial.strings("compatible")).containsExactly("ns16550a");
        assertThat(serial.cell("interrupts")).hasValue(10);
        assertThat(serial.cell("interrupt-parent")).hasValue(plic);
        assertThat(serial.cell("clock-frequency")).hasValue(3_686_400);
        Node rtc = node("rtc@101000");
        assertThat(rtc.strings("compatible")).containsExactly("google,goldfish-rtc");
        assertThat(rtc.cell("interrupts")).hasValue(11);
        hasCells(rtc, "reg", 0, 0x10_1000, 0, 0x1000);
    }
}
