# Ends the machine with failure code 42.

        .globl  _start
_start: li      t0, 0x00100000
        li      t1, 42 << 16 | 0x3333
        sw      t1, (t0)
1:      j       1b
