package dev.ravel.virtio;

import java.util.Arrays;
import java.util.Optional;

/** The commands of 2D mode (virtio 1.3, 5.7.6.7: {@code enum virtio_gpu_ctrl_type}). */
public enum GpuCommand {
    GET_DISPLAY_INFO(0x0100, 0),
    RESOURCE_CREATE_2D(0x0101, 16),
    RESOURCE_UNREF(0x0102, 8),
    SET_SCANOUT(0x0103, 24),
    RESOURCE_FLUSH(0x0104, 24),
    TRANSFER_TO_HOST_2D(0x0105, 32),
    RESOURCE_ATTACH_BACKING(0x0106, 8),
    RESOURCE_DETACH_BACKING(0x0107, 8),
    GET_EDID(0x010a, 8),
    UPDATE_CURSOR(0x0300, 32),
    MOVE_CURSOR(0x0301, 32);

    /** Bytes of {@code struct virtio_gpu_ctrl_hdr}. */
    public static final int HEADER = 24;

    private final int number;
    private final int size;

    GpuCommand(int number, int size) {
        this.number = number;
        this.size = size;
    }

    /** The header's type. */
    public int number() {
        return number;
    }

    /** Bytes after the header, at least. */
    int size() {
        return size;
    }

    /** The command of a type, if there is one. */
    public static Optional<GpuCommand> of(int number) {
        return Arrays.stream(values())
                .filter(command -> command.number == number)
                .findAny();
    }
}
