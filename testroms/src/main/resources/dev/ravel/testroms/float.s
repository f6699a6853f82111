# Floating point: state, flags, rounding modes, boxes, and the corners of each instruction.
#
# Single precision is S, double precision D; the registers' bits are given in hexadecimal.

        .globl  _start
_start: .include "lib/check.s"
        .include "lib/machine.s"

        .equ    FS, 3 << 13
        .equ    INITIAL, 1 << 13
        .equ    CLEAN, 2 << 13
        .equ    NX, 1                           # fflags: inexact, underflow, overflow, division by zero, invalid
        .equ    UF, 2
        .equ    OF, 4
        .equ    DZ, 8
        .equ    NV, 16
        .equ    ONE_S, 0x3f800000
        .equ    ONE_D, 0x3ff0000000000000
        .equ    NAN_S, 0x7fc00000
        .equ    NAN_D, 0x7ff8000000000000

# -------------------------------------------------------------------------------------------------------------------- macros
        .macro  load_s register, bits
        li      t6, \bits
        fmv.w.x \register, t6
        .endm
        .macro  load_d register, bits
        li      t6, \bits
        fmv.d.x \register, t6
        .endm
        .macro  flags number, expected
        csrrw   a1, fflags, zero
        check   \number, a1, \expected
        .endm
# rd = op(a, b), and the flags.
        .macro  two_s number, instruction, a, b, expected, raised
        load_s  fa0, \a
        load_s  fa1, \b
        \instruction fa2, fa0, fa1
        fmv.x.w a0, fa2
        sext.w  a0, a0
        check   \number, a0, (\expected ^ 0x80000000) - 0x80000000
        flags   \number, \raised
        .endm
        .macro  two_d number, instruction, a, b, expected, raised
        load_d  fa0, \a
        load_d  fa1, \b
        \instruction fa2, fa0, fa1
        fmv.x.d a0, fa2
        check   \number, a0, \expected
        flags   \number, \raised
        .endm
        .macro  one_d number, instruction, a, expected, raised
        load_d  fa0, \a
        \instruction fa2, fa0
        fmv.x.d a0, fa2
        check   \number, a0, \expected
        flags   \number, \raised
        .endm
        .macro  compare_d number, instruction, a, b, expected, raised
        load_d  fa0, \a
        load_d  fa1, \b
        \instruction a0, fa0, fa1
        check   \number, a0, \expected
        flags   \number, \raised
        .endm
        .macro  to_integer number, instruction, rounding, a, expected, raised
        load_d  fa0, \a
        \instruction a0, fa0, \rounding
        check   \number, a0, \expected
        flags   \number, \raised
        .endm

start:  machine_setup

# ------------------------------------------------------------------------------------------------------- off: all is illegal
        li      t0, FS
        csrc    mstatus, t0
        lla     s0, scratch
        li      a0, 0
        must_trap 1, ILLEGAL, 0x02b57553, .4byte 0x02b57553     # fadd.d fa0, fa0, fa1
        must_trap 2, ILLEGAL, 0x00043507, .4byte 0x00043507     # fld fa0, 0(s0)
        must_trap 3, ILLEGAL, 0x00a43027, .4byte 0x00a43027     # fsd fa0, 0(s0)
        must_trap 4, ILLEGAL, 0xf2000553, .4byte 0xf2000553     # fmv.d.x fa0, zero
        must_trap 5, ILLEGAL, 0x2008, .2byte 0x2008             # c.fld fa0, 0(s0)

# ---------------------------------------------------------------------------------------------------------------- dirty or not
        .macro  state number, expected
        csrr    a0, mstatus
        li      t0, FS
        and     a0, a0, t0
        check   \number, a0, \expected
        li      t0, FS
        csrc    mstatus, t0
        li      t0, CLEAN
        csrs    mstatus, t0
        .endm
        li      t0, INITIAL
        csrs    mstatus, t0
        csrw    fcsr, zero
        state   6, FS
        fld     fa0, (s0)
        state   7, FS
        fmv.x.d a0, fa0                         # reads only
        fsd     fa0, 8(s0)
        csrr    a0, mstatus
        li      t0, FS
        and     a0, a0, t0
        li      t0, INITIAL
        bne     a0, t0, 1f
        failed  8
1:      li      t0, CLEAN
        csrs    mstatus, t0
        fadd.d  fa0, fa0, fa0
        state   9, FS
        load_d  fa1, NAN_D
        state   10, FS
        flt.d   a0, fa1, fa1                    # raises NV
        state   11, FS
        flags   12, NV

