package dev.ravel.virtio;

import static dev.ravel.virtio.FuzzScripts.next;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ravel.display.Screen;
import dev.ravel.display.Size;
import dev.ravel.memory.Ram;
import dev.ravel.time.BoundaryQueue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever commands a guest gives its display, it answers as a plain model of a screen says, and who looks at the screen by what is
 * said to have changed sees what the model shows. The normal run takes the seeds; a long one is {@code JAZZER_FUZZ=1 mvn -pl
 * emulator-core test -Dtest=VirtioGpuFuzzTest}.
 */
class VirtioGpuFuzzTest {
    private static final int SEEDS = 100;
    private static final int IDS = 4;
    private static final int PIXEL = 4;

    private static final int CREATE = 0x101;
    private static final int UNREF = 0x102;
    private static final int SET_SCANOUT = 0x103;
    private static final int FLUSH = 0x104;
    private static final int TRANSFER = 0x105;
    private static final int ATTACH = 0x106;
    private static final int DETACH = 0x107;
    private static final int UPDATE_CURSOR = 0x300;
    private static final int MOVE_CURSOR = 0x301;
    private static final int OK_NODATA = 0x1100;

    /** Where each colour's byte is: blue, green, red. The formats, by number (virtio 1.3, 5.7.6.8). */
    private static final Map<Integer, int[]> FORMATS = Map.of(
            1, new int[] {0, 1, 2},
            2, new int[] {0, 1, 2},
            3, new int[] {3, 2, 1},
            4, new int[] {3, 2, 1},
            67, new int[] {2, 1, 0},
            68, new int[] {1, 2, 3},
            121, new int[] {1, 2, 3},
            134, new int[] {2, 1, 0});

    private static final List<Integer> NUMBERS = List.of(1, 2, 3, 4, 67, 68, 121, 134);

    /** Numbers that are no length or place of a good driver. */
    private static final int[] WRONG = {-1, Integer.MAX_VALUE, 8192, 8193, Integer.MIN_VALUE, 46_341, 65_535, 0};

    /** The end of memory, which the driver uses for nothing else, holds pixels. */
    private static final int PIXELS = 1 << 15;

    private static final long PIXELS_AT = GuestDriver.BASE + GuestDriver.RAM_SIZE - PIXELS;

    private static final long[] FEATURES = {
        GuestDriver.PLAIN_RING | 1L << VirtioController.F_INDIRECT_DESC,
        GuestDriver.ALL_RING_FEATURES | 1L << VirtioGpu.F_EDID,
        1L << VirtioController.F_INDIRECT_DESC
    };

    /** Input: features, then commands, each a byte and its operands. */
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void theScreenIsThatOfAPlainModel(byte[] input) {
        ByteBuffer in = ByteBuffer.wrap(input);
        BoundaryQueue events = new BoundaryQueue();
        Ram ram = GuestDriver.newRam();
        byte[] pixels = new byte[PIXELS];
        new Random(1).nextBytes(pixels);
        VirtioGpu gpu = new VirtioGpu(new GuestMemory(ram), Runnable::run, events, new Size(64, 48));
        try (WatchfulDriver driver = new WatchfulDriver(gpu, ram, events);
                Look look = new Look(gpu.screen())) {
            driver.driver.put(PIXELS_AT, pixels);
            driver.start(FEATURES[next(in) % FEATURES.length]);
            Model model = new Model(pixels);
            while (in.hasRemaining()) {
                act(driver, gpu, model, in);
                look.isThatOf(model);
            }
            assertThat(driver.driver.get(PIXELS_AT, PIXELS)).isEqualTo(pixels);
            // All of this is another session's; it works.
            driver.start(GuestDriver.PLAIN_RING);
            Model fresh = new Model(pixels);
            command(driver, fresh, message(CREATE, 1, 1, 16, 16), 0);
            command(driver, fresh, message(ATTACH, 1, 1, (int) PIXELS_AT, 0, 1024, 0), 0);
            command(driver, fresh, message(TRANSFER, 0, 0, 16, 16, 0, 0, 1, 0), 0);
            command(driver, fresh, message(SET_SCANOUT, 0, 0, 16, 16, 0, 1), 0);
            assertThat(fresh.width).isEqualTo(16);
            look.isThatOf(fresh);
        }
    }

