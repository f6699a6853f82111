package dev.ravel.machine.config;

import dev.ravel.net.vsock.HostVsock;
import dev.ravel.net.vsock.VsockSettings;
import dev.ravel.virtio.VirtioVsock;
import java.io.IOException;
import java.util.List;

/**
 * Sockets between guest and host (vsock). A machine has one such device at most, a deterministic one none: what comes from the host, and
 * when, is never twice the same.
 */
public record VsockConfig(VsockSettings settings) implements DeviceConfig {
    private static final Field SETTINGS = new Field.Device(VsockConfig.class, "vsock", "settings");

    @Override
    public void check(List<DeviceConfig> before) {
        if (before.stream().anyMatch(VsockConfig.class::isInstance)) {
            throw new ConfigurationException(SETTINGS, "given twice: a machine has one address only");
        }
    }

    @Override
    public void attach(Backplane board) {
        if (board.deterministic()) {
            throw new ConfigurationException(
                    SETTINGS, "cid=" + settings.cid() + ": a deterministic machine has no sockets; leave it out");
        }
        HostVsock host;
        try {
            host = HostVsock.open(settings);
        } catch (IOException e) {
            throw new ConfigurationException(SETTINGS, "cid=" + settings.cid() + ": " + e.getMessage(), e);
        }
        board.virtio(SETTINGS, new VirtioVsock(board.own(host), settings.cid(), board.events()));
    }
}
