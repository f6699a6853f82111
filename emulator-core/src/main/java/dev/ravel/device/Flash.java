package dev.ravel.device;

import dev.ravel.fdt.Node;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The board's flash: two banks of NOR flash that guests find by the Common Flash Interface, firmware in the first and its
 * variables in the second. It can be executed and read like memory, and is programmed by Intel's commands.
 */
public final class Flash implements Device {
    /** Bytes of both banks. */
    public static final long SIZE = 2L * FlashContents.SIZE;

    private static final int BANK_WIDTH = 4;

    private final List<FlashBank> banks;

    /** A copy that instructions are fetched from, zero at first. */
    @FunctionalInterface
    public interface Copy {
        /** The device's bytes from an offset on are these now. */
        void changed(long offset, byte[] bytes);
    }

    /**
     * A flash whose banks hold that, the one at the lower addresses first.
     *
     * @param copy gets all that they hold and will hold; it does not show that a bank is in the middle of a command
     */
    public Flash(FlashContents first, FlashContents second, Copy copy) {
        banks = List.of(new FlashBank(first), new FlashBank(second));
        first.keepCopy(copy);
        second.keepCopy((offset, bytes) -> copy.changed(FlashContents.SIZE + offset, bytes));
    }

    @Override
    public String name() {
        return "flash";
    }

    @Override
    public String identity() {
        return banks.stream()
                .map(bank -> bank.contents().isReadOnly()
                        ? "read-only"
                        : bank.contents().keptByHost().isPresent() ? "in a file" : "empty")
                .collect(Collectors.joining(" and ", "flash of two banks, ", ""));
    }

    private FlashBank bank(long offset) {
        return banks.get((int) (offset / FlashContents.SIZE));
    }

    @Override
    public long read(long offset, int size) {
        return bank(offset).read((int) offset & FlashContents.SIZE - 1, size);
    }

    @Override
    public boolean takesMisalignedLoads() {
        return true;
    }

    @Override
    public void write(long offset, int size, long value) {
        bank(offset).write((int) offset & FlashContents.SIZE - 1, size, value);
    }

    @Override
    public void reset() {
        banks.forEach(FlashBank::reset);
    }

    /** QEMU has it beside the bus, not on it. */
    @Override
    public void describe(Node parent, Placement placement) {
        parent.root()
                .child("flash@" + Long.toHexString(placement.base()))
                .cells("bank-width", BANK_WIDTH)
                .longs(
                        "reg",
                        placement.base(),
                        FlashContents.SIZE,
                        placement.base() + FlashContents.SIZE,
                        FlashContents.SIZE)
                .strings("compatible", "cfi-flash");
    }

    @Override
    public Optional<String> keptByHost() {
        return banks.stream()
                .flatMap(bank -> bank.contents().keptByHost().stream())
                .findFirst();
    }

    @Override
    public void save(StateWriter out) {
        for (int i = 0; i < banks.size(); i++) {
            banks.get(i).save(out.section("bank" + i));
        }
    }

    @Override
    public void restore(StateReader in) {
        for (int i = 0; i < banks.size(); i++) {
            banks.get(i).restore(in.section("bank" + i));
        }
    }
}