    private static void act(WatchfulDriver driver, VirtioGpu gpu, Model model, ByteBuffer in) {
        int what = next(in);
        int cut = what >> 4;
        int id = next(in) % (IDS + 1);
        switch (what & 15) {
            case 0, 1 -> {
                int format = next(in) % 9;
                int number = format < 8 ? NUMBERS.get(format) : next(in);
                command(driver, model, message(CREATE, id, number, length(in), length(in)), cut);
            }
            case 2 -> command(driver, model, message(UNREF, id, 0), cut);
            case 3, 4 -> command(driver, model, withPart(in, SET_SCANOUT, model, id, cut == 7 ? 1 : 0, id), cut);
            case 5, 6 -> command(driver, model, withPart(in, FLUSH, model, id, id, 0), cut);
            case 7, 8, 9 -> {
                ByteBuffer message = withPart(in, TRANSFER, model, id, 0, 0, id, 0);
                Model.Resource resource = model.resources.get(id);
                long offset = resource != null && cut < 12
                        ? (message.getInt(24) + (long) message.getInt(28) * resource.width) * PIXEL
                        : (long) length(in) << next(in) % 33;
                command(driver, model, message.putLong(40, offset), cut);
            }
            case 10, 11 -> command(driver, model, attach(in, id), cut);
            case 12 -> command(driver, model, message(DETACH, id, 0), cut);
            case 13 -> {
                int type = cut % 2 == 0 ? UPDATE_CURSOR : MOVE_CURSOR;
                ByteBuffer message = message(type, 0, length(in), length(in), 0, id, length(in), length(in), 0);
                driver.offer(VirtioGpu.CURSOR_QUEUE, message.array(), cut < 8 ? 0 : 24, cut);
                assertThat(driver.takeUsed(VirtioGpu.CURSOR_QUEUE)).hasSize(1);
            }
            case 14 -> {
                byte[] any = new byte[next(in)];
                in.get(any, 0, Math.min(any.length, in.remaining()));
                if (any.length >= 4) {
                    // A command that there is not, or one that tells of the display.
                    any[1] = (byte) (cut % 2 == 0 ? 0x7f : 1);
                    any[0] = (byte) (cut % 4 < 2 ? 0 : 0x0a);
                }
                if (driver.offer(VirtioGpu.CONTROL_QUEUE, any, next(in) * 8, cut)) {
                    driver.takeUsed(VirtioGpu.CONTROL_QUEUE);
                }
                if (driver.driver.needsReset()) {
                    driver.start(FEATURES[0]);
                    model.reset();
                }
            }
            default -> {
                switch (cut % 4) {
                    case 0 -> {
                        driver.start(FEATURES[next(in) % FEATURES.length]);
                        model.reset();
                    }
                    case 1 -> gpu.setSize(new Size(1 + next(in), 1 + next(in)));
                    default -> {
                        driver.saveAndRestore();
                        model.showAll();
                    }
                }
            }
        }
        driver.settle();
    }

    private static int length(ByteBuffer in) {
        int choice = next(in);
        return choice < 240 ? choice % 65 : WRONG[choice % WRONG.length];
    }

    private static ByteBuffer message(int type, int... fields) {
        ByteBuffer out = ByteBuffer.allocate(24 + 4 * fields.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, type)
                .position(24);
        for (int field : fields) {
            out.putInt(field);
        }
        return out;
    }

    /** A command on a part of a resource: mostly one that is inside. */
    private static ByteBuffer withPart(ByteBuffer in, int type, Model model, int id, int... fields) {
        int[] all = Arrays.copyOf(new int[4], 4 + fields.length);
        System.arraycopy(fields, 0, all, 4, fields.length);
        Model.Resource resource = model.resources.get(id);
        if (resource != null && next(in) < 200) {
            all[0] = next(in) % resource.width;
            all[1] = next(in) % resource.height;
            all[2] = next(in) % (resource.width - all[0] + 1);
            all[3] = next(in) % (resource.height - all[1] + 1);
        } else {
            for (int i = 0; i < 4; i++) {
                all[i] = length(in);
            }
        }
        return message(type, all);
    }

    private static ByteBuffer attach(ByteBuffer in, int id) {
        int pieces = next(in) % 5;
        int[] all = Arrays.copyOf(new int[] {id, next(in) < 240 ? pieces : length(in)}, 2 + 4 * pieces);
        for (int i = 0; i < pieces; i++) {
            int at = next(in) << 7;
            boolean wrong = next(in) > 245;
            all[2 + 4 * i] = (int) PIXELS_AT + at;
            all[3 + 4 * i] = wrong ? length(in) : 0;
            all[4 + 4 * i] = wrong ? length(in) : Math.min(next(in) << 6 | next(in) & 63, PIXELS - at);
        }
        return message(ATTACH, all);
    }

