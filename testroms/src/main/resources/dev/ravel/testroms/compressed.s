# Compressed instructions: each does what its long form does; reserved ones are illegal.

        .globl  _start
_start: .include "lib/check.s"
        .include "lib/machine.s"

start:  machine_setup

        li      a0, 5
        c.addi  a0, -32
        check   1, a0, -27
        c.nop
        li      a0, 0x7fffffff
        c.addiw a0, 1
        check   2, a0, -0x80000000
        c.li    a0, -32
        check   3, a0, -32
        c.lui   a0, 0x1f
        check   4, a0, 0x1f000
        c.lui   a0, 0xfffe0
        check   5, a0, -0x20000
        mv      s2, sp
        c.addi16sp sp, -512
        sub     a0, s2, sp
        check   6, a0, 512
        c.addi16sp sp, 496
        sub     a0, s2, sp
        check   7, a0, 16
        mv      sp, s2
        c.addi4spn a0, sp, 1020
        sub     a0, a0, sp
        check   8, a0, 1020
        li      a0, 1
        c.slli  a0, 63
        check   9, a0, -0x8000000000000000
        c.srli  a0, 63
        check   10, a0, 1
        li      a0, -0x8000000000000000
        c.srai  a0, 62
        check   11, a0, -2
        li      a0, 0xff
        c.andi  a0, -16
        check   12, a0, 0xf0
        c.mv    a1, a0
        check   13, a1, 0xf0
        c.add   a1, a0
        check   14, a1, 0x1e0
        li      s1, 0x0ff0
        li      a0, 0x3c3c
        mv      a2, s1
        c.and   a2, a0
        check   15, a2, 0x0c30
        mv      a2, s1
        c.or    a2, a0
        check   16, a2, 0x3ffc
        mv      a2, s1
        c.xor   a2, a0
        check   17, a2, 0x33cc
        mv      a2, s1
        c.sub   a2, a0
        check   18, a2, -0x2c4c
        li      a2, -0x80000000
        li      a3, 1
        c.subw  a2, a3
        check   19, a2, 0x7fffffff
        li      a2, 0x7fffffff
        c.addw  a2, a3
        check   20, a2, -0x80000000

        lla     s0, scratch
        li      a0, 0x8899aabbccddeeff
        c.sd    a0, 248(s0)
        c.ld    a1, 248(s0)
        check_same 30, a0, a1
        c.lw    a1, 124(s0)
        check   31, a1, 0
        c.sw    a0, 124(s0)
        c.lw    a1, 124(s0)
        check   32, a1, -0x33221101
        mv      s2, sp
        addi    sp, s0, 0
        c.sdsp  a0, 504(sp)
        c.ldsp  a1, 504(sp)
        check_same 33, a0, a1
        c.swsp  a0, 252(sp)
        c.lwsp  a1, 252(sp)
        check   34, a1, -0x33221101
        li      t0, 1 << 13                     # floating point on
        csrs    mstatus, t0
        c.fld   fs0, 248(s0)
        c.fsd   fs0, 0(s0)
        ld      a1, 0(s0)
        ld      a2, 248(s0)
        check_same 35, a1, a2
        c.fldsp ft0, 504(sp)
        c.fsdsp ft0, 8(sp)
        ld      a1, 8(s0)
        ld      a2, 504(s0)
        check_same 36, a1, a2
        mv      sp, s2

        li      a0, 0
        c.beqz  a0, 1f
        failed  40
1:      c.bnez  a0, 2f
        j       3f
2:      failed  41
3:      c.j     1f
        failed  42
1:      lla     a0, 1f
        c.jr    a0
        failed  43
1:      lla     a0, 1f
        c.jalr  a0
2:      failed  44
1:      lla     a1, 2b
        check_same 45, ra, a1                   # the link is two bytes after

# An instruction of four bytes whose halves lie in two pages.
        lla     a0, across
        call    across
        check   46, a0, 0x123

# Reserved encodings are illegal; mtval holds their 16 bits.
        must_trap 50, ILLEGAL, 0x0000, .2byte 0x0000
        must_trap 51, ILLEGAL, 0x0004, .2byte 0x0004    # c.addi4spn a2, sp, 0
        must_trap 52, ILLEGAL, 0x9c79, .2byte 0x9c79    # behind Zcb's c.not
        must_trap 53, ILLEGAL, 0x2005, .2byte 0x2005    # c.addiw x0, 1
        must_trap 54, ILLEGAL, 0x6101, .2byte 0x6101    # c.addi16sp 0
        must_trap 55, ILLEGAL, 0x6501, .2byte 0x6501    # c.lui a0, 0
        must_trap 56, ILLEGAL, 0x4002, .2byte 0x4002    # c.lwsp x0, 0(sp)
        must_trap 57, ILLEGAL, 0x6002, .2byte 0x6002    # c.ldsp x0, 0(sp)
        must_trap 58, ILLEGAL, 0x8002, .2byte 0x8002    # c.jr x0
        lla     a0, 1f
        must_trap_at 59, BREAKPOINT, a0, 1: .2byte 0x9002
        .option push
        .option norvc
        addi    x0, x0, 0                       # and hints do nothing
        .option pop
        .2byte  0x0001
        .2byte  0x4001                          # c.li x0, 0
        .2byte  0x8006                          # c.mv x0, ra
        .2byte  0x0002                          # c.slli x0, 0
        passed

        .balign 4096
        .zero   4096 - 2
        .option push
        .option norvc
across: .4byte  0x12300513                      # addi a0, x0, 0x123
        ret
        .option pop
        .balign 8
scratch: .zero  1024
