package dev.ravel.machine.config;

import dev.ravel.virtio.VirtioEntropy;

/** A source of random bytes, which every machine has. */
public record EntropyConfig() implements DeviceConfig {
    @Override
    public void attach(Backplane board) {
        board.virtio(Board.VIRTIO_ENTROPY, new VirtioEntropy(board.entropy(), board.events()));
    }
}
