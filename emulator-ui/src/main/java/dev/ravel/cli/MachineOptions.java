package dev.ravel.cli;

import dev.ravel.engine.EngineProvider;
import dev.ravel.machine.config.VirtioBus;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say what machine it is. */
final class MachineOptions {
    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description = "RAM: 512M, 2G, ... (default: ${DEFAULT-VALUE})",
            defaultValue = "512M",
            converter = Sizes.class)
    long memory;

    @Option(names = "--cpus", paramLabel = "N", description = "Harts (default: ${DEFAULT-VALUE}).", defaultValue = "1")
    int cpus;

    @Option(
            names = "--virtio",
            paramLabel = "mmio|pci",
            description = "How virtio devices are attached (default: ${DEFAULT-VALUE}).",
            defaultValue = "mmio",
            converter = BusConverter.class)
    VirtioBus virtio = VirtioBus.MMIO;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description = "What executes instructions (default: ${DEFAULT-VALUE}).")
    String engine = EngineProvider.preferred().name();

    /** Reads {@code mmio} and {@code pci}. */
    static final class BusConverter implements ITypeConverter<VirtioBus> {
        @Override
        public VirtioBus convert(String text) {
            return switch (text) {
                case "mmio" -> VirtioBus.MMIO;
                case "pci" -> VirtioBus.PCI;
                default -> throw new TypeConversionException("'" + text + "' is not known: write mmio or pci");
            };
        }
    }
}
