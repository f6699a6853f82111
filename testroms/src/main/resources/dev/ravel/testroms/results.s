# Every instruction that computes something from registers: is it what another machine computed?
#
# The table was measured with another emulator (results-table.s says how).

        .globl  _start
_start: .include "lib/check.s"
        .include "lib/machine.s"
        .include "lib/measure.s"

# The instruction with this encoding, operands of this kind, must give this hash.
        .macro  result number, encoding, kind, expected
        lla     s1, 76f
        li      s2, \kind
        call    measure
        check   \number, a0, \expected
        j       75f
        .balign 4
76:     .4byte  \encoding
        ret
75:
        .endm

start:  machine_setup
        li      t0, 1 << 13
        csrs    mstatus, t0
        .include "results-table.s"
        passed