# ---------------------------------------------------------------------------------------------------------------------- boxes
        load_d  fa0, 0x000000003f800000         # a single that is not boxed is NaN
        fmv.s   fa1, fa0
        fmv.x.w a0, fa1
        check   13, a0, NAN_S
        load_s  fa0, ONE_S
        fmv.x.d a0, fa0
        check   14, a0, 0xffffffff3f800000
        fmv.x.w a0, fa0
        check   15, a0, ONE_S
        load_d  fa0, 0x12345678bf800000         # fmv.x.w takes the bits as they are
        fmv.x.w a0, fa0
        check   16, a0, -0x40800000
        li      t0, ONE_S
        sw      t0, (s0)
        flw     fa0, (s0)
        fmv.x.d a0, fa0
        check   17, a0, 0xffffffff3f800000
        load_d  fa0, 0x12345678bf800000
        fsw     fa0, (s0)
        lwu     a0, (s0)
        check   18, a0, 0xbf800000

# ------------------------------------------------------------------------------------------------------------------ arithmetic
        two_s   20, fadd.s, ONE_S, ONE_S, 0x40000000, 0
        two_s   21, fadd.s, ONE_S, 0x33000000, ONE_S, NX                # 1 + 2^-25
        two_s   22, fadd.s, 0x7f7fffff, 0x7f7fffff, 0x7f800000, OF | NX
        two_s   23, fsub.s, 0x7f800000, 0x7f800000, NAN_S, NV           # infinity - infinity
        two_s   24, fmul.s, 0x00000001, 0x3f000000, 0, UF | NX          # the smallest, halved: a tie, to even
        two_s   25, fmul.s, 0x00000003, 0x3f000000, 0x00000002, UF | NX
        two_s   26, fdiv.s, ONE_S, 0, 0x7f800000, DZ
        two_s   27, fdiv.s, 0, 0, NAN_S, NV
        two_s   28, fdiv.s, ONE_S, 0x40400000, 0x3eaaaaab, NX
        two_d   29, fadd.d, ONE_D, 0x3ca0000000000000, ONE_D, NX        # 1 + 2^-53: a tie, to even
        two_d   30, fadd.d, 0x3ff0000000000001, 0x3ca0000000000000, 0x3ff0000000000002, NX
        two_d   31, fmul.d, 0x3fb999999999999a, 0x4024000000000000, ONE_D, NX # 0.1 * 10
        two_d   32, fsub.d, 0x0010000000000000, 0x000fffffffffffff, 1, 0
        two_d   33, fdiv.d, 0x0010000000000000, 0x4000000000000000, 0x0008000000000000, 0
        two_d   34, fmul.d, 0x8000000000000000, 0x7ff0000000000000, NAN_D, NV
        two_d   35, fadd.d, 0x7ff0000000000001, ONE_D, NAN_D, NV        # a signaling NaN
        two_d   36, fadd.d, 0xfff8123456789abc, ONE_D, NAN_D, 0         # a quiet one: the canonical comes out
        two_d   37, fmul.d, 0x001fffffffffffff, 0x3fe0000000000000, 0x0010000000000000, UF | NX
        one_d   38, fsqrt.d, 0x4010000000000000, 0x4000000000000000, 0
        one_d   39, fsqrt.d, 0x4000000000000000, 0x3ff6a09e667f3bcd, NX
        one_d   40, fsqrt.d, 0xbff0000000000000, NAN_D, NV
        one_d   41, fsqrt.d, 0x8000000000000000, 0x8000000000000000, 0

# a * b + c with one rounding: (1 + 2^-52)^2 - (1 + 2^-51) = 2^-104
        load_d  fa0, 0x3ff0000000000001
        load_d  fa1, 0xbff0000000000002
        fmadd.d fa2, fa0, fa0, fa1
        fmv.x.d a0, fa2
        check   42, a0, 0x3970000000000000
        flags   42, 0
        fnmadd.d fa2, fa0, fa0, fa1
        fmv.x.d a0, fa2
        check   43, a0, 0xb970000000000000
        load_d  fa1, 0x3ff0000000000002
        fmsub.d fa2, fa0, fa0, fa1
        fmv.x.d a0, fa2
        check   44, a0, 0x3970000000000000
        fnmsub.d fa2, fa0, fa0, fa1
        fmv.x.d a0, fa2
        check   45, a0, 0xb970000000000000
        load_d  fa0, 0x7ff0000000000000         # infinity * 0 is invalid, even plus a quiet NaN
        load_d  fa1, 0
        load_d  fa3, NAN_D
        fmadd.d fa2, fa0, fa1, fa3
        flags   46, NV

