package dev.ravel.virtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.device.QueuedConsole;
import dev.ravel.device.SavedState;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.virtio.GuestDriver.Piece;
import dev.ravel.virtio.GuestDriver.Used;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VirtioConsoleTest {
    private final BoundaryQueue events = new BoundaryQueue();
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final QueuedConsole port = new QueuedConsole(10_000, output::write);
    private final VirtioConsole console = new VirtioConsole(port, events, new VirtioConsole.Size(80, 25));
    private final GuestDriver driver = new GuestDriver(console);
    private GuestDriver.Queue receive;
    private GuestDriver.Queue transmit;

    @AfterEach
    void close() {
        driver.close();
    }

    private void start() {
        driver.negotiate(GuestDriver.ALL_RING_FEATURES | 1L << VirtioConsole.F_SIZE);
        receive = driver.new Queue(VirtioConsole.RECEIVE_QUEUE, 16);
        transmit = driver.new Queue(VirtioConsole.TRANSMIT_QUEUE, 16);
        driver.ready();
    }

    private void type(String text) throws InterruptedException {
        port.type(text.getBytes(StandardCharsets.US_ASCII));
        settle();
    }

    private void settle() {
        while (events.runDue(0) > 0) {
            // Again: a handler may have added one.
        }
    }

    private String text(Piece piece, int length) {
        return new String(driver.get(piece), 0, length, StandardCharsets.US_ASCII);
    }

    @Test
    void whatTheGuestPrintsComesOut() {
        start();
        transmit.add(driver.out("hello ".getBytes()), driver.out("world".getBytes()));
        transmit.add(driver.out(new byte[10_000]));
        transmit.kick();
        assertThat(output.toString()).startsWith("hello world\0\0").hasSize(10_011);
        assertThat(transmit.takeUsed()).containsExactly(new Used(0, 0), new Used(2, 0));
        assertThat(driver.wire.asserted).isTrue();
    }

    @Test
    void whatIsTypedFillsTheGuestsBuffersAndTheRestWaits() throws InterruptedException {
        start();
        Piece first = driver.in(4);
        Piece second = driver.in(4);
        receive.add(first);
        receive.add(second);
        receive.kick();
        type("abcdefghij");
        assertThat(receive.takeUsed()).containsExactly(new Used(0, 4), new Used(1, 4));
        assertThat(text(first, 4) + text(second, 4)).isEqualTo("abcdefgh");
        Piece third = driver.in(100);
        receive.add(third);
        receive.kick();
        settle();
        assertThat(receive.takeUsed()).containsExactly(new Used(2, 2));
        assertThat(text(third, 2)).isEqualTo("ij");
    }

    @Test
    void aFewCharactersDoNotWaitForAFullBuffer() throws InterruptedException {
        start();
        receive.add(driver.in(100));
        receive.kick();
        type("x");
        assertThat(receive.takeUsed()).containsExactly(new Used(0, 1));
        assertThat(driver.wire.asserted).isTrue();
    }

    @Test
    void whatIsTypedBeforeTheDriverIsReadyIsKept() throws InterruptedException {
        type("early");
        start();
        Piece buffer = driver.in(16);
        receive.add(buffer);
        receive.kick();
        settle();
        assertThat(receive.takeUsed()).containsExactly(new Used(0, 5));
        assertThat(text(buffer, 5)).isEqualTo("early");
    }

    @Test
    void aBufferThatCannotBeWrittenBreaksTheDeviceAndTypingGoesOnAfterAReset() throws InterruptedException {
        start();
        receive.add(driver.out(new byte[4]));
        receive.kick();
        type("xyz");
        assertThat(driver.needsReset()).isTrue();
        start();
        Piece buffer = driver.in(16);
        receive.add(buffer);
        receive.kick();
        settle();
        assertThat(receive.takeUsed()).hasSize(1);
        assertThat(text(buffer, 2)).isEqualTo("yz");
    }

    @Test
    void hostileTransmitRingsBreakTheDevice() {
        start();
        transmit.descriptor(0, 0, 10, 0, 0);
        transmit.makeAvailable(0);
        transmit.kick();
        assertThat(driver.needsReset()).isTrue();
        assertThat(output.size()).isZero();
    }

    @Test
    void theSizeIsInTheConfigurationAndAChangeIsTold() {
        start();
        assertThat(driver.device.read(VirtioMmio.CONFIG, 2)).isEqualTo(80);
        assertThat(driver.device.read(VirtioMmio.CONFIG + 2, 2)).isEqualTo(25);
        console.resize(new VirtioConsole.Size(132, 50));
        assertThat(driver.wire.asserted).isFalse();
        settle();
        assertThat(driver.read(VirtioMmio.INTERRUPT_STATUS)).isEqualTo(VirtioMmio.CONFIGURATION_CHANGE);
        assertThat(driver.device.read(VirtioMmio.CONFIG, 4)).isEqualTo(132 | 50 << 16);
        assertThatThrownBy(() -> new VirtioConsole.Size(-1, 0)).hasMessageContaining("-1 by 0");
    }

    @Test
    void emergencyWritesWorkWithoutADriver() {
        driver.write(VirtioMmio.CONFIG + 8, '!');
        driver.write(VirtioMmio.CONFIG + 4, 'x');
        assertThat(output).hasToString("!");
    }

    @Test
    void stateSurvives() throws InterruptedException {
        start();
        Piece buffer = driver.in(4);
        receive.add(buffer);
        receive.kick();
        settle();
        SavedState state = SavedState.of(driver.device);
        driver.device.reset();
        driver.device.restore(state);
        type("ab");
        assertThat(receive.takeUsed()).containsExactly(new Used(0, 2));
        assertThat(text(buffer, 2)).isEqualTo("ab");
    }
}
