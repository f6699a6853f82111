# Branches, jumps, loads and stores.

        .globl  _start
_start: .include "lib/check.s"
        .include "lib/machine.s"

start:  machine_setup

# ----------------------------------------------------------------------------------------------------------- x0, lui, auipc
        li      t0, 5
        addi    x0, t0, 1
        check   1, x0, 0
        lui     a0, 0x80000                     # sign-extended
        check   2, a0, -0x80000000
        lui     a0, 0x7ffff
        check   3, a0, 0x7ffff000
1:      auipc   a0, 0
        lla     a1, 1b
        check_same 4, a0, a1
2:      auipc   a0, 0xfffff                     # 4 KiB before
        lla     a1, 2b
        sub     a0, a1, a0
        check   5, a0, 4096

# ---------------------------------------------------------------------------------------------------------------- branches
        .macro  taken number, branch, a, b
        li      a0, \a
        li      a1, \b
        \branch a0, a1, 76f
        failed  \number
76:
        .endm
        .macro  not_taken number, branch, a, b
        li      a0, \a
        li      a1, \b
        \branch a0, a1, 75f
        j       76f
75:     failed  \number
76:
        .endm
        taken   10, beq, 7, 7
        not_taken 11, beq, 7, 8
        taken   12, bne, 0x100000000, 0         # all 64 bits are compared
        not_taken 13, bne, -1, -1
        taken   14, blt, -1, 0
        not_taken 15, blt, 0, -1
        not_taken 16, blt, 3, 3
        taken   17, bge, 3, 3
        taken   18, bge, 0, -0x8000000000000000
        not_taken 19, bge, -0x8000000000000000, 0x7fffffffffffffff
        taken   20, bltu, 0, -1
        not_taken 21, bltu, -1, 0
        taken   22, bgeu, -1, 0
        taken   23, bgeu, 5, 5
        not_taken 24, bgeu, 0, 1

        li      a0, 0                           # backwards, ten times
        li      a1, 10
1:      addi    a0, a0, 1
        bne     a0, a1, 1b
        check   25, a0, 10

# ------------------------------------------------------------------------------------------------------------------- jumps
        .balign 4
        .option push
        .option norvc
        jal     a0, 1f
2:      failed  30
1:      lla     a1, 2b
        check_same 31, a0, a1
        lla     a0, 1f + 1                      # jalr clears bit 0
        jalr    a0, 0(a0)                       # and may overwrite its own source
2:      failed  32
1:      lla     a1, 2b
        check_same 33, a0, a1
        lla     a0, 1f
        addi    a0, a0, 2040
        jr      -2040(a0)
        failed  34
1:      li      a0, 0
        jal     x0, 1f
        failed  35
1:      .option pop

        li      a0, 12                          # calls within calls
        call    fibonacci
        check   36, a0, 144
        j       1f
fibonacci:
        li      t0, 2
        bltu    a0, t0, 2f
        addi    sp, sp, -24
        sd      ra, (sp)
        sd      a0, 8(sp)
        addi    a0, a0, -1
        call    fibonacci
        sd      a0, 16(sp)
        ld      a0, 8(sp)
        addi    a0, a0, -2
        call    fibonacci
        ld      t0, 16(sp)
        add     a0, a0, t0
        ld      ra, (sp)
        addi    sp, sp, 24
2:      ret
1:

# ------------------------------------------------------------------------------------------------------------------- loads
        lla     s0, pattern
        lb      a0, 0(s0)
        check   40, a0, -16                     # 0xf0
        lb      a0, 1(s0)
        check   41, a0, 0x71
        lbu     a0, 0(s0)
        check   42, a0, 0xf0
        lh      a0, 0(s0)
        check   43, a0, 0x71f0
        lh      a0, 2(s0)
        check   44, a0, -0x6c2e                 # 0x93d2
        lhu     a0, 2(s0)
        check   45, a0, 0x93d2
        lw      a0, 0(s0)
        check   46, a0, -0x6c2d8e10
        lwu     a0, 0(s0)
        check   47, a0, 0x93d271f0
        lw      a0, 4(s0)
        check   48, a0, 0x57b61504
        ld      a0, 0(s0)
        check   49, a0, 0x57b6150493d271f0
        addi    s1, s0, 2047
        ld      a0, -2047(s1)
        check   50, a0, 0x57b6150493d271f0
        lw      x0, 0(s0)                       # into x0: read and forgotten

# ------------------------------------------------------------------------------------------------------------------ stores
        lla     s1, scratch
        li      a1, -1
        sd      a1, 0(s1)
        li      a0, 0x1122334455667788
        sb      a0, 3(s1)
        ld      a2, 0(s1)
        check   60, a2, 0xffffffff88ffffff
        sh      a0, 4(s1)
        ld      a2, 0(s1)
        check   61, a2, 0xffff778888ffffff
        sw      a0, 0(s1)
        ld      a2, 0(s1)
        check   62, a2, 0xffff778855667788
        sd      a0, 0(s1)
        ld      a2, 0(s1)
        check   63, a2, 0x1122334455667788
        sd      zero, 0(s1)
        lw      a2, 4(s1)
        check   64, a2, 0

# The machine does misaligned accesses itself: every width at every offset reads what was written there byte by byte.
        li      s2, 0
1:      add     s3, s1, s2
        sd      zero, 0(s1)
        sd      zero, 8(s1)
        sd      a0, (s3)                        # 0x1122334455667788
        ld      a2, (s3)
        check_same 70, a2, a0
        lbu     a3, 7(s3)
        check   71, a3, 0x11
        lw      a2, (s3)
        check   72, a2, 0x55667788
        lhu     a2, 3(s3)
        check   73, a2, 0x4455
        li      a2, -2
        sw      a2, 1(s3)
        lwu     a2, 1(s3)
        check   74, a2, 0xfffffffe
        lbu     a2, 0(s3)
        check   75, a2, 0x88
        lbu     a2, 5(s3)
        check   76, a2, 0x33
        li      a2, 0x8001
        sh      a2, 2(s3)
        lh      a2, 2(s3)
        check   77, a2, -0x7fff
        addi    s2, s2, 1
        li      t0, 8
        bne     s2, t0, 1b

# A jump to an odd multiple of two is fine with compressed instructions.
        lla     a0, 1f
        jr      a0
        .balign 4
        .option push
        .option rvc
        c.nop
1:      .option pop
        passed

        .balign 8
pattern: .dword 0x57b6150493d271f0
scratch: .zero  32
