# Everything that the assembler knows, in one program. GNU as and ld have to make the same bytes of it.
        .file   "everything.s"
        .option norelax
        .equ    UART, 0x10000000
        .set    counter, 0
        LIMIT = 4 * (1 + 2) << 1
        .equiv  FIXED, LIMIT - 1
        .globl  _start, table
        .weak   maybe, optional
        .type   _start, @function

# ---------------------------------------------------------------------------------------------------------- macros
        .macro  save registers:vararg
        .set    slot, 0
        .irp    reg, \registers
        sd      \reg, slot(sp)
        .set    slot, slot + 8
        .endr
        .endm

        .macro  choose size=w, value:req, register=a0
        .ifc    \size, w
        lw      \register, \value(gp)
        .else
        .ifc    \size, d
        ld      \register, \value(gp)
        .else
        l\size\()u \register, \value(gp)
        .endif
        .endif
        .endm

        .macro  countdown from
        .word   \from
        .if     \from
        countdown "(\from - 1)"
        .endif
        .endm

        .macro  leave early
        addi    a0, a0, 1
        .if     \early
        .exitm
        .endif
        addi    a0, a0, 2
        .endm

        .macro  unique
        j       .Lunique\@
        .word   \@
.Lunique\@:
        .endm

        .section .text.init, "ax", @progbits
_start: la      sp, stack_top
        lla     gp, variables
        call    function
        tail    finish
        .size   _start, . - _start

        .text
        .p2align 4
function:
1:      beqz    a0, 1f
        bnez    a0, 1b
        beq     a0, a1, 2f
        j       1b
1:      addi    a0, a0, -1; bgez a0, 1b  /* two statements
        and a comment over two lines */
        jal     2f
        jal     t0, 2f
2:      ret
        jr      t0
        jalr    t0
        jalr    ra, 16(t0)
        jalr    ra, t0, 16
        call    t0, function
        jump    function, t2

        save    ra, s0, s1, a0
        choose  value=4
        choose  d, 8, a5
        choose  b, 1
        choose  size=h, value=2, register=t6
        leave   0
        leave   1
        unique
        unique

loads:  lb      a0, variables
        lhu     a1, variables + 2
        ld      a2, 8(sp)
        ld      a2, (sp)
        sd      a2, variables + 8, t0
        sw      zero, variables, t1
        fld     fa0, variables, t0
        fsd     fa0, variables, t0
        flw     ft3, 4(a0)
        lui     a0, %hi(variables)
        addi    a0, a0, %lo(variables)
        ld      a1, %lo(variables)(a0)
        sd      a1, %lo(variables + 4)(a0)
        lui     a1, %hi(UART)
        sb      a0, %lo(UART)(a1)
3:      auipc   a0, %pcrel_hi(table)
        addi    a0, a0, %pcrel_lo(3b)
        sd      zero, %pcrel_lo(3b)(a0)

atomics:
        lr.w    t0, (a0)
        lr.d.aq t0, 0(a0)
        sc.w.rl t1, t0, (a0)
        amoadd.w.aqrl t0, t1, (a2)
        amomaxu.d t0, t1, 0(a2)
        fence
        fence   rw, w
        fence   i, o
        fence.tso
        fence.i
        pause
        sfence.vma
        sfence.vma a0
        sfence.vma a0, a1

csrs:   csrr    a0, mstatus
        csrw    0x7c0, a0
        csrwi   stvec, 3
        csrw    sepc, 31
        csrrw   a0, mscratch, a0
        csrrs   a1, satp, 4
        csrci   sie, 2
        rdtime  a0
        frflags a1
        fsrm    a0, a1
        fsflagsi 3
        ecall
        ebreak
        wfi
        mret
        unimp

constants:
        li      a0, 0
        li      a0, -1
        li      a0, 2047
        li      a0, 0x800
        li      a0, 0x7ffff800
        li      a0, 0x7fffffff
        li      a0, 0x80000000
        li      a0, 0xdeadbeefcafebabe
        li      a0, LIMIT
        li      a0, 'A'
        li      a0, '\n'
        li      a0, -(1 << 63)
        li      a0, ~UART
        lui     a0, 0xfffff
        lui     a0, UART >> 12
        auipc   a1, 1
        addi    a0, a1, FIXED % 5
        andi    a0, a0, (LIMIT & 0xf) | 1
        slli    a0, a0, 3
        sll     a0, a0, 63
        sra     a1, a1, 1
        add     a0, a1, -5

