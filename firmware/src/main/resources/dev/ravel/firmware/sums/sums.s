# sums: a kernel with one hot loop, to be measured.
#
# It runs in S-mode, without address translation. It fills a table with the numbers 1 to 512 and adds them up; then it reads
# lines: a number is how often it is to do that again, `count` and `add` change an instruction of the loop. The loop has a page
# of its own, as a kernel's code is apart from its data: a store to a page with translated code costs the translation. The labels
# are places to look at.

        .option norelax

        .include "macros.s"

        .equ    NUMBERS, 512

        .globl  _start
_start:
        lla     sp, stack_top
        lla     t0, table
        lla     t1, table_end
        li      t2, 1
1:      sd      t2, (t0)
        addi    t2, t2, 1
        addi    t0, t0, 8
        bne     t0, t1, 1b
        li      a0, 1
        call    add_up
        j       prompt

print_sum:
        print   text_sum
        mv      a0, s2
        call    print_decimal
        print   text_newline
prompt:
        print   text_prompt
        call    read_line
        lla     a0, line
        lbu     t0, (a0)
        li      t1, 'c'
        beq     t0, t1, count
        li      t1, 'a'
        beq     t0, t1, add
        call    read_decimal
        beqz    a0, wrong
        call    add_up
        j       print_sum
wrong:
        print   text_wrong
        j       prompt

# Has the loop count the numbers, or add them: another instruction is stored where the one is that works with a number.
count:
        lla     t0, counting
        j       1f
add:
        lla     t0, adding
1:      lw      t1, (t0)
        lla     t2, work
        sw      t1, (t2)
        fence.i                                 # a hart may have fetched the old one already (Unprivileged, Zifencei)
        print   text_changed
        j       prompt

# Reads the decimal number at a0 into a0: 0 if there is none, or a large one.
read_decimal:
        li      t0, 0
        li      t1, 10
        li      t2, 1000000000
1:      lbu     t3, (a0)
        beqz    t3, 2f
        addi    t3, t3, -'0'
        bgeu    t3, t1, 3f                      # no digit
        mul     t0, t0, t1
        add     t0, t0, t3
        bgtu    t0, t2, 3f
        addi    a0, a0, 1
        j       1b
2:      mv      a0, t0
        ret
3:      li      a0, 0
        ret

text_prompt:    .asciz  "sums> "
text_sum:       .asciz  "sum: "
text_changed:   .asciz  "the loop is another one now\n"
text_wrong:     .asciz  "a number up to 1000000000, count, or add\n"

        .include "console.s"
        .include "line.s"

        .zero   2048
        .balign 16
stack_top:

        .balign 4096
table:  .zero   8 * NUMBERS
table_end:

# Adds up the table a0 times, at least once; the sum is in s2. Every instruction has four bytes, so one can take the place
# of another.
        .option norvc
add_up:
        li      s2, 0
again:                                          # once for each time
        lla     a1, table
        lla     a2, table_end
round:                                          # once for each number
        ld      a3, (a1)
work:
        add     s2, s2, a3
next:
        addi    a1, a1, 8
back:
        bne     a1, a2, round
once:
        addi    a0, a0, -1
        bnez    a0, again
        ret

# Never executed here: what count and add store.
counting:
        addi    s2, s2, 1
adding:
        add     s2, s2, a3
        .balign 4096