# ------------------------------------------------------------------------------------------------------------ rounding modes
        .macro  third number, rounding, expected_plus, expected_minus
        load_s  fa0, ONE_S
        load_s  fa1, 0x40400000
        load_s  fa3, 0xc0400000
        fdiv.s  fa2, fa0, fa1, \rounding
        fmv.x.w a0, fa2
        check   \number, a0, \expected_plus
        fdiv.s  fa2, fa0, fa3, \rounding
        fmv.x.w a0, fa2
        check   \number, a0, \expected_minus
        flags   \number, NX
        .endm
        third   50, rne, 0x3eaaaaab, -0x41555555
        third   51, rtz, 0x3eaaaaaa, -0x41555556
        third   52, rdn, 0x3eaaaaaa, -0x41555555
        third   53, rup, 0x3eaaaaab, -0x41555556
        third   54, rmm, 0x3eaaaaab, -0x41555555
        csrwi   frm, 1
        third   55, dyn, 0x3eaaaaaa, -0x41555556
        csrwi   frm, 3
        third   56, dyn, 0x3eaaaaab, -0x41555556
        csrwi   frm, 4                          # ties away from zero
        two_d   57, fadd.d, ONE_D, 0x3ca0000000000000, 0x3ff0000000000001, NX
        csrwi   frm, 1
        two_d   58, fadd.d, 0x7fefffffffffffff, 0x7fefffffffffffff, 0x7fefffffffffffff, OF | NX
        csrwi   frm, 2
        two_d   59, fsub.d, ONE_D, ONE_D, 0x8000000000000000, 0         # 1 - 1 is -0 when rounding down
        csrwi   frm, 0
        two_d   60, fsub.d, ONE_D, ONE_D, 0, 0
        must_trap 61, ILLEGAL, 0x02b55553, .4byte 0x02b55553            # a rounding mode that doesn't exist: 5
        must_trap 62, ILLEGAL, 0x02b56553, .4byte 0x02b56553            # 6
        csrwi   frm, 5
        must_trap 63, ILLEGAL, 0x02b57553, .4byte 0x02b57553            # or in frm
        csrwi   frm, 7
        must_trap 64, ILLEGAL, 0x02b57553, .4byte 0x02b57553
        fsgnj.d fa0, fa0, fa0                   # (what doesn't round doesn't care)
        csrwi   frm, 0

# ------------------------------------------------------------------------------------------------------------ sign, min, max
        two_d   70, fsgnj.d, ONE_D, 0x8000000000000000, 0xbff0000000000000, 0
        two_d   71, fsgnjn.d, ONE_D, ONE_D, 0xbff0000000000000, 0
        two_d   72, fsgnjx.d, 0xbff0000000000000, 0x8000000000000000, ONE_D, 0
        two_d   73, fsgnj.d, 0x7ff0000000000001, 0x8000000000000000, 0xfff0000000000001, 0
        two_d   74, fmin.d, 0x8000000000000000, 0, 0x8000000000000000, 0
        two_d   75, fmax.d, 0x8000000000000000, 0, 0, 0
        two_d   76, fmin.d, NAN_D, ONE_D, ONE_D, 0
        two_d   77, fmax.d, ONE_D, 0x7ff0000000000001, ONE_D, NV
        two_d   78, fmin.d, NAN_D, NAN_D, NAN_D, 0

# ------------------------------------------------------------------------------------------------------- comparison, class
        compare_d 80, feq.d, 0, 0x8000000000000000, 1, 0
        compare_d 81, feq.d, NAN_D, NAN_D, 0, 0
        compare_d 82, feq.d, 0x7ff0000000000001, ONE_D, 0, NV
        compare_d 83, flt.d, 0xbff0000000000000, ONE_D, 1, 0
        compare_d 84, flt.d, ONE_D, NAN_D, 0, NV
        compare_d 85, fle.d, ONE_D, ONE_D, 1, 0
        compare_d 86, fle.d, NAN_D, ONE_D, 0, NV
        .macro  class number, bits, expected
        load_d  fa0, \bits
        fclass.d a0, fa0
        check   \number, a0, 1 << \expected
        .endm
        class   87, 0xfff0000000000000, 0
        class   88, 0xbff0000000000000, 1
        class   89, 0x8000000000000001, 2
        class   90, 0x8000000000000000, 3
        class   91, 0, 4
        class   92, 0x000fffffffffffff, 5
        class   93, 0x0010000000000000, 6
        class   94, 0x7ff0000000000000, 7
        class   95, 0x7ff0000000000001, 8
        class   96, 0xfff8000000000000, 9
        flags   97, 0

