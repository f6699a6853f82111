package dev.ravel.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.device.TestFinisher.Request;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.time.ManualClock;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SmallDevicesTest {
    @Nested
    class Finisher {
        private final List<Request> requests = new ArrayList<>();
        private final TestFinisher finisher = new TestFinisher(requests::add);

        @Test
        void passFailAndResetAreReported() {
            finisher.write(TestFinisher.FINISH, 4, 0x5555);
            finisher.write(TestFinisher.FINISH, 4, 0x002a_3333);
            finisher.write(TestFinisher.FINISH, 4, 0x7777);
            finisher.write(TestFinisher.FINISH, 2, 0x5555);
            assertThat(requests)
                    .containsExactly(new Request.Pass(), new Request.Fail(42), new Request.Reset(), new Request.Pass());
        }

        @Test
        void otherValuesAndAddressesMeanNothing() {
            finisher.write(TestFinisher.FINISH, 4, 0x1234);
            finisher.write(TestFinisher.FINISH, 1, 0x55);
            finisher.write(TestFinisher.FINISH + 4, 4, 0x5555);
            assertThat(requests).isEmpty();
            assertThat(finisher.read(TestFinisher.FINISH, 4)).isZero();
        }
    }

    @Nested
    class Rom {
        private final BootRom rom = new BootRom(new byte[] {1, 2, 3, 4, 5, (byte) 0xff});

        @Test
        void bytesAreLittleEndianAndZeroPastTheEnd() {
            assertThat(rom.read(0, 4)).isEqualTo(0x0403_0201L);
            assertThat(rom.read(0, 8)).isEqualTo(0xff05_0403_0201L);
            assertThat(rom.read(5, 1)).isEqualTo(0xff);
            assertThat(rom.read(4096, 8)).isZero();
        }

        @Test
        void writesAreIgnored() {
            rom.write(0, 8, -1);
            assertThat(rom.read(0, 1)).isEqualTo(1);
        }
    }

    @Nested
    class HostTarget implements Htif.Memory {
        private static final int TOHOST = 1024;
        private static final int FROMHOST = 1088;

        private final ManualClock clock = new ManualClock();
        private final BoundaryQueue events = new BoundaryQueue();
        private final ByteArrayOutputStream output = new ByteArrayOutputStream();
        private final QueuedConsole console = new QueuedConsole(100, output::write);
        private final List<Long> exits = new ArrayList<>();
        private final ByteBuffer ram = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        private final Htif htif =
                new Htif(console, this, new Htif.Places(TOHOST, OptionalLong.of(FROMHOST)), clock, events, exits::add);

        @Override
        public Optional<byte[]> read(long address, int length) {
            if (address < 0 || address > ram.capacity() - length) {
                return Optional.empty();
            }
            byte[] bytes = new byte[length];
            ram.get((int) address, bytes);
            return Optional.of(bytes);
        }

        @Override
        public void write(long address, long value) {
            if (address >= 0 && address <= ram.capacity() - 8) {
                ram.putLong((int) address, value);
            }
        }

        private void settle(long ticks) {
            clock.ticks = ticks;
            events.runDue(ticks);
        }

        @Test
        void anOddCommandToDeviceZeroEndsWithTheCodeAboveBitZero() {
            htif.write(0, 8, 1);
            htif.write(0, 8, 1337 << 1 | 1);
            assertThat(exits).containsExactly(0L, 1337L);
            assertThat(ram.getLong(TOHOST)).isEqualTo(1337 << 1 | 1);
        }

        @Test
        void noBitOfACodeIsLost() {
            htif.write(0, 8, 1L << 47 | 1);
            ram.putLong(128, 93).putLong(136, 1L << 32);
            htif.write(0, 8, 128);
            assertThat(exits).containsExactly(1L << 46, 1L << 32);
        }

        @Test
        void twoWordStoresAreOneCommand() {
            htif.write(0, 4, 0x41);
            htif.write(4, 4, 0x0101_0000);
            assertThat(output).hasToString("A");
            assertThat(exits).isEmpty();
            assertThat(ram.getLong(TOHOST)).isZero();
        }

        @Test
        void aLowWordAloneIsACommandAfterAWhile() {
            htif.write(0, 4, 3);
            settle(999);
            assertThat(exits).isEmpty();
            settle(1000);
            assertThat(exits).containsExactly(1L);
        }

        @Test
        void theConsoleReadsWhenTheGuestAsks() throws InterruptedException {
            console.type("xy".getBytes());
            settle(0);
            assertThat(ram.getLong(FROMHOST)).isZero();
            htif.write(0, 8, 0x0100_0000_0000_0000L);
            settle(1);
            assertThat(ram.getLong(FROMHOST)).isEqualTo(0x0100_0000_0000_0000L | 'x');
            ram.putLong(FROMHOST, 0);
            settle(2);
            assertThat(ram.getLong(FROMHOST)).isZero();
        }

        @Test
        void theWriteCallPrintsAndReturnsTheCount() {
            ram.put(64, "hello".getBytes());
            ram.putLong(0, 64).putLong(8, 1).putLong(16, 64).putLong(24, 5);
            htif.write(0, 8, 0);
            assertThat(output.size()).isZero();
            ram.putLong(128, 64).putLong(136, 1).putLong(144, 64).putLong(152, 5);
            htif.write(0, 8, 128);
            assertThat(output).hasToString("hello");
            assertThat(ram.getLong(128)).isEqualTo(5);
            assertThat(ram.getLong(FROMHOST)).isEqualTo(1);
        }

        @Test
        void callsWithBadNumbersOrAddressesReturnErrors() {
            ram.putLong(128, 64).putLong(136, 1).putLong(144, 5000).putLong(152, 5);
            htif.write(0, 8, 128);
            assertThat(ram.getLong(128)).isEqualTo(-14);
            ram.putLong(128, 12345);
            htif.write(0, 8, 128);
            assertThat(ram.getLong(128)).isEqualTo(-38);
            htif.write(0, 8, 1 << 30);
            assertThat(output.size()).isZero();
        }

        @Test
        void theStoreIsInMemoryWhateverItsSize() {
            ram.putLong(TOHOST, 0x1111_1111_1111_1100L);
            htif.write(1, 1, 0x22);
            htif.write(2, 2, 0x3333);
            assertThat(ram.getLong(TOHOST)).isEqualTo(0x1111_1111_3333_2200L);
            assertThat(htif.read(2, 4)).isEqualTo(0x1111_3333L);
            settle(999);
            assertThat(ram.getLong(TOHOST)).isNotZero();
            settle(1000);
            assertThat(ram.getLong(TOHOST)).isZero();
        }

        private void storeBeside(int times) {
            for (int i = 0; i < times; i++) {
                htif.storedBeside();
            }
        }

        @Test
        void aProgramThatStoresBesideIsNoLongerWatchedButLookedAt() {
            storeBeside(Htif.STORES_BESIDE - 1);
            assertThat(htif.watches()).isTrue();
            storeBeside(1);
            assertThat(htif.watches()).isFalse();
            for (int i = 1; i <= 3; i++) {
                ram.putLong(TOHOST, 0x0101_0000_0000_0040L + i);
                settle(i * 1000 - 1);
                assertThat(output.size()).isEqualTo(i - 1);
                settle(i * 1000);
                assertThat(output).hasToString("ABC".substring(0, i));
                assertThat(ram.getLong(TOHOST)).isZero();
            }
        }

        @Test
        void aLookBetweenTheTwoHalvesOfACommandDoesNotTakeTheFirstForAll() {
            storeBeside(Htif.STORES_BESIDE);
            ram.putInt(TOHOST, 0x41);
            settle(1000);
            ram.putInt(TOHOST + 4, 0x0101_0000);
            settle(2000);
            assertThat(exits).isEmpty();
            assertThat(output).hasToString("A");
        }

        @Test
        void theEndIsSeenOnceAndStaysInMemory() {
            storeBeside(Htif.STORES_BESIDE);
            ram.putLong(TOHOST, 3);
            for (int i = 1; i <= 5; i++) {
                settle(i * 1000);
            }
            assertThat(exits).containsExactly(1L);
            assertThat(ram.getLong(TOHOST)).isEqualTo(3);
            htif.reset();
            assertThat(ram.getLong(TOHOST)).isZero();
            assertThat(htif.watches()).isTrue();
        }

        @Test
        void stateSurvives() {
            storeBeside(Htif.STORES_BESIDE - 1);
            SavedState watched = SavedState.of(htif);
            storeBeside(1);
            settle(400);
            SavedState looked = SavedState.of(htif);
            htif.prepareRestore();
            htif.restore(watched);
            assertThat(htif.watches()).isTrue();
            htif.prepareRestore();
            clock.ticks = 10_000;
            htif.restore(looked);
            assertThat(htif.watches()).isFalse();
            ram.putLong(TOHOST, 0x0101_0000_0000_0041L);
            settle(10_599);
            assertThat(output.size()).isZero();
            settle(10_600);
            assertThat(output).hasToString("A");
        }
    }
}
