package dev.ravel.machine.board;

import dev.ravel.boot.BootLayout.Region;
import dev.ravel.device.Device;
import dev.ravel.device.Device.Placement;
import dev.ravel.fdt.DeviceTree;
import dev.ravel.fdt.Node;
import dev.ravel.machine.config.Board;
import dev.ravel.memory.Bus;
import dev.ravel.time.Clock;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Builds the device tree of a machine as it was assembled, in the form of QEMU's {@code virt}. */
final class TreeBuilder {
    private static final int CACHE_BLOCK = 64;

    private TreeBuilder() {}

    /** What the machine's own description depends on. */
    record Facts(int harts, long memory, List<BoardDevice> devices, Optional<Region> firmware) {}

    /** A device with its place and the number of its interrupt. */
    record BoardDevice(Device device, Bus.Window window, int interrupt) {}

    /**
     * What firmware and kernel are told in {@code /chosen}.
     *
     * @param seed random bytes, new at every start: with them a kernel's random numbers are ready at once
     */
    record Chosen(Optional<String> commandLine, Optional<Region> initrd, byte[] seed) {}

    /** The machine's own tree. */
    static DeviceTree describe(Facts facts) {
        Node root = new Node("");
        root.strings("compatible", "riscv-virtio")
                .strings("model", "riscv-virtio,ravel")
                .cells("#address-cells", 2)
                .cells("#size-cells", 2);
        describeHarts(root, facts.harts);
        describeMemory(root, facts.memory);
        facts.firmware.ifPresent(region -> describeFirmware(root, region));
        Node soc = root.child("soc");
        soc.cells("#address-cells", 2)
                .cells("#size-cells", 2)
                .strings("compatible", "simple-bus")
                .flag("ranges");
        int interruptController = describeDevices(soc, facts.devices);
        Node chosen = root.child("chosen");
        facts.devices.stream()
                .filter(d -> d.window.base() == Board.UART)
                .findFirst()
                .ifPresent(d -> {
                    String path = "/soc/serial@" + Long.toHexString(d.window.base());
                    root.child("aliases").strings("serial0", path);
                    chosen.strings("stdout-path", path);
                });
        assert interruptController != 0;
        return new DeviceTree(root);
    }

    /** Writes down in any tree how the kernel is started. */
    static void choose(DeviceTree tree, Chosen chosen) {
        Node node = tree.root().child("chosen");
        chosen.commandLine.ifPresent(text -> node.bytes("bootargs", terminated(text)));
        chosen.initrd.ifPresent(
                region -> node.longs("linux,initrd-start", region.address()).longs("linux,initrd-end", region.end()));
        node.bytes("rng-seed", chosen.seed);
    }

    private static byte[] terminated(String text) {
        return (text + "\0").getBytes(StandardCharsets.UTF_8);
    }

    private static void describeMemory(Node root, long memory) {
        root.child("memory@" + Long.toHexString(Board.RAM))
                .strings("device_type", "memory")
                .longs("reg", Board.RAM, memory);
    }

    /** Keeps the kernel out of the firmware's memory, in any tree. */
    static void describeFirmware(Node root, Region region) {
        Node reserved = root.child("reserved-memory");
        reserved.cells("#address-cells", 2).cells("#size-cells", 2).flag("ranges");
        reserved.child("mmode_resv0@" + Long.toHexString(region.address()))
                .longs("reg", region.address(), region.size())
                .flag("no-map");
    }

    private static void describeHarts(Node root, int harts) {
        Node cpus = root.child("cpus");
        cpus.cells("#address-cells", 1).cells("#size-cells", 0).cells("timebase-frequency", (int) Clock.TIMEBASE_HZ);
        Node cluster = cpus.child("cpu-map").child("cluster0");
        for (int hart = 0; hart < harts; hart++) {
            Node cpu = cpus.child("cpu@" + Integer.toHexString(hart));
            cpu.strings("device_type", "cpu")
                    .cells("reg", hart)
                    .strings("status", "okay")
                    .strings("compatible", "riscv")
                    .strings("riscv,isa", IsaDescription.isaString())
                    .strings("riscv,isa-base", "rv64i")
                    .strings("riscv,isa-extensions", IsaDescription.extensions().toArray(String[]::new))
                    .strings("mmu-type", "riscv,sv57")
                    .cells("riscv,cbom-block-size", CACHE_BLOCK)
                    .cells("riscv,cbop-block-size", CACHE_BLOCK)
                    .cells("riscv,cboz-block-size", CACHE_BLOCK);
            cluster.child("core" + hart).cells("cpu", cpu.phandle());
            Node controller = cpu.child("interrupt-controller");
            controller
                    .cells("#interrupt-cells", 1)
                    .flag("interrupt-controller")
                    .strings("compatible", "riscv,cpu-intc");
            controller.phandle();
        }
    }

    /** Describes the PLIC first, because the others name it; returns its phandle. */
    private static int describeDevices(Node soc, List<BoardDevice> devices) {
        int plic = 0;
        for (BoardDevice d : devices) {
            if (d.window.base() == Board.PLIC) {
                d.device.describe(soc, new Placement(d.window.base(), d.window.size(), 0, 0));
                plic = soc.find("plic@" + Long.toHexString(Board.PLIC))
                        .map(Node::phandle)
                        .orElse(0);
            }
        }
        for (BoardDevice d : devices) {
            if (d.window.base() != Board.PLIC) {
                d.device.describe(soc, new Placement(d.window.base(), d.window.size(), d.interrupt, plic));
            }
        }
        return plic;
    }
}
