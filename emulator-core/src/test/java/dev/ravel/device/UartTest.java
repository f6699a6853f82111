package dev.ravel.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.interrupt.InterruptLine;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.time.ManualClock;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class UartTest {
    private static final int FIFOS_TRIGGER_1 = 0x01;
    private static final int FIFOS_TRIGGER_8 = 0x81;

    private final ManualClock clock = new ManualClock();
    private final BoundaryQueue events = new BoundaryQueue();
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final QueuedConsole console = new QueuedConsole(1000, output::write);
    private final Wire wire = new Wire();
    private final Uart uart = new Uart(console, events, clock, wire);

    private void type(String text) throws InterruptedException {
        console.type(text.getBytes(StandardCharsets.US_ASCII));
        settle();
    }

    private void settle() {
        events.runDue(clock.ticks);
    }

    private int read(int register) {
        return (int) uart.read(register, 1);
    }

    private void write(int register, int value) {
        uart.write(register, 1, value);
    }

    private String readAll() {
        StringBuilder text = new StringBuilder();
        while ((read(Uart.LSR) & 1) != 0) {
            text.append((char) read(Uart.RBR));
        }
        return text.toString();
    }

    @Test
    void whatIsWrittenIsSentAtOnce() {
        for (char c : "hello".toCharArray()) {
            write(Uart.RBR, c);
            assertThat(read(Uart.LSR) & 0x60).isEqualTo(0x60);
        }
        assertThat(output).hasToString("hello");
    }

    @Test
    void aDriverThatDoesNotReadIirIsInterruptedOnceForEachByteSent() {
        Wire supervisor = new Wire();
        Plic plic = new Plic(List.of(new Plic.HartLines(InterruptLine.UNCONNECTED, supervisor)));
        Uart port = new Uart(console, events, clock, plic.edgeSource(10));
        plic.write(Plic.PRIORITY + 4 * 10, 4, 1);
        plic.write(Plic.ENABLE + Plic.ENABLE_STRIDE, 4, 1 << 10);
        long claim = Plic.THRESHOLD + Plic.CONTEXT_STRIDE + Plic.CLAIM;
        port.write(Uart.IER, 1, 0x03);
        for (int i = 0; i < 3; i++) {
            assertThat(plic.read(claim, 4)).isEqualTo(10);
            assertThat(port.read(Uart.LSR, 1) & 0x21).isEqualTo(0x20);
            plic.write(claim, 4, 10);
            assertThat(supervisor.asserted).isFalse();
            port.write(Uart.RBR, 1, 'x');
            assertThat(supervisor.asserted).isTrue();
        }
    }

    @Test
    void theDivisorLatchHidesDataAndInterruptEnable() {
        write(Uart.IER, 0x05);
        write(Uart.LCR, 0x83);
        write(Uart.RBR, 0x34);
        write(Uart.IER, 0x12);
        assertThat(read(Uart.RBR)).isEqualTo(0x34);
        assertThat(read(Uart.IER)).isEqualTo(0x12);
        write(Uart.LCR, 0x03);
        assertThat(read(Uart.IER)).isEqualTo(0x05);
        assertThat(output.size()).isZero();
    }

    @Test
    void scratchKeepsAByteAndInterruptEnableFourBits() {
        write(Uart.SCR, 0xa5);
        write(Uart.IER, 0xff);
        assertThat(read(Uart.SCR)).isEqualTo(0xa5);
        assertThat(read(Uart.IER)).isEqualTo(0x0f);
        assertThat(uart.read(8, 1)).isZero();
    }

    @Test
    void inputArrivesOnlyAtABoundary() throws InterruptedException {
        console.type(new byte[] {'x'});
        assertThat(read(Uart.LSR) & 1).isZero();
        settle();
        assertThat(readAll()).isEqualTo("x");
    }

    @Test
    void nothingIsLostWhenMoreIsTypedThanTheFifoHolds() throws InterruptedException {
        write(Uart.IIR, FIFOS_TRIGGER_8);
        quiet();
        type("0123456789abcdefghijklmnopqrstuvwxyz");
        StringBuilder text = new StringBuilder(readAll());
        assertThat(text).hasSize(16);
        for (int i = 0; i < 3; i++) {
            settle();
            text.append(readAll());
        }
        assertThat(text).hasToString("0123456789abcdefghijklmnopqrstuvwxyz");
        assertThat(read(Uart.LSR) & 0x02).isZero();
    }

    @Test
    void aReceivedByteIsReadyForTheFirstLookAndWithoutAnyInterruptEnabled() throws InterruptedException {
        type("k");
        assertThat(read(Uart.LSR)).isEqualTo(0x61);
        assertThat(read(Uart.RBR)).isEqualTo('k');
        assertThat(read(Uart.LSR)).isEqualTo(0x60);
    }

    @Test
    void maskingTheInterruptHidesTheInterruptAndNotTheBytes() throws InterruptedException {
        write(Uart.IIR, FIFOS_TRIGGER_1);
        write(Uart.IER, 0x01);
        quiet();
        type("ab");
        assertThat(wire.asserted).isTrue();
        write(Uart.IER, 0);
        assertThat(wire.asserted).isFalse();
        assertThat(readAll()).isEqualTo("ab");
        write(Uart.IER, 0x01);
        assertThat(wire.asserted).isFalse();
    }

    /** Lets the time pass for which the line is quiet after the FIFO was cleared. */
    private void quiet() {
        clock.ticks += EarlyTyping.QUIET_TICKS;
        settle();
        settle();
    }

    /** What Linux does to a port that it has found (8250_port.c: autoconfig, then startup). */
    private void setUpAsLinux() {
        write(Uart.IER, 0x0f);
        settle();
        write(Uart.IER, 0);
        write(Uart.MCR, 0x1a);
        write(Uart.MCR, 0);
        write(Uart.IIR, FIFOS_TRIGGER_1);
        write(Uart.IIR, FIFOS_TRIGGER_1 | 0x06);
        write(Uart.IIR, 0);
        settle();
        assertThat(read(Uart.LSR)).as("cleared is cleared").isEqualTo(0x60);
        assertThat(read(Uart.RBR)).isZero();
        write(Uart.IER, 0x05);
        write(Uart.IIR, FIFOS_TRIGGER_8);
        settle();
    }

    @Test
    void whatIsTypedEarlyComesAgainAfterADriverThatProbesAndClears() throws InterruptedException {
        type("early typing");
        quiet();
        assertThat(read(Uart.LSR) & 1).as("there is no secret about it").isEqualTo(1);
        setUpAsLinux();
        setUpAsLinux();
        assertThat(read(Uart.LSR) & 1).isZero();
        quiet();
        assertThat(wire.asserted).isTrue();
        assertThat(readAll()).isEqualTo("early typing");
    }

    @Test
    void whatTheGuestClearsIsGoneOnceItHasReadAByte() throws InterruptedException {
        write(Uart.IIR, FIFOS_TRIGGER_1);
        quiet();
        type("abc");
        assertThat(read(Uart.RBR)).isEqualTo('a');
        write(Uart.IIR, FIFOS_TRIGGER_1 | 0x02);
        quiet();
        assertThat(read(Uart.LSR) & 1).isZero();
        type("d");
        assertThat(readAll()).isEqualTo("d");
    }

    @Test
    void whatTheGuestClearsLateIsGone() throws InterruptedException {
        write(Uart.IIR, FIFOS_TRIGGER_1);
        type("abc");
        clock.ticks = EarlyTyping.EARLY_TICKS;
        settle();
        settle();
        assertThat(read(Uart.LSR) & 1).isEqualTo(1);
        write(Uart.IIR, FIFOS_TRIGGER_1 | 0x02);
        quiet();
        assertThat(readAll()).isEmpty();
    }

    @Test
    void whatTheGuestSentToItselfIsNotSentAgain() throws InterruptedException {
        write(Uart.IIR, FIFOS_TRIGGER_1);
        quiet();
        type("host");
        write(Uart.MCR, 0x10);
        write(Uart.RBR, 'L');
        write(Uart.IIR, FIFOS_TRIGGER_1 | 0x02);
        write(Uart.MCR, 0);
        quiet();
        assertThat(readAll()).isEqualTo("host");
    }

    @Test
    void aPortThatYieldsTakesNothingBeforeTheGuestUsesIt() throws InterruptedException {
        uart.yieldInput();
        uart.reset();
        settle();
        type("k");
        assertThat(console.input()).as("still there for another device").isEqualTo('k');
        type("l");
        read(Uart.SCR);
        settle();
        assertThat(readAll()).isEqualTo("l");
    }

    @Test
    void aClosedPortNoLongerListens() throws InterruptedException {
        settle();
        uart.close();
        type("k");
        assertThat(console.input()).isEqualTo('k');
    }

    @Test
    void switchingTheFifosOnOrOffClearsThem() throws InterruptedException {
        type("ab");
        assertThat(read(Uart.RBR)).isEqualTo('a');
        settle();
        write(Uart.IIR, FIFOS_TRIGGER_1);
        assertThat(read(Uart.LSR) & 1).isZero();
        type("cd");
        write(Uart.IIR, 0);
        assertThat(read(Uart.LSR) & 1).isZero();
    }

    @Test
    void withoutFifosOneByteWaitsAtATime() throws InterruptedException {
        type("ab");
        assertThat(readAll()).isEqualTo("a");
        settle();
        assertThat(readAll()).isEqualTo("b");
    }

    @Test
    void receivedDataInterruptsUntilItIsRead() throws InterruptedException {
        write(Uart.IIR, FIFOS_TRIGGER_1);
        quiet();
        type("k");
        assertThat(wire.asserted).isFalse();
        write(Uart.IER, 0x01);
        assertThat(wire.asserted).isTrue();
        assertThat(read(Uart.IIR)).isEqualTo(0xc4);
        assertThat(wire.asserted).isTrue();
        read(Uart.RBR);
        assertThat(wire.asserted).isFalse();
        assertThat(read(Uart.IIR)).isEqualTo(0xc1);
    }

    @Test
    void fewerBytesThanTheTriggerInterruptAfterFourCharacterTimes() throws InterruptedException {
        write(Uart.LCR, 0x83);
        write(Uart.RBR, 2);
        write(Uart.IER, 0);
        write(Uart.LCR, 0x03);
        write(Uart.IIR, FIFOS_TRIGGER_8);
        quiet();
        write(Uart.IER, 0x01);
        type("abc");
        assertThat(wire.asserted).isFalse();
        // 4 characters of 10 bits at 3,686,400 / (16 * 2) baud are 347.2 microseconds.
        assertThat(events.nextDeadline()).isEqualTo(clock.ticks + 3472);
        clock.ticks += 3472;
        settle();
        assertThat(read(Uart.IIR)).isEqualTo(0xcc);
        read(Uart.RBR);
        assertThat(wire.asserted).isFalse();
        type("defghi");
        assertThat(read(Uart.IIR)).isEqualTo(0xc4);
    }

    @Test
    void theTransmitterInterruptComesOnEnablingAndGoesByReadingIir() {
        write(Uart.IER, 0x02);
        assertThat(wire.asserted).isTrue();
        assertThat(read(Uart.IIR)).isEqualTo(0x02);
        assertThat(wire.asserted).isFalse();
        write(Uart.IER, 0x02);
        assertThat(wire.asserted).isFalse();
        write(Uart.RBR, 'x');
        assertThat(wire.asserted).isTrue();
    }

    @Test
    void receivedDataComesBeforeTheTransmitterAndHidesIt() throws InterruptedException {
        write(Uart.IER, 0x03);
        type("x");
        assertThat(read(Uart.IIR)).isEqualTo(0x04);
        read(Uart.RBR);
        assertThat(read(Uart.IIR)).isEqualTo(0x02);
        assertThat(read(Uart.IIR)).isEqualTo(0x01);
    }

    @Test
    void clearingTheReceiverFifoThrowsItsBytesAway() throws InterruptedException {
        write(Uart.IIR, FIFOS_TRIGGER_1);
        quiet();
        type("abc");
        write(Uart.IIR, FIFOS_TRIGGER_1 | 0x02);
        assertThat(read(Uart.LSR) & 1).isZero();
        assertThat(read(Uart.RBR)).isZero();
    }

    @Test
    void loopbackReturnsDataAndModemLinesAndKeepsTheHostOut() throws InterruptedException {
        write(Uart.IIR, FIFOS_TRIGGER_1);
        quiet();
        write(Uart.MCR, 0x10);
        write(Uart.RBR, 'L');
        type("host");
        assertThat(readAll()).isEqualTo("L");
        assertThat(output.size()).isZero();
        write(Uart.MCR, 0x1a);
        assertThat(read(Uart.MSR) & 0xf0).isEqualTo(0x90);
        write(Uart.MCR, 0x15);
        assertThat(read(Uart.MSR) & 0xf0).isEqualTo(0x60);
        write(Uart.MCR, 0);
        settle();
        assertThat(readAll()).isEqualTo("host");
        assertThat(read(Uart.MSR) & 0xf0).isEqualTo(0xb0);
    }

    @Test
    void modemLineChangesInterruptUntilMsrIsRead() {
        write(Uart.IER, 0x08);
        write(Uart.MCR, 0x10);
        assertThat(read(Uart.IIR)).isEqualTo(0x00);
        assertThat(wire.asserted).isTrue();
        assertThat(read(Uart.MSR) & 0x0f).isEqualTo(0x0b);
        assertThat(wire.asserted).isFalse();
        write(Uart.MCR, 0x14);
        assertThat(read(Uart.MSR) & 0x0f).as("the ring indicator rose").isZero();
        write(Uart.MCR, 0x10);
        assertThat(read(Uart.MSR) & 0x0f).as("the ring indicator fell").isEqualTo(0x04);
    }

    @Test
    void anOverrunInLoopbackIsReportedOnce() {
        write(Uart.IER, 0x04);
        write(Uart.MCR, 0x10);
        write(Uart.RBR, 'a');
        write(Uart.RBR, 'b');
        assertThat(read(Uart.IIR)).isEqualTo(0x06);
        assertThat(read(Uart.LSR)).isEqualTo(0x63);
        assertThat(read(Uart.LSR)).isEqualTo(0x61);
        assertThat(read(Uart.RBR)).isEqualTo('a');
        assertThat(wire.asserted).isFalse();
    }

    @Test
    void stateSurvivesWithBytesInTheFifo() throws InterruptedException {
        write(Uart.IIR, FIFOS_TRIGGER_8);
        quiet();
        write(Uart.IER, 0x01);
        type("abc");
        read(Uart.RBR);
        write(Uart.SCR, 0x77);
        SavedState state = SavedState.of(uart);
        uart.reset();
        assertThat(read(Uart.LSR) & 1).isZero();
        uart.restore(state);
        assertThat(wire.asserted).isFalse();
        clock.ticks += 1_000_000;
        settle();
        assertThat(wire.asserted).as("the timeout goes on").isTrue();
        state = SavedState.of(uart);
        uart.reset();
        uart.restore(state);
        assertThat(wire.asserted).as("and is over when it is over").isTrue();
        assertThat(readAll()).isEqualTo("bc");
        assertThat(read(Uart.SCR)).isEqualTo(0x77);
    }
}
