package dev.ravel.machine.board;

import dev.ravel.boot.BootImage;
import dev.ravel.boot.BootLayout;
import dev.ravel.boot.BootLayout.Region;
import dev.ravel.boot.DynamicInfo;
import dev.ravel.boot.ImageException;
import dev.ravel.device.BootRom;
import dev.ravel.device.Clint;
import dev.ravel.device.Device;
import dev.ravel.device.Flash;
import dev.ravel.device.GoldfishRtc;
import dev.ravel.device.Htif;
import dev.ravel.device.Plic;
import dev.ravel.device.TestFinisher;
import dev.ravel.device.Uart;
import dev.ravel.engine.EngineProvider;
import dev.ravel.engine.ExecutionEngine;
import dev.ravel.fdt.DeviceTree;
import dev.ravel.hart.Hart;
import dev.ravel.host.posix.HostEntropy;
import dev.ravel.interrupt.InterruptLine;
import dev.ravel.isa.Cause;
import dev.ravel.machine.config.Bios;
import dev.ravel.machine.config.Board;
import dev.ravel.machine.config.ConfigurationException;
import dev.ravel.machine.config.Field;
import dev.ravel.machine.config.FlashConfig;
import dev.ravel.machine.config.MachineConfig;
import dev.ravel.machine.config.VirtioBus;
import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.Mmu;
import dev.ravel.pci.PciHost;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.time.InstructionClock;
import dev.ravel.time.TimeCounter;
import dev.ravel.time.WallClock;
import dev.ravel.virtio.GuestMemory;
import dev.ravel.virtio.VirtioDevice;
import dev.ravel.virtio.VirtioMmio;
import dev.ravel.virtio.VirtioPci;
import dev.ravel.virtio.VirtioTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** The parts of one machine, wired together as the board says. Built once; {@link #reset} puts it at its beginning. */
public final class Assembly implements AutoCloseable {
    /** In deterministic machines: nominally one instruction a nanosecond. */
    private static final long INSTRUCTIONS_PER_TICK = 100;

    private static final long DETERMINISTIC_SEED = 0x526176656cL;

    /** Bytes of {@code rng-seed}: a kernel's generator wants 256 bits. */
    private static final int SEED_SIZE = 32;

    /** The date in deterministic machines. */
    private static final Instant DETERMINISTIC_EPOCH = Instant.parse("2024-01-01T00:00:00Z");

    private final MachineConfig config;
    private final Images images;
    private final Ram ram;
    private final Resources resources;
    private final Bus bus;
    private final BoundaryQueue events = new BoundaryQueue();
    private final TimeSource time;
    private final RandomGenerator entropy;
    private final List<Hart> harts = new ArrayList<>();
    private final List<TreeBuilder.BoardDevice> devices = new ArrayList<>();
    private final Plugboard plugboard;
    private final ExecutionEngine engine;
    private final BootLayout layout;

    /** Made anew by every {@link #reset}. */
    private volatile byte[] deviceTree = {};

    private volatile Owner owner = new Owner() {
        @Override
        public void poweredOff() {}

        @Override
        public void failed(long code) {}

        @Override
        public void resetRequested() {}
    };

    /** Who decides over the machine's life. Called with the device lock held: it only takes note. */
    public interface Owner {
        /** The guest switched the machine off. */
        void poweredOff();

        /**
         * The guest reported failure.
         *
         * @param code the whole of the guest's code
         */
        void failed(long code);

        /** The guest asks for a reset of everything. */
        void resetRequested();
    }

    /**
     * Opens, allocates and wires up everything.
     *
     * @throws ConfigurationException if that cannot be done; nothing is left open then
     */
    public static Assembly of(MachineConfig config) {
        EngineProvider engine = engineOf(config);
        Images images = Images.load(config);
        Resources resources = new Resources();
        try {
            Ram ram = resources.add(allocate(config.memory()));
            return new Assembly(config, images, ram, engine, resources);
        } catch (ImageException e) {
            resources.close();
            throw Images.refused(config, e);
        } catch (RuntimeException | Error e) {
            resources.close();
            throw e;
        }
    }

    private static Ram allocate(long memory) {
        try {
            return Ram.allocate(Board.RAM, memory, new Ram.Shadow(Board.FLASH, Flash.SIZE));
        } catch (IOException e) {
            String size = memory % (1 << 30) == 0 ? (memory >> 30) + "G" : (memory >> 20) + "M";
            throw new ConfigurationException(Field.Part.MEMORY, size + ": " + e.getMessage(), e);
        }
    }

    private static EngineProvider engineOf(MachineConfig config) {
        EngineProvider provider;
        try {
            provider = EngineProvider.named(config.engine());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(Field.Part.ENGINE, config.engine() + ": " + e.getMessage(), e);
        }
        if (config.harts() > provider.maxHarts()) {
            throw new ConfigurationException(
                    Field.Part.HARTS,
                    config.harts() + ": engine " + config.engine() + " runs at most " + provider.maxHarts()
                            + (provider.maxHarts() == 1 ? " hart" : " harts"));
        }
        return provider;
    }

    private Assembly(MachineConfig config, Images images, Ram ram, EngineProvider engineProvider, Resources resources)
            throws ImageException {
        this.config = config;
        this.images = images;
        this.ram = ram;
        this.resources = resources;
        this.bus = new Bus(ram, config.harts());
        this.time = config.deterministic()
                ? new TimeSource.Counted(
                        new InstructionClock(this::retired, INSTRUCTIONS_PER_TICK, DETERMINISTIC_EPOCH))
                : new TimeSource.Wall(new WallClock());
        this.entropy = config.deterministic() ? new SeededEntropy(DETERMINISTIC_SEED) : HostEntropy.ofHost();
        TimeCounter counter = new TimeCounter(time.clock(), events);
        for (int id = 0; id < config.harts(); id++) {
            Hart hart = new Hart(id, new Mmu(bus, id), counter);
            hart.setObserver(config.observer());
            harts.add(hart);
        }
        events.setWaker(this::wakeHarts);
        this.plugboard = new Plugboard(
                new Plugboard.Surroundings(config.harts(), ram, events, entropy, resources, config.deterministic()),
                config.virtioBus(),
                (device, base, size) -> add(device, base, size, 0));
        populate(counter);
        this.layout = plan();
        add(bootRom(), Board.BOOT_ROM, Board.BOOT_ROM_SIZE, 0);
        attachHtif();
        this.engine = resources.add(engine(engineProvider));
    }

    /** Code in flash takes the kernel's place: firmware starts it, or the machine itself without firmware. */
    private BootRom bootRom() {
        boolean flash = FlashConfig.startsFlash(config.devices());
        boolean firmware = !(config.bios() instanceof Bios.None);
        return new BootRom(ResetVector.contents(
                flash && !firmware ? Board.FLASH : layout.entry(),
                layout.deviceTree().address(),
                flash && firmware ? DynamicInfo.supervisor(Board.FLASH) : layout.dynamicInfo()));
    }

    private ExecutionEngine engine(EngineProvider provider) {
        try {
            return provider.create(bus);
        } catch (UncheckedIOException e) {
            throw new ConfigurationException(
                    Field.Part.ENGINE,
                    provider.name() + ": "
                            + Objects.requireNonNull(e.getCause()).getMessage(),
                    e);
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
        attachDevices(plic);
    }

    private Uart uart(Plic plic) {
        Uart uart = new Uart(config.console(), events, time.clock(), plic.edgeSource(Board.UART_IRQ));
        if (tohost().isPresent()) {
            uart.yieldInput();
        }
        return uart;
    }

    /** Has every configured device plug itself in; a virtio slot that none takes is empty. */
    private void attachDevices(Plic plic) {
        config.devices().forEach(device -> device.attach(plugboard));
        boolean slots = config.virtioBus() == VirtioBus.MMIO;
        for (int slot = 0; slot < Board.VIRTIO_SLOTS; slot++) {
            int interrupt = Board.VIRTIO_IRQ + slot;
            Optional<VirtioDevice> virtio = slots ? plugboard.slot(slot) : Optional.empty();
            Device device = virtio.<Device>map(
                            one -> watched(new VirtioMmio(one, new GuestMemory(ram), plic.source(interrupt))))
                    .orElseGet(VirtioMmio::empty);
            add(device, Board.VIRTIO + slot * Board.VIRTIO_SIZE, Board.VIRTIO_SIZE, interrupt);
        }
        attachPci(plic, slots ? List.of() : plugboard.virtio().toList());
    }

    private void attachPci(Plic plic, List<VirtioDevice> virtio) {
        List<InterruptLine> lines = IntStream.range(Board.PCI_IRQ, Board.PCI_IRQ + PciHost.LINES)
                .mapToObj(plic::source)
                .toList();
        PciHost host = new PciHost(
                new PciHost.Addresses(
                        new PciHost.Range(Board.PCI_IO, Board.PCI_IO_SIZE),
                        new PciHost.Range(Board.PCI_MEMORY, Board.PCI_MEMORY_SIZE),
                        new PciHost.Range(Board.pciHighMemory(ram.size()), Board.PCI_HIGH_MEMORY_SIZE)),
                lines);
        for (int i = 0; i < virtio.size(); i++) {
            // The host bridge is in slot 0.
            host.plug(i + 1, watched(new VirtioPci(virtio.get(i), new GuestMemory(ram))));
        }
        add(host, Board.PCI, PciHost.SIZE, Board.PCI_IRQ);
        host.windows()
                .forEach(window -> add(
                        window.device(), window.range().base(), window.range().size(), 0));
    }

    private <T extends VirtioTransport> T watched(T transport) {
        transport.setObserver(config.observer());
        return transport;
    }

    private void add(Device device, long base, long size, int interrupt) {
        devices.add(new TreeBuilder.BoardDevice(device, bus.map(base, size, device), interrupt));
    }

    /**
     * The devices that are wired to the PLIC, by the number of their source; of an empty virtio slot there is none, and of several
     * on the PCI bus that share one, the first.
     */
    public SortedMap<Integer, Bus.Window> interruptSources() {
        SortedMap<Integer, Bus.Window> sources = new TreeMap<>();
        for (TreeBuilder.BoardDevice one : devices) {
            Device device = one.window().device();
            boolean wired = one.interrupt() != 0
                    && !(device instanceof PciHost)
                    && !device.name().equals(VirtioMmio.empty().name());
            if (wired) {
                sources.put(one.interrupt(), one.window());
            }
            for (Device.Behind behind : device.behind()) {
                behind.line()
                        .ifPresent(line -> sources.putIfAbsent(
                                one.interrupt() + line,
                                new Bus.Window(one.window().base() + behind.offset(), behind.size(), behind.device())));
            }
        }
        return sources;
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
                new Htif.Places(tohost.getAsLong(), doubleword("fromhost")),
                time.clock(),
                events,
                code -> {
                    if (code == 0) {
                        owner.poweredOff();
                    } else {
                        owner.failed(code);
                    }
                });
        add(htif, tohost.getAsLong(), Htif.SIZE, 0);
    }

    private OptionalLong tohost() {
        return doubleword("tohost");
    }

    /** The address of a symbol of a bare-metal program, if a doubleword of RAM is there. */
    private OptionalLong doubleword(String symbol) {
        OptionalLong address = bareMetalElf().map(elf -> elf.address(symbol)).orElse(OptionalLong.empty());
        return address.isPresent() && ram.contains(address.getAsLong(), Long.BYTES) ? address : OptionalLong.empty();
    }

    private Optional<BootImage.Elf> bareMetalElf() {
        return config.bios() instanceof Bios.None
                ? images.kernel().filter(BootImage.Elf.class::isInstance).map(BootImage.Elf.class::cast)
                : Optional.empty();
    }

    private void finish(TestFinisher.Request request) {
        switch (request) {
            case TestFinisher.Request.Pass pass -> owner.poweredOff();
            case TestFinisher.Request.Fail fail -> owner.failed(fail.code());
            case TestFinisher.Request.Reset reset -> owner.resetRequested();
        }
    }

    /** The tree names addresses that depend on the layout, which depends on the tree's size: that is always the same. */
    private BootLayout plan() throws ImageException {
        TreeBuilder.Chosen anywhere = new TreeBuilder.Chosen(
                config.commandLine(),
                images.initrd().byteSize() > 0 ? Optional.of(new Region(0, 0)) : Optional.empty(),
                new byte[SEED_SIZE]);
        DeviceTree draft = ownOrGiven();
        TreeBuilder.choose(draft, anywhere);
        return BootLayout.plan(new BootLayout.Request(
                Board.RAM,
                config.memory(),
                images.firmware(),
                images.kernel(),
                images.initrd().byteSize(),
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

    /** From now on this owner is told. */
    public void connect(Owner newOwner) {
        owner = newOwner;
    }

    /** As after power-on. No hart runs meanwhile. */
    public void reset() {
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

    /** What must be the same in two machines for a snapshot of one to be put into the other: by name, in words. */
    Map<String, String> identity() {
        Map<String, String> identity = new LinkedHashMap<>();
        identity.put("memory", ram.size() + " bytes");
        identity.put("harts", Integer.toString(harts.size()));
        identity.put("time", config.deterministic() ? "counted in instructions" : "the host's");
        identity.put("ISA", String.join("_", IsaDescription.extensions()));
        for (Bus.Window window : bus.windows()) {
            identity.put(
                    "the device at 0x" + Long.toHexString(window.base()),
                    window.device().identity());
        }
        return identity;
    }

    /** Writes what belongs to no part. */
    void saveMachine(StateWriter out) {
        out.put("skippedTicks", time.skipped());
        out.put("entropy", entropy instanceof SeededEntropy seeded ? seeded.state() : 0);
        out.put("deviceTree", deviceTree);
    }

    /** Reads back what {@link #saveMachine} wrote. */
    void restoreMachine(StateReader in) {
        time.restoreSkipped(in.get("skippedTicks"));
        if (entropy instanceof SeededEntropy seeded) {
            seeded.restore(in.get("entropy"));
        }
        deviceTree = in.getBytes("deviceTree");
    }

    /** Whether time is the count of instructions. */
    public boolean isDeterministic() {
        return config.deterministic();
    }

    /** Makes every hart that waits look around. */
    public void wakeHarts() {
        harts.forEach(Hart::requestAttention);
    }

    /** Stops the machine's time. */
    public void pauseTime() {
        time.pause();
    }

    /** Lets it go on. */
    public void resumeTime() {
        time.resume();
    }

    private long retired() {
        return harts.isEmpty() ? 0 : harts.getFirst().instret;
    }

    /** The virtio devices of a kind, by their slots. */
    public <T extends VirtioDevice> List<T> virtios(Class<T> kind) {
        return plugboard.virtio().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The harts, by number. */
    public List<Hart> harts() {
        return Collections.unmodifiableList(harts);
    }

    /** The physical address space. */
    public Bus bus() {
        return bus;
    }

    /** What is to happen at an instruction boundary. */
    public BoundaryQueue events() {
        return events;
    }

    /** The machine's time. */
    public TimeSource timeSource() {
        return time;
    }

    /** What executes instructions. */
    public ExecutionEngine engine() {
        return engine;
    }

    /** Where everything was placed. */
    public BootLayout layout() {
        return layout;
    }

    /** The tree that the guest is given, as a blob. */
    public byte[] deviceTree() {
        return deviceTree;
    }

    @Override
    public void close() {
        // First the disks, whose requests in flight still report to their devices.
        resources.close();
        devices.forEach(d -> d.device().close());
    }
}
