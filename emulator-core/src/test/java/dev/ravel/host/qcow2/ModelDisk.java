package dev.ravel.host.qcow2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.host.BlockBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** What a disk must hold, as bytes, and what each sector may hold after a crash: what was flushed, or anything later. */
final class ModelDisk {
    private static final int SECTOR = BlockBackend.SECTOR_SIZE;

    private final byte[] bytes;
    private final Map<Integer, List<byte[]>> possible = new HashMap<>();
    private final RandomGenerator random;

    ModelDisk(byte[] bytes, RandomGenerator random) {
        this.bytes = bytes;
        this.random = random;
        Arrays.setAll(new int[bytes.length / SECTOR], i -> {
            possible.put(i, new ArrayList<>(List.of(sector(i))));
            return i;
        });
    }

    private byte[] sector(int index) {
        return Arrays.copyOfRange(bytes, index * SECTOR, (index + 1) * SECTOR);
    }

    /** Does something to both, sectors as a guest would. */
    void step(BlockBackend disk) throws IOException {
        int sectors = bytes.length / SECTOR;
        int first = random.nextInt(sectors);
        int count = 1 + random.nextInt(Math.min(sectors - first, random.nextInt(4) == 0 ? sectors : 8));
        int offset = first * SECTOR;
        int length = count * SECTOR;
        switch (random.nextInt(12)) {
            case 0 -> {
                disk.flush();
                flushed();
            }
            case 1 -> {
                disk.discard(offset, length);
                takeOver(disk, first, count);
            }
            case 2, 3 -> {
                Arrays.fill(bytes, offset, offset + length, (byte) 0);
                remember(first, count);
                disk.writeZeroes(offset, length, random.nextBoolean());
            }
            case 4 -> equalsThatOf(disk);
            default -> {
                byte[] data = new byte[length];
                random.nextBytes(data);
                System.arraycopy(data, 0, bytes, offset, length);
                remember(first, count);
                disk.write(offset, ByteBuffer.wrap(data));
            }
        }
    }

    /** A discarded sector may hold anything; what it holds now, or zeroes, or what it held. */
    private void takeOver(BlockBackend disk, int first, int count) throws IOException {
        ByteBuffer now = ByteBuffer.allocate(count * SECTOR);
        disk.read((long) first * SECTOR, now);
        System.arraycopy(now.array(), 0, bytes, first * SECTOR, count * SECTOR);
        remember(first, count);
    }

    private void remember(int first, int count) {
        for (int i = first; i < first + count; i++) {
            possible.get(i).add(sector(i));
        }
    }

    void flushed() {
        possible.replaceAll((i, versions) -> new ArrayList<>(List.of(sector(i))));
    }

    void equalsThatOf(BlockBackend disk) throws IOException {
        assertThat(all(disk)).isEqualTo(bytes);
    }

    /** After a crash. */
    void allows(BlockBackend disk) throws IOException {
        byte[] there = all(disk);
        for (int i = 0; i < bytes.length / SECTOR; i++) {
            byte[] now = Arrays.copyOfRange(there, i * SECTOR, (i + 1) * SECTOR);
            assertThat(possible.get(i)).as("sector %s", i).anyMatch(version -> Arrays.equals(version, now));
        }
    }

    byte[] bytes() {
        return bytes;
    }

    static byte[] all(BlockBackend disk) throws IOException {
        // Outside of the Java heap, as a device's are.
        ByteBuffer there = ByteBuffer.allocateDirect((int) disk.size());
        disk.read(0, there);
        byte[] bytes = new byte[there.capacity()];
        there.flip().get(bytes);
        return bytes;
    }
}
