# The prompt: reads a line, finds the command that it starts with, does it.

# a0 = the device tree. Never returns.
prompt:
        mv      s0, a0
        rdtime  s1                              # when we were ready
1:      print   text_prompt
        call    read_line
        lla     s2, commands                    # pairs of name and code, each as its distance from here
2:      lw      t0, (s2)
        beqz    t0, 3f
        lla     a1, commands
        add     a1, a1, t0
        lla     a0, line
        call    find_argument
        bnez    a0, 4f
        addi    s2, s2, 8
        j       2b
3:      lla     a0, line
        lbu     t0, (a0)
        beqz    t0, 1b                          # nothing but Enter
        call    print_text
        print   text_unknown
        j       1b
4:      lw      t0, 4(s2)
        lla     a1, commands
        add     t0, t0, a1
        jalr    t0                              # a0 = what stands behind the command
        j       1b

# If the line a0 is the command a1, alone or followed by a space, answers where its argument begins, else 0.
find_argument:
1:      lbu     t0, (a0)
        lbu     t1, (a1)
        beqz    t1, 2f
        bne     t0, t1, 3f
        addi    a0, a0, 1
        addi    a1, a1, 1
        j       1b
2:      beqz    t0, 4f
        addi    a0, a0, 1
        li      t1, ' '
        beq     t0, t1, 4f
3:      li      a0, 0
4:      ret

# ---------------------------------------------------------------------------------------------------------------- commands

command_help:
        mv      s3, ra
        print   text_help
        jr      s3

command_echo:
        mv      s3, ra
        call    print_text
        print   text_newline
        jr      s3

command_uptime:
        mv      s3, ra
        rdtime  a0
        sub     a0, a0, s1
        li      t0, TICKS_PER_SECOND / 10
        divu    s4, a0, t0                      # tenths of a second
        li      t0, 10
        divu    a0, s4, t0
        call    print_decimal
        li      a0, '.'
        call    print_byte
        li      t0, 10
        remu    a0, s4, t0
        call    print_decimal
        print   text_seconds
        jr      s3

command_machine:
        mv      s3, ra
        mv      a0, s0
        call    show_machine
        jr      s3

# Asks the firmware about harts 0, 1, 2 ... until there is no such hart.
command_harts:
        mv      s3, ra
        li      s4, 0
1:      mv      a0, s4
        sbi     SBI_HSM, 2
        bnez    a0, 3f
        mv      s5, a1
        print   text_hart
        mv      a0, s4
        call    print_decimal
        beqz    s5, 2f
        print   text_waiting
        addi    s4, s4, 1
        j       1b
2:      print   text_running
        addi    s4, s4, 1
        j       1b
3:      jr      s3

command_reboot:
        li      a0, 1
        li      a1, 0
        sbi     SBI_SRST, 0
        ret

command_poweroff:
        print   text_bye
        li      a1, 0
# a1 = reason.
shut_down:
        li      a0, 0
        sbi     SBI_SRST, 0
1:      wfi
        j       1b

        .balign 4
commands:
        .word   name_help - commands, command_help - commands
        .word   name_echo - commands, command_echo - commands
        .word   name_uptime - commands, command_uptime - commands
        .word   name_machine - commands, command_machine - commands
        .word   name_harts - commands, command_harts - commands
        .word   name_reboot - commands, command_reboot - commands
        .word   name_poweroff - commands, command_poweroff - commands
        .word   0

name_help:      .asciz  "help"
name_echo:      .asciz  "echo"
name_uptime:    .asciz  "uptime"
name_machine:   .asciz  "machine"
name_harts:     .asciz  "harts"
name_reboot:    .asciz  "reboot"
name_poweroff:  .asciz  "poweroff"

text_prompt:    .asciz  "hello> "
text_unknown:   .asciz  ": no such command, try help\n"
text_seconds:   .asciz  " s\n"
text_hart:      .asciz  "hart "
text_running:   .asciz  " runs this\n"
text_waiting:   .asciz  " waits in the firmware\n"
text_bye:       .asciz  "Good night.\n"
text_help:
        .ascii  "help           this list\n"
        .ascii  "echo TEXT      print TEXT\n"
        .ascii  "uptime         seconds since the start\n"
        .ascii  "machine        what the device tree says\n"
        .ascii  "harts          what the firmware says about harts\n"
        .ascii  "reboot         start again\n"
        .asciz  "poweroff       switch the machine off\n"
        .balign 4
