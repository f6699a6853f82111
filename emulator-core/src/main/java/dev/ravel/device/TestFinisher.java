package dev.ravel.device;

import dev.ravel.fdt.Node;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.util.List;
import java.util.function.Consumer;

/**
 * The test finisher: a register whose writes end the run. The device tree also names it as the system controller
 * through which an operating system switches the machine off or resets it.
 */
public final class TestFinisher implements Device {
    /** The only register: a {@code FINISHER} value in bits 15 to 0, an exit code in bits 31 to 16. */
    public static final long FINISH = 0x0;

    /** The run failed with the exit code of the upper half. */
    public static final int FINISHER_FAIL = 0x3333;

    /** The run succeeded: power off. */
    public static final int FINISHER_PASS = 0x5555;

    /** Reset the machine. */
    public static final int FINISHER_RESET = 0x7777;

    /** Bytes of the window on the board. */
    public static final long SIZE = 0x1000;

    private final Consumer<Request> listener;

    /** What the guest asked for. */
    public sealed interface Request {
        /** The machine is to be switched off after success. */
        record Pass() implements Request {}

        /**
         * The machine is to be switched off after a failure.
         *
         * @param code 0 to 65535
         */
        record Fail(int code) implements Request {}

        /** The machine is to be reset. */
        record Reset() implements Request {}
    }

    /** A finisher that reports to {@code listener}, which is called with the device lock held and only takes note. */
    public TestFinisher(Consumer<Request> listener) {
        this.listener = listener;
    }

    @Override
    public String name() {
        return "finisher";
    }

    @Override
    public long read(long offset, int size) {
        return 0;
    }

    @Override
    public List<DeviceRegister> registers() {
        return List.of(DeviceRegister.writeOnly("FINISH", FINISH, 4));
    }

    @Override
    public void write(long offset, int size, long value) {
        if (offset != FINISH || size == 1) {
            return;
        }
        int code = size == 2 ? 0 : (int) (value >>> 16) & 0xffff;
        switch ((int) value & 0xffff) {
            case FINISHER_PASS -> listener.accept(new Request.Pass());
            case FINISHER_FAIL -> listener.accept(new Request.Fail(code));
            case FINISHER_RESET -> listener.accept(new Request.Reset());
            default -> {}
        }
    }

    @Override
    public void reset() {}

    /** Adds {@code test} below the parent, and {@code poweroff} and {@code reboot} below the root. */
    @Override
    public void describe(Node parent, Placement placement) {
        Node test = parent.child("test@" + Long.toHexString(placement.base()))
                .longs("reg", placement.base(), placement.size())
                .strings("compatible", "sifive,test1", "sifive,test0", "syscon");
        syscon(parent.root().child("poweroff"), "syscon-poweroff", FINISHER_PASS, test.phandle());
        syscon(parent.root().child("reboot"), "syscon-reboot", FINISHER_RESET, test.phandle());
    }

    private static void syscon(Node node, String compatible, int value, int regmap) {
        node.cells("value", value)
                .cells("offset", (int) FINISH)
                .cells("regmap", regmap)
                .strings("compatible", compatible);
    }

    @Override
    public void save(StateWriter out) {}

    @Override
    public void restore(StateReader in) {}
}
