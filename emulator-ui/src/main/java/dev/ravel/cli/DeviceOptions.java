package dev.ravel.cli;

import dev.ravel.input.InputKind;
import dev.ravel.machine.config.BalloonConfig;
import dev.ravel.machine.config.DeviceConfig;
import dev.ravel.machine.config.DiskConfig;
import dev.ravel.machine.config.DisplayConfig;
import dev.ravel.machine.config.FlashConfig;
import dev.ravel.machine.config.FwCfgConfig;
import dev.ravel.machine.config.InputConfig;
import dev.ravel.machine.config.NetworkConfig;
import dev.ravel.machine.config.ShareConfig;
import dev.ravel.machine.config.VsockConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that add devices: each has the type of the device's record. */
final class DeviceOptions {
    @Option(
            names = "--disk",
            paramLabel = DiskConverter.SYNTAX,
            description = "Add a virtio disk; repeatable, in order.",
            converter = DiskConverter.class)
    private List<DiskConfig> disks = new ArrayList<>();

    @Option(
            names = "--share",
            paramLabel = "DIR[,tag=NAME][,readonly]",
            description =
                    "Share a folder with the guest (9p, by its tag; the debian guest mounts it at /mnt/NAME); repeatable.",
            converter = ShareConverter.class)
    private List<ShareConfig> shares = new ArrayList<>();

    @Option(
            names = "--balloon",
            paramLabel = "on|SIZE",
            description =
                    "Give free memory of the guest back to the host; with SIZE, the guest shall get along with so much.",
            converter = BalloonConverter.class)
    private Optional<BalloonConfig> balloon = Optional.empty();

    @Option(
            names = "--net",
            paramLabel = "user[,hostaccess=on][,hostfwd=tcp:[ADDR:]PORT-[GUESTADDR]:PORT][,mac=ADDR]"
                    + "|socket,listen=[HOST:]PORT|connect=HOST:PORT[,mac=ADDR]|none",
            description =
                    "Put the guest on a network behind the host, which needs no privileges; the default of 'run', but for a"
                            + " deterministic machine, or one without a free slot. hostfwd (tcp or udp, repeatable) makes a port of"
                            + " the host's loopback, or of ADDR, the guest's. socket is a wire to one other machine, Ravel's or"
                            + " QEMU's (-netdev stream).",
            converter = NetConverter.class)
    private Optional<NetworkConfig> network = Optional.empty();

    @Option(
            names = "--vsock",
            paramLabel = VsockConverter.SYNTAX,
            description =
                    "Give the guest sockets to the host (vsock), with N its address, 3 or more. Who connects to the Unix socket and"
                            + " writes 'CONNECT PORT' is at the guest's port; the guest that connects to port P of the host (address"
                            + " 2) is at SOCKET_P. hostfwd and guestfwd (repeatable) do the same with ports of TCP, on loopback"
                            + " unless ADDR is given.",
            converter = VsockConverter.class)
    private Optional<VsockConfig> vsock = Optional.empty();

    @Option(
            names = "--fw-cfg",
            paramLabel = "name=NAME,file=FILE|string=TEXT",
            description = "Give firmware and kernel a file through QEMU's fw_cfg device; repeatable.",
            converter = FwCfgConverter.class)
    private List<FwCfgConfig> fwCfg = new ArrayList<>();

    @Option(
            names = "--pflash",
            paramLabel = FlashConverter.SYNTAX,
            description =
                    "Start what is in this image of flash, 32M large, such as EDK2's code; given again, an image for its"
                            + " variables.",
            converter = FlashConverter.class)
    private List<FlashConfig> flash = new ArrayList<>();

    @Option(
            names = "--display",
            paramLabel = "on|WIDTHxHEIGHT",
            description =
                    "Add a display of so many pixels (on: 1280x800), and a keyboard and a tablet for it if --input names none.",
            converter = DisplayConverter.class)
    private Optional<DisplayConfig> display = Optional.empty();

    @Option(
            names = "--input",
            paramLabel = "keyboard|tablet",
            description = "Add a keyboard, or a pointer with wheel and buttons that says where it is; repeatable.",
            converter = InputConverter.class)
    private List<InputConfig> inputs = new ArrayList<>();

    /** A size in pixels, or one that is usual. */
    static final class DisplayConverter extends DeviceConverter<DisplayConfig> {
        private static final Pattern SIZE = Pattern.compile("(\\d{1,5})x(\\d{1,5})");

        @Override
        DisplayConfig read(String text) {
            if (text.equals("on")) {
                return new DisplayConfig(1280, 800);
            }
            Matcher size = SIZE.matcher(text);
            if (!size.matches()) {
                throw new TypeConversionException("'" + text + "' is no size: write WIDTHxHEIGHT, such as 1280x800");
            }
            return new DisplayConfig(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)));
        }
    }

    /** A kind of input device. */
    static final class InputConverter extends DeviceConverter<InputConfig> {
        @Override
        InputConfig read(String text) {
            return switch (text) {
                case "keyboard" -> new InputConfig(InputKind.KEYBOARD);
                case "tablet" -> new InputConfig(InputKind.TABLET);
                default -> throw new TypeConversionException("'" + text + "' is not known: write keyboard or tablet");
            };
        }
    }

    /** A size, or all of the guest's memory. */
    static final class BalloonConverter extends DeviceConverter<BalloonConfig> {
        @Override
        BalloonConfig read(String text) {
            return new BalloonConfig(text.equals("on") ? Long.MAX_VALUE : new Sizes().convert(text));
        }
    }

    /**
     * All devices, in the order of the guest's slots.
     *
     * @param slots how many there are; if one is left, the machine is on a network even if none was asked for
     */
    List<DeviceConfig> all(int slots) {
        List<InputConfig> people = display.isPresent() && inputs.isEmpty()
                ? Arrays.stream(InputKind.values()).map(InputConfig::new).toList()
                : inputs;
        int taken = disks.size()
                + shares.size()
                + people.size()
                + (display.isPresent() ? 1 : 0)
                + (vsock.isPresent() ? 1 : 0)
                + (balloon.isPresent() ? 1 : 0);
        boolean byDefault = network.isEmpty() && taken < slots;
        Optional<NetworkConfig> connection = byDefault ? Optional.of(NetworkConfig.user()) : network;
        // All files are in one device.
        Optional<FwCfgConfig> files = fwCfg.stream().reduce(FwCfgConfig::and);
        Optional<FlashConfig> banks = flash.stream().reduce(FlashConfig::and);
        return Stream.of(
                        disks.stream(),
                        shares.stream(),
                        balloon.stream(),
                        vsock.stream(),
                        display.stream(),
                        people.stream(),
                        connection.stream(),
                        files.stream(),
                        banks.stream())
                .<DeviceConfig>flatMap(devices -> devices)
                .toList();
    }

    /** How many slots some devices take. */
    static long slots(List<DeviceConfig> devices) {
        return devices.stream()
                .filter(device -> !(device instanceof FwCfgConfig || device instanceof FlashConfig))
                .count();
    }

    /** The option that adds devices of a kind, if there is one. */
    static Optional<String> nameOf(Class<? extends DeviceConfig> kind) {
        return CommandSpec.forAnnotatedObject(new DeviceOptions()).options().stream()
                .filter(option -> List.of(option.auxiliaryTypes()).contains(kind))
                .map(OptionSpec::longestName)
                .findFirst();
    }
}
