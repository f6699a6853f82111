package dev.ravel.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is expected here is what a program that reads the device finds on QEMU's {@code virt}, but for the files added. */
class FwCfgTest {
    private static final byte[] LARGE = new byte[200_000];
    private static final int STRUCTURE = 0x100;
    private static final int TARGET = 0x1000;

    static {
        new Random(7).nextBytes(LARGE);
    }

    private final ArrayMemory memory = new ArrayMemory(1 << 20);
    private final FwCfg device = new FwCfg(
            memory,
            3,
            Map.of("opt/b", "hello".getBytes(StandardCharsets.US_ASCII), "opt/a", LARGE),
            Optional.of(new FwCfg.Start(new byte[] {1, 2, 3}, Optional.empty(), Optional.of("quiet"))));

    private void select(int key) {
        device.write(FwCfg.SELECTOR, 2, Short.reverseBytes((short) key) & 0xffff);
    }

    private byte[] bytes(int count) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            out.write((int) device.read(FwCfg.DATA, 1));
        }
        return out.toByteArray();
    }

    private byte[] item(int key, int count) {
        select(key);
        return bytes(count);
    }

    private int key(String name) {
        ByteBuffer directory = ByteBuffer.wrap(item(FwCfg.FILE_DIR, 4 + 64 * FwCfg.FILE_SLOTS));
        int count = directory.getInt();
        for (int i = 0; i < count; i++) {
            byte[] field = new byte[56];
            directory.get(4 + 64 * i + 8, field);
            if (new String(field, StandardCharsets.US_ASCII).trim().equals(name)) {
                return directory.getShort(4 + 64 * i + 4);
            }
        }
        throw new AssertionError(name + " is not in the directory");
    }

    /** Starts an access with two writes; returns what is left in its control field. */
    private int access(int control, int length, long target) {
        ByteBuffer.wrap(memory.bytes(), STRUCTURE, 16)
                .putInt(control)
                .putInt(length)
                .putLong(target);
        device.write(FwCfg.DMA_ADDRESS, 4, 0);
        device.write(FwCfg.DMA_ADDRESS + 4, 4, Integer.reverseBytes(STRUCTURE));
        return ByteBuffer.wrap(memory.bytes()).getInt(STRUCTURE);
    }

    /** The numbers are those of {@code fw_cfg.h} in QEMU's and EDK2's sources. */
    @Test
    void whatIsToBeStartedHasItemsOfItsOwn() {
        assertThat(item(0x08, 4)).containsExactly(3, 0, 0, 0);
        assertThat(item(0x11, 4)).containsExactly(1, 2, 3, 0);
        assertThat(item(0x14, 4)).containsExactly(6, 0, 0, 0);
        assertThat(item(0x15, 6)).containsExactly('q', 'u', 'i', 'e', 't', 0);
        assertThat(item(0x0b, 4)).as("no initial RAM disk").containsExactly(0, 0, 0, 0);
    }

    @Test
    void itemsAreReadByteAfterByteAndThenAsZeros() {
        assertThat(item(FwCfg.SIGNATURE, 6)).containsExactly('Q', 'E', 'M', 'U', 0, 0);
        assertThat(item(FwCfg.SIGNATURE | 0x4000, 4)).containsExactly('Q', 'E', 'M', 'U');
        assertThat(item(FwCfg.SIGNATURE | 0x8000, 4)).containsOnly(0);
        assertThat(item(FwCfg.ID, 4)).containsExactly(3, 0, 0, 0);
        assertThat(item(FwCfg.NB_CPUS, 2)).containsExactly(3, 0);
        assertThat(item(0x7f, 2)).containsOnly(0);
    }

    @Test
    void aWideReadIsTheSameBytesInTheirOrder() {
        select(FwCfg.SIGNATURE);
        assertThat(device.read(FwCfg.DATA, 8)).isEqualTo(0x554d_4551L);
        select(FwCfg.SIGNATURE);
        assertThat(device.read(FwCfg.DATA, 2)).isEqualTo(0x4551);
        assertThat(device.read(FwCfg.DATA, 4)).isEqualTo(0x554d);
        assertThat(device.read(FwCfg.DMA_ADDRESS, 8)).isEqualTo(0x4746_4320_554d_4551L);
        assertThat(device.read(FwCfg.DMA_ADDRESS + 4, 4)).isEqualTo(0x4746_4320L);
    }

    @Test
    void theDirectoryListsFilesByName() {
        assertThat(item(FwCfg.FILE_DIR, 4)).containsExactly(0, 0, 0, 5);
        assertThat(bytes(8)).containsExactly(0, 0, 0, 0, 0, FwCfg.FILE_FIRST, 0, 0);
        assertThat(new String(bytes(14), StandardCharsets.US_ASCII)).isEqualTo("bios-geometry\0");
        assertThat(item(key("etc/boot-fail-wait"), 5)).containsExactly(-1, -1, -1, -1, 0);
        assertThat(item(key("opt/b"), 6)).containsExactly('h', 'e', 'l', 'l', 'o', 0);
        assertThat(key("opt/b")).isEqualTo(key("opt/a") + 1);
    }

    @Test
    void dmaCopiesAnItemAndZerosAfterItsEnd() {
        Arrays.fill(memory.bytes(), (byte) 0x55);
        int control = FwCfg.DMA_SELECT | FwCfg.DMA_READ | key("opt/a") << 16;
        assertThat(access(control, LARGE.length + 10, TARGET)).isZero();
        assertThat(Arrays.copyOfRange(memory.bytes(), TARGET, TARGET + LARGE.length))
                .isEqualTo(LARGE);
        assertThat(Arrays.copyOfRange(memory.bytes(), TARGET + LARGE.length, TARGET + LARGE.length + 10))
                .containsOnly(0);
        assertThat(memory.bytes()[TARGET + LARGE.length + 10]).isEqualTo((byte) 0x55);
    }

    @Test
    void dmaSkipsAndGoesOnWhereTheItemWasLeft() {
        assertThat(access(FwCfg.DMA_SELECT | FwCfg.DMA_SKIP | key("opt/b") << 16, 2, 0))
                .isZero();
        assertThat(access(FwCfg.DMA_READ, 2, TARGET)).isZero();
        assertThat(Arrays.copyOfRange(memory.bytes(), TARGET, TARGET + 2)).containsExactly('l', 'l');
        assertThat(bytes(2)).containsExactly('o', 0);
    }

    @Test
    void dmaThatWritesOrLeavesMemoryIsAnErrorAndTheItemStays() {
        int item = key("opt/b") << 16;
        assertThat(access(FwCfg.DMA_SELECT | FwCfg.DMA_WRITE | item, 2, TARGET)).isEqualTo(FwCfg.DMA_ERROR);
        assertThat(access(FwCfg.DMA_SELECT | FwCfg.DMA_READ | item, 5, (1 << 20) - 4))
                .isEqualTo(FwCfg.DMA_ERROR);
        assertThat(access(FwCfg.DMA_SELECT | FwCfg.DMA_READ | item, -1, -8)).isEqualTo(FwCfg.DMA_ERROR);
        device.write(FwCfg.DMA_ADDRESS, 8, -1);
        assertThat(item(key("opt/b"), 5)).containsExactly('h', 'e', 'l', 'l', 'o');
    }

    @Test
    void aRestoredDeviceGoesOnInTheMiddleOfAnItem() {
        select(key("opt/b"));
        bytes(3);
        SavedState state = SavedState.of(device);
        device.reset();
        assertThat(bytes(1)).containsExactly('Q');
        device.restore(state);
        assertThat(bytes(3)).containsExactly('l', 'o', 0);
    }
}
