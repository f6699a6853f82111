package dev.ravel.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.device.SavedState;
import dev.ravel.display.Cursor;
import dev.ravel.display.Edid;
import dev.ravel.display.Picture;
import dev.ravel.display.Rectangle;
import dev.ravel.display.Screen;
import dev.ravel.display.Size;
import dev.ravel.memory.Ram;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.virtio.GuestDriver.Piece;
import dev.ravel.virtio.GuestDriver.Used;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class VirtioGpuTest {
    private static final int B8G8R8X8 = 2;
    private static final int OK = GpuRenderer.OK_NODATA;
    private static final int RED = 0xffff_0000;
    private static final int BLACK = 0xff00_0000;
    private static final int EVENTS_READ = VirtioMmio.CONFIG;
    private static final int EVENTS_CLEAR = VirtioMmio.CONFIG + 4;
    private static final int CONFIGURATION_CHANGED = 2;

    private final BoundaryQueue events = new BoundaryQueue();
    private final Ram ram = GuestDriver.newRam();
    private VirtioGpu gpu = new VirtioGpu(new GuestMemory(ram), Runnable::run, events, new Size(1280, 800));
    private GuestDriver driver = new GuestDriver(gpu, ram);
    private GuestDriver.Queue control = driver.new Queue(0, 64);
    private GuestDriver.Queue cursor = driver.new Queue(1, 16);

    @BeforeEach
    void start() {
        connect(GuestDriver.ALL_RING_FEATURES | 1L << VirtioGpu.F_EDID);
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private void connect(long features) {
        driver.negotiate(features);
        control = driver.new Queue(0, 64);
        cursor = driver.new Queue(1, 16);
        driver.ready();
        events.runDue(0);
    }

    private static ByteBuffer message(GpuCommand command, int... fields) {
        ByteBuffer out = ByteBuffer.allocate(GpuCommand.HEADER + 4 * fields.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, command.number())
                .position(GpuCommand.HEADER);
        for (int field : fields) {
            out.putInt(field);
        }
        return out;
    }

    /** Has a queue's request carried out; the response, which is no longer than it says. */
    private ByteBuffer respond(GuestDriver.Queue queue, byte[] message, int room) {
        Piece response = driver.in(room);
        queue.add(driver.out(message), response);
        queue.kick();
        events.runDue(0);
        List<Used> used = queue.takeUsed();
        assertThat(used).hasSize(1);
        return ByteBuffer.wrap(
                        Arrays.copyOf(driver.get(response), used.getFirst().length()))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private int run(GpuCommand command, int... fields) {
        ByteBuffer response = respond(control, message(command, fields).array(), 24);
        assertThat(response.capacity()).isEqualTo(24);
        return response.getInt(0);
    }

    private void must(GpuCommand command, int... fields) {
        assertThat(run(command, fields)).isEqualTo(OK);
    }

    /** Memory with pixels that is a resource's backing, in two pieces. */
    private long back(int id, int... pixels) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * pixels.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(pixels);
        long address = driver.out(bytes.array()).address();
        int half = pixels.length / 2 * 4;
        must(
                GpuCommand.RESOURCE_ATTACH_BACKING,
                id,
                2,
                (int) address,
                0,
                half,
                0,
                (int) address + half,
                0,
                4 * pixels.length - half,
                0);
        return address;
    }

    private static int[] pixels(int count, int value) {
        int[] out = new int[count];
        Arrays.fill(out, value);
        return out;
    }

    private void transferAndFlush(int id, int x, int y, int width, int height, long offset) {
        must(GpuCommand.TRANSFER_TO_HOST_2D, x, y, width, height, (int) offset, (int) (offset >>> 32), id, 0);
        must(GpuCommand.RESOURCE_FLUSH, x, y, width, height, id, 0);
    }

    private Picture picture() {
        return gpu.screen().picture().orElseThrow();
    }

    @Test
    void theDisplaySaysHowLargeItIsAndWhatItIs() {
        ByteBuffer info = respond(control, message(GpuCommand.GET_DISPLAY_INFO).array(), 408);
        assertThat(info.capacity()).isEqualTo(24 + 16 * 24);
        assertThat(info.getInt(0)).isEqualTo(GpuRenderer.OK_DISPLAY_INFO);
        assertThat(info.getInt(32)).isEqualTo(1280);
        assertThat(info.getInt(36)).isEqualTo(800);
        assertThat(info.getInt(40)).as("enabled").isEqualTo(1);
        assertThat(info.getInt(48 + 16)).as("no second one").isZero();
        ByteBuffer edid = respond(control, message(GpuCommand.GET_EDID, 0, 0).array(), 1056);
        assertThat(edid.getInt(0)).isEqualTo(GpuRenderer.OK_EDID);
        assertThat(edid.getInt(24)).isEqualTo(128);
        byte[] block = Arrays.copyOfRange(edid.array(), 32, 32 + 128);
        assertThat(block).isEqualTo(Edid.of(new Size(1280, 800)));
        assertThat(driver.read(VirtioMmio.CONFIG + 8)).as("scanouts").isEqualTo(1);
        assertThat(driver.read(VirtioMmio.CONFIG + 12)).as("capability sets").isZero();
    }

    @ParameterizedTest
    @CsvSource({"1280, 800", "640, 480", "1, 1", "3840, 2160", "4095, 4095"})
    void anEdidAddsUpToZeroAndItsTimingHasTheSize(int width, int height) {
        byte[] edid = Edid.of(new Size(width, height));
        int sum = 0;
        for (byte b : edid) {
            sum += b;
        }
        assertThat(sum & 0xff).isZero();
        assertThat((edid[56] & 0xff) | (edid[58] & 0xf0) << 4).isEqualTo(width);
        assertThat((edid[59] & 0xff) | (edid[61] & 0xf0) << 4).isEqualTo(height);
        assertThat((edid[54] & 0xff) | (edid[55] & 0xff) << 8).as("clock").isPositive();
    }

    @Test
    void withoutTheFeatureThereIsNoEdid() {
        connect(GuestDriver.ALL_RING_FEATURES);
        assertThat(run(GpuCommand.GET_EDID, 0, 0)).isEqualTo(GpuRenderer.ERR_UNSPEC);
    }

    @Test
    void whatIsTransferredAndFlushedIsShown() {
        List<Rectangle> changes = new ArrayList<>();
        Screen.View view = gpu.screen().open(() -> {});
        must(GpuCommand.RESOURCE_CREATE_2D, 1, B8G8R8X8, 4, 3);
        long memory = back(1, pixels(12, 0x11_2233));
        must(GpuCommand.SET_SCANOUT, 0, 0, 4, 3, 0, 1);
        transferAndFlush(1, 0, 0, 4, 3, 0);
        assertThat(picture()).isEqualTo(new Picture(4, 3, pixels(12, 0xff11_2233)));
        view.look((seen, width, height, changed) -> changes.add(changed));
        driver.putInt(memory + 4 * 6, 0xff_0000);
        transferAndFlush(1, 2, 1, 1, 1, 4 * 6);
        view.look((seen, width, height, changed) -> changes.add(changed));
        view.look((seen, width, height, changed) -> changes.add(changed));
        assertThat(changes).containsExactly(new Rectangle(0, 0, 4, 3), new Rectangle(2, 1, 1, 1));
        assertThat(picture().pixel(2, 1)).isEqualTo(RED);
        assertThat(Arrays.stream(picture().pixels()).filter(p -> p == RED)).hasSize(1);
    }

    @Test
    void memoryThatIsNotTransferredIsNotShownAndATransferThatIsNotFlushedNeither() {
        must(GpuCommand.RESOURCE_CREATE_2D, 1, B8G8R8X8, 2, 2);
        back(1, pixels(4, 0xff_0000));
        must(GpuCommand.SET_SCANOUT, 0, 0, 2, 2, 0, 1);
        must(GpuCommand.RESOURCE_FLUSH, 0, 0, 2, 2, 1, 0);
        assertThat(picture().pixels()).containsOnly(BLACK);
        must(GpuCommand.TRANSFER_TO_HOST_2D, 0, 0, 2, 2, 0, 0, 1, 0);
        assertThat(picture().pixels()).containsOnly(BLACK);
        must(GpuCommand.RESOURCE_FLUSH, 0, 1, 2, 1, 1, 0);
        assertThat(picture().pixels()).containsExactly(BLACK, BLACK, RED, RED);
    }

    @Test
    void aScanoutShowsAPartOfAResourceAndAnotherResourceAtOnce() {
        must(GpuCommand.RESOURCE_CREATE_2D, 1, B8G8R8X8, 4, 4);
        int[] numbered = new int[16];
        Arrays.setAll(numbered, i -> i);
        back(1, numbered);
        must(GpuCommand.TRANSFER_TO_HOST_2D, 0, 0, 4, 4, 0, 0, 1, 0);
        must(GpuCommand.SET_SCANOUT, 1, 2, 2, 2, 0, 1);
        assertThat(picture()).isEqualTo(new Picture(2, 2, new int[] {BLACK | 9, BLACK | 10, BLACK | 13, BLACK | 14}));
        must(GpuCommand.RESOURCE_CREATE_2D, 2, B8G8R8X8, 1, 1);
        must(GpuCommand.SET_SCANOUT, 0, 0, 1, 1, 0, 2);
        assertThat(picture()).isEqualTo(new Picture(1, 1, new int[] {BLACK}));
        // Not on the screen any more.
        must(GpuCommand.RESOURCE_FLUSH, 0, 0, 4, 4, 1, 0);
        assertThat(picture().width()).isEqualTo(1);
        must(GpuCommand.RESOURCE_UNREF, 2, 0);
        assertThat(gpu.screen().picture()).isEmpty();
        must(GpuCommand.SET_SCANOUT, 0, 0, 0, 0, 0, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 030201",
        "2, 030201",
        "3, 020304",
        "4, 020304",
        "67, 010203",
        "134, 010203",
        "68, 040302",
        "121, 040302"
    })
    void everyFormatHasItsBytesInTheOrderOfItsName(int format, String colours) {
        must(GpuCommand.RESOURCE_CREATE_2D, 1, format, 1, 1);
        // Bytes 1, 2, 3, 4 in memory.
        back(1, 0x0403_0201);
        must(GpuCommand.SET_SCANOUT, 0, 0, 1, 1, 0, 1);
        transferAndFlush(1, 0, 0, 1, 1, 0);
        assertThat(picture().pixel(0, 0)).isEqualTo(BLACK | Integer.parseInt(colours, 16));
    }

    @Test
    void aFenceComesBackWithTheResponse() {
        ByteBuffer request = message(GpuCommand.RESOURCE_UNREF, 99, 0);
        request.putInt(4, 1).putLong(8, 0x1234_5678_9abcL).putInt(16, 7);
        ByteBuffer response = respond(control, request.array(), 24);
        assertThat(response.getInt(0)).isEqualTo(GpuRenderer.ERR_INVALID_RESOURCE_ID);
        assertThat(response.getInt(4)).isEqualTo(1);
        assertThat(response.getLong(8)).isEqualTo(0x1234_5678_9abcL);
        assertThat(response.getInt(16)).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({
        // No name 0, none twice, no such format, sizes.
        "0x0101, 0x1203, 0 2 4 4",
        "0x0101, 0x1203, 1 2 4 4",
        "0x0101, 0x1205, 2 0 4 4",
        "0x0101, 0x1205, 2 5 4 4",
        "0x0101, 0x1205, 2 2 0 4",
        "0x0101, 0x1205, 2 2 4 -1",
        "0x0101, 0x1205, 2 2 8193 1",
        "0x0101, 0x1201, 2 2 8192 8192",
        "0x0102, 0x1203, 9 0",
        // x y width height scanout resource
        "0x0103, 0x1202, 0 0 4 4 1 1",
        "0x0103, 0x1202, 0 0 4 4 -1 1",
        "0x0103, 0x1203, 0 0 4 4 0 9",
        "0x0103, 0x1205, 0 0 5 4 0 1",
        "0x0103, 0x1205, 1 0 4 4 0 1",
        "0x0103, 0x1205, 0 0 0 4 0 1",
        "0x0103, 0x1205, 2147483647 0 4 4 0 1",
        "0x0103, 0x1205, -4 0 4 4 0 1",
        "0x0103, 0x1205, 4 0 -4 4 0 1",
        // x y width height resource
        "0x0104, 0x1203, 0 0 4 4 9 0",
        "0x0104, 0x1205, 0 0 4 5 1 0",
        "0x0104, 0x1205, 0 1 4 2147483647 1 0",
        // x y width height offset resource
        "0x0105, 0x1203, 0 0 4 4 0 0 9 0",
        "0x0105, 0x1203, 0 0 4 4 0 0 2 0",
        "0x0105, 0x1205, 0 0 4 5 0 0 1 0",
        "0x0105, 0x1205, 0 0 4 4 4 0 1 0",
        "0x0105, 0x1205, 0 0 1 1 64 0 1 0",
        "0x0105, 0x1205, 0 0 4 4 -1 -1 1 0",
        "0x0105, 0x1205, 0 0 4 4 -1 2147483647 1 0",
        // resource entries, address of two words, length
        "0x0106, 0x1203, 9 0",
        "0x0106, 0x1200, 1 0",
        "0x0106, 0x1205, 2 -1",
        "0x0106, 0x1205, 2 16385",
        "0x0106, 0x1205, 2 1",
        "0x0106, 0x1205, 2 1 0 0 16 0",
        "0x0106, 0x1205, 2 1 -16 -1 32 0",
        "0x0106, 0x1205, 2 1 -2147483648 0 -1 0",
        "0x0107, 0x1203, 9 0",
        "0x0107, 0x1203, 2 0",
        // Scanout of an EDID, a display's capability sets, 3D, nonsense.
        "0x010a, 0x1202, 1 0",
        "0x0108, 0x1200, 0 0",
        "0x0200, 0x1200, 0 0",
        "0xdead, 0x1200, 0 0",
        // Too short.
        "0x0101, 0x1205, 2 2 4",
        "0x0105, 0x1205, 0 0 4 4 0 0",
    })
    void whatIsWrongIsRefusedWithItsResponseAndChangesNothing(String type, String response, String fields) {
        must(GpuCommand.RESOURCE_CREATE_2D, 1, B8G8R8X8, 4, 4);
        back(1, pixels(16, 0xff_0000));
        if (!type.equals("0x0101")) {
            must(GpuCommand.RESOURCE_CREATE_2D, 2, B8G8R8X8, 4, 4);
        }
        must(GpuCommand.SET_SCANOUT, 0, 0, 4, 4, 0, 1);
        transferAndFlush(1, 0, 0, 4, 4, 0);
        int[] numbers = Arrays.stream(fields.split(" "))
                .mapToInt(field -> (int) Long.parseLong(field))
                .toArray();
        ByteBuffer request = message(GpuCommand.GET_EDID, numbers).putInt(0, Integer.decode(type));
        assertThat(respond(control, request.array(), 24).getInt(0)).isEqualTo(Integer.decode(response));
        assertThat(driver.needsReset()).isFalse();
        assertThat(picture().pixels()).hasSize(16).containsOnly(RED);
    }

    @Test
    void aHeaderThatIsCutOffAndAResponseWithoutRoomAreRefused() {
        assertThat(respond(control, new byte[23], 24).getInt(0)).isEqualTo(GpuRenderer.ERR_UNSPEC);
        ByteBuffer info = respond(control, message(GpuCommand.GET_DISPLAY_INFO).array(), 100);
        assertThat(info.getInt(0)).isEqualTo(GpuRenderer.ERR_UNSPEC);
        control.add(driver.out(message(GpuCommand.GET_DISPLAY_INFO).array()), driver.in(23));
        control.kick();
        assertThat(driver.needsReset()).isTrue();
    }

    @Test
    void whatAGuestMayHaveOfTheHostIsBounded() {
        int id = 1;
        // 32 MiB each.
        while (run(GpuCommand.RESOURCE_CREATE_2D, id, B8G8R8X8, 4096, 2048) == OK) {
            id++;
            driver.recycle();
        }
        assertThat(id - 1).isEqualTo(4);
        must(GpuCommand.RESOURCE_UNREF, 1, 0);
        for (id = 10; run(GpuCommand.RESOURCE_CREATE_2D, id, B8G8R8X8, 1, 1) == OK; id++) {
            driver.recycle();
        }
        assertThat(id).isLessThan(2000);
        int[] most = new int[2 + 4 * GpuRenderer.MOST_ENTRIES];
        most[1] = GpuRenderer.MOST_ENTRIES;
        for (int i = 0; i < GpuRenderer.MOST_ENTRIES; i++) {
            most[2 + 4 * i] = (int) GuestDriver.BASE;
            most[4 + 4 * i] = 4096;
        }
        int attached = 0;
        for (id = 10; id < 100; id++) {
            driver.recycle();
            most[0] = id;
            int response = run(GpuCommand.RESOURCE_ATTACH_BACKING, most);
            if (response != OK) {
                assertThat(response).isEqualTo(GpuRenderer.ERR_OUT_OF_MEMORY);
                break;
            }
            attached++;
        }
        assertThat(attached).isEqualTo(16);
        must(GpuCommand.RESOURCE_UNREF, 10, 0);
        most[0] = 30;
        must(GpuCommand.RESOURCE_ATTACH_BACKING, most);
    }

    @Test
    void aDetachedResourceKeepsItsPixelsAndTransfersNoMore() {
        must(GpuCommand.RESOURCE_CREATE_2D, 1, B8G8R8X8, 1, 1);
        back(1, 0xff_0000);
        must(GpuCommand.TRANSFER_TO_HOST_2D, 0, 0, 1, 1, 0, 0, 1, 0);
        must(GpuCommand.RESOURCE_DETACH_BACKING, 1, 0);
        assertThat(run(GpuCommand.TRANSFER_TO_HOST_2D, 0, 0, 1, 1, 0, 0, 1, 0))
                .isEqualTo(GpuRenderer.ERR_INVALID_RESOURCE_ID);
        must(GpuCommand.SET_SCANOUT, 0, 0, 1, 1, 0, 1);
        assertThat(picture().pixel(0, 0)).isEqualTo(RED);
    }

    @Test
    void theGuestIsToldOfAnotherSizeUntilItHasSeenTheEvent() {
        gpu.setSize(new Size(640, 480));
        assertThat(driver.read(EVENTS_READ)).isZero();
        events.runDue(0);
        assertThat(driver.read(EVENTS_READ)).isEqualTo(1);
        assertThat(driver.read(VirtioMmio.INTERRUPT_STATUS) & CONFIGURATION_CHANGED)
                .isNotZero();
        ByteBuffer info = respond(control, message(GpuCommand.GET_DISPLAY_INFO).array(), 408);
        assertThat(info.getInt(32)).isEqualTo(640);
        driver.write(EVENTS_READ, 0);
        driver.write(EVENTS_CLEAR, 2);
        assertThat(driver.read(EVENTS_READ)).isEqualTo(1);
        driver.write(EVENTS_CLEAR, 1);
        assertThat(driver.read(EVENTS_READ)).isZero();
        gpu.setSize(new Size(640, 480));
        events.runDue(0);
        assertThat(driver.read(EVENTS_READ)).as("it is that size").isZero();
    }

    private void makeCursor(int id) {
        must(GpuCommand.RESOURCE_CREATE_2D, id, 1, 64, 64);
        int[] image = new int[64 * 64];
        // One opaque pixel in the corner, and one that is half through beside it; the rest cannot be seen.
        image[0] = RED;
        image[1] = 0x8080_0000;
        back(id, image);
        must(GpuCommand.TRANSFER_TO_HOST_2D, 0, 0, 64, 64, 0, 0, id, 0);
    }

    /** As Linux does: with no room for a response. */
    private void runCursor(GpuCommand command, int... fields) {
        cursor.add(driver.out(message(command, fields).array()));
        cursor.kick();
        events.runDue(0);
        assertThat(cursor.takeUsed()).hasSize(1).allMatch(used -> used.length() == 0);
    }

    @Test
    void thePointerIsOverThePictureMovesAndGoes() {
        must(GpuCommand.RESOURCE_CREATE_2D, 1, B8G8R8X8, 100, 100);
        must(GpuCommand.SET_SCANOUT, 0, 0, 100, 100, 0, 1);
        makeCursor(2);
        runCursor(GpuCommand.UPDATE_CURSOR, 0, 10, 20, 0, 2, 3, 4, 0);
        Cursor seen = gpu.screen().cursor().orElseThrow();
        assertThat(List.of(seen.x(), seen.y(), seen.image().hotX(), seen.image().hotY()))
                .containsExactly(10, 20, 3, 4);
        assertThat(picture().pixel(10, 20)).isEqualTo(RED);
        assertThat(picture().pixel(11, 20)).isEqualTo(0xff80_0000);
        assertThat(picture().pixel(12, 20)).isEqualTo(BLACK);
        runCursor(GpuCommand.MOVE_CURSOR, 0, 99, 99, 0, 0, 0, 0, 0);
        assertThat(picture().pixel(99, 99)).isEqualTo(RED);
        assertThat(picture().pixel(10, 20)).isEqualTo(BLACK);
        runCursor(GpuCommand.MOVE_CURSOR, 0, -1, 5, 0, 0, 0, 0, 0);
        assertThat(picture().pixel(0, 5)).isEqualTo(0xff80_0000);
        // What cannot be changes nothing.
        runCursor(GpuCommand.UPDATE_CURSOR, 0, 0, 0, 0, 1, 0, 0, 0);
        runCursor(GpuCommand.UPDATE_CURSOR, 5, 0, 0, 0, 2, 0, 0, 0);
        runCursor(GpuCommand.UPDATE_CURSOR, 0, 0, 0, 0, 77, 0, 0, 0);
        assertThat(gpu.screen().cursor().orElseThrow().x()).isEqualTo(-1);
        ByteBuffer response = respond(
                cursor,
                message(GpuCommand.UPDATE_CURSOR, 0, 0, 0, 0, 77, 0, 0, 0).array(),
                24);
        assertThat(response.getInt(0)).isEqualTo(GpuRenderer.ERR_INVALID_RESOURCE_ID);
        runCursor(GpuCommand.UPDATE_CURSOR, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(gpu.screen().cursor()).isEmpty();
    }

    @Test
    void aSnapshotKeepsResourcesScreenAndPointer() {
        must(GpuCommand.RESOURCE_CREATE_2D, 1, B8G8R8X8, 4, 4);
        long memory = back(1, pixels(16, 0xff_0000));
        must(GpuCommand.SET_SCANOUT, 1, 1, 3, 3, 0, 1);
        transferAndFlush(1, 0, 0, 4, 4, 0);
        makeCursor(2);
        runCursor(GpuCommand.UPDATE_CURSOR, 0, 1, 1, 0, 2, 0, 0, 0);
        Picture before = picture();
        SavedState state = new SavedState();
        driver.device.save(state);
        // Nothing goes through the rings meanwhile: they are memory, which is not put back here.
        driver.write(VirtioMmio.STATUS, 0);
        events.runDue(0);
        assertThat(gpu.screen().picture()).isEmpty();
        driver.device.restore(state);
        events.runDue(0);
        assertThat(picture()).isEqualTo(before);
        // Its memory is still the resource's.
        driver.putInt(memory + 4 * 5, 0xff);
        transferAndFlush(1, 1, 1, 1, 1, 4 * 5);
        assertThat(picture().pixel(0, 0)).isEqualTo(BLACK | 0xff);
    }

    @Test
    void aResetForgetsEverything() {
        must(GpuCommand.RESOURCE_CREATE_2D, 1, B8G8R8X8, 4, 4);
        must(GpuCommand.SET_SCANOUT, 0, 0, 4, 4, 0, 1);
        makeCursor(2);
        runCursor(GpuCommand.UPDATE_CURSOR, 0, 1, 1, 0, 2, 0, 0, 0);
        connect(GuestDriver.ALL_RING_FEATURES);
        assertThat(gpu.screen().picture()).isEmpty();
        assertThat(gpu.screen().cursor()).isEmpty();
        must(GpuCommand.RESOURCE_CREATE_2D, 1, B8G8R8X8, 4, 4);
    }

    @Test
    void commandsAreAnsweredInOrderAndNoHartWaitsForThem() throws Exception {
        driver.close();
        CountDownLatch gate = new CountDownLatch(1);
        try (ExecutorService worker = Executors.newSingleThreadExecutor()) {
            worker.execute(() -> await(gate));
            Ram other = GuestDriver.newRam();
            gpu = new VirtioGpu(new GuestMemory(other), worker, events, new Size(640, 480));
            driver = new GuestDriver(gpu, other);
            connect(GuestDriver.ALL_RING_FEATURES);
            int first = control.add(
                    driver.out(message(GpuCommand.RESOURCE_CREATE_2D, 1, B8G8R8X8, 64, 64)
                            .array()),
                    driver.in(24));
            int second = control.add(
                    driver.out(
                            message(GpuCommand.SET_SCANOUT, 0, 0, 64, 64, 0, 1).array()),
                    driver.in(24));
            control.kick();
            events.runDue(0);
            assertThat(control.takeUsed()).isEmpty();
            gate.countDown();
            List<Integer> heads = new ArrayList<>();
            while (heads.size() < 2) {
                Thread.onSpinWait();
                events.runDue(0);
                control.takeUsed().forEach(used -> heads.add(used.head()));
            }
            assertThat(heads).containsExactly(first, second);
            assertThat(picture().width()).isEqualTo(64);
        }
    }

    private static void await(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
