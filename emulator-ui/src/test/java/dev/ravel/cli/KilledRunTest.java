package dev.ravel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.disk.DiskImages;
import dev.ravel.disk.ImageFormat;
import dev.ravel.host.BlockBackend;
import dev.ravel.host.HostFile;
import dev.ravel.host.ImageFile;
import dev.ravel.host.qcow2.Qcow2Check;
import dev.ravel.host.qcow2.Qcow2Header;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a guest was told is safe survives that Ravel is killed, at any moment. */
class KilledRunTest {
    private static final int ROUNDS = 3;
    private static final int SECTOR = 512;

    /** Sectors from one that is written to the next possible one: a page's. */
    private static final int SPREAD = 8;

    /** Places that may be written; a number goes to the one that it has modulo this, times an odd number. */
    private static final int PLACES = 1 << 14;

    private static final int FACTOR = 2557;

    /** Writes a number to its place, flushes, and prints the number, on and on. */
    private static final String PROGRAM = """
                .equ DRIVER_FEATURES, 0x20
                .equ DRIVER_FEATURES_SEL, 0x24
                .equ QUEUE_SIZE, 0x38
                .equ QUEUE_READY, 0x44
                .equ QUEUE_NOTIFY, 0x50
                .equ STATUS, 0x70
                .equ QUEUE_DESC, 0x80
                .equ QUEUE_DRIVER, 0x90
                .equ QUEUE_DEVICE, 0xa0
            _start:
                li s0, 0x10001000
            find:
                lw t0, 8(s0)
                li t1, 2
                beq t0, t1, found
                li t1, 0x1000
                add s0, s0, t1
                j find
            found:
                li t1, 3
                sw t1, STATUS(s0)
                sw zero, DRIVER_FEATURES_SEL(s0)
                li t1, 1 << 9 # flush
                sw t1, DRIVER_FEATURES(s0)
                li t1, 1
                sw t1, DRIVER_FEATURES_SEL(s0)
                sw t1, DRIVER_FEATURES(s0)
                li t1, 11
                sw t1, STATUS(s0)
                li t1, 4
                sw t1, QUEUE_SIZE(s0)
                lla t1, descriptors
                sw t1, QUEUE_DESC(s0)
                lla t1, available
                sw t1, QUEUE_DRIVER(s0)
                lla t1, used
                sw t1, QUEUE_DEVICE(s0)
                li t1, 1
                sw t1, QUEUE_READY(s0)
                li t1, 15
                sw t1, STATUS(s0)
                lla s1, descriptors
                lla t1, header
                sd t1, (s1)
                li t1, 16
                sw t1, 8(s1)
                lla t1, data
                sd t1, 16(s1)
                li t1, 512
                sw t1, 24(s1)
                li t1, 1 | 2 << 16
                sw t1, 28(s1)
                lla t1, status
                sd t1, 32(s1)
                li t1, 1
                sw t1, 40(s1)
                li t1, 2
                sw t1, 44(s1)
                li s2, 0
                li s3, ROUND << 32
            next:
                addi s2, s2, 1
                or t0, s2, s3
                lla t1, data
                addi t2, t1, 512
            1:  sd t0, (t1)
                addi t1, t1, 8
                bne t1, t2, 1b
                lla t1, header
                li t0, 1 # write
                sw t0, (t1)
                li t0, 2557
                mul t0, t0, s2
                slli t0, t0, 64 - 14
                srli t0, t0, 64 - 14 - 3
                sd t0, 8(t1)
                li t0, 1 | 1 << 16 # then the data
                sw t0, 12(s1)
                call submit
                lla t1, header
                li t0, 4 # flush
                sw t0, (t1)
                sd zero, 8(t1)
                li t0, 1 | 2 << 16 # then the status
                sw t0, 12(s1)
                call submit
                li t0, 0x10000000
                li t2, 28
            1:  srl t1, s2, t2
                andi t1, t1, 15
                addi t3, t1, -10
                bltz t3, 2f
                addi t1, t1, 'a' - '0' - 10
            2:  addi t1, t1, '0'
                sb t1, (t0)
                addi t2, t2, -4
                bgez t2, 1b
                li t1, 10
                sb t1, (t0)
                j next
            submit:
                lla t0, available
                lhu t1, 2(t0)
                andi t2, t1, 3
                slli t2, t2, 1
                add t2, t0, t2
                sh zero, 4(t2)
                fence rw, rw
                addi t1, t1, 1
                sh t1, 2(t0)
                fence rw, rw
                sw zero, QUEUE_NOTIFY(s0)
                slli t1, t1, 48
                srli t1, t1, 48
                lla t0, used
            1:  lhu t2, 2(t0)
                bne t1, t2, 1b
                lla t0, status
                lbu t1, (t0)
                bnez t1, failed
                ret
            failed:
                j failed
                .balign 16
            descriptors: .zero 64
            available: .zero 16
                .balign 8
            used: .zero 64
            header: .zero 16
            data: .zero 512
            status: .byte 0
            """;

    @TempDir
    private Path folder;

    @Test
    @Timeout(value = 180, unit = TimeUnit.SECONDS)
    void whatWasFlushedIsThereAndTheImageIsGood() throws IOException, InterruptedException {
        Path image = folder.resolve("disk.qcow2");
        RavelProcess ravel = new RavelProcess(folder);
        assertThat(ravel.run("disk", "create", image.toString(), "64M"))
                .as(ravel.errors())
                .isZero();
        Random random = new Random(1);
        for (int round = 1; round <= ROUNDS; round++) {
            Path program = folder.resolve("program" + round);
            Files.write(
                    program,
                    ElfWriter.write(Assembler.assemble("program.s", " .equ ROUND, " + round + "\n" + PROGRAM)));
            Process process = ravel.start(
                    "run",
                    "--headless",
                    "--bios",
                    "none",
                    "--kernel",
                    program.toString(),
                    "--disk",
                    image + ",format=qcow2");
            int enough = 1 + random.nextInt(200);
            while (told(ravel) < enough) {
                assertThat(process.isAlive()).as(ravel.errors()).isTrue();
                Thread.sleep(5);
            }
            Thread.sleep(random.nextInt(50));
            process.destroyForcibly().waitFor();
            check(image, round, told(ravel));
        }
    }

    /** The last number that was printed whole: all lines are as long. */
    private static int told(RavelProcess ravel) throws IOException {
        String output = ravel.output();
        int lines = output.length() / 9;
        return lines == 0 ? 0 : Integer.parseInt(output.substring((lines - 1) * 9, lines * 9 - 1), 16);
    }

    private static void check(Path image, int round, int told) throws IOException {
        assertThat(told).isPositive().isLessThan(PLACES);
        try (HostFile file = ImageFile.open(image, true)) {
            Qcow2Check.Report report = Qcow2Check.check(file, Qcow2Header.read(file));
            assertThat(report.corruptions()).as(report.messages().toString()).isZero();
        }
        // Opened to be written, it gives back what the kill left counted and unused.
        try (BlockBackend disk = DiskImages.open(image, false, Optional.of(ImageFormat.QCOW2), false)) {
            for (long number = 1; number <= told; number++) {
                ByteBuffer sector = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
                disk.read(number * FACTOR % PLACES * SPREAD * SECTOR, sector);
                for (int i = 0; i < SECTOR; i += Long.BYTES) {
                    assertThat(sector.getLong(i)).isEqualTo((long) round << 32 | number);
                }
            }
        }
        try (HostFile file = ImageFile.open(image, true)) {
            assertThat(Qcow2Check.check(file, Qcow2Header.read(file)).messages())
                    .isEmpty();
        }
    }
}
