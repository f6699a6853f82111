package dev.ravel.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.boot.BootImage;
import dev.ravel.boot.ImageException;
import dev.ravel.boot.ImageLoader;
import dev.ravel.device.QueuedConsole;
import dev.ravel.fdt.DeviceTree;
import dev.ravel.fdt.FdtFormatException;
import dev.ravel.fdt.Node;
import dev.ravel.hart.Hart;
import dev.ravel.machine.config.BalloonConfig;
import dev.ravel.machine.config.Bios;
import dev.ravel.machine.config.Board;
import dev.ravel.machine.config.ConfigurationException;
import dev.ravel.machine.config.DiskConfig;
import dev.ravel.machine.config.Field;
import dev.ravel.machine.config.FwCfgConfig;
import dev.ravel.machine.config.NetworkConfig;
import dev.ravel.machine.config.ShareConfig;
import dev.ravel.net.socket.SocketEnd;
import dev.ravel.net.user.UserNetworkSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class MachineTest {
    private static final String POWER_OFF = " li t0, 0x100000\n li t1, 0x5555\n sw t1, (t0)\n9: j 9b\n";

    @TempDir
    private Path folder;

    private static BootImage program(String code) {
        try {
            return ImageLoader.parse("program", ElfWriter.write(Assembler.assemble("program.s", "_start:\n" + code)));
        } catch (ImageException e) {
            throw new AssertionError(e);
        }
    }

    private static MachineBuilder bare(String code) {
        return Machine.builder().memory(4 << 20).bios(new Bios.None()).kernel(program(code));
    }

    @Test
    void theFinisherEndsTheMachineWithItsWordAndCode() {
        try (Machine machine = bare(POWER_OFF).build()) {
            assertThat(machine.run()).isEqualTo(new End.PoweredOff());
        }
        try (Machine machine = bare(" li t0, 0x100000\n li t1, 0x2a3333\n sw t1, (t0)\n9: j 9b\n")
                .build()) {
            assertThat(machine.run()).isEqualTo(new End.Failed(42));
        }
    }

    @Test
    void everyHartStartsWithItsNumberAndTheDeviceTree() {
        try (Machine machine = bare("9: j 9b\n").cpus(3).build()) {
            machine.step(100);
            assertThat(machine.harts().getFirst().x[10]).isZero();
            assertThat(machine.harts().getFirst().x[11])
                    .isEqualTo(machine.layout().deviceTree().address());
            assertThat(machine.harts()).hasSize(3);
        }
    }

    @Test
    void theDeviceTreeDescribesHartsAndSerialPortAsQemuDoes() throws FdtFormatException {
        try (Machine machine = bare("9: j 9b\n").cpus(2).build()) {
            Node root = DeviceTree.read(machine.deviceTree()).root();
            for (int hart = 0; hart < 2; hart++) {
                Node core = root.at("/cpus/cpu-map/cluster0/core" + hart).orElseThrow();
                assertThat(root.byPhandle(core.cell("cpu").orElseThrow())
                                .orElseThrow()
                                .path())
                        .isEqualTo("/cpus/cpu@" + hart);
            }
            assertThat(root.find("aliases").orElseThrow().strings("serial0")).containsExactly("/soc/serial@10000000");
            Node cpu = root.at("/cpus/cpu@1").orElseThrow();
            assertThat(cpu.strings("riscv,isa").getFirst())
                    .startsWith("rv64imafdc_zic")
                    .matches(".*_zihpm_zabha_zacas_zawrs_zfa_zfh_zfhmin_zcb_zba_zbb_zbc_zbkb_zbkx_zbs"
                            + "_sstc_svadu_svinval_svnapot_svpbmt_svvptc");
            assertThat(String.join("_", cpu.strings("riscv,isa-extensions")))
                    .isEqualTo(cpu.strings("riscv,isa").getFirst().replace("rv64imafdc", "i_m_a_f_d_c"));
        }
    }

    @Test
    void aPausedMachineStandsStillAndGoesOnWhereItWas() throws InterruptedException {
        try (Machine machine = bare("1: addi s0, s0, 1\n j 1b\n").build()) {
            machine.start();
            while (machine.instructionsRetired() == 0) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            machine.pause();
            long count = machine.harts().getFirst().x[8];
            long retired = machine.instructionsRetired();
            TimeUnit.MILLISECONDS.sleep(30);
            assertThat(machine.harts().getFirst().x[8]).isEqualTo(count);
            machine.step(2);
            assertThat(machine.instructionsRetired()).isEqualTo(retired + 2);
            machine.resume();
            while (machine.instructionsRetired() <= retired + 2) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            assertThatThrownBy(() -> machine.step(1)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void timeStandsStillUntilEveryPauseIsTakenBack() throws InterruptedException {
        try (Machine machine = bare("1: j 1b\n").build()) {
            machine.start();
            machine.pause();
            machine.pause();
            machine.resume();
            long then = machine.harts().getFirst().csrs.time().value();
            TimeUnit.MILLISECONDS.sleep(2);
            assertThat(machine.harts().getFirst().csrs.time().value()).isEqualTo(then);
            machine.snapshot();
            TimeUnit.MILLISECONDS.sleep(2);
            assertThat(machine.harts().getFirst().csrs.time().value()).isEqualTo(then);
            machine.resume();
            while (machine.harts().getFirst().csrs.time().value() == then) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
    }

    @Test
    void aGuestThatWaitsForEverCanBeStopped() {
        try (Machine machine = bare(" csrw mie, zero\n1: wfi\n j 1b\n").build()) {
            machine.start();
            machine.stop();
            assertThat(machine.end().join()).isEqualTo(new End.Stopped());
        }
    }

    @Test
    void aGuestThatJumpsNowhereTakesTrapsForEverAndHarmsNothing() throws InterruptedException {
        try (Machine machine = bare(" li t0, 0x7fffffffffffff00\n jr t0\n").build()) {
            machine.start();
            while (machine.harts().getFirst().trapsTaken < 10) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            machine.stop();
            assertThat(machine.end().join()).isEqualTo(new End.Stopped());
        }
    }

    @Test
    void theKernelIsGivenARandomSeedThatIsNewAtEveryReset() throws FdtFormatException {
        try (Machine one = bare(POWER_OFF).build();
                Machine other = bare(POWER_OFF).build()) {
            String first = seed(one);
            one.reset();
            assertThat(first).hasSize(2 * 32);
            assertThat(List.of(first, seed(one), seed(other))).doesNotHaveDuplicates();
        }
    }

    @Test
    void deterministicMachinesAreGivenTheSameSeed() throws FdtFormatException {
        try (Machine one = bare(POWER_OFF).deterministic().build();
                Machine other = bare(POWER_OFF).deterministic().build()) {
            assertThat(seed(one)).isEqualTo(seed(other));
        }
    }

    private static String seed(Machine machine) throws FdtFormatException {
        return DeviceTree.read(machine.deviceTree())
                .root()
                .find("chosen")
                .flatMap(chosen -> chosen.property("rng-seed"))
                .map(HexFormat.of()::formatHex)
                .orElseThrow();
    }

    @Test
    void resetStartsAnewFromTheImages() throws InterruptedException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        // Prints a letter from memory, counts it up there, and asks for a reset: a fresh image prints the same again.
        String code =
                " lla t0, letter\n lbu t1, (t0)\n li t2, 0x10000000\n sb t1, (t2)\n addi t1, t1, 1\n sb t1, (t0)\n"
                        + " li t0, 0x100000\n li t1, 0x7777\n sw t1, (t0)\n9: j 9b\n .data\nletter: .byte 'A'\n";
        try (Machine machine =
                bare(code).console(new QueuedConsole(16, printed::write)).build()) {
            machine.start();
            while (printed.size() < 3) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            machine.stop();
            assertThat(printed.toString()).startsWith("AAA");
        }
    }

    @Test
    void nothingIsExecutedBetweenTheRequestForAResetAndTheReset() throws InterruptedException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        String code = " li t2, 0x10000000\n li t1, 'A'\n sb t1, (t2)\n li t0, 0x100000\n li t1, 0x7777\n sw t1, (t0)\n"
                + " li t1, 'X'\n9: sb t1, (t2)\n j 9b\n";
        try (Machine machine =
                bare(code).console(new QueuedConsole(16, printed::write)).build()) {
            machine.start();
            while (machine.resets() < 3) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            machine.stop();
        }
        assertThat(printed.toString()).startsWith("AAA").doesNotContain("X");
    }

    @Test
    void whoStepsAMachineResetsItWhereTheGuestAsksForThat() {
        String code = " ecall\n .align 2\nhandler: li t0, 0x100000\n li t1, 0x7777\n sw t1, (t0)\n9: j 9b\n";
        try (Machine machine =
                bare(" lla t0, handler\n csrw mtvec, t0\n" + code).build()) {
            for (int i = 0; i < 100 && machine.resets() == 0; i++) {
                machine.step(1);
            }
            Hart hart = machine.harts().getFirst();
            assertThat(machine.resets()).isEqualTo(1);
            assertThat(hart.pc).isEqualTo(Board.BOOT_ROM);
            assertThat(hart.instret).isZero();
            assertThat(hart.trapsTaken).as("of the run before").isZero();
            machine.step(3);
            assertThat(hart.instret).isEqualTo(3);
        }
    }

    @Test
    void aDeterministicMachineDoesTheSameEveryTime() {
        // Counts rounds of a loop until the timer says stop: only time from instructions gives the same count twice.
        String code = " li s1, 0x200bff8\n ld s2, (s1)\n li t0, 5000\n add s2, s2, t0\n"
                + "1: addi s0, s0, 1\n ld t0, (s1)\n bltu t0, s2, 1b\n" + POWER_OFF;
        long[] counts = new long[2];
        for (int run = 0; run < 2; run++) {
            try (Machine machine = bare(code).deterministic().build()) {
                assertThat(machine.run()).isEqualTo(new End.PoweredOff());
                counts[run] = machine.harts().getFirst().x[8];
            }
        }
        assertThat(counts[0]).isPositive().isEqualTo(counts[1]);
    }

    @Test
    void aDiskIsLockedWhileTheMachineHasItAndFreeAfterwards() throws IOException {
        Path image = Files.write(folder.resolve("disk"), new byte[4096]);
        try (Machine machine = bare(POWER_OFF).add(new DiskConfig(image, false)).build()) {
            assertThatThrownBy(() ->
                            bare(POWER_OFF).add(new DiskConfig(image, false)).build())
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("in use by another Ravel");
            assertThat(machine.run()).isEqualTo(new End.PoweredOff());
        }
        bare(POWER_OFF).add(new DiskConfig(image, false)).build().close();
    }

    @Test
    void theOnlyOneWhoClosesADiskIsTheMachine() throws IOException {
        Path image = Files.write(folder.resolve("disk"), new byte[4096]);
        Path missing = folder.resolve("missing");
        assertRefused(
                bare(POWER_OFF).add(new DiskConfig(image, false)).add(new DiskConfig(missing, false)),
                new Field.Device(DiskConfig.class, "disk", "file"));
        bare(POWER_OFF).add(new DiskConfig(image, false)).build().close();
    }

    @Test
    void whatCannotBeBuiltIsRefusedInOneLineThatNamesTheField() {
        Path missing = folder.resolve("missing");
        assertRefused(Machine.builder().memory(12345).kernel(program(POWER_OFF)), Field.Part.MEMORY);
        assertRefused(bare(POWER_OFF).cpus(0), Field.Part.HARTS);
        assertRefused(bare(POWER_OFF).cpus(2).deterministic(), Field.Part.HARTS);
        assertRefused(bare(POWER_OFF).engine("none such"), Field.Part.ENGINE);
        assertRefused(Machine.builder().bios(new Bios.None()), Field.Part.FIRMWARE);
        assertRefused(Machine.builder().bios(new Bios.None()).kernel(missing), Field.Part.KERNEL);
        assertRefused(bare(POWER_OFF).initrd(missing), Field.Part.INITRD);
        assertRefused(bare(POWER_OFF).deviceTree(missing), Field.Part.DEVICE_TREE);
        assertRefused(
                bare(POWER_OFF).add(new DiskConfig(missing, true)), new Field.Device(DiskConfig.class, "disk", "file"));
    }

    @Test
    void aKernelWithoutAPlaceInRamIsRefusedByWhatItWasGivenAs() throws IOException {
        String large = POWER_OFF + "\n.bss\n.zero 0x200000\n";
        assertRefused(bare(large).memory(1 << 20), new Field.KernelImage());
        Path file = Files.write(folder.resolve("large.elf"), ElfWriter.write(Assembler.assemble("large.s", large)));
        assertRefused(Machine.builder().bios(new Bios.None()).kernel(file).memory(1 << 20), Field.Part.KERNEL);
    }

    @Test
    void devicesThatDoNotGoTogetherAreRefused() throws IOException {
        Field tag = new Field.Device(ShareConfig.class, "share", "tag");
        assertRefused(
                bare(POWER_OFF).add(new ShareConfig(folder, "a", false)).add(new ShareConfig(folder, "a", true)), tag);
        assertThatThrownBy(() -> new ShareConfig(folder, "a/b", false))
                .isInstanceOfSatisfying(
                        ConfigurationException.class, e -> assertThat(e.field()).isEqualTo(tag));
        assertRefused(
                bare(POWER_OFF).add(new BalloonConfig(1 << 20)).add(new BalloonConfig(1 << 20)),
                new Field.Device(BalloonConfig.class, "balloon", "target"));
        Field network = new Field.Device(NetworkConfig.class, "network", "network");
        NetworkConfig user = new NetworkConfig(new NetworkConfig.Network.User(UserNetworkSettings.DEFAULT));
        assertRefused(bare(POWER_OFF).add(user).add(user), network);
        assertRefused(bare(POWER_OFF).deterministic().add(user), network);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = (InetSocketAddress) taken.getLocalSocketAddress();
            NetworkConfig connected =
                    new NetworkConfig(new NetworkConfig.Network.Socket(new SocketEnd.Connect(address)));
            assertRefused(bare(POWER_OFF).deterministic().add(connected), network);
            NetworkConfig listening =
                    new NetworkConfig(new NetworkConfig.Network.Socket(new SocketEnd.Listen(address)));
            assertRefused(bare(POWER_OFF).add(listening), network);
        }
        MachineBuilder full = bare(POWER_OFF);
        for (int i = 0; i < 7; i++) {
            Path image = Files.write(folder.resolve("disk" + i), new byte[512]);
            full.add(new DiskConfig(image, true));
        }
        assertRefused(full, new Field.Device(DiskConfig.class, "disk", "file"));
    }

    @Test
    void theGuestFindsTheFilesOfItsConfigurationThroughFwCfg() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[] {'f', 'i', 'l', 'e'});
        FwCfgConfig files = new FwCfgConfig(List.of(
                new FwCfgConfig.Item("zz/file", new FwCfgConfig.Content.File(file)),
                new FwCfgConfig.Item("zz/text", new FwCfgConfig.Content.Text("text"))));
        // The two after the three that every machine has.
        String code = " li s0, 0x10100000\n li t0, 0x2300\n sh t0, 8(s0)\n lw s1, (s0)\n"
                + " li t0, 0x2400\n sh t0, 8(s0)\n lw s2, (s0)\n" + POWER_OFF;
        try (Machine machine = bare(code).add(files).build()) {
            assertThat(machine.run()).isEqualTo(new End.PoweredOff());
            assertThat(machine.harts().getFirst().x[9]).isEqualTo(0x656c_6966L);
            assertThat(machine.harts().getFirst().x[18]).isEqualTo(0x7478_6574L);
        }
        Files.delete(file);
        assertRefused(bare(code).add(files), new Field.Device(FwCfgConfig.class, "fw_cfg", "items"));
    }

    private static void assertRefused(MachineBuilder builder, Field field) {
        assertThatThrownBy(builder::build).isInstanceOfSatisfying(ConfigurationException.class, e -> {
            assertThat(e.field()).isEqualTo(field);
            assertThat(e.getMessage())
                    .startsWith(field.label())
                    .doesNotContain("\n")
                    .doesNotContain("--");
            assertThat(e.message("--option")).isEqualTo("--option " + e.detail());
        });
    }
}