# ------------------------------------------------------------------------------------------------------------------ conversions
        to_integer 100, fcvt.w.d, rne, 0x4004000000000000, 2, NX        # 2.5
        to_integer 101, fcvt.w.d, rmm, 0x4004000000000000, 3, NX
        to_integer 102, fcvt.w.d, rtz, 0xc004000000000000, -2, NX
        to_integer 103, fcvt.w.d, rdn, 0xc004000000000000, -3, NX
        to_integer 104, fcvt.w.d, rtz, 0x41e0000000000000, 0x7fffffff, NV # 2^31
        to_integer 105, fcvt.w.d, rtz, 0xc1e0000000200000, -0x80000000, NV
        to_integer 106, fcvt.w.d, rtz, NAN_D, 0x7fffffff, NV
        to_integer 107, fcvt.wu.d, rtz, 0xbff0000000000000, 0, NV
        to_integer 108, fcvt.wu.d, rtz, 0xbfe0000000000000, 0, NX       # -0.5
        to_integer 109, fcvt.wu.d, rtz, 0x41efffffffe00000, -1, 0       # 2^32 - 1, sign-extended
        to_integer 110, fcvt.wu.d, rtz, 0x41f0000000000000, -1, NV
        to_integer 111, fcvt.l.d, rtz, 0x43e0000000000000, 0x7fffffffffffffff, NV
        to_integer 112, fcvt.l.d, rtz, 0xc3e0000000000000, -0x8000000000000000, 0
        to_integer 113, fcvt.lu.d, rtz, 0x43efffffffffffff, 0xfffffffffffff800, 0
        to_integer 114, fcvt.lu.d, rtz, 0x43f0000000000000, -1, NV
        to_integer 115, fcvt.lu.d, rtz, 0xfff0000000000000, 0, NV
        to_integer 116, fcvt.w.d, rne, 0x41dfffffffe00000, 0x7fffffff, NV # rounds up to 2^31
        li      a0, 0x7fffffffffffffff
        fcvt.d.l fa0, a0
        fmv.x.d a0, fa0
        check   117, a0, 0x43e0000000000000
        flags   117, NX
        li      a0, -1
        fcvt.d.lu fa0, a0, rtz
        fmv.x.d a0, fa0
        check   118, a0, 0x43efffffffffffff
        flags   118, NX
        li      a0, -1
        fcvt.d.wu fa0, a0                       # 32 bits of it
        fmv.x.d a0, fa0
        check   119, a0, 0x41efffffffe00000
        flags   119, 0
        li      a0, 0x7fffffff
        fcvt.s.w fa0, a0
        fmv.x.w a0, fa0
        check   120, a0, 0x4f000000
        flags   120, NX
        load_d  fa0, 0x47efffffffffffff         # too large for a single
        fcvt.s.d fa1, fa0
        fmv.x.w a0, fa1
        check   121, a0, 0x7f800000
        flags   121, OF | NX
        load_d  fa0, 0x7ff0000000000001
        fcvt.s.d fa1, fa0
        fmv.x.w a0, fa1
        check   122, a0, NAN_S
        flags   122, NV
        load_s  fa0, 0x00000001                 # the smallest single is a normal double
        fcvt.d.s fa1, fa0
        fmv.x.d a0, fa1
        check   123, a0, 0x36a0000000000000
        flags   123, 0

# flags stay until someone clears them
        csrw    fflags, zero
        load_d  fa0, ONE_D
        load_d  fa1, 0
        fdiv.d  fa2, fa0, fa1
        load_d  fa1, 0x4008000000000000
        fdiv.d  fa2, fa0, fa1
        flags   124, DZ | NX

# misaligned loads and stores, like those of integers
        li      t0, 0x0123456789abcdef
        sd      t0, (s0)
        sd      t0, 8(s0)
        fld     fa0, 3(s0)
        fmv.x.d a0, fa0
        check   125, a0, 0xabcdef0123456789
        fsw     fa0, 5(s0)
        ld      a0, (s0)
        check   126, a0, 0x4567896789abcdef
        passed

        .balign 8
scratch: .zero  32