floats: fadd.s  fa0, fa1, fa2
        fadd.d  fa0, fa1, fa2, rtz
        fmadd.d fa0, fa1, fa2, fa3
        fcvt.w.s a0, fa0, rtz
        fcvt.l.d a0, fa0
        fcvt.d.w fa0, a0
        fmv.d   fa0, fa1
        fneg.s  fa0, fa1
        fgt.d   a0, fa1, fa2
        fsqrt.d fa0, fa1, rup
        fclass.s a0, ft11
        fmv.x.w a0, fa0
        fmv.s.x fa0, a0

        .option push
        .option norvc
wide:   addi    a0, a0, 1
        nop
        li      a0, 1
        bnez    a0, wide
        j       wide
        ret
        .balign 16
        .option pop
        addi    a0, a0, 1
        .balign 32, 0
        nop
        .p2align 3,, 2
        nop
        .p2align 3,, 7
        nop
        .balignw 8, 0x1234
        .word   counter
        .balign 4

far:    beq     a0, a1, beyond
        bltu    a2, a3, beyond
        beqz    a0, beyond
        j       beyond
        .zero   5000
beyond: bne     a0, a1, far
        blez    a0, far
        bgtz    a1, far
        bgt     a1, a2, far
        bleu    a1, a2, beyond
        j       far
        la      a0, maybe
        lla     a1, end_of_data - 4
        beqz    s0, 4f
        .rept   120
        nop
        c.nop
        .endr
4:      beqz    a5, 4b
        c.beqz  a5, 4b
        c.j     4b

# ------------------------------------------------------------------------------------------------------------ data
        .section .rodata
table:  .dword  function, beyond - far, _start + 4
        .byte   1, 2, -1, 0xff, 'z', '\''
        .half   1, -2, 0xffff
        .2byte  0x1234
        .4byte  table_end - table
        .word   0b1011, 0777, 0x7FFFFFFF & 0
        .quad   0x123456789abcdef0, -1
        .8byte  1
        .ascii  "no zero", " joined"
        .asciz  "zero\n\t\"quoted\"\\ \x41\101"
        .string "one", "two"
        .balign 8
        .float  1.5, -2.25e3
        .double 3.141592653589793, 1e-300
        .single 0.1
        .uleb128 624485
        .sleb128 -123456
        .irpc   digit, 0123
        .byte   \digit * 16
        .endr
        .irp    name, alpha, beta
\name\()_string: .asciz "\name"
        .endr
        .rept   3
        .byte   counter
        .set    counter, counter + 1
        .endr
        .set    counter, 100
        .byte   counter
        countdown 3
        .fill   3, 2, 0xabcd
        .fill   2, 8, 0x12345678
        .fill   4
        .space  5, 0x55
        .skip   table_end - table_middle
table_middle:
        .zero   3
table_end:

        .if     LIMIT == 24 && !0
        .byte   1
        .elseif LIMIT > 5
        .error  "not here"
        .else
        .error  "nor here"
        .endif
        .ifdef  LIMIT
        .byte   2
        .endif
        .ifndef UNKNOWN
        .byte   3
        .endif
        .ifeq   LIMIT - 24
        .byte   4
        .endif
        .if     . - table_end - 4
        .error  "a difference in one fragment is known"
        .endif
        .byte   1 | 2 + 4, 7 - 2 & 1, -7 / 2, -7 % 3, 1 == 1, 2 < 1, !5, 1 && 2, 3 || 0, 8 >> 1 << 1, 1 ! 2, 5 ^ 1, 5 <> 5
        .pushsection .data
pushed: .word   7
        .popsection
        .byte   5

        .data
        .balign 8
variables:
        .dword  0, variables, pushed
        .org    0x80
        .word   end_of_data
end_of_data:

        .bss
        .balign 16
        .space  4096
stack_top:
        .comm   shared, 24, 8
        .lcomm  private, 4
        .local  hidden
        .comm   hidden, 8, 8

        .text
maybe:  nop
finish: la      a0, shared
        wfi
        j       finish

# GNU as fills sections up to their alignment.
        .balign 32
        .section .rodata
        .balign 8
        .data
        .balign 8