    /** Gives a command, with a fence or without one, and looks at the answer. */
    private static void command(WatchfulDriver driver, Model model, ByteBuffer message, int cut) {
        boolean fence = cut % 3 == 0;
        message.putInt(4, fence ? 1 : 0)
                .putLong(8, 0x1234_5678_9abc_def0L + cut)
                .putInt(16, cut);
        boolean expected = model.carryOut(message);
        assertThat(driver.offer(VirtioGpu.CONTROL_QUEUE, message.array(), 24, cut))
                .isTrue();
        List<byte[]> used = driver.takeUsed(VirtioGpu.CONTROL_QUEUE);
        assertThat(used).hasSize(1);
        ByteBuffer answer = ByteBuffer.wrap(used.getFirst()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(answer.capacity()).isEqualTo(24);
        if (expected) {
            assertThat(answer.getInt(0))
                    .as("answer to command %x", message.getInt(0))
                    .isEqualTo(OK_NODATA);
        } else {
            assertThat(answer.getInt(0))
                    .as("answer to command %x", message.getInt(0))
                    .isBetween(0x1200, 0x1205);
        }
        assertThat(answer.getInt(4)).isEqualTo(fence ? 1 : 0);
        assertThat(answer.getLong(8)).isEqualTo(fence ? message.getLong(8) : 0);
        assertThat(answer.getInt(16)).isEqualTo(fence ? cut : 0);
    }

    /** One who looks at the screen by what is said to have changed. */
    private static final class Look implements AutoCloseable {
        private final Screen.View view;
        private int[] seen = {};
        private int seenWidth;
        private int seenHeight;

        private Look(Screen screen) {
            view = screen.open(() -> {});
        }

        private void isThatOf(Model model) {
            view.look((pixels, width, height, changed) -> {
                if (width != seenWidth || height != seenHeight) {
                    seen = new int[width * height];
                }
                seenWidth = width;
                seenHeight = height;
                for (int y = changed.y(); y < changed.y() + changed.height(); y++) {
                    for (int x = changed.x(); x < changed.x() + changed.width(); x++) {
                        seen[y * width + x] = pixels[y * width + x];
                    }
                }
            });
            assertThat(seenWidth).isEqualTo(model.width);
            assertThat(seenHeight).isEqualTo(model.height);
            assertThat(seen).isEqualTo(model.screen);
        }

        @Override
        public void close() {
            view.close();
        }
    }

    /** A display as the specification tells of it, a pixel at a time. */
    private static final class Model {
        private final byte[] guest;
        private final Map<Integer, Resource> resources = new HashMap<>();
        private int[] screen = {};
        private int width;
        private int height;
        private int left;
        private int top;
        private int shown;

        private static final class Resource {
            private final int[] colours;
            private final int width;
            private final int height;
            private final byte[] pixels;
            /** The guest's bytes that it comes from, by their places in its pixels; null: none. */
            private int[] backing;

            private Resource(int[] colours, int width, int height) {
                this.colours = colours;
                this.width = width;
                this.height = height;
                this.pixels = new byte[width * height * PIXEL];
            }

            private boolean holds(int x, int y, int wide, int high) {
                return x >= 0
                        && y >= 0
                        && wide >= 0
                        && high >= 0
                        && (long) x + wide <= width
                        && (long) y + high <= height;
            }

            private int colour(int x, int y) {
                int at = (y * width + x) * PIXEL;
                return 0xff << 24
                        | (pixels[at + colours[2]] & 0xff) << 16
                        | (pixels[at + colours[1]] & 0xff) << 8
                        | pixels[at + colours[0]] & 0xff;
            }
        }

        private Model(byte[] guest) {
            this.guest = guest;
        }

        private void reset() {
            resources.clear();
            off();
        }

        private void off() {
            shown = 0;
            width = 0;
            height = 0;
            screen = new int[0];
        }

        private void showAll() {
            if (shown != 0) {
                show(0, 0, Integer.MAX_VALUE, Integer.MAX_VALUE);
            }
        }

        /** Shows what of the part is on the screen. */
        private void show(int x, int y, long wide, long high) {
            Resource resource = resources.get(shown);
            for (int row = 0; row < height; row++) {
                for (int column = 0; column < width; column++) {
                    int fromX = left + column;
                    int fromY = top + row;
                    if (fromX >= x && fromX < x + wide && fromY >= y && fromY < y + high) {
                        screen[row * width + column] = resource.colour(fromX, fromY);
                    }
                }
            }
        }

        /** Whether that succeeds. */
        private boolean carryOut(ByteBuffer message) {
            ByteBuffer in = message.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(24);
            return switch (message.getInt(0)) {
                case CREATE -> create(in.getInt(), in.getInt(), in.getInt(), in.getInt());
                case UNREF -> unref(in.getInt());
                case SET_SCANOUT ->
                    scanOut(in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt());
                case FLUSH -> flush(in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt());
                case TRANSFER ->
                    transfer(in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getLong(), in.getInt());
                case ATTACH -> attach(in.getInt(), in.getInt(), in);
                default -> detach(in.getInt());
            };
        }

        private boolean create(int id, int format, int wide, int high) {
            int[] colours = FORMATS.get(format);
            if (id == 0 || resources.containsKey(id) || colours == null) {
                return false;
            }
            if (wide < 1 || wide > 8192 || high < 1 || high > 8192) {
                return false;
            }
            long sum = (long) wide * high * PIXEL;
            for (Resource resource : resources.values()) {
                sum += resource.pixels.length;
            }
            if (sum > 128 << 20) {
                return false;
            }
            resources.put(id, new Resource(colours, wide, high));
            return true;
        }

        private boolean unref(int id) {
            if (resources.remove(id) == null) {
                return false;
            }
            if (shown == id) {
                off();
            }
            return true;
        }

        private boolean scanOut(int x, int y, int wide, int high, int scanout, int id) {
            if (scanout != 0) {
                return false;
            }
            if (id == 0) {
                off();
                return true;
            }
            Resource resource = resources.get(id);
            if (resource == null || !resource.holds(x, y, wide, high) || wide == 0 || high == 0) {
                return false;
            }
            shown = id;
            left = x;
            top = y;
            width = wide;
            height = high;
            screen = new int[wide * high];
            showAll();
            return true;
        }

        private boolean flush(int x, int y, int wide, int high, int id) {
            Resource resource = resources.get(id);
            if (resource == null || !resource.holds(x, y, wide, high)) {
                return false;
            }
            if (shown == id) {
                show(x, y, wide, high);
            }
            return true;
        }

        private boolean transfer(int x, int y, int wide, int high, long offset, int id) {
            Resource resource = resources.get(id);
            if (resource == null || resource.backing == null || !resource.holds(x, y, wide, high)) {
                return false;
            }
            long stride = (long) resource.width * PIXEL;
            long last = wide == 0 || high == 0 ? 0 : (high - 1) * stride + (long) wide * PIXEL;
            if (offset < 0 || offset > resource.backing.length || offset + last > resource.backing.length) {
                return false;
            }
            for (int row = 0; row < high; row++) {
                for (int each = 0; each < wide * PIXEL; each++) {
                    int to = ((y + row) * resource.width + x) * PIXEL + each;
                    resource.pixels[to] = guest[resource.backing[(int) (offset + row * stride) + each]];
                }
            }
            return true;
        }

        private boolean attach(int id, int count, ByteBuffer in) {
            Resource resource = resources.get(id);
            if (resource == null || resource.backing != null || count < 0 || in.remaining() < count * 16L) {
                return false;
            }
            int[] places = {};
            for (int i = 0; i < count; i++) {
                long address = in.getLong();
                long length = in.getInt() & 0xffff_ffffL;
                in.getInt();
                if (address < PIXELS_AT || address + length > PIXELS_AT + PIXELS) {
                    return false;
                }
                int before = places.length;
                places = Arrays.copyOf(places, before + (int) length);
                for (int each = 0; each < length; each++) {
                    places[before + each] = (int) (address - PIXELS_AT) + each;
                }
            }
            resource.backing = places;
            return true;
        }

        private boolean detach(int id) {
            Resource resource = resources.get(id);
            if (resource == null || resource.backing == null) {
                return false;
            }
            resource.backing = null;
            return true;
        }
    }

    /** Commands by chance, some for each set of features. */
    static Stream<Arguments> seeds() {
        return FuzzScripts.byChance(13, SEEDS, FEATURES.length);
    }
}
