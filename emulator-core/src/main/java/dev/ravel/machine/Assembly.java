package dev.ravel.machine;

import dev.ravel.boot.BootImage;
import dev.ravel.boot.BootLayout;
import dev.ravel.boot.BootLayout.Region;
import dev.ravel.boot.ImageException;
import dev.ravel.device.BootRom;
import dev.ravel.device.Clint;
import dev.ravel.device.Device;
import dev.ravel.device.GoldfishRtc;
import dev.ravel.device.Htif;
import dev.ravel.device.Plic;
import dev.ravel.device.TestFinisher;
import dev.ravel.device.TimeCounter;
import dev.ravel.device.Uart;
import dev.ravel.engine.EngineProvider;
import dev.ravel.engine.ExecutionEngine;
import dev.ravel.fdt.DeviceTree;
import dev.ravel.hart.Hart;
import dev.ravel.isa.Cause;
import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.Mmu;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.time.InstructionClock;
import dev.ravel.time.WallClock;
import dev.ravel.virtio.GuestMemory;
import dev.ravel.virtio.VirtioBalloon;
import dev.ravel.virtio.VirtioConsole;
import dev.ravel.virtio.VirtioDevice;
import dev.ravel.virtio.VirtioEntropy;
import dev.ravel.virtio.VirtioMmio;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** The parts of one machine, wired together as the board says. Built once; {@link #reset} puts it at its beginning. */
final class Assembly implements AutoCloseable {
    /** In deterministic machines: nominally one instruction a nanosecond. */
    private static final long INSTRUCTIONS_PER_TICK = 100;

    private static final long DETERMINISTIC_SEED = 0x526176656cL;

    /** Bytes of {@code rng-seed}: a kernel's generator wants 256 bits. */
    private static final int SEED_SIZE = 32;

    private static final int CONSOLE_COLUMNS = 80;
    private static final int CONSOLE_ROWS = 25;

    /** The date in deterministic machines. */
    private static final Instant DETERMINISTIC_EPOCH = Instant.parse("2024-01-01T00:00:00Z");

    private final MachineConfig config;
    private final Images images;
    private final List<MachineDisk> disks;
    private final List<MachineShare> shares;
    private final Optional<VirtioBalloon> balloon;
    private final Ram ram;
    private final Resources resources;
    private final Bus bus;
    private final BoundaryQueue events = new BoundaryQueue();
    private final TimeSource time;
    private final RandomGenerator entropy;
    private final List<Hart> harts = new ArrayList<>();
    private final List<TreeBuilder.BoardDevice> devices = new ArrayList<>();
    private final ExecutionEngine engine;
    private final BootLayout layout;

    /** Made anew by every {@link #reset}. */
    private volatile byte[] deviceTree = {};

    private volatile Owner owner = new Owner() {
        @Override
        public void end(End reason) {}

        @Override
        public void resetRequested() {}
    };

    /** Who decides over the machine's life. Called with the device lock held: it only takes note. */
    interface Owner {
        void end(End reason);

        void resetRequested();
    }

    static Assembly of(MachineConfig config) {
        EngineProvider engine = engineOf(config);
        Images images = Images.load(config);
        Resources resources = new Resources();
        try {
            List<MachineDisk> disks = new ArrayList<>();
            for (MachineConfig.Disk disk : config.disks()) {
                disks.add(resources.add(MachineDisk.open(disk, config.deterministic())));
            }
            List<MachineShare> shares = new ArrayList<>();
            for (MachineConfig.Share share : config.shares()) {
                shares.add(resources.add(MachineShare.open(share, config.deterministic())));
            }
            Ram ram = resources.add(allocate(config.memory()));
            return new Assembly(config, images, disks, shares, ram, engine, resources);
        } catch (ImageException e) {
            resources.close();
            throw new ConfigurationException(e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            resources.close();
            throw e;
        }
    }

    private static Ram allocate(long memory) {
        try {
            return Ram.allocate(Board.RAM, memory);
        } catch (IOException e) {
            String size = memory % (1 << 30) == 0 ? (memory >> 30) + "G" : (memory >> 20) + "M";
            throw new ConfigurationException("--memory " + size + ": " + e.getMessage(), e);
        }
    }

    private static EngineProvider engineOf(MachineConfig config) {
        EngineProvider provider;
        try {
            provider = EngineProvider.named(config.engine());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("--engine " + config.engine() + ": " + e.getMessage(), e);
        }
        if (config.harts() > provider.maxHarts()) {
            throw new ConfigurationException("--engine " + config.engine() + " runs at most " + provider.maxHarts()
                    + (provider.maxHarts() == 1 ? " hart" : " harts") + ", not --cpus " + config.harts());
        }
        return provider;
    }

    private Assembly(
            MachineConfig config,
            Images images,
            List<MachineDisk> disks,
            List<MachineShare> shares,
            Ram ram,
            EngineProvider engineProvider,
            Resources resources)
            throws ImageException {
        this.config = config;
        this.images = images;
        this.disks = disks;
        this.shares = shares;
        this.ram = ram;
        this.resources = resources;
        this.balloon = config.balloonTarget().map(target -> {
            VirtioBalloon device = new VirtioBalloon(new GuestMemory(ram), events);
            device.setTarget(target);
            return device;
        });
        this.bus = new Bus(ram, config.harts());
        this.time = config.deterministic()
                ? new TimeSource.Counted(
                        new InstructionClock(this::retired, INSTRUCTIONS_PER_TICK, DETERMINISTIC_EPOCH))
                : new TimeSource.Wall(new WallClock());
        this.entropy = config.deterministic() ? new SplittableRandom(DETERMINISTIC_SEED) : new SecureRandom();
        TimeCounter counter = new TimeCounter(time.clock(), events);
        for (int id = 0; id < config.harts(); id++) {
            Hart hart = new Hart(id, new Mmu(bus, id), counter);
            hart.setObserver(config.observer());
            harts.add(hart);
        }
        events.setWaker(this::wakeHarts);
        populate(counter);
        this.layout = plan();
        add(
                new BootRom(
                        ResetVector.contents(layout.entry(), layout.deviceTree().address(), layout.dynamicInfo())),
                Board.BOOT_ROM,
                Board.BOOT_ROM_SIZE,
                0);
        attachHtif();
        this.engine = resources.add(engine(engineProvider));
    }

    private ExecutionEngine engine(EngineProvider provider) {
        try {
            return provider.create(bus);
        } catch (UncheckedIOException e) {
            throw new ConfigurationException("--engine " + provider.name() + ": " + e.getCause().getMessage(), e);
        }
    }

    private void populate(TimeCounter counter) {
        List<Clint.HartLines> clintLines = new ArrayList<>();
        List<Plic.HartLines> plicLines = new ArrayList<>();
        for (Hart hart : harts) {
            clintLines.add(new Clint.HartLines(hart.line(Cause.MACHINE_SOFTWARE), hart.line(Cause.MACHINE_TIMER)));
            plicLines.add(new Plic.HartLines(hart.line(Cause.MACHINE_EXTERNAL), hart.line(Cause.SUPERVISOR_EXTERNAL)));
        }
        Plic plic = new Plic(plicLines);
        add(new Clint(counter, clintLines), Board.CLINT, Clint.SIZE, 0);
        add(plic, Board.PLIC, Plic.SIZE, 0);
        add(new TestFinisher(this::finish), Board.FINISHER, TestFinisher.SIZE, 0);
        add(
                new GoldfishRtc(time.clock(), events, plic.source(Board.RTC_IRQ)),
                Board.RTC,
                GoldfishRtc.SIZE,
                Board.RTC_IRQ);
        add(uart(plic), Board.UART, Uart.SIZE, Board.UART_IRQ);
        addVirtio(plic);
    }

    private Uart uart(Plic plic) {
        Uart uart = new Uart(config.console(), events, time.clock(), plic.edgeSource(Board.UART_IRQ));
        if (tohost().isPresent()) {
            uart.yieldInput();
        }
        return uart;
    }

    /**
     * Disks, then shares, then the balloon, from the first slot on, in the order in which they were given; console and
     * entropy in the last two.
     */
    private void addVirtio(Plic plic) {
        List<VirtioDevice> pluggedIn = new ArrayList<>();
        disks.forEach(disk -> pluggedIn.add(disk.device(events)));
        shares.forEach(share -> pluggedIn.add(share.device(events)));
        balloon.ifPresent(pluggedIn::add);
        for (int slot = 0; slot < Board.VIRTIO_SLOTS; slot++) {
            int interrupt = Board.VIRTIO_IRQ + slot;
            Optional<VirtioDevice> virtio = virtioDevice(pluggedIn, slot);
            Device device;
            if (virtio.isPresent()) {
                VirtioMmio transport = new VirtioMmio(virtio.get(), new GuestMemory(ram), plic.source(interrupt));
                transport.setObserver(config.observer());
                device = transport;
            } else {
                device = VirtioMmio.empty();
            }
            add(device, Board.VIRTIO + slot * Board.VIRTIO_SIZE, Board.VIRTIO_SIZE, interrupt);
        }
    }

    private Optional<VirtioDevice> virtioDevice(List<VirtioDevice> pluggedIn, int slot) {
        if (slot == Board.VIRTIO_ENTROPY) {
            return Optional.of(new VirtioEntropy(entropy, events));
        }
        if (slot == Board.VIRTIO_CONSOLE) {
            return Optional.of(new VirtioConsole(
                    config.virtioConsole(), events, new VirtioConsole.Size(CONSOLE_COLUMNS, CONSOLE_ROWS)));
        }
        return slot < pluggedIn.size() ? Optional.of(pluggedIn.get(slot)) : Optional.empty();
    }

    private void add(Device device, long base, long size, int interrupt) {
        bus.map(base, size, device);
        devices.add(new TreeBuilder.BoardDevice(device, bus.find(base, 1), interrupt));
    }

    /** Bare-metal programs that have the symbol {@code tohost} speak HTIF there. */
    private void attachHtif() {
        OptionalLong tohost = tohost();
        if (tohost.isEmpty()) {
            return;
        }
        Htif htif = new Htif(
                config.console(),
                new HtifMemory(ram),
                time.clock(),
                events,
                code -> owner.end(code == 0 ? new End.PoweredOff() : new End.Failed(code)));
        add(htif.tohost(), tohost.getAsLong(), Htif.SIZE, 0);
        bareMetalElf()
                .map(elf -> elf.address("fromhost"))
                .orElse(OptionalLong.empty())
                .ifPresent(address -> add(htif.fromhost(), address, Htif.SIZE, 0));
    }

    private OptionalLong tohost() {
        return bareMetalElf().map(elf -> elf.address("tohost")).orElse(OptionalLong.empty());
    }

    private Optional<BootImage.Elf> bareMetalElf() {
        return config.bios() instanceof Bios.None
                ? images.kernel().filter(BootImage.Elf.class::isInstance).map(BootImage.Elf.class::cast)
                : Optional.empty();
    }

    private void finish(TestFinisher.Request request) {
        switch (request) {
            case TestFinisher.Request.Pass pass -> owner.end(new End.PoweredOff());
            case TestFinisher.Request.Fail fail -> owner.end(new End.Failed(fail.code()));
            case TestFinisher.Request.Reset reset -> owner.resetRequested();
        }
    }

    /** The tree names addresses that depend on the layout, which depends on the tree's size: that is always the same. */
    private BootLayout plan() throws ImageException {
        TreeBuilder.Chosen anywhere = new TreeBuilder.Chosen(
                config.commandLine(),
                images.initrd().length > 0 ? Optional.of(new Region(0, 0)) : Optional.empty(),
                new byte[SEED_SIZE]);
        DeviceTree draft = ownOrGiven();
        TreeBuilder.choose(draft, anywhere);
        return BootLayout.plan(new BootLayout.Request(
                Board.RAM,
                config.memory(),
                images.firmware(),
                images.kernel(),
                images.initrd().length,
                draft.toBlob().length));
    }

    private DeviceTree tree(BootLayout where) {
        byte[] seed = new byte[SEED_SIZE];
        entropy.nextBytes(seed);
        DeviceTree tree = ownOrGiven();
        TreeBuilder.choose(tree, new TreeBuilder.Chosen(config.commandLine(), where.initrd(), seed));
        return tree;
    }

    private DeviceTree ownOrGiven() {
        Optional<Region> reserved = images.firmwareSize() > 0
                ? Optional.of(new Region(Board.RAM, images.firmwareSize()))
                : Optional.empty();
        if (images.deviceTree().isPresent()) {
            DeviceTree given = images.deviceTree().get();
            reserved.ifPresent(region -> TreeBuilder.describeFirmware(given.root(), region));
            return given;
        }
        return TreeBuilder.describe(new TreeBuilder.Facts(config.harts(), config.memory(), devices, reserved));
    }

    void connect(Owner newOwner) {
        owner = newOwner;
    }

    /** As after power-on. No hart runs meanwhile. */
    void reset() {
        bus.deviceLock().lock();
        try {
            devices.forEach(d -> d.device().reset());
        } finally {
            bus.deviceLock().unlock();
        }
        time.keepAcross(() -> harts.forEach(hart -> hart.reset(Board.BOOT_ROM)));
        deviceTree = tree(layout).toBlob();
        layout.load(ram, images.initrd(), deviceTree);
    }

    void wakeHarts() {
        harts.forEach(Hart::requestAttention);
    }

    void pauseTime() {
        time.pause();
    }

    void resumeTime() {
        time.resume();
    }

    private long retired() {
        return harts.isEmpty() ? 0 : harts.getFirst().instret;
    }

    Optional<VirtioBalloon> balloon() {
        return balloon;
    }

    List<Hart> harts() {
        return Collections.unmodifiableList(harts);
    }

    Bus bus() {
        return bus;
    }

    BoundaryQueue events() {
        return events;
    }

    TimeSource timeSource() {
        return time;
    }

    ExecutionEngine engine() {
        return engine;
    }

    BootLayout layout() {
        return layout;
    }

    byte[] deviceTree() {
        return deviceTree;
    }

    @Override
    public void close() {
        // First the disks, whose requests in flight still report to their devices.
        resources.close();
        devices.forEach(d -> d.device().close());
    }
}
