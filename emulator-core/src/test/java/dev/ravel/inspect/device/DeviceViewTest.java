package dev.ravel.inspect.device;

import static dev.ravel.memory.LittleEndian.HALFWORD;
import static dev.ravel.memory.LittleEndian.WORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.ravel.device.DeviceRegister;
import dev.ravel.engine.EveryEngine;
import dev.ravel.engine.TestEngine;
import dev.ravel.inspect.MachineWatch;
import dev.ravel.inspect.Programs;
import dev.ravel.inspect.Symbols;
import dev.ravel.inspect.device.RequestView.Stage;
import dev.ravel.inspect.step.Goal;
import dev.ravel.inspect.step.StepResult;
import dev.ravel.inspect.step.Stepper;
import dev.ravel.machine.Machine;
import dev.ravel.machine.config.DiskConfig;
import dev.ravel.observe.Observer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices, their registers and queues, as a driver in assembly brings them about, and as memory gone wild has them. */
class DeviceViewTest {
    private static final int MANY = 2000;
    private static final long DISK = 0x1000_1000L;
    private static final int SECTOR = 512;

    /** Sets the disk up with a split ring of 4, makes a request for sector 2 available, notifies, and waits for its end. */
    private static final String READ = """
            _start:
                li s0, 0x10001000
                sw zero, 0x70(s0)
                li t0, 3
                sw t0, 0x70(s0)
                li t0, 1
                sw t0, 0x24(s0)
                sw t0, 0x20(s0)
                li t0, 11
                sw t0, 0x70(s0)
                sw zero, 0x30(s0)
                li t0, 4
                sw t0, 0x38(s0)
                la t0, descriptors
                sw t0, 0x80(s0)
                la s1, available
                sw s1, 0x90(s0)
                la s2, used
                sw s2, 0xa0(s0)
                li t1, 1
                sw t1, 0x44(s0)
                li t0, 15
                sw t0, 0x70(s0)
                # Three descriptors: the header, a sector, the status.
                la t0, descriptors
                la t1, header
                sd t1, (t0)
                la t1, data
                sd t1, 16(t0)
                la t1, status
                sd t1, 32(t0)
            set_up:
                li t0, 1
                sh t0, 2(s1)
            waits:
                sw zero, 0x50(s0)
            done:
                lhu t0, 2(s2)
                beqz t0, done
            answered:
                j answered
                .balign 16
            header:
                .word 0, 0
                .dword 2
            descriptors:
                .dword 0
                .word 16
                .half 1, 1
                .dword 0
                .word 512
                .half 3, 2
                .dword 0
                .word 1
                .half 2, 0
                .dword 0, 0
            available:
                .half 0, 0, 0, 0, 0, 0, 0
                .balign 4
            used:
                .half 0, 0
                .zero 32
                .half 0
            status:
                .byte 0xff
                .balign 8
            data:
                .zero 512
            """;

    @TempDir
    Path folder;

    private Path disk;

    @BeforeEach
    void makeDisk() throws IOException {
        byte[] content = new byte[8 * SECTOR];
        System.arraycopy("second sector".getBytes(StandardCharsets.US_ASCII), 0, content, 2 * SECTOR, 13);
        disk = Files.write(folder.resolve("disk.img"), content);
    }

    private Machine machine(String engine) {
        return Programs.bare(READ)
                .engine(engine)
                .add(new DiskConfig(disk, true))
                .deterministic()
                .build();
    }

    private static long address(Machine machine, String symbol) {
        return Symbols.of(machine).address(symbol).orElseThrow();
    }

    private static void stepTo(Machine machine, String symbol) {
        long address = address(machine, symbol);
        for (int i = 0; machine.harts().getFirst().pc != address; i++) {
            assertThat(i).as("steps to " + symbol).isLessThan(MANY);
            machine.step(1);
        }
    }

