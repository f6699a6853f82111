# The serial port: each guest believes that it has one. The machine has one, and it is the monitor's.

        .equ    OPCODE_LOAD, 0x03
        .equ    OPCODE_STORE, 0x23
        .equ    FUNCT3_LBU, 4
        .equ    UART_REGISTERS, 8
        .equ    BACKSPACE, 8
        .equ    ENTER, 13
        .equ    DELETE, 127

# A guest's access to the register s4 of its port.
device_access:
        call    fetch
        andi    t0, s1, 0x7f
        srli    t1, s1, 12
        andi    t1, t1, 7
        andi    s4, s4, UART_REGISTERS - 1
        li      t2, OPCODE_STORE
        beq     t0, t2, 2f
        li      t2, OPCODE_LOAD
        bne     t0, t2, give_up
        li      t2, FUNCT3_LBU
        bne     t1, t2, give_up                 # a driver of this chip uses lbu and sb
        count   DEVICE
        li      t0, UART_LSR
        beq     s4, t0, 1f
        li      a0, 0
        bnez    s4, uart_read
        ld      t0, VCPU_INPUT(s0)              # register 0: what was received
        beqz    t0, uart_read
        lbu     a0, (t0)
        addi    t0, t0, 1
        sd      t0, VCPU_INPUT(s0)
        j       uart_read
1:      li      a0, UART_LSR_THRE
        ld      t0, VCPU_INPUT(s0)
        beqz    t0, uart_read
        lbu     t0, (t0)
        beqz    t0, uart_read
        ori     a0, a0, UART_LSR_DR
uart_read:
        call    set_rd
        j       emulated
2:      bnez    t1, give_up
        count   DEVICE
        srli    t0, s1, 20
        andi    t0, t0, 31                      # rs2
        slli    t0, t0, 3
        add     t0, t0, s0
        lbu     a0, (t0)
        bnez    s4, emulated                    # other registers are there, and do nothing
uart_write:
        ld      t0, VCPU_PRINTED(s0)            # the byte a0 belongs to the guest's line
        addi    t1, t0, VCPU_LINE
        add     t1, t1, s0
        sb      a0, (t1)
        addi    t0, t0, 1
        sd      t0, VCPU_PRINTED(s0)
        li      t1, '\n'
        beq     a0, t1, 3f
        li      t1, LINE_SIZE - 1
        bltu    t0, t1, emulated
3:      call    print_line
        j       emulated

# Prints the line of the guest s0: whole lines, however the guests take turns.
print_line:
        addi    sp, sp, -16
        sd      ra, (sp)
        lla     t0, awaited
        ld      t0, (t0)
        bnez    t0, 1f
        li      a0, '\n'                        # nobody has asked: leave the prompt
        call    put
1:      call    name
        li      a0, ':'
        call    put
        li      a0, ' '
        call    put
        addi    s6, s0, VCPU_LINE
        ld      s7, VCPU_PRINTED(s0)
        add     s7, s6, s7
2:      lbu     a0, (s6)
        call    put
        addi    s6, s6, 1
        bltu    s6, s7, 2b
        sd      zero, VCPU_PRINTED(s0)
        lla     t1, awaited
        sd      zero, (t1)
        call    prompt
        ld      ra, (sp)
        addi    sp, sp, 16
        ret

# Prints the letter of the guest s0.
name:
        li      a0, 'a'
        lla     t0, guest_a
        beq     s0, t0, put
        li      a0, 'b'

# Sends the byte a0 by the machine's serial port.
put:
        li      t0, UART
1:      lbu     t1, UART_LSR(t0)
        andi    t1, t1, UART_LSR_THRE
        beqz    t1, 1b
        sb      a0, (t0)
        ret

# ---------------------------------------------------------------------------------------------------------------- keyboard

# Takes what was typed. Enter ends a command.
keyboard:
        addi    sp, sp, -16
        sd      ra, (sp)
1:      li      t0, UART
        lbu     t1, UART_LSR(t0)
        andi    t1, t1, UART_LSR_DR
        beqz    t1, 4f
        lbu     a0, (t0)
        lla     t1, command_size
        ld      t2, (t1)
        lla     t3, command_line
        add     t3, t3, t2
        li      t0, ENTER
        beq     a0, t0, 3f
        li      t0, '\n'                        # what a pipe sends
        beq     a0, t0, 3f
        li      t0, DELETE
        beq     a0, t0, 2f
        li      t0, BACKSPACE
        beq     a0, t0, 2f
        li      t0, ' '
        bltu    a0, t0, 1b
        li      t0, LINE_SIZE - 2
        bgeu    t2, t0, 1b                      # full
        sb      a0, (t3)
        addi    t2, t2, 1
        sd      t2, (t1)
        call    put
        j       1b
