package dev.ravel.virtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ravel.device.ArrayMemory;
import dev.ravel.device.Clint;
import dev.ravel.device.ConsolePort;
import dev.ravel.device.Device;
import dev.ravel.device.Device.Placement;
import dev.ravel.device.Flash;
import dev.ravel.device.FlashContents;
import dev.ravel.device.FwCfg;
import dev.ravel.device.GoldfishRtc;
import dev.ravel.device.Plic;
import dev.ravel.device.TestFinisher;
import dev.ravel.device.Uart;
import dev.ravel.fdt.DeviceTree;
import dev.ravel.fdt.Node;
import dev.ravel.interrupt.InterruptLine;
import dev.ravel.pci.PciHost;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.time.ManualClock;
import dev.ravel.time.TimeCounter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The devices' nodes against those of QEMU's {@code virt} machine: they are put into QEMU's own tree in place of its.
 * Skipped where {@code qemu-system-riscv64} or {@code dtc} is not installed.
 */
class QemuTreeTest {
    private static final Set<String> REFERENCES = Set.of("interrupt-parent", "regmap");

    @TempDir
    Path directory;

    private Node theirs = new Node("");
    private Node ours = new Node("");

    @BeforeEach
    void putOurNodesInPlaceOfTheirs() throws IOException, InterruptedException {
        Path dump = directory.resolve("virt.dtb");
        assumeTrue(
                run("qemu-system-riscv64", "-machine", "virt,dumpdtb=" + dump, "-smp", "2", "-display", "none")
                        .startsWith("0 "),
                "qemu-system-riscv64 is not installed");
        theirs = DeviceTree.read(Files.readAllBytes(dump)).root();
        ours = DeviceTree.read(Files.readAllBytes(dump)).root();
        Node soc = ours.find("soc").orElseThrow();
        // What is left refers to no node of theirs.
        for (Node child : List.copyOf(soc.children())) {
            soc.removeChild(child.name());
        }
        ours.removeChild("poweroff")
                .removeChild("reboot")
                .removeChild("platform-bus@4000000")
                .removeChild("fw-cfg@10100000")
                .removeChild("flash@20000000");

        Clint.HartLines clintLines = new Clint.HartLines(InterruptLine.UNCONNECTED, InterruptLine.UNCONNECTED);
        Plic.HartLines plicLines = new Plic.HartLines(InterruptLine.UNCONNECTED, InterruptLine.UNCONNECTED);
        ManualClock clock = new ManualClock();
        BoundaryQueue events = new BoundaryQueue();
        new Plic(List.of(plicLines, plicLines)).describe(soc, new Placement(0xc00_0000, Plic.SIZE, 0, 0));
        int plic = soc.find("plic@c000000").orElseThrow().phandle();
        new Clint(new TimeCounter(clock, events), List.of(clintLines, clintLines))
                .describe(soc, new Placement(0x200_0000, Clint.SIZE, 0, plic));
        new TestFinisher(request -> {}).describe(soc, new Placement(0x10_0000, TestFinisher.SIZE, 0, plic));
        new GoldfishRtc(clock, events, InterruptLine.UNCONNECTED)
                .describe(soc, new Placement(0x10_1000, GoldfishRtc.SIZE, 11, plic));
        new Uart(ConsolePort.NONE, events, clock, InterruptLine.UNCONNECTED)
                .describe(soc, new Placement(0x1000_0000, Uart.SIZE, 10, plic));
        new FwCfg(new ArrayMemory(0), 1, Map.of(), Optional.empty())
                .describe(soc, new Placement(0x1010_0000, FwCfg.SIZE, 0, plic));
        new Flash(FlashContents.empty(), FlashContents.empty(), (offset, bytes) -> {})
                .describe(soc, new Placement(0x2000_0000, Flash.SIZE, 0, plic));
        describePci(soc, plic);
        Device slot = VirtioMmio.empty();
        for (int i = 1; i <= 8; i++) {
            slot.describe(soc, new Placement(0x1000_0000L + i * 0x1000L, VirtioMmio.SIZE, i, plic));
        }
    }

    private static void describePci(Node soc, int plic) {
        PciHost.Addresses addresses = new PciHost.Addresses(
                new PciHost.Range(0x300_0000, 0x1_0000),
                new PciHost.Range(0x4000_0000, 0x4000_0000),
                new PciHost.Range(0x4_0000_0000L, 0x4_0000_0000L));
        new PciHost(addresses, Collections.nCopies(PciHost.LINES, InterruptLine.UNCONNECTED))
                .describe(soc, new Placement(0x3000_0000, PciHost.SIZE, 32, plic));
    }

    /** Runs a program; gives its status, a blank, and what it printed; or "missing". */
    private String run(String... command) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        try {
            int status = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start()
                    .waitFor();
            return status + " " + Files.readString(output);
        } catch (IOException e) {
            return "missing";
        }
    }

    /** A node's properties in a form that does not depend on the numbers of phandles. */
    private static TreeMap<String, String> properties(Node node) {
        TreeMap<String, String> out = new TreeMap<>();
        node.properties().forEach((name, value) -> {
            List<String> cells = new ArrayList<>();
            for (int i = 0; i < value.length / 4; i++) {
                int cell = ByteBuffer.wrap(value).getInt(4 * i);
                boolean reference = REFERENCES.contains(name)
                        || name.equals("interrupts-extended") && i % 2 == 0
                        || name.equals("interrupt-map") && i % 6 == 4;
                cells.add(reference ? node.byPhandle(cell).orElseThrow().path() : Integer.toHexString(cell));
            }
            out.put(name, value.length % 4 == 0 ? cells.toString() : new String(value));
        });
        out.remove("phandle");
        return out;
    }

    @Test
    void everyDeviceHasThePropertiesThatQemuGivesIt() {
        List<Node> nodes = new ArrayList<>(ours.find("soc").orElseThrow().children());
        nodes.add(ours.find("poweroff").orElseThrow());
        nodes.add(ours.find("reboot").orElseThrow());
        nodes.add(ours.find("fw-cfg@10100000").orElseThrow());
        nodes.add(ours.find("flash@20000000").orElseThrow());
        assertThat(nodes).hasSize(18);
        for (Node node : nodes) {
            TreeMap<String, String> expected = properties(theirs.at(node.path()).orElseThrow());
            // Older versions counted source 0, which does not exist.
            expected.replace("riscv,ndev", "[60]", "[5f]");
            assertThat(properties(node)).as(node.path()).isEqualTo(expected);
        }
    }

    private Set<String> warnings(String name, Node root) throws IOException, InterruptedException {
        Path blob = directory.resolve(name);
        Files.write(blob, new DeviceTree(root).toBlob());
        String answer = run(
                "dtc", "-I", "dtb", "-O", "dtb", "-o", directory.resolve("out").toString(), blob.toString());
        assumeTrue(!answer.equals("missing"), "dtc is not installed");
        assertThat(answer).startsWith("0 ");
        Set<String> out = new TreeSet<>();
        answer.substring(2)
                .lines()
                .filter(l -> l.contains("Warning"))
                .forEach(l -> out.add(l.replaceFirst("^[^:]*: ", "")));
        return out;
    }

    @Test
    void dtcWarnsOfNothingThatItDoesNotWarnOfInQemusTree() throws IOException, InterruptedException {
        assertThat(warnings("theirs", theirs)).containsAll(warnings("ours", ours));
    }
}
