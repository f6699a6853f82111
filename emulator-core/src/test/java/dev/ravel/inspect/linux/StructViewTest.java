package dev.ravel.inspect.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.inspect.linux.BtfWriter.Field;
import dev.ravel.inspect.linux.KallsymsTables.Layout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Types, and structures read by them. */
class StructViewTest {
    private static final int AT = 0x30_0000;

    private final KernelRig rig = new KernelRig();

    @AfterEach
    void close() {
        rig.close();
    }

    /** Members of every kind that the kernel's structures have. */
    private static byte[] types() {
        BtfWriter w = new BtfWriter();
        int s32 = w.integer("int", 4, true);
        int u32 = w.integer("unsigned int", 4, false);
        int u64 = w.integer("unsigned long", 8, false);
        int character = w.integer("char", 1, true);
        int constant = w.alias(BtfKind.CONST, "", w.alias(BtfKind.VOLATILE, "", s32));
        int pid = w.alias(BtfKind.TYPEDEF, "pid_t", constant);
        int counter = w.alias(
                BtfKind.TYPEDEF,
                "atomic_t",
                w.struct("", 4, new Field("counter", w.alias(BtfKind.TYPE_TAG, "", s32), 0)));
        int inner = w.struct("", 8, new Field("low", u32, 0), new Field("high", u32, 4));
        int either = w.union("", 8, new Field("", inner, 0), new Field("whole", u64, 0));
        int element = w.struct("element", 8, new Field("nr", s32, 0), new Field("more", s32, 4));
        int state = w.enumeration("state", true, "IDLE", -1, "BUSY", 2);
        w.enumeration64("big", "HUGE", 0x1_0000_0002L);
        w.struct(
                "thing",
                64,
                new Field("id", pid, 0),
                new Field("name", w.array(character, 8), 8 * 8, 0),
                new Field("flag", u32, 16 * 8, 1),
                new Field("small", s32, 16 * 8 + 6, 5),
                new Field("", either, 24 * 8, 0),
                new Field("uses", counter, 32 * 8, 0),
                new Field("state", state, 36 * 8, 0),
                new Field("next", w.pointer(w.forward("thing")), 40 * 8, 0),
                new Field("text", w.pointer(character), 48 * 8, 0),
                new Field("elements", w.array(element, 0), 64 * 8, 0));
        w.other(BtfKind.FUNC, 0);
        w.other(BtfKind.FUNC_PROTO, 3);
        w.other(BtfKind.VAR, 0);
        w.other(BtfKind.DATASEC, 2);
        w.other(BtfKind.FLOAT, 0);
        w.other(BtfKind.DECL_TAG, 0);
        w.struct("last", 1, new Field("byte", character, 0));
        return w.blob();
    }

    private LinuxKernel kernel(byte[] types) throws InspectionException {
        return LinuxKernel.of(rig.load(Layout.RELATIVE_BASE, types).image());
    }

    private StructView thing() throws Exception {
        return kernel(types()).struct("thing", KernelRig.KERNEL + AT);
    }

    @Test
    void membersAreReadByName() throws Exception {
        StructView thing = thing();
        rig.putLong(AT, -7);
        rig.put(AT + 8, "abcdefghij".getBytes(StandardCharsets.US_ASCII));
        rig.putLong(AT + 24, 0x9000_0001_8000_0002L);
        rig.putLong(AT + 32, 0xffff_ffff_0000_0003L);
        rig.putLong(AT + 64 + 16, 99);
        assertThat(thing.number("id")).isEqualTo(-7);
        assertThat(thing.text("name", 16)).isEqualTo("abcdefgh");
        assertThat(thing.text("name", 3)).isEqualTo("abc");
        assertThat(thing.number("low")).isEqualTo(0x8000_0002L);
        assertThat(thing.number("high")).isEqualTo(0x9000_0001L);
        assertThat(thing.number("whole")).isEqualTo(0x9000_0001_8000_0002L);
        assertThat(thing.number("uses")).isEqualTo(3);
        assertThat(thing.number("uses.counter")).isEqualTo(3);
        assertThat(thing.number("state")).isEqualTo(-1);
        assertThat(thing.number("elements[2].nr")).isEqualTo(99);
        assertThat(thing.struct("elements[2]").type().name()).isEqualTo("element");
        assertThat(thing.has("high")).isTrue();
        assertThat(thing.has("other")).isFalse();
    }

    @Test
    void bitFieldsAreReadWhereverTheyBegin() throws Exception {
        StructView thing = thing();
        rig.putLong(AT + 16, 1 | 0b10110 << 6);
        assertThat(thing.number("flag")).isEqualTo(1);
        assertThat(thing.number("small")).isEqualTo(0b10110 - 32);
        rig.putLong(AT + 16, ~(1L | 0b10110 << 6));
        assertThat(thing.number("flag")).isZero();
        assertThat(thing.number("small")).isEqualTo(0b01001);
    }