2:      beqz    t2, 1b
        addi    t2, t2, -1
        sd      t2, (t1)
        print   text_erase
        j       1b
3:      sd      zero, (t1)
        li      t0, ENTER                       # a guest is to see the key, too
        sb      t0, (t3)
        sb      zero, 1(t3)
        print   text_newline
        call    command
        j       1b
4:      ld      ra, (sp)
        addi    sp, sp, 16
        ret

prompt:
        addi    sp, sp, -16
        sd      ra, (sp)
        print   text_prompt
        ld      ra, (sp)
        addi    sp, sp, 16
        ret

# start: makes guest b. report: the exits of all. a or b: the rest of the line is typed to that guest.
command:
        addi    sp, sp, -32
        sd      ra, (sp)
        sd      s0, 8(sp)
        lla     t1, command_line
        lbu     t0, (t1)
        lla     s0, guest_a
        li      t2, 'a'
        beq     t0, t2, 1f
        li      t2, 'r'
        beq     t0, t2, 3f
        lla     s0, guest_b
        li      t2, 'b'
        beq     t0, t2, 1f
        li      t2, 's'
        beq     t0, t2, 2f
        print   text_help
        j       5f
1:      ld      t2, VCPU_NEXT(s0)
        beqz    t2, 4f
        addi    t2, s0, VCPU_TYPED
        sd      t2, VCPU_INPUT(s0)
7:      addi    t1, t1, 1
        lbu     t0, (t1)
        sb      t0, (t2)
        addi    t2, t2, 1
        bnez    t0, 7b
        j       wait_for_line
2:      ld      t0, VCPU_NEXT(s0)
        bnez    t0, 4f
        lla     t0, guest_a
        sd      t0, VCPU_NEXT(s0)
        sd      s0, VCPU_NEXT(t0)
        li      a0, MEMORY_B
        call    create
created:

# The prompt comes with the line that a guest will print.
wait_for_line:
        lla     t0, awaited
        li      t1, 1
        sd      t1, (t0)
        j       6f
3:      call    report
        lla     t0, guest_b
        ld      s0, VCPU_NEXT(s0)
        bne     s0, t0, 5f
        call    report
        j       5f
4:      print   text_no_guest
5:      call    prompt
6:      ld      s0, 8(sp)
        ld      ra, (sp)
        addi    sp, sp, 32
        ret

# Says how often the guest s0 came here, and why.
report:
        addi    sp, sp, -32
        sd      ra, (sp)
        sd      s1, 8(sp)
        sd      s2, 16(sp)
        call    name
        li      a0, ':'
        call    put
        addi    s1, s0, VCPU_EXITS
        lla     s2, text_counters
1:      li      a0, ' '
        call    put
        ld      a0, (s1)
        call    print_decimal
        mv      a0, s2
        call    print_text
2:      lbu     t0, (s2)                        # the next text
        addi    s2, s2, 1
        bnez    t0, 2b
        addi    s1, s1, 8
        addi    t0, s0, VCPU_EXITS + 8 * COUNTERS
        bltu    s1, t0, 1b
        print   text_turns
        ld      a0, VCPU_TURNS(s0)
        call    print_decimal
        print   text_newline
        ld      s2, 16(sp)
        ld      s1, 8(sp)
        ld      ra, (sp)
        addi    sp, sp, 32
        ret

text_counters:  .asciz  " csr,"
                .asciz  " sret,"
                .asciz  " wfi,"
                .asciz  " sfence,"
                .asciz  " ecall,\n  "
                .asciz  " page,"
                .asciz  " uart,"
                .asciz  " timer"
text_turns:     .asciz  "; turns: "
text_prompt:    .asciz  "monitor> "
text_help:      .asciz  "start, report, or a letter of a guest and what is typed to it\n"
text_no_guest:  .asciz  "there is no such guest to be had\n"
text_erase:     .asciz  "\b \b"
text_newline:   .asciz  "\n"
command_line:   .zero   LINE_SIZE
        .balign 8
command_size:   .dword  0
awaited:        .dword  1                       # whether a guest will print a line, and the prompt comes behind it
