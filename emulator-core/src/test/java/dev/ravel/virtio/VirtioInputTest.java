package dev.ravel.virtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ravel.device.SavedState;
import dev.ravel.input.InputEvent;
import dev.ravel.input.InputKind;
import dev.ravel.input.Key;
import dev.ravel.input.Keyboard;
import dev.ravel.input.Led;
import dev.ravel.input.Pointer;
import dev.ravel.input.PointerButton;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.virtio.GuestDriver.Piece;
import dev.ravel.virtio.GuestDriver.Used;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VirtioInputTest {
    private static final int KEY_A = 30;
    private static final int BTN_LEFT = 0x110;

    private final BoundaryQueue events = new BoundaryQueue();
    private final List<AutoCloseable> opened = new ArrayList<>();

    /** A guest with a device of one kind. */
    private final class Guest {
        private final VirtioInput input;
        private final GuestDriver driver;
        private GuestDriver.Queue eventQueue;
        private GuestDriver.Queue statusQueue;
        /** Buffers by their heads. */
        private final Map<Integer, Piece> buffers = new HashMap<>();

        Guest(InputKind kind) {
            input = new VirtioInput(kind, events);
            driver = new GuestDriver(input);
            opened.add(driver);
            connect();
        }

        void connect() {
            driver.negotiate(GuestDriver.ALL_RING_FEATURES);
            eventQueue = driver.new Queue(0, 64);
            statusQueue = driver.new Queue(1, 64);
            driver.ready();
        }

        void offer(int count) {
            for (int i = 0; i < count; i++) {
                Piece buffer = driver.in(8);
                buffers.put(eventQueue.add(buffer), buffer);
            }
            eventQueue.kick();
            events.runDue(0);
        }

        /** The events that arrived since the last call. */
        List<InputEvent> received() {
            events.runDue(0);
            List<InputEvent> out = new ArrayList<>();
            for (Used used : eventQueue.takeUsed()) {
                assertThat(used.length()).isEqualTo(8);
                ByteBuffer event =
                        ByteBuffer.wrap(driver.get(buffers.get(used.head()))).order(ByteOrder.LITTLE_ENDIAN);
                out.add(new InputEvent(event.getShort(), event.getShort(), event.getInt()));
            }
            return out;
        }

        void status(int type, int code, int value) {
            byte[] event = ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putShort((short) type)
                    .putShort((short) code)
                    .putInt(value)
                    .array();
            statusQueue.add(driver.out(event));
            statusQueue.kick();
        }

        byte[] ask(int select, int subsel) {
            driver.device.write(VirtioMmio.CONFIG, 1, select);
            driver.device.write(VirtioMmio.CONFIG + 1, 1, subsel);
            byte[] answer = new byte[(int) driver.device.read(VirtioMmio.CONFIG + 2, 1)];
            for (int i = 0; i < answer.length; i++) {
                answer[i] = (byte) driver.device.read(VirtioMmio.CONFIG + 8 + i, 1);
            }
            return answer;
        }

        String text(int select) {
            return new String(ask(select, 0), StandardCharsets.US_ASCII);
        }

        BitSet bits(int type) {
            return BitSet.valueOf(ask(VirtioInput.CFG_EV_BITS, type));
        }
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    private static InputEvent event(int type, int code, int value) {
        return new InputEvent(type, code, value);
    }

    private static InputEvent key(int code, int value) {
        return event(1, code, value);
    }

    private static final InputEvent SYN_REPORT = event(0, 0, 0);

    @Test
    void aKeyboardSaysWhatItIs() {
        Guest guest = new Guest(InputKind.KEYBOARD);
        assertThat(guest.text(VirtioInput.CFG_ID_NAME)).isEqualTo("Ravel Keyboard");
        assertThat(guest.text(VirtioInput.CFG_ID_SERIAL)).isEqualTo("0");
        assertThat(guest.ask(VirtioInput.CFG_ID_DEVIDS, 0)).containsExactly(6, 0, 0x27, 6, 1, 0, 1, 0);
        assertThat(guest.ask(VirtioInput.CFG_PROP_BITS, 0)).isEmpty();
        BitSet keys = guest.bits(1);
        for (int code : new int[] {1, 16, KEY_A, 57, 88, 103, 127}) {
            assertThat(keys.get(code)).as("key " + code).isTrue();
        }
        assertThat(keys.get(0)).isFalse();
        assertThat(keys.get(BTN_LEFT)).isFalse();
        assertThat(guest.bits(0x11)).isEqualTo(BitSet.valueOf(new byte[] {7}));
        assertThat(guest.bits(0x14).isEmpty()).isFalse();
        assertThat(guest.bits(3).isEmpty()).isTrue();
        assertThat(guest.ask(VirtioInput.CFG_ABS_INFO, 0)).isEmpty();
    }

    @Test
    void aTabletSaysWhatItIs() {
        Guest guest = new Guest(InputKind.TABLET);
        assertThat(guest.text(VirtioInput.CFG_ID_NAME)).isEqualTo("Ravel Tablet");
        assertThat(guest.ask(VirtioInput.CFG_EV_BITS, 3)).containsExactly(3);
        assertThat(guest.ask(VirtioInput.CFG_EV_BITS, 2)).containsExactly(0x40, 1);
        assertThat(guest.bits(1).stream()).containsExactly(0x110, 0x111, 0x112, 0x113, 0x114);
        ByteBuffer axis =
                ByteBuffer.wrap(guest.ask(VirtioInput.CFG_ABS_INFO, 1)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(axis.remaining()).isEqualTo(20);
        assertThat(axis.getInt()).isZero();
        assertThat(axis.getInt()).isEqualTo(32_767);
        assertThat(guest.ask(VirtioInput.CFG_ABS_INFO, 2)).isEmpty();
    }

    @Test
    void whatIsNotKnownHasNoSizeAndTheAnswerCannotBeWritten() {
        Guest guest = new Guest(InputKind.TABLET);
        assertThat(guest.ask(0, 0)).isEmpty();
        assertThat(guest.ask(0x7f, 0)).isEmpty();
        assertThat(guest.ask(VirtioInput.CFG_ID_NAME, 1)).isEmpty();
        assertThat(guest.ask(VirtioInput.CFG_EV_BITS, 255)).isEmpty();
        assertThat(guest.ask(VirtioInput.CFG_ABS_INFO, 255)).isEmpty();
        guest.ask(VirtioInput.CFG_ID_NAME, 0);
        guest.driver.write(VirtioMmio.CONFIG + 8, 0);
        assertThat(guest.text(VirtioInput.CFG_ID_NAME)).isEqualTo("Ravel Tablet");
        // Both at once, as the driver of another system may.
        guest.driver.device.write(VirtioMmio.CONFIG, 2, VirtioInput.CFG_EV_BITS | 3 << 8);
        assertThat(guest.driver.device.read(VirtioMmio.CONFIG + 2, 1)).isEqualTo(1);
    }

    @Test
    void keysGoDownAndUpEachWithItsReport() {
        Guest guest = new Guest(InputKind.KEYBOARD);
        guest.offer(8);
        new Keyboard(guest.input.sink()).chord(Key.LEFT_CTRL, Key.A);
        assertThat(guest.received())
                .containsExactly(
                        key(29, 1),
                        SYN_REPORT,
                        key(KEY_A, 1),
                        SYN_REPORT,
                        key(KEY_A, 0),
                        SYN_REPORT,
                        key(29, 0),
                        SYN_REPORT);
        assertThat(guest.driver.wire.asserted).isTrue();
    }

    @Test
    void aPointerSaysWhereItIsAndTurnsItsWheels() {
        Guest guest = new Guest(InputKind.TABLET);
        guest.offer(16);
        Pointer pointer = new Pointer(guest.input.sink());
        pointer.moveTo(0.5, 2);
        pointer.press(PointerButton.LEFT);
        pointer.releaseAll();
        pointer.wheel(0, -2);
        pointer.wheel(1, 0);
        assertThat(guest.received())
                .containsExactly(
                        event(3, 0, 16_384),
                        event(3, 1, 32_767),
                        SYN_REPORT,
                        key(BTN_LEFT, 1),
                        SYN_REPORT,
                        key(BTN_LEFT, 0),
                        SYN_REPORT,
                        event(2, 8, -2),
                        SYN_REPORT,
                        event(2, 6, 1),
                        SYN_REPORT);
    }

    @Test
    void placesThatNobodyLookedAtGiveWayToTheLast() {
        Guest guest = new Guest(InputKind.TABLET);
        Pointer pointer = new Pointer(guest.input.sink());
        for (int i = 0; i <= 100; i++) {
            pointer.moveTo(i / 100.0, 0);
        }
        guest.offer(16);
        assertThat(guest.received()).containsExactly(event(3, 0, 32_767), event(3, 1, 0), SYN_REPORT);
    }

    @Test
    void anUpdateWaitsForBuffersForAllOfIt() {
        Guest guest = new Guest(InputKind.TABLET);
        guest.offer(2);
        new Pointer(guest.input.sink()).moveTo(1, 1);
        assertThat(guest.received()).isEmpty();
        guest.offer(1);
        assertThat(guest.received()).hasSize(3).endsWith(SYN_REPORT);
    }

    @Test
    void ofOneWhoIsTooFastWholeUpdatesAreLostAndNoKeyStaysDown() {
        Guest guest = new Guest(InputKind.KEYBOARD);
        guest.offer(2);
        Keyboard keyboard = new Keyboard(guest.input.sink());
        keyboard.press(Key.LEFT_SHIFT);
        assertThat(guest.received()).containsExactly(key(42, 1), SYN_REPORT);
        int taken = 0;
        while (guest.input.sink().send(List.of(key(KEY_A, taken % 2 == 0 ? 1 : 0))) && taken < 100_000) {
            taken++;
        }
        assertThat(taken).isBetween(10, 10_000);
        keyboard.release(Key.LEFT_SHIFT);
        List<InputEvent> all = new ArrayList<>();
        for (int i = 0; i < taken + 10; i++) {
            guest.offer(2);
            all.addAll(guest.received());
        }
        assertThat(all).hasSize(2 * taken + 2).endsWith(key(42, 0), SYN_REPORT);
        assertThat(all.stream().filter(SYN_REPORT::equals)).hasSize(taken + 1);
    }

    @Test
    void whatIsDoneWhileNoDriverIsThereIsLost() {
        Guest guest = new Guest(InputKind.KEYBOARD);
        guest.driver.write(VirtioMmio.STATUS, 0);
        Keyboard keyboard = new Keyboard(guest.input.sink());
        keyboard.press(Key.A);
        events.runDue(0);
        keyboard.release(Key.A);
        guest.connect();
        guest.offer(4);
        assertThat(guest.received()).isEmpty();
        keyboard.press(Key.A);
        assertThat(guest.received()).containsExactly(key(KEY_A, 1), SYN_REPORT);
    }

    @Test
    void theGuestLightsLampsThatThereAre() {
        Guest guest = new Guest(InputKind.KEYBOARD);
        guest.status(0x11, 1, 1);
        guest.status(0x11, 0, 1);
        guest.status(0x11, 9, 1);
        guest.status(0x14, 0, 250);
        assertThat(guest.input.leds()).containsExactlyInAnyOrder(Led.CAPS_LOCK, Led.NUM_LOCK);
        assertThat(guest.statusQueue.takeUsed()).hasSize(4).allMatch(used -> used.length() == 0);
        guest.status(0x11, 1, 0);
        assertThat(guest.input.leds()).containsExactly(Led.NUM_LOCK);
        guest.driver.write(VirtioMmio.STATUS, 0);
        assertThat(guest.input.leds()).isEmpty();
    }

    @Test
    void buffersThatAreTooSmallBreakTheDevice() {
        Guest guest = new Guest(InputKind.KEYBOARD);
        guest.eventQueue.add(guest.driver.in(7));
        guest.eventQueue.kick();
        new Keyboard(guest.input.sink()).press(Key.A);
        events.runDue(0);
        assertThat(guest.driver.needsReset()).isTrue();
        guest.connect();
        guest.statusQueue.add(guest.driver.out(new byte[7]));
        guest.statusQueue.kick();
        assertThat(guest.driver.needsReset()).isTrue();
        guest.connect();
        assertThat(guest.driver.needsReset()).isFalse();
    }

    @Test
    void aSnapshotKeepsLampsBuffersAndKeysAndThoseThatNobodyHoldsAnyMoreComeUp() {
        Guest guest = new Guest(InputKind.KEYBOARD);
        guest.offer(3);
        Keyboard keyboard = new Keyboard(guest.input.sink());
        keyboard.press(Key.A);
        keyboard.press(Key.B);
        assertThat(guest.received()).containsExactly(key(KEY_A, 1), SYN_REPORT);
        guest.status(0x11, 2, 1);
        guest.ask(VirtioInput.CFG_ID_NAME, 0);
        SavedState state = new SavedState();
        guest.driver.device.save(state);
        keyboard.releaseAll();
        guest.status(0x11, 2, 0);
        guest.driver.device.restore(state);
        assertThat(guest.input.leds()).containsExactly(Led.SCROLL_LOCK);
        assertThat(guest.driver.device.read(VirtioMmio.CONFIG, 1)).isEqualTo(VirtioInput.CFG_ID_NAME);
        guest.offer(3);
        assertThat(guest.received()).containsExactly(key(KEY_A, 0), SYN_REPORT);
    }

    /** Skipped where the headers of Linux are not installed. */
    @Test
    void everyKeyHasTheNumberThatLinuxGivesIt() throws IOException {
        Path header = Path.of("/usr/include/linux/input-event-codes.h");
        assumeTrue(Files.exists(header), "the headers of Linux are not installed");
        Map<String, Integer> theirs = new HashMap<>();
        Pattern definition = Pattern.compile("#define ((?:KEY|BTN)_\\w+)\\s+(0x[0-9a-f]+|\\d+)\\b.*");
        for (String line : Files.readAllLines(header)) {
            Matcher matcher = definition.matcher(line);
            if (matcher.matches()) {
                theirs.put(matcher.group(1), Integer.decode(matcher.group(2)));
            }
        }
        for (Key key : Key.values()) {
            String name = key.name().replaceFirst("^(DIGIT|ISO)_", "").replaceFirst("^KEYPAD_", "KP");
            assertThat(theirs.get("KEY_" + name.replace("_", "")))
                    .as(key.name())
                    .isEqualTo(key.code());
            assertThat(Key.of(key.code())).contains(key);
        }
        for (PointerButton button : PointerButton.values()) {
            assertThat(theirs).containsEntry("BTN_" + button.name(), button.code());
        }
    }
}