    @Test
    void pointersAreFollowed() throws Exception {
        StructView thing = thing();
        assertThat(thing.follow("next")).isEmpty();
        rig.putLong(AT + 40, KernelRig.LINEAR + AT + 0x100);
        rig.putLong(AT + 0x100, 5);
        rig.putLong(AT + 48, KernelRig.LINEAR + AT + 0x200);
        rig.put(AT + 0x200, "hello\0".getBytes(StandardCharsets.US_ASCII));
        assertThat(thing.require("next").number("id")).isEqualTo(5);
        assertThat(thing.text("text", 64)).isEqualTo("hello");
        assertThat(thing.around(KernelRig.LINEAR + AT + 0x140, "next").address())
                .isEqualTo(KernelRig.LINEAR + AT + 0x118);
    }

    @Test
    void whatIsNotThereIsToldInOneLine() throws Exception {
        StructView thing = thing();
        assertThatThrownBy(() -> thing.number("other"))
                .isInstanceOf(BrokenStructureException.class)
                .hasMessage("this kernel's struct thing has no member other");
        assertThatThrownBy(() -> thing.number("name")).hasMessage("in this kernel name is no number");
        assertThatThrownBy(() -> thing.follow("id")).hasMessage("in this kernel id is no pointer");
        assertThatThrownBy(() -> thing.follow("text")).hasMessage("in this kernel text leads to no struct");
        assertThatThrownBy(() -> thing.struct("id")).hasMessage("in this kernel id is no struct");
        assertThatThrownBy(() -> thing.number("id.x")).hasMessage("in this kernel id of id.x is no struct");
        assertThatThrownBy(() -> thing.text("id", 4)).hasMessage("in this kernel id is no string");
        assertThatThrownBy(() -> thing.require("next"))
                .hasMessage("next of struct thing at 0xffffffff80300000 is null");
        rig.putLong(AT + 40, 0x1234);
        assertThatThrownBy(() -> thing.require("next").number("id"))
                .isInstanceOf(BrokenStructureException.class)
                .hasMessage("0x1234 leads to no memory");
    }

    @Test
    void constantsOfEnumerationsAreFoundByName() throws Exception {
        Btf types = Btf.parse(types());
        assertThat(types.constant("IDLE")).isEqualTo(-1);
        assertThat(types.constant("BUSY")).isEqualTo(2);
        assertThat(types.constant("HUGE")).isEqualTo(0x1_0000_0002L);
        assertThat(types.hasConstant("OTHER")).isFalse();
        assertThatThrownBy(() -> types.constant("OTHER")).hasMessage("this kernel has no constant OTHER");
        assertThat(types.composite("last").size()).isEqualTo(1);
        assertThatThrownBy(() -> types.composite("state")).hasMessage("this kernel has no struct state");
        assertThatThrownBy(() -> types.type(types.size())).isInstanceOf(BrokenStructureException.class);
    }

    @Test
    void typesThatContainThemselvesHaveAnEnd() throws Exception {
        BtfWriter w = new BtfWriter();
        w.alias(BtfKind.CONST, "", 1);
        w.struct("round", 8, new Field("", 2, 0), new Field("self", 2, 0), new Field("again", 1, 0));
        w.array(3, 2);
        StructView round = kernel(w.blob()).struct("round", KernelRig.KERNEL + AT);
        assertThat(round.has("other")).isFalse();
        assertThatThrownBy(() -> round.number("self")).isInstanceOf(BrokenStructureException.class);
        assertThatThrownBy(() -> round.number("again")).hasMessage("the kernel's type number 1 leads to itself");
        assertThatThrownBy(() -> Btf.parse(w.blob()).sizeOf(3)).hasMessageEndingWith("leads to itself");
    }

    @Test
    void damagedTypesAreToldInOneLine() throws Exception {
        byte[] whole = types();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> Btf.parse(cut))
                    .isInstanceOf(InspectionException.class)
                    .hasMessageStartingWith("the kernel's types (BTF)");
        }
        SplittableRandom random = new SplittableRandom(3);
        int refused = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                Btf types = Btf.parse(damaged);
                for (int number = 0; number < types.size(); number++) {
                    touch(types, number);
                }
            } catch (InspectionException | BrokenStructureException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    private static void touch(Btf types, int number) throws BrokenStructureException {
        BtfType type = types.type(number);
        if (type instanceof BtfType.Composite composite) {
            types.member(composite, "whole");
        } else if (!(type instanceof BtfType.Other)) {
            types.resolve(number);
        }
    }
}
