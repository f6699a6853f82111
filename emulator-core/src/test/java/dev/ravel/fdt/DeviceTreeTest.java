package dev.ravel.fdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeviceTreeTest {
    private static final int STRUCTURE_OFFSET = 8;
    private static final int STRINGS_OFFSET = 12;
    private static final int RESERVATIONS_OFFSET = 16;
    private static final int VERSION = 20;
    private static final int STRINGS_SIZE = 32;
    private static final int STRUCTURE_SIZE = 36;

    static DeviceTree sample() {
        Node root = new Node("");
        root.cells("#address-cells", 2).cells("#size-cells", 2).strings("compatible", "riscv-virtio");
        Node soc = root.child("soc").flag("ranges").cells("#address-cells", 2).cells("#size-cells", 2);
        soc.child("serial@10000000")
                .longs("reg", 0x1000_0000L, 0x100)
                .strings("compatible", "ns16550a", "ns16550")
                .bytes("odd", new byte[] {1, 2, 3})
                .strings("quoted", "a \"b\" \\c");
        soc.child("plic@c000000")
                .flag("interrupt-controller")
                .longs("reg", 0xc00_0000L, 0x60_0000L)
                .phandle();
        return new DeviceTree(root, List.of(new DeviceTree.Reservation(0x8000_0000L, 0x20_0000L)), 3);
    }

    @Test
    void theBlobOfATreeReadsBackAsTheTree() throws FdtFormatException {
        DeviceTree tree = sample();
        DeviceTree back = DeviceTree.read(tree.toBlob());
        assertThat(back.toSource()).isEqualTo(tree.toSource());
        assertThat(back.reservations()).isEqualTo(tree.reservations());
        assertThat(back.bootCpu()).isEqualTo(3);
        assertThat(back.toBlob()).isEqualTo(tree.toBlob());
    }

    @Test
    void propertyNamesAreSharedInTheStringsBlock() {
        String strings = new String(sample().toBlob(), StandardCharsets.ISO_8859_1);
        assertThat(strings.split("compatible\0", -1)).hasSize(2);
    }

    @Test
    void bytesAfterTheBlobAreIgnored() throws FdtFormatException {
        byte[] blob = sample().toBlob();
        assertThat(DeviceTree.read(Arrays.copyOf(blob, blob.length + 100)).toSource())
                .isEqualTo(sample().toSource());
    }

    @Test
    void sourceShowsStringsCellsAndBytes() {
        assertThat(sample().toSource())
                .startsWith("/dts-v1/;\n\n/memreserve/ 0x80000000 0x200000;\n/ {\n")
                .contains("compatible = \"ns16550a\", \"ns16550\";")
                .contains("reg = <0x0 0x10000000 0x0 0x100>;")
                .contains("odd = [01 02 03];")
                .contains("quoted = \"a \\\"b\\\" \\\\c\";")
                .contains("\tranges;\n");
    }

    @Test
    void nodesAreFoundByPathWithOrWithoutUnitAddress() {
        Node root = sample().root();
        Node serial = root.at("/soc/serial@10000000").orElseThrow();
        assertThat(serial.at("/soc/serial")).contains(serial);
        assertThat(serial.path()).isEqualTo("/soc/serial@10000000");
        assertThat(serial.root()).isSameAs(root);
        assertThat(root.at("/")).contains(root);
        assertThat(root.at("/soc/nothing/deeper")).isEmpty();
        assertThat(serial.strings("compatible")).containsExactly("ns16550a", "ns16550");
    }

    @Test
    void phandlesAreUniqueAndStay() {
        Node root = sample().root();
        Node plic = root.at("/soc/plic").orElseThrow();
        int phandle = plic.phandle();
        assertThat(plic.phandle()).isEqualTo(phandle);
        assertThat(root.child("other").phandle()).isNotEqualTo(phandle);
        assertThat(root.byPhandle(phandle)).contains(plic);
    }

    @Test
    void propertiesAndChildrenAreReplacedAndRemoved() {
        Node root = new Node("");
        root.cells("a", 1).cells("a", 2).cells("b", 3).remove("b").remove("c");
        root.child("x");
        assertThat(root.child("x")).isSameAs(root.find("x").orElseThrow());
        root.removeChild("x").removeChild("y");
        assertThat(root.children()).isEmpty();
        assertThat(root.cell("a")).hasValue(2);
        assertThat(root.cell("b")).isEmpty();
        assertThatThrownBy(() -> root.child("a/b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> root.flag("")).isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] patched(int offset, int value) {
        byte[] blob = sample().toBlob();
        ByteBuffer.wrap(blob).putInt(offset, value);
        return blob;
    }

    private static int header(int offset) {
        return ByteBuffer.wrap(sample().toBlob()).getInt(offset);
    }

    private static void refuses(byte[] blob, String message) {
        assertThatThrownBy(() -> DeviceTree.read(blob))
                .isInstanceOf(FdtFormatException.class)
                .hasMessageStartingWith("not a valid device tree: ")
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void brokenHeadersAreRefusedWithTheReason() {
        refuses(new byte[0], "only 0 bytes");
        refuses(new byte[100], "starts with 00000000");
        refuses(Arrays.copyOf(sample().toBlob(), 200), "truncated");
        refuses(patched(4, -1), "truncated");
        refuses(patched(4, 8), "truncated");
        refuses(patched(VERSION, 15), "version 15");
        refuses(patched(VERSION + 4, 18), "not supported");
        refuses(patched(STRUCTURE_OFFSET, 0x7fff_fffc), "structure block");
        refuses(patched(STRUCTURE_OFFSET, header(STRUCTURE_OFFSET) + 2), "structure block");
        refuses(patched(STRUCTURE_SIZE, -4), "structure block");
        refuses(patched(STRINGS_OFFSET, -1), "strings block");
        refuses(patched(STRINGS_SIZE, 0x7fff_ffff), "strings block");
        refuses(patched(RESERVATIONS_OFFSET, 0x1000_0000), "reservation block");
        refuses(patched(RESERVATIONS_OFFSET, header(STRUCTURE_OFFSET) + 4 & -8), "reservation block");
    }

    @Test
    void brokenStructureIsRefusedWithTheReason() {
        int structure = header(STRUCTURE_OFFSET);
        refuses(patched(structure, 9), "does not start with a node");
        refuses(patched(structure + 4, 0x61620000), "the root node has the name 'ab'");
        refuses(patched(structure + 8, 77), "unknown token 77");
        refuses(patched(structure + 12, 0x7000_0000), "ends outside the structure block");
        refuses(patched(structure + 16, 0x7000_0000), "outside the strings block");
        refuses(patched(STRUCTURE_SIZE, header(STRUCTURE_SIZE) - 4), "in the middle");
        refuses(patched(structure + header(STRUCTURE_SIZE) - 4, 1), "something follows the root node");
        refuses(patched(structure + header(STRUCTURE_SIZE) - 8, 9), "has no end");
        refuses(patched(STRINGS_SIZE, header(STRINGS_SIZE) - 1), "has no end");
    }

    @Test
    void treesThatAreTooDeepAreRefused() {
        Node root = new Node("");
        Node node = root;
        for (int i = 0; i < 64; i++) {
            node = node.child("n");
        }
        refuses(new DeviceTree(root).toBlob(), "more than 64 deep");
    }

    @Test
    void anyDamageIsEitherReadOrRefusedButNeverAnotherException() {
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] blob = sample().toBlob();
            for (int n = random.nextInt(4); n >= 0; n--) {
                blob[random.nextInt(blob.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt(12) : random.nextInt());
            }
            try {
                DeviceTree.read(blob);
            } catch (FdtFormatException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(1000, 19_000);
    }
}