    private static DeviceView device(Machine machine, String name) {
        return DeviceView.of(machine).stream()
                .filter(device -> device.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static QueueView queue(Machine machine) {
        return device(machine, "virtio-blk").virtio().orElseThrow().queues().getFirst();
    }

    private static void put(Machine machine, long address, int value, int size) {
        long offset = address - machine.ram().base();
        if (size == 2) {
            machine.ram().segment().set(HALFWORD, offset, (short) value);
        } else {
            machine.ram().segment().set(WORD, offset, value);
        }
    }

    @EveryEngine(variations = {})
    void aRequestIsFollowedFromTheRingThroughTheDeviceAndBack(TestEngine engine) {
        try (Machine machine = machine(engine.name())) {
            assertThat(queue(machine).ready()).isFalse();
            assertThat(queue(machine).words()).startsWith("not in use, at most ");
            DeviceWatch watch = DeviceWatch.of(machine, 64);

            stepTo(machine, "set_up");
            VirtioView virtio = device(machine, "virtio-blk").virtio().orElseThrow();
            assertThat(virtio.status()).containsExactly("ACKNOWLEDGE", "DRIVER", "DRIVER_OK", "FEATURES_OK");
            assertThat(virtio.features()).containsExactly("VERSION_1");
            assertThat(queue(machine).words()).isEqualTo("split, 4 descriptors, 0 in the device, 0 waiting");
            assertThat(queue(machine).descriptors())
                    .containsExactly(
                            new QueueView.Descriptor(0, address(machine, "header"), 16, List.of("NEXT"), 1),
                            new QueueView.Descriptor(1, address(machine, "data"), 512, List.of("NEXT", "WRITE"), 2),
                            new QueueView.Descriptor(2, address(machine, "status"), 1, List.of("WRITE"), 0));

            stepTo(machine, "waits");
            RequestView waiting = queue(machine).requests().getFirst();
            assertThat(waiting.stage()).isEqualTo(new Stage.Waiting());
            assertThat(waiting.words()).isEqualTo("IN sector 2, 1 sector (512 bytes)");
            assertThat(waiting.buffers())
                    .extracting(RequestView.Buffer::address, RequestView.Buffer::length, RequestView.Buffer::written)
                    .containsExactly(
                            tuple(address(machine, "header"), 16L, false),
                            tuple(address(machine, "data"), 512L, true),
                            tuple(address(machine, "status"), 1L, true));
            assertThat(queue(machine).available()).containsExactly(new QueueView.Available(0, 0, false));
            assertThat(watch.requestsSeen()).isZero();

            machine.step(1);
            assertThat(queue(machine).requests()).extracting(RequestView::stage).containsExactly(new Stage.Taken());
            assertThat(watch.requests()).singleElement().satisfies(seen -> {
                assertThat(seen.device()).isEqualTo("virtio-blk");
                assertThat(seen.base()).isEqualTo(DISK);
                assertThat(seen.request().stage()).isEqualTo(new Stage.Taken());
            });

            stepTo(machine, "answered");
            assertThat(queue(machine).requests()).isEmpty();
            assertThat(queue(machine).available()).containsExactly(new QueueView.Available(0, 0, true));
            assertThat(queue(machine).used()).containsExactly(new QueueView.Used(0, 0, 513));
            assertThat(watch.requests()).singleElement().satisfies(seen -> {
                assertThat(seen.request().stage()).isEqualTo(new Stage.Used(513));
                assertThat(seen.request().words()).isEqualTo("IN sector 2, 1 sector (512 bytes): OK");
                assertThat(seen.request().buffers().get(1).preview())
                        .isEqualTo("73 65 63 6f 6e 64 20 73 65 63 74 6f 72 00 00 00  second sector...");
            });
            assertThat(watch.accesses(DeviceView.of(machine)))
                    .last()
                    .extracting(DeviceAccess::device, DeviceAccess::register, DeviceAccess::write)
                    .containsExactly("virtio-blk", "QueueNotify", true);
            watch.close();
            assertThat(machine.harts().getFirst().observer()).isEqualTo(Observer.NONE);
        }
    }

    @Test
    void registersHaveTheSpecificationsNamesAndLookingAtThemChangesNothing() {
        try (Machine machine = machine("interp")) {
            stepTo(machine, "waits");
            List<DeviceView> first = DeviceView.of(machine);
            assertThat(DeviceView.of(machine)).isEqualTo(first);
            assertThat(first).extracting(DeviceView::name).contains("clint", "plic", "uart", "rtc", "virtio-blk");
            assertThat(first)
                    .filteredOn(DeviceView::present)
                    .extracting(DeviceView::name)
                    .contains("virtio-blk", "finisher")
                    .doesNotContain("virtio-slot");
            DeviceView disk = device(machine, "virtio-blk");
            assertThat(disk.base()).isEqualTo(DISK);
            assertThat(disk.interrupt()).hasValue(1);
            assertThat(disk.registers())
                    .contains(
                            DeviceRegister.of("DeviceID", 8, 4, 2),
                            DeviceRegister.of("Status", 0x70, 4, 15),
                            DeviceRegister.of("QueueSize", 0x38, 4, 4),
                            DeviceRegister.of("QueueDescLow", 0x80, 4, address(machine, "descriptors")),
                            DeviceRegister.writeOnly("QueueNotify", 0x50, 4));
            assertThat(disk.registerAt(0x73)).isEqualTo("Status");
            assertThat(disk.registerAt(0x108)).isEqualTo("Config+0x8");
            assertThat(disk.registerAt(0x3c)).isEqualTo("+0x3c");
            assertThat(device(machine, "uart").registers())
                    .contains(DeviceRegister.of("LSR", 5, 1, 0x60), DeviceRegister.of("IIR/FCR", 2, 1, 1));
        }
    }

    /** What each device says that it would read is what a hart then reads, where reading has no effect. */
    @Test
    void aRegistersValueIsTheOneThatAHartReads() {
        try (Machine machine = machine("interp")) {
            stepTo(machine, "waits");
            for (String name : List.of("plic", "clint", "uart", "virtio-blk")) {
                DeviceView device = device(machine, name);
                for (DeviceRegister register : device.registers()) {
                    if (register.value().isPresent() && !register.name().matches(".*(Sel|DriverFeatures|Queue(D).*)")) {
                        long address = device.base() + register.offset();
                        long read = machine.bus()
                                .read(machine.bus().find(address, register.size()), address, register.size());
                        assertThat(OptionalLong.of(read))
                                .as(name + " " + register.name())
                                .isEqualTo(register.value());
                    }
                }
            }
        }
    }

    @Test
    void aChainThatGoesInCirclesIsShownUpToThat() {
        try (Machine machine = machine("interp")) {
            stepTo(machine, "waits");
            long descriptors = address(machine, "descriptors");
            put(machine, descriptors + 16 + 14, 0, 2);
            RequestView request = queue(machine).requests().getFirst();
            assertThat(request.broken()).hasValue("a descriptor chain is a loop, or too long");
            assertThat(request.words()).isEqualTo("no request");
            assertThat(request.buffers()).hasSize(4);
        }
    }

    @Test
    void aChainThatLeavesTheTableOrMemoryIsShownUpToThat() {
        try (Machine machine = machine("interp")) {
            stepTo(machine, "waits");
            long descriptors = address(machine, "descriptors");
            put(machine, descriptors + 14, 77, 2);
            assertThat(queue(machine).requests().getFirst().broken()).hasValue("descriptor 77 is outside a table of 4");
            assertThat(queue(machine).requests().getFirst().buffers()).hasSize(1);
            put(machine, descriptors + 14, 1, 2);
            put(machine, descriptors + 16 + 4, -1, 4);
            assertThat(queue(machine).requests().getFirst().broken().orElseThrow())
                    .contains("are not in memory");
            assertThat(queue(machine).requests().getFirst().buffers().get(1).content())
                    .isEmpty();
            put(machine, descriptors + 16 + 4, 0, 4);
            put(machine, descriptors + 12, 4, 2);
            assertThat(queue(machine).requests().getFirst().broken())
                    .hasValue("an indirect descriptor was not agreed on");
            put(machine, address(machine, "available") + 4, 9999, 2);
            assertThat(queue(machine).requests().getFirst().broken())
                    .hasValue("descriptor 9999 is outside a table of 4");
        }
    }

    @Test
    void anIndexThatRanAwayIsToldAndNothingIsReadOfIt() {
        try (Machine machine = machine("interp")) {
            stepTo(machine, "waits");
            put(machine, address(machine, "available") + 2, 5, 2);
            put(machine, address(machine, "used") + 2, 9, 2);
            QueueView queue = queue(machine);
            assertThat(queue.torn()).hasValue("the available ring's index went from 0 to 5 in a queue of 4");
            assertThat(queue.requests()).isEmpty();
            put(machine, address(machine, "available") + 2, 1, 2);
            assertThat(queue(machine).torn()).hasValue("the used ring's index is 9, not the device's 0");
        }
    }

    @Test
    void whatTheDeviceThenSaysOfAWildRingIsWhatWasShown() {
        try (Machine machine = machine("interp")) {
            stepTo(machine, "waits");
            put(machine, address(machine, "descriptors") + 14, 77, 2);
            String shown = queue(machine).requests().getFirst().broken().orElseThrow();
            machine.step(1);
            VirtioView virtio = device(machine, "virtio-blk").virtio().orElseThrow();
            assertThat(virtio.state().fault()).hasValue(shown);
            assertThat(virtio.status()).contains("DEVICE_NEEDS_RESET");
        }
    }

    @Test
    void whatIsExecutedAgainAfterSteppingBackIsToldOnce() {
        try (Machine machine = machine("interp");
                DeviceWatch watch = DeviceWatch.of(machine, 64)) {
            Stepper stepper = Stepper.of(machine);
            assertThat(stepper.forwardTo(new Goal.Address(address(machine, "answered")), MANY))
                    .isInstanceOf(StepResult.Found.class);
            long accesses = watch.accessesSeen();
            assertThat(watch.requestsSeen()).isOne();
            long there = stepper.position();
            stepper.goTo(0);
            stepper.goTo(there);
            assertThat(watch.requestsSeen()).isOne();
            assertThat(watch.accessesSeen()).isEqualTo(accesses);
            assertThat(watch.requests())
                    .singleElement()
                    .satisfies(seen -> assertThat(seen.request().stage()).isEqualTo(new Stage.Used(SECTOR + 1)));
        }
    }

    @Test
    void othersWatchAtTheSameTime() {
        try (Machine machine = machine("interp");
                MachineWatch exits = MachineWatch.of(machine, 0);
                DeviceWatch one = DeviceWatch.of(machine, 1);
                DeviceWatch other = DeviceWatch.of(machine, 1)) {
            stepTo(machine, "answered");
            assertThat(one.accessesSeen()).isPositive().isEqualTo(other.accessesSeen());
            assertThat(one.requestsSeen()).isOne().isEqualTo(other.requestsSeen());
            assertThat(exits.exits()).isNotEmpty();
        }
    }
}
