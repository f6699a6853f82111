package dev.ravel.snapshot;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.boot.BootImage;
import dev.ravel.boot.ImageException;
import dev.ravel.boot.ImageLoader;

/**
 * A bare-metal program that never ends and always has something under way: timer, software and external interrupts, a
 * disk that is read, a serial port that answers what is typed with the characters after it, floating point, reservations,
 * code that changes itself, {@code wfi}.
 */
public final class EverythingProgram {
    private static final String SOURCE = """
            _start:
                lla t0, handler
                csrw mtvec, t0
                li t0, 0x6000
                csrs mstatus, t0
                # The serial port: divisor 1, 5 bits, FIFO with trigger 8, interrupts for what is received.
                li s1, 0x10000000
                li t0, 0x80
                sb t0, 3(s1)
                li t0, 1
                sb t0, 0(s1)
                sb zero, 1(s1)
                sb zero, 3(s1)
                li t0, 0x81
                sb t0, 2(s1)
                li t0, 1
                sb t0, 1(s1)
                # The interrupt controller: sources 1 and 10 for machine mode.
                li t0, 0x0c000000
                li t1, 1
                sw t1, 4(t0)
                sw t1, 40(t0)
                li t0, 0x0c002000
                li t1, 0x402
                sw t1, (t0)
                # The disk: one queue of 8 descriptors, of which 3 are one request.
                li s4, 0x10001000
                sw zero, 0x70(s4)
                li t0, 3
                sw t0, 0x70(s4)
                li t0, 1
                sw t0, 0x24(s4)
                sw t0, 0x20(s4)
                li t0, 11
                sw t0, 0x70(s4)
                sw zero, 0x30(s4)
                li t0, 8
                sw t0, 0x38(s4)
                lla t0, descriptors
                sw t0, 0x80(s4)
                lla t0, available
                sw t0, 0x90(s4)
                lla t0, used
                sw t0, 0xa0(s4)
                li t0, 1
                sw t0, 0x44(s4)
                li t0, 15
                sw t0, 0x70(s4)
                lla t0, descriptors
                lla t1, header
                sd t1, 0(t0)
                li t2, 16
                sw t2, 8(t0)
                li t2, 0x10001
                sw t2, 12(t0)
                lla t1, sector
                sd t1, 16(t0)
                li t2, 512
                sw t2, 24(t0)
                li t2, 0x20003
                sw t2, 28(t0)
                lla t1, status
                sd t1, 32(t0)
                li t2, 1
                sw t2, 40(t0)
                li t2, 2
                sw t2, 44(t0)
                # The line is quiet for a quarter of a second after the FIFO was set up.
                li t3, 0x200bff8
                ld t4, (t3)
                li t5, 2600000
                add t4, t4, t5
                li t3, 0x2004000
                sd t4, (t3)
                li t0, 0x80
                csrw mie, t0
                wfi
                call nextTimer
                li t0, 0x888
                csrw mie, t0
                csrsi mstatus, 8
                fcvt.d.l fa0, s0
            loop:
                addi s0, s0, 1
                # Eight pages, one after the other.
                lla t0, pages
                slli t1, s0, 12
                li t2, 0x7000
                and t1, t1, t2
                add t0, t0, t1
                ld t1, (t0)
                add t1, t1, s0
                sd t1, (t0)
                # Floating point.
                fcvt.d.l fa1, s0
                fsqrt.d fa1, fa1
                fadd.d fa0, fa0, fa1
                # Code that changes itself, in every 32nd round: addi s3, s3, s0 & 1023.
                andi t0, s0, 31
                bnez t0, changed
                andi t0, s0, 1023
                slli t0, t0, 20
                li t1, 0x00098993
                or t0, t0, t1
                lla t1, changed
                sw t0, (t1)
                fence.i
            changed:
                .word 0x00098993
                # A reservation.
                lla t0, counter
                lr.d t1, (t0)
                add t1, t1, s3
                sc.d t2, t1, (t0)
                add s6, s6, t2
                # A software interrupt now and then.
                andi t0, s0, 3
                bnez t0, 1f
                li t0, 0x2000000
                li t1, 1
                sw t1, (t0)
            1:  # A sector of the disk.
                lla t0, header
                andi t1, s0, 7
                sd t1, 8(t0)
                lla t0, available
                lhu t1, 2(t0)
                andi t2, t1, 7
                slli t2, t2, 1
                add t2, t2, t0
                sh zero, 4(t2)
                addi t1, t1, 1
                fence
                sh t1, 2(t0)
                nop
                nop
                sw zero, 0x50(s4)
                lla t0, used
            2:  lhu t2, 2(t0)
                bne t2, t1, 2b
                lla t0, sector
                ld t1, (t0)
                add s7, s7, t1
                andi t0, s0, 7
                bnez t0, loop
                wfi
                j loop

            # Interrupts have t3 to t6 for themselves.
            nextTimer:
                li t3, 0x200bff8
                ld t4, (t3)
                addi t4, t4, 100
                li t3, 0x2004000
                sd t4, (t3)
                ret
                .balign 4
            handler:
                # mscratch tells for ever at which instructions there was an interrupt.
                csrr t6, mscratch
                slli t3, t6, 5
                sub t6, t3, t6
                csrr t3, minstret
                add t6, t6, t3
                csrw mscratch, t6
                csrr t3, mcause
            1:  bgez t3, 1b
                slli t3, t3, 1
                srli t3, t3, 1
                li t4, 7
                beq t3, t4, timer
                li t4, 3
                beq t3, t4, software
                li t4, 0x0c200004
                lw t5, (t4)
                beqz t5, 4f
                li t6, 1
                beq t5, t6, 2f
            1:  lbu t6, 5(s1)
                andi t6, t6, 1
                beqz t6, 3f
                lbu t6, 0(s1)
                addi t6, t6, 1
                sb t6, 0(s1)
                addi s8, s8, 1
                j 1b
            2:  lw t6, 0x60(s4)
                sw t6, 0x64(s4)
                addi s9, s9, 1
            3:  sw t5, (t4)
            4:  mret
            timer:
                mv s11, ra
                call nextTimer
                mv ra, s11
                addi s5, s5, 1
                mret
            software:
                li t3, 0x2000000
                sw zero, (t3)
                addi s10, s10, 1
                mret

                .data
                .balign 16
            descriptors: .space 128
            header: .space 16
            counter: .space 8
            available: .space 32
                .balign 16
            used: .space 96
            sector: .space 512
            status: .space 8
                .balign 4096
            pages: .space 0x8000
            """;

    private EverythingProgram() {}

    static BootImage image() {
        return image(SOURCE);
    }

    /** The same, but each request writes to the disk, and something else than the one before. */
    public static BootImage writing() {
        String source = SOURCE.replace(
                        "li t2, 0x20003", "li t2, 0x20001\n    lla t1, header\n    li t3, 1\n    sw t3, (t1)")
                .replace("add s7, s7, t1", "add s7, s7, s0\n    sd s7, (t0)");
        return image(source);
    }

    static BootImage image(String source) {
        try {
            return ImageLoader.parse("program", ElfWriter.write(Assembler.assemble("program.s", source)));
        } catch (ImageException e) {
            throw new AssertionError(e);
        }
    }
}
