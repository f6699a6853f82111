# tiny: a kernel to be watched instruction by instruction.
#
# It runs in S-mode, makes a page table of two entries, and then uses each part of the machine once: it computes, stores to
# memory, stores to the serial port and loads from a disk's registers. Then it prints a text on the serial port, by itself,
# and stops. The labels are places to stop at.

        .option norelax

        .equ    PAGE_SHIFT, 12
        .equ    SV39, 8                         # the field MODE of satp (Privileged 1.13, 12.1.11)
        .equ    DEVICES, 0x40000000             # where the kernel maps what begins at physical address 0
        .equ    SERIAL, DEVICES + 0x10000000    # the board's NS16550A
        .equ    LSR, 5                          # its line status register
        .equ    LSR_THRE, 0x20                  # there is room for a byte
        .equ    DISK, DEVICES + 0x10001000      # the board's first virtio device
        .equ    CAPACITY, 0x100                 # of a disk, in sectors (virtio 1.3, 4.2.2 and 5.2.4)

        .globl  _start
_start:                                         # from the firmware, with addresses that are not translated
        lla     t0, root
        srli    t0, t0, PAGE_SHIFT
        li      t1, SV39 << 60
        or      t0, t0, t1
        csrw    satp, t0                        # from here on every address is translated
        sfence.vma

        li      s0, 40
        li      s1, 2
compute:
        add     s2, s0, s1

        lla     s3, answer
to_memory:
        sw      s2, (s3)

        li      s4, 'R'
        li      s5, SERIAL
to_device:
        sb      s4, (s5)

        li      s7, DISK
from_disk:
        lwu     s6, CAPACITY(s7)

        lla     a0, text
print:
        lbu     a1, (a0)
        beqz    a1, done
1:      lbu     t0, LSR(s5)
        andi    t0, t0, LSR_THRE
        beqz    t0, 1b
        sb      a1, (s5)
        addi    a0, a0, 1
        j       print

done:
        wfi                                     # no interrupt is enabled: for good
        j       done

text:   .asciz  "avel is a machine of software.\n"

        .balign 4
answer: .word   0

# Entries of the root table map 1 GiB each: physical page number << 10, and bits D A - - X W R V (Privileged 1.13, 12.4.1).
        .balign 4096
root:
        .dword  0
        .dword  0b11000111                      # 0x40000000: the devices, at 0
        .dword  0x80000 << 10 | 0b11001111      # 0x80000000: RAM, where it is
        .zero   4096 - 3 * 8
