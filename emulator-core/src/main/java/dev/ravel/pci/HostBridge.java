package dev.ravel.pci;

import dev.ravel.device.DeviceRegister;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.util.List;

/** The bridge as it sees itself on its bus, at device 0: QEMU's. */
final class HostBridge implements PciFunction {
    private static final int HOST_BRIDGE = 0x060000;

    private final ConfigurationSpace configuration = new ConfigurationSpace(
            new ConfigurationSpace.Identity(0x1b36, 0x0008, HOST_BRIDGE, 0, 0x1af4, 0x1100),
            List.of(),
            List.of(),
            false);

    @Override
    public ConfigurationSpace configuration() {
        return configuration;
    }

    @Override
    public String name() {
        return "pci-bridge";
    }

    @Override
    public List<DeviceRegister> registers() {
        return configuration.registers();
    }

    @Override
    public void reset() {
        configuration.reset();
    }

    @Override
    public void save(StateWriter out) {
        configuration.save(out);
    }

    @Override
    public void restore(StateReader in) {
        configuration.restore(in);
    }
}
