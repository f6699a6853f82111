package dev.ravel.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.ravel.boot.BootImage.Elf;
import dev.ravel.boot.BootImage.Linux;
import dev.ravel.boot.BootImage.Raw;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ImageLoaderTest {
    private static BootImage parse(byte[] content) throws ImageException {
        return ImageLoader.parse("k", content);
    }

    private static byte[] bytes(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }

    @Test
    void anElfHasItsSegmentsEntryAndSymbols() throws ImageException {
        Elf elf = (Elf) parse(ElfFile.small().build());
        assertThat(elf.entry()).isEqualTo(0x8000_0000L);
        assertThat(elf.movable()).isFalse();
        assertThat(elf.segments()).hasSize(2);
        assertThat(elf.segments().get(1).physicalAddress()).isEqualTo(0x8000_1000L);
        assertThat(elf.segments().get(1).memorySize()).isEqualTo(64);
        assertThat(bytes(elf.segments().get(1).data())).isEqualTo(ElfFile.doublewords(1, 2));
        assertThat(elf.address("tohost")).isEqualTo(OptionalLong.of(0x8000_1000L));
        assertThat(elf.symbols().get("tohost").size()).isEqualTo(8);
        assertThat(elf.address("fromhost")).isEmpty();
        assertThat(elf.start()).isEqualTo(0x8000_0000L);
        assertThat(elf.end()).isEqualTo(0x8000_1040L);
    }

    @Test
    void theSymbolsOfAnElfAreItsDefinedNamesOnly() throws ImageException {
        Elf elf = (Elf) parse(ElfFile.small()
                .symbol("file.c", 4, 1, 7)
                .symbol("elsewhere", 0x10, 0, 0)
                .symbol("absolute", 0x10, 0xfff1, 42)
                .build());
        assertThat(elf.symbols()).containsOnlyKeys("tohost", "begin_signature", "absolute");
    }

    @Test
    void anElfLinkedForVirtualAddressesIsLoadedAtItsPhysicalOnes() throws ImageException {
        ElfFile file = new ElfFile().load(0xffff_ffff_8000_0000L, 0x8020_0000L, new byte[16], 16);
        file.entry = 0xffff_ffff_8000_0008L;
        Elf elf = (Elf) parse(file.symbol("here", 0xffff_ffff_8000_0004L, 0).build());
        assertThat(elf.physical(elf.entry())).isEqualTo(0x8020_0008L);
        assertThat(elf.address("here")).isEqualTo(OptionalLong.of(0x8020_0004L));
    }

    @Test
    void aFlatKernelTellsItsPlaceAndTheMemoryThatItOccupies() throws ImageException {
        byte[] file = KernelFile.flat(0x20_0000, 0x30_0000);
        Linux linux = (Linux) parse(file);
        assertThat(linux.textOffset()).isEqualTo(0x20_0000);
        assertThat(linux.memorySize()).isEqualTo(0x30_0000);
        assertThat(bytes(linux.data())).isEqualTo(file);
    }

    @Test
    void aFlatKernelOccupiesNoLessThanItsFile() throws ImageException {
        assertThat(((Linux) parse(KernelFile.flat(0, 1))).memorySize()).isEqualTo(200);
    }

    @Test
    void aKernelWithAnEfiStubIsAFlatKernel() throws ImageException {
        Linux linux = (Linux) parse(KernelFile.efi(0x5064));
        assertThat(linux.memorySize()).isEqualTo(0x10_0000);
    }

    static Stream<Arguments> wrappings() {
        byte[] flat = KernelFile.flat(0x20_0000, 0x30_0000);
        byte[] elf = ElfFile.small().build();
        return Stream.of(
                arguments("gzip", KernelFile.gzip(flat), flat),
                arguments("xz", KernelFile.xz(flat), flat),
                arguments("zstd", KernelFile.zstd(flat), flat),
                arguments("zboot with gzip", KernelFile.zboot("gzip", KernelFile.gzip(flat)), flat),
                arguments("zboot with xz", KernelFile.zboot("xzkern", KernelFile.xz(flat)), flat),
                arguments("zboot with zstd", KernelFile.zboot("zstd22", KernelFile.zstd(flat)), flat),
                arguments("zboot inside gzip", KernelFile.gzip(KernelFile.zboot("gzip", KernelFile.gzip(flat))), flat),
                arguments("ELF in gzip", KernelFile.gzip(elf), elf),
                arguments("ELF in xz", KernelFile.xz(elf), elf),
                arguments("ELF in zstd", KernelFile.zstd(elf), elf));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrappings")
    void aCompressedKernelIsWhatWasCompressed(String name, byte[] file, byte[] content) throws ImageException {
        BootImage expected = parse(content);
        BootImage actual = parse(file);
        switch (expected) {
            case Linux linux -> assertThat(bytes(((Linux) actual).data())).isEqualTo(bytes(linux.data()));
            case Elf elf -> assertThat(((Elf) actual).symbols()).isEqualTo(elf.symbols());
            case Raw raw -> throw new AssertionError(raw);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrappings")
    void aCompressedKernelCutShortAnywhereIsRefused(String name, byte[] file, byte[] content) {
        // What follows the payload of a zboot program, the checksums after the data, are the only bytes not needed.
        int end = file.length - (name.startsWith("zboot with") ? 5 : 1);
        for (int length = 8; length <= end; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> parse(cut))
                    .as("%d of %d bytes", length, file.length)
                    .isInstanceOf(ImageException.class)
                    .hasMessageStartingWith("k: ");
        }
    }

    @Test
    void anElfCutShortAnywhereIsRefused() {
        byte[] file = ElfFile.small().build();
        for (int length = 4; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> parse(cut))
                    .as("%d of %d bytes", length, file.length)
                    .isInstanceOf(ImageException.class)
                    .hasMessageContaining("truncated");
        }
    }

    @Test
    void aKernelWithAnEfiStubCutShortAnywhereIsRefused() {
        byte[] file = KernelFile.efi(0x5064);
        for (int length = 2; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> parse(cut))
                    .as("%d of %d bytes", length, file.length)
                    .isInstanceOf(ImageException.class)
                    .hasMessageContaining("truncated");
        }
    }

    @Test
    void bytesWithoutAHeaderAreARawImage() throws ImageException {
        byte[] file = {0x13, 0, 0, 0};
        assertThat(bytes(((Raw) parse(file)).data())).isEqualTo(file);
    }

    static Stream<Arguments> wrongFiles() {
        return Stream.of(
                arguments("32-bit", elf(b -> b.put(4, (byte) 1)), "a 32-bit ELF file"),
                arguments("big-endian", elf(b -> b.put(5, (byte) 2)), "a big-endian ELF file"),
                arguments("x86-64", elf(b -> b.putShort(18, (short) 62)), "an ELF file for x86-64"),
                arguments("AArch64", elf(b -> b.putShort(18, (short) 183)), "an ELF file for AArch64"),
                arguments("other machine", elf(b -> b.putShort(18, (short) 999)), "an ELF file for machine 999"),
                arguments("object file", elf(b -> b.putShort(16, (short) 1)), "an ELF object file"),
                arguments("core dump", elf(b -> b.putShort(16, (short) 4)), "an ELF core dump"),
                arguments("type", elf(b -> b.putShort(16, (short) 77)), "unknown type 77"),
                arguments("version", elf(b -> b.put(6, (byte) 9)), "damaged ELF header"),
                arguments("header size", elf(b -> b.putShort(54, (short) 9)), "damaged ELF header"),
                arguments("section size", elf(b -> b.putShort(58, (short) 9)), "damaged ELF header"),
                arguments("no segments", elf(b -> b.putShort(56, (short) 0)), "without anything to load"),
                arguments("segments far away", elf(b -> b.putLong(32, -8)), "truncated"),
                arguments("segment data far away", elf(b -> b.putLong(64 + 8, Long.MAX_VALUE)), "truncated"),
                arguments("segment too short", elf(b -> b.putLong(64 + 40, 1)), "impossible size"),
                arguments("segment wraps", elf(b -> b.putLong(64 + 24, -4)), "impossible size"),
                arguments("segment negative", elf(b -> b.putLong(64 + 40, -1)), "impossible size"),
                arguments("segments overlap", elf(b -> b.putLong(64 + 40, 0x1001)), "two ELF segments overlap"),
                arguments("sections far away", elf(b -> b.putLong(40, 1L << 62)), "truncated"),
                arguments(
                        "Linux program",
                        ElfFile.small()
                                .programHeader(3, 0x9000_0000L, new byte[8])
                                .build(),
                        "a program for Linux"),
                arguments("big-endian kernel", flat(b -> b.put(24, (byte) 1)), "a big-endian Linux kernel"),
                arguments("kernel of no size", flat(b -> b.putLong(16, -1)), "damaged header of a Linux kernel"),
                arguments("kernel of no place", flat(b -> b.putLong(8, -1)), "damaged header of a Linux kernel"),
                arguments("EFI for x86-64", KernelFile.efi(0x8664), "an EFI program for x86-64"),
                arguments("EFI for AArch64", KernelFile.efi(0xaa64), "an EFI program for AArch64"),
                arguments("EFI for RV32", KernelFile.efi(0x5032), "an EFI program for 32-bit RISC-V"),
                arguments("DOS", edit(KernelFile.efi(0x5064), b -> b.put(64, (byte) 'X')), "a DOS program"),
                arguments(
                        "EFI, not Linux",
                        edit(KernelFile.efi(0x5064), b -> b.put(0x30, new byte[12])),
                        "an EFI program, but not a Linux kernel"),
                arguments("zboot with lz4", KernelFile.zboot("lz4", new byte[16]), "compressed with \"lz4\""),
                arguments("layers", nested(6), "compressed over and over"),
                arguments("empty inside", KernelFile.gzip(new byte[0]), "nothing in it"),
                arguments("device tree", text("\320\015\376\355 tree"), "give a device tree as the machine's"),
                arguments("initramfs", text("07070100000000"), "a cpio archive"),
                arguments("qcow2", text("QFI\373 disk"), "a qcow2 disk"),
                arguments("uImage", text("\047\005\031\126 kernel"), "a U-Boot uImage"),
                arguments("package", text("!<arch>\ndebian-binary"), "Debian package"),
                arguments("zip", text("PK\003\004"), "a zip archive"),
                arguments("script", text("#!/bin/sh\n"), "a script"),
                arguments("bzip2", text("BZh91AY"), "bzip2"),
                arguments("lz4", text("\002\041\114\030data"), "lz4"),
                arguments("lzma", text("]\0\0\200\0"), "lzma"),
                arguments("not gzip", text("\037\213\010 and then something else"), "damaged or truncated gzip data"),
                arguments("not zstd", text("\050\265\057\375\377\377\377\377"), "damaged or truncated zstd data"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongFiles")
    void aFileThatCannotStartIsRefusedWithOneLine(String name, byte[] file, String message) {
        assertThatThrownBy(() -> parse(file))
                .isInstanceOf(ImageException.class)
                .hasMessageStartingWith("k: ")
                .hasMessageContaining(message)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void anyDamageIsRefusedOrHarmless() {
        Random random = new Random(7);
        byte[][] files = {
            ElfFile.small().build(),
            KernelFile.efi(0x5064),
            KernelFile.zboot("gzip", KernelFile.gzip(KernelFile.flat(0x20_0000, 0x30_0000))),
            KernelFile.zstd(ElfFile.small().build()),
            KernelFile.xz(ElfFile.small().build())
        };
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] file = files[round % files.length].clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                file[random.nextInt(file.length)] = (byte) random.nextInt();
            }
            try {
                BootLayout.plan(new BootLayout.Request(
                        0x8000_0000L, 64 << 20, Optional.empty(), Optional.of(parse(file)), 5000, 3000));
            } catch (ImageException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(5_000, 19_999);
    }

    @Test
    void filesThatCannotBeReadAreNamedWithTheirOption(@TempDir Path dir) throws IOException {
        Path empty = Files.createFile(dir.resolve("empty"));
        Path missing = dir.resolve("missing");
        assertThatThrownBy(() -> ImageLoader.load(missing))
                .isInstanceOf(ImageException.class)
                .hasMessage(missing + ": no such file");
        assertThatThrownBy(() -> ImageLoader.load(dir))
                .isInstanceOf(ImageException.class)
                .hasMessage(dir + ": is a directory; name a file");
        assertThatThrownBy(() -> ImageLoader.read(dir))
                .isInstanceOf(ImageException.class)
                .hasMessage(dir + ": is a directory; name a file");
        assertThatThrownBy(() -> ImageLoader.read(missing))
                .isInstanceOf(ImageException.class)
                .hasMessage(missing + ": no such file");
        assertThatThrownBy(() -> ImageLoader.read(empty))
                .isInstanceOf(ImageException.class)
                .hasMessageStartingWith(empty + ": the file is empty");
        assertThatThrownBy(() -> ImageLoader.readFile(empty))
                .isInstanceOf(ImageException.class)
                .hasMessageStartingWith(empty + ": the file is empty");
    }

    @Test
    void aFileIsReadWholeHoweverLongItIs(@TempDir Path dir) throws IOException, ImageException {
        for (int size : new int[] {1, 1 << 18, (1 << 18) + 1, (3 << 18) - 1}) {
            byte[] content = new byte[size];
            new Random(size).nextBytes(content);
            Path file = Files.write(dir.resolve("f"), content);
            assertThat(ImageLoader.readFile(file)).isEqualTo(content);
            assertThat(ImageLoader.read(file).toArray(ValueLayout.JAVA_BYTE)).isEqualTo(content);
        }
    }

    @Test
    void whatWasReadStaysWhenTheFileChanges(@TempDir Path dir) throws IOException, ImageException {
        Path file = Files.write(dir.resolve("f"), new byte[] {1, 2, 3});
        MemorySegment content = ImageLoader.read(file);
        Files.write(file, new byte[] {4});
        assertThat(content.toArray(ValueLayout.JAVA_BYTE)).containsExactly(1, 2, 3);
        assertThat(content.isReadOnly()).isTrue();
        assertThat(content.isNative()).as("outside of the heap").isTrue();
    }

    @Test
    void aFileThatDoesNotTellItsLengthIsReadWhole() throws IOException, ImageException {
        Path version = Path.of("/proc/version");
        assumeTrue(Files.exists(version), "needs /proc");
        assertThat(ImageLoader.readFile(version)).isEqualTo(Files.readAllBytes(version));
        assertThat(ImageLoader.read(version).toArray(ValueLayout.JAVA_BYTE)).isEqualTo(Files.readAllBytes(version));
        // More than what is read at once.
        Path symbols = Path.of("/proc/kallsyms");
        assumeTrue(Files.isReadable(symbols), "needs the symbols of Linux");
        assertThat(ImageLoader.readFile(symbols)).isEqualTo(Files.readAllBytes(symbols));
    }

    @Test
    void aFileIsReadFromDisk(@TempDir Path dir) throws IOException, ImageException {
        Path file = Files.write(dir.resolve("k"), KernelFile.gzip(KernelFile.flat(0, 4096)));
        BootImage image = ImageLoader.load(file);
        assertThat(image.name()).isEqualTo(file.toString());
        assertThat(((Linux) image).memorySize()).isEqualTo(4096);
    }

    private static byte[] nested(int depth) {
        byte[] file = KernelFile.flat(0, 0);
        for (int i = 0; i < depth; i++) {
            file = KernelFile.gzip(file);
        }
        return file;
    }

    private static byte[] text(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] elf(Consumer<ByteBuffer> damage) {
        return edit(ElfFile.small().build(), damage);
    }

    private static byte[] flat(Consumer<ByteBuffer> damage) {
        return edit(KernelFile.flat(0x20_0000, 0x30_0000), damage);
    }

    private static byte[] edit(byte[] file, Consumer<ByteBuffer> damage) {
        damage.accept(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN));
        return file;
    }
}
