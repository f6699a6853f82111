package dev.ravel.boot;

import dev.ravel.boot.BootImage.Linux;
import java.lang.foreign.MemorySegment;

/**
 * Reads flat Linux kernels ("Boot image header in RISC-V Linux" in the kernel's documentation) and the EFI programs
 * that they come as: a kernel whose header is a PE header as well, or ({@code EFI_ZBOOT}) a PE program that carries the
 * compressed kernel.
 */
final class LinuxReader {
    private static final int HEADER_SIZE = 64;
    private static final int PE_OFFSET = 0x3c;
    private static final int PE_SECTION_SIZE = 40;
    private static final int PE_MACHINE_RISCV64 = 0x5064;
    private static final int FLAG_BIG_ENDIAN = 1;

    private LinuxReader() {}

    static boolean recognises(Bytes file) {
        return file.has(0x38, "RSC\u0005") || file.has(0x30, "RISCV\0\0\0");
    }

    static boolean isEfiProgram(Bytes file) {
        return file.has(0, "MZ");
    }

    static boolean isZboot(Bytes file) {
        return isEfiProgram(file) && file.has(4, "zimg");
    }

    static Linux read(Bytes file) throws ImageException {
        file.require(0, HEADER_SIZE, "the header of the Linux kernel");
        if ((file.u64(24) & FLAG_BIG_ENDIAN) != 0) {
            throw new ImageException(file.name() + ": a big-endian Linux kernel; Ravel is little-endian");
        }
        if (isEfiProgram(file)) {
            checkProgram(file);
        }
        long textOffset = file.u64(8);
        long imageSize = file.u64(16);
        if (textOffset < 0 || imageSize < 0) {
            throw new ImageException(file.name() + ": a damaged header of a Linux kernel; fetch or build it again");
        }
        return new Linux(file.name(), file.data(), textOffset, Math.max(imageSize, file.size()));
    }

    /** The compressed kernel inside an {@code EFI_ZBOOT} program. */
    static MemorySegment payload(Bytes file) throws ImageException {
        file.require(0, HEADER_SIZE, "the header of the compressed EFI kernel");
        checkProgram(file);
        return file.slice(file.u32(8), file.u32(12), "the compressed kernel");
    }

    /**
     * Checks the machine of a PE program, and that the file holds all its sections: a kernel's own header cannot tell.
     */
    static void checkProgram(Bytes file) throws ImageException {
        file.require(0, HEADER_SIZE, "the EFI header");
        long header = file.u32(PE_OFFSET);
        file.require(header, 24, "the EFI header");
        if (!file.has(header, "PE\0\0")) {
            throw new ImageException(file.name() + ": a DOS program or a damaged EFI header, not a RISC-V kernel");
        }
        int machine = file.u16(header + 4);
        if (machine != PE_MACHINE_RISCV64) {
            throw new ImageException(file.name() + ": an EFI program for " + machineName(machine)
                    + ", not for RISC-V; take the riscv64 build");
        }
        int sections = file.u16(header + 6);
        long table = header + 24 + file.u16(header + 20);
        file.require(table, (long) sections * PE_SECTION_SIZE, "the table of EFI sections");
        for (int i = 0; i < sections; i++) {
            long section = table + (long) i * PE_SECTION_SIZE;
            file.require(file.u32(section + 20), file.u32(section + 16), "EFI section " + i);
        }
    }

    private static String machineName(int machine) {
        return switch (machine) {
            case 0x014c -> "x86";
            case 0x8664 -> "x86-64";
            case 0x01c0, 0x01c2, 0x01c4 -> "ARM";
            case 0xaa64 -> "AArch64";
            case 0x5032 -> "32-bit RISC-V";
            case 0x6264 -> "LoongArch";
            default -> "machine 0x" + Integer.toHexString(machine);
        };
    }
}
