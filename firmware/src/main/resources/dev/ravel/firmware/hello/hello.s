# hello: the smallest kernel that talks to you.
#
# It runs where an operating system runs, in S-mode, above firmware that answers SBI calls (Ravel's own or any other that
# knows SBI 2.0). It shows what the firmware and the device tree tell it about the machine, and then waits for commands.
# There is one hart, no paging, no interrupt handler: what happens happens here, in this order.
#
# Conventions: functions take arguments in a0, a1, ..., answer in a0, keep s0 to s11 and change the rest, as compilers'
# code does. Each that calls others saves ra on the stack.

        .option norelax                         # calls stay as they are written

        .include "macros.s"

        .globl  _start
_start:                                         # from the firmware: a0 = this hart's number, a1 = the device tree
        lla     sp, stack_top
        mv      s0, a0
        mv      s1, a1
        lla     t0, trap
        csrw    stvec, t0

        print   text_hello
        mv      a0, s0
        call    print_decimal
        print   text_firmware
        sbi     SBI_BASE, 0                     # which version of SBI?
        srli    s2, a1, 24
        li      t0, 0xffffff
        and     s3, a1, t0
        mv      a0, s2
        call    print_decimal
        li      a0, '.'
        call    print_byte
        mv      a0, s3
        call    print_decimal
        print   text_newline

        mv      a0, s1
        call    show_machine
        print   text_help_hint
        mv      a0, s1
        j       prompt                          # commands.s

# Nothing here should ever trap. If it does, say where, and give up.
        .balign 4
trap:
        csrr    s2, scause
        csrr    s3, sepc
        csrr    s4, stval
        print   text_trap
        mv      a0, s2
        call    print_hex
        print   text_at
        mv      a0, s3
        call    print_hex
        print   text_value
        mv      a0, s4
        call    print_hex
        print   text_newline
        li      a1, 1                           # reason: system failure
        j       shut_down

text_hello:     .asciz  "\nHello from supervisor mode on hart "
text_firmware:  .asciz  ".\nThe firmware below speaks SBI "
text_help_hint: .asciz  "\nType help for the list of commands.\n"
text_trap:      .asciz  "hello: trap, scause="
text_at:        .asciz  " sepc="
text_value:     .asciz  " stval="
        .balign 4

        .include "console.s"                    # bytes, texts and numbers through the firmware
        .include "machine.s"                    # what the device tree says
        .include "line.s"                       # a line from the keyboard
        .include "commands.s"                   # the prompt

        .balign 16
        .zero   2048
stack_top:
