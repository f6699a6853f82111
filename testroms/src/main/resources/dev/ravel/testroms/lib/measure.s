# What an instruction computes, as one number: it is executed ROUNDS times with operands from a fixed sequence, and the
# results are mixed into a hash together with the flags that it raised. Two machines that agree on the number agree on
# all of it.
#
# The operands are random, or, three times out of eight, one of those that are known to be difficult. Floating-point
# instructions run through all rounding modes (in frm).

        .equ    ROUNDS, 1000

# s1 = address of the instruction, which is followed by ret; it takes a0, a1 or fa0, fa1, fa3 and leaves its result in a2 or
# fa2. s2 = kind of operands: 0 integers, 1 half, 2 single, 3 double precision. Answers the hash in a0.
measure:
        mv      s11, ra
        li      s3, 0x9e3779b97f4a7c15          # state of the random numbers
        li      s4, ROUNDS
        li      s5, 0                           # the hash
1:      call    operand
        mv      s6, a0
        call    operand
        mv      s7, a0
        call    operand
        fmv.d.x fa3, a0
        fmv.d.x fa0, s6
        fmv.d.x fa1, s7
        mv      a0, s6
        mv      a1, s7
        li      a2, 0
        fmv.d.x fa2, zero
        li      t0, 5
        remu    t0, s4, t0
        slli    t0, t0, 5
        csrw    fcsr, t0
        jalr    s1
        csrr    a3, fflags
        fmv.x.d a4, fa2
        mv      a0, a2
        call    mix
        mv      a0, a3
        call    mix
        mv      a0, a4
        call    mix
        addi    s4, s4, -1
        bnez    s4, 1b
        mv      a0, s5
        jr      s11

# Mixes a0 into the hash.
mix:    xor     s5, s5, a0
        li      t0, 0xff51afd7ed558ccd
        mul     s5, s5, t0
        srli    t0, s5, 32
        xor     s5, s5, t0
        ret

# Answers the next random number.
random: slli    t0, s3, 13
        xor     s3, s3, t0
        srli    t0, s3, 7
        xor     s3, s3, t0
        slli    t0, s3, 17
        xor     s3, s3, t0
        mv      a0, s3
        ret

# Answers the next operand of kind s2.
operand:
        mv      s9, ra
        call    random
        srli    s10, a0, 40
        andi    t0, s10, 7
        li      t1, 3
        bltu    t0, t1, 1f
        call    random
        j       2f
1:      srli    t0, s10, 3                      # one of sixteen difficult ones
        andi    t0, t0, 15
        slli    t1, s2, 4
        add     t0, t0, t1
        slli    t0, t0, 3
        lla     t1, difficult
        add     t0, t0, t1
        ld      a0, (t0)
2:      srli    t0, s10, 7                      # narrow numbers in their box, but for one in eight
        andi    t0, t0, 7
        beqz    t0, 9f
        li      t0, 1
        li      t1, -1
        beq     s2, t0, 3f
        li      t0, 2
        bne     s2, t0, 9f
        slli    t1, t1, 32
        or      a0, a0, t1
        j       9f
3:      slli    t1, t1, 16
        or      a0, a0, t1
9:      jr      s9

        .balign 8
difficult:                                      # integers
        .dword  0, 1, -1, 2, -2, 0x7fffffff, 0x80000000, -0x80000000
        .dword  0xffffffff, 0x7fffffffffffffff, 0x8000000000000000, 0x8000000000000001, 31, 32, 63, 64
# zeros, ones, the largest, the smallest normal and its neighbours, infinities, NaNs, 0.5 from an integer, the integers' edges
        .dword  0, 0x8000, 0x3c00, 0xbc00, 0x7bff, 0x0400, 0x03ff, 0x0001
        .dword  0x7c00, 0xfc00, 0x7e00, 0x7d00, 0x3800, 0xbe00, 0x4100, 0xfbff
        .dword  0, 0x80000000, 0x3f800000, 0xbf800000, 0x7f7fffff, 0x00800000, 0x007fffff, 0x00000001
        .dword  0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 0x3f000000, 0x4f000000, 0xcf000001, 0x5f000000
        .dword  0, 0x8000000000000000, 0x3ff0000000000000, 0xbff0000000000000
        .dword  0x7fefffffffffffff, 0x0010000000000000, 0x000fffffffffffff, 1
        .dword  0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000000, 0x7ff0000000000001
        .dword  0x3fe0000000000000, 0x41dfffffffc00000, 0xc1e0000000200000, 0x43e0000000000000
