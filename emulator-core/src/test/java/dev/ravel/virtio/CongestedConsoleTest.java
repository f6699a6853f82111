package dev.ravel.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.device.Htif;
import dev.ravel.device.SavedState;
import dev.ravel.device.StoppablePort;
import dev.ravel.device.Uart;
import dev.ravel.device.Wire;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.time.ManualClock;
import dev.ravel.virtio.GuestDriver.Used;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What the devices with a console do while the reader of their output has stopped. */
class CongestedConsoleTest {
    private final ManualClock clock = new ManualClock();
    private final BoundaryQueue events = new BoundaryQueue();

    private void settle() {
        while (events.runDue(clock.ticks) > 0) {
            // Again: a handler may have added one.
        }
    }

    @Test
    void theSerialPortsTransmitterIsNotEmptyUntilTheReaderGoesOn() {
        StoppablePort port = new StoppablePort(1);
        Wire wire = new Wire();
        Uart uart = new Uart(port, events, clock, wire);
        uart.write(Uart.IIR, 1, 1);
        uart.write(Uart.RBR, 1, 'a');
        assertThat(uart.read(Uart.LSR, 1)).isEqualTo(0x60);
        uart.write(Uart.IER, 1, 2);
        assertThat(wire.asserted).isTrue();
        for (char c : "0123456789abcdef".toCharArray()) {
            uart.write(Uart.RBR, 1, c);
            assertThat(uart.read(Uart.LSR, 1)).isZero();
            assertThat(wire.asserted).isFalse();
        }
        assertThat(port.printed).hasToString("a");
        port.read(10);
        settle();
        assertThat(uart.read(Uart.LSR, 1)).isZero();
        SavedState state = SavedState.of(uart);
        uart.reset();
        uart.restore(state);
        port.read(10);
        settle();
        assertThat(port.printed).hasToString("a0123456789abcdef");
        assertThat(uart.read(Uart.LSR, 1)).isEqualTo(0x60);
        assertThat(wire.asserted).isTrue();
    }

    @Test
    void clearingTheTransmitterFifoThrowsItsBytesAway() {
        StoppablePort port = new StoppablePort(0);
        Uart uart = new Uart(port, events, clock, new Wire());
        uart.write(Uart.IIR, 1, 1);
        uart.write(Uart.RBR, 1, 'a');
        uart.write(Uart.IIR, 1, 5);
        assertThat(uart.read(Uart.LSR, 1)).isEqualTo(0x60);
        port.read(10);
        settle();
        assertThat(port.printed.size()).isZero();
    }

    /** Only the two doublewords, at 0 and 8. */
    private static final class Doublewords implements Htif.Memory {
        private final ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);

        @Override
        public Optional<byte[]> read(long address, int length) {
            byte[] read = new byte[length];
            bytes.get((int) address, read);
            return Optional.of(read);
        }

        @Override
        public void write(long address, long value) {
            bytes.putLong((int) address, value);
        }
    }

    @Test
    void htifLeavesThePrintCommandWhereItIsUntilTheReaderGoesOnOrTheProgramEnds() {
        StoppablePort port = new StoppablePort(0);
        List<Long> exits = new ArrayList<>();
        Doublewords memory = new Doublewords();
        ByteBuffer ram = memory.bytes;
        Htif htif = new Htif(port, memory, new Htif.Places(0, OptionalLong.of(8)), clock, events, exits::add);
        htif.write(0, 8, 0x0101_0000_0000_0041L);
        assertThat(ram.getLong(0)).isEqualTo(0x0101_0000_0000_0041L);
        assertThat(ram.getLong(8)).isZero();
        port.read(1);
        settle();
        assertThat(ram.getLong(0)).isZero();
        assertThat(ram.getLong(8)).isEqualTo(0x0101_0000_0000_0000L);
        htif.write(0, 8, 0x0101_0000_0000_0042L);
        assertThat(port.printed).hasToString("A");
        htif.write(0, 8, 1);
        assertThat(port.printed).hasToString("AB");
        assertThat(exits).containsExactly(0L);
    }

    @Test
    void theVirtioConsoleLeavesBuffersInTheQueueAndGoesOnInTheMiddleOfOne() {
        StoppablePort port = new StoppablePort(1);
        VirtioConsole console = new VirtioConsole(port, events, new VirtioConsole.Size(80, 25));
        try (GuestDriver driver = new GuestDriver(console)) {
            driver.negotiate(GuestDriver.ALL_RING_FEATURES);
            driver.new Queue(VirtioConsole.RECEIVE_QUEUE, 16);
            GuestDriver.Queue transmit = driver.new Queue(VirtioConsole.TRANSMIT_QUEUE, 16);
            driver.ready();
            byte[] text = new byte[10_000];
            for (int i = 0; i < text.length; i++) {
                text[i] = (byte) (i % 251);
            }
            transmit.add(driver.out(text));
            transmit.add(driver.out(new byte[] {'!'}));
            transmit.kick();
            settle();
            assertThat(port.printed.size()).isEqualTo(4096);
            assertThat(transmit.takeUsed()).isEmpty();
            driver.write(VirtioMmio.CONFIG + 8, '?');
            SavedState state = SavedState.of(driver.device);
            driver.device.reset();
            driver.device.restore(state);
            assertThat(port.printed.size()).isEqualTo(4096);
            port.read(100_000);
            settle();
            assertThat(transmit.takeUsed()).containsExactly(new Used(0, 0), new Used(1, 0));
            assertThat(port.printed.toByteArray())
                    .startsWith(text)
                    .hasSize(10_001)
                    .endsWith('!');
        }
    }
}
