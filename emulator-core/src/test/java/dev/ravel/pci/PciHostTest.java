package dev.ravel.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.device.Device;
import dev.ravel.device.SavedState;
import dev.ravel.device.Stateless;
import dev.ravel.device.Wire;
import dev.ravel.fdt.Node;
import dev.ravel.pci.ConfigurationSpace.Identity;
import dev.ravel.pci.PciHost.Range;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PciHostTest {
    private static final long ONES = 0xffff_ffffL;
    private static final Range IO = new Range(0x300_0000, 0x1_0000);
    private static final Range MEMORY = new Range(0x4000_0000, 0x4000_0000);
    private static final Range HIGH = new Range(0x4_0000_0000L, 0x4_0000_0000L);

    private final List<Wire> wires =
            Stream.generate(Wire::new).limit(PciHost.LINES).toList();
    private final PciHost host = new PciHost(new PciHost.Addresses(IO, MEMORY, HIGH), List.copyOf(wires));
    private final Scratch io = new Scratch();
    private final Scratch low = new Scratch();
    private final Scratch high = new Scratch();
    private final TestFunction function = new TestFunction(List.of(
            new Bar(0, Bar.Kind.IO, 0x20, io),
            new Bar(1, Bar.Kind.MEMORY_32, 0x1000, low),
            new Bar(2, Bar.Kind.PREFETCHABLE_64, 1L << 33, high)));

    @BeforeEach
    void plugIn() {
        host.plug(5, function);
    }

    /** Registers that keep what was written last. */
    private static class Scratch implements Stateless {
        long offset = -1;
        long value;

        @Override
        public String name() {
            return "scratch";
        }

        @Override
        public long read(long at, int size) {
            offset = at;
            return value;
        }

        @Override
        public void write(long at, int size, long written) {
            offset = at;
            value = written;
        }
    }

    private static final class TestFunction extends Scratch implements PciFunction {
        private final ConfigurationSpace configuration;

        TestFunction(List<Bar> bars) {
            configuration = new ConfigurationSpace(
                    new Identity(0x1234, 0x5678, 0x123456, 9, 0xabcd, 0xef01), bars, List.of(), true);
        }

        @Override
        public ConfigurationSpace configuration() {
            return configuration;
        }

        @Override
        public long read(long offset, int size) {
            return PciFunction.super.read(offset, size);
        }

        @Override
        public void write(long offset, int size, long value) {
            PciFunction.super.write(offset, size, value);
        }

        @Override
        public void describe(Node parent, Placement placement) {}

        @Override
        public void reset() {
            configuration.reset();
        }

        @Override
        public void save(StateWriter out) {
            configuration.save(out);
        }

        @Override
        public void restore(StateReader in) {
            configuration.restore(in);
        }
    }

    private static long at(int slot, int register) {
        return slot << 15 | register;
    }

    private long config(int register, int size) {
        return host.read(at(5, register), size);
    }

    private void configure(int register, int size, long value) {
        host.write(at(5, register), size, value);
    }

    private Device window(int number) {
        return host.windows().get(number).device();
    }

    @Test
    void aBarOfOnesTellsItsKindAndSize() {
        for (int bar = 0; bar < 6; bar++) {
            configure(ConfigurationSpace.BAR_0 + 4 * bar, 4, ONES);
        }
        assertThat(config(ConfigurationSpace.BAR_0, 4)).isEqualTo(0xffff_ffe1L);
        assertThat(config(ConfigurationSpace.BAR_0 + 4, 4)).isEqualTo(0xffff_f000L);
        assertThat(config(ConfigurationSpace.BAR_0 + 8, 8)).isEqualTo(0xffff_fffe_0000_000cL);
        assertThat(config(ConfigurationSpace.BAR_0 + 16, 8)).isZero();
    }

    @Test
    void eachSpaceReachesItsRegistersWhereTheyWerePlacedAndOnlyWhenItIsSwitchedOn() {
        configure(ConfigurationSpace.BAR_0, 4, 0x1040);
        configure(ConfigurationSpace.BAR_0 + 4, 4, 0x4001_0000);
        configure(ConfigurationSpace.BAR_0 + 8, 8, 0x6_0000_0000L);
        assertThat(window(0).read(0x1044, 4)).isEqualTo(ONES);

        configure(ConfigurationSpace.COMMAND, 2, ConfigurationSpace.IO_SPACE);
        window(0).write(0x105c, 4, 7);
        assertThat(io.offset).isEqualTo(0x1c);
        assertThat(io.value).isEqualTo(7);
        assertThat(window(0).read(0x1060, 1)).isEqualTo(0xff);
        assertThat(window(1).read(0x1_0000, 2)).isEqualTo(0xffff);

        configure(ConfigurationSpace.COMMAND, 2, ConfigurationSpace.MEMORY_SPACE);
        window(1).write(0x1_0ffc, 4, 8);
        assertThat(low.offset).isEqualTo(0xffc);
        window(2).write(0x2_0000_0010L, 8, 9);
        assertThat(high.offset).isEqualTo(0x10);
        assertThat(window(2).read(0x4_0000_0000L, 8)).isEqualTo(-1);
        assertThat(window(0).read(0x1044, 4)).isEqualTo(ONES);
        assertThat(window(1).behind()).containsExactly(new Device.Behind(0x1_0000, 0x1000, low, OptionalInt.empty()));
    }

    @Test
    void bytesAndHalvesOfTheHeaderAreReadAndWrittenAlone() {
        assertThat(config(ConfigurationSpace.VENDOR_ID, 4)).isEqualTo(0x5678_1234);
        assertThat(config(ConfigurationSpace.DEVICE_ID + 1, 1)).isEqualTo(0x56);
        assertThat(config(ConfigurationSpace.CLASS_REVISION, 4)).isEqualTo(0x1234_5609);
        configure(ConfigurationSpace.INTERRUPT_LINE, 1, 0x2a);
        configure(ConfigurationSpace.INTERRUPT_PIN, 1, 4);
        assertThat(config(ConfigurationSpace.INTERRUPT_LINE, 2)).isEqualTo(0x012a);
        configure(ConfigurationSpace.COMMAND, 4, ONES);
        assertThat(config(ConfigurationSpace.COMMAND, 4)).isEqualTo(0x0547);
        assertThat(config(0x100, 4)).isZero();
        assertThat(host.read(at(5, 0) | 1 << 12, 4)).isEqualTo(ONES);
        assertThat(host.read(at(6, 0), 8)).isEqualTo(-1);
    }

    @Test
    void neighboursInterruptByDifferentWiresAndAWireIsAssertedUntilAllLetGo() {
        TestFunction fourOn = new TestFunction(List.of());
        TestFunction next = new TestFunction(List.of());
        host.plug(9, fourOn);
        host.plug(6, next);
        function.configuration().interrupt(true);
        fourOn.configuration().interrupt(true);
        assertThat(wires).extracting(wire -> wire.asserted).containsExactly(false, true, false, false);
        next.configuration().interrupt(true);
        assertThat(wires).extracting(wire -> wire.asserted).containsExactly(false, true, true, false);
        function.configuration().interrupt(false);
        assertThat(wires.get(1).asserted).isTrue();
        host.write(at(9, ConfigurationSpace.COMMAND), 2, ConfigurationSpace.INTERRUPT_DISABLE);
        assertThat(wires.get(1).asserted).isFalse();
        assertThat(host.read(at(9, ConfigurationSpace.STATUS), 2)).isEqualTo(ConfigurationSpace.INTERRUPT_STATUS);
    }

    @Test
    void aRestoredBusHasItsDevicesWhereTheyWere() {
        configure(ConfigurationSpace.BAR_0 + 4, 4, 0x4001_0000);
        configure(ConfigurationSpace.COMMAND, 2, ConfigurationSpace.MEMORY_SPACE);
        SavedState state = SavedState.of(host);
        host.reset();
        assertThat(window(1).read(0x1_0000, 4)).isEqualTo(ONES);
        host.restore(state);
        low.value = 5;
        assertThat(window(1).read(0x1_0000, 4)).isEqualTo(5);
    }

    @Test
    void twoDevicesCannotHaveOneSlotNorABarASizeThatIsNoPowerOfTwo() {
        assertThatThrownBy(() -> host.plug(5, function)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Bar(0, Bar.Kind.MEMORY_32, 24, low)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Bar(5, Bar.Kind.PREFETCHABLE_64, 32, low))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
