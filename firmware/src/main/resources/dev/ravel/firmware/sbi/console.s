# Part 10 of 10: DBCN (SBI 2.0, chapter 12) and the serial port; the last words after a trap in the firmware itself.

# ---------------------------------------------------------------------------------------------------------- the NS16550A
        .equ    UART_DATA, 0                    # write to send, read to receive
        .equ    UART_IER, 1                     # which interrupts it raises
        .equ    UART_FCR, 2                     # FIFO control
        .equ    UART_LCR, 3                     # the shape of a character
        .equ    UART_LSR, 5                     # line status
        .equ    UART_DIVISOR, 0                 # while the top bit of LCR is set: the rate is 115200 / divisor,
        .equ    UART_DIVISOR_HIGH, 1            #   if the clock is 1.8432 MHz
        .equ    LSR_RECEIVED, 1
        .equ    LSR_CAN_SEND, 1 << 5

uart_init:
        li      t0, UART
        sb      zero, UART_IER(t0)              # no interrupts: the operating system enables what it needs
        li      t1, 0x80
        sb      t1, UART_LCR(t0)
        li      t1, 2                           # the board's clock is 3.6864 MHz: 115200 baud
        sb      t1, UART_DIVISOR(t0)
        sb      zero, UART_DIVISOR_HIGH(t0)
        li      t1, 3                           # eight bits, no parity, one stop bit
        sb      t1, UART_LCR(t0)
        li      t1, 7                           # FIFOs on, and empty
        sb      t1, UART_FCR(t0)
        ret

# Sends the byte a0. Programs end a line with a line feed, terminals want a carriage return before it: it is added here.
put:
        li      t2, '\n'
        bne     a0, t2, put_raw
        li      t2, '\r'
        li      t0, UART
1:      lbu     t1, UART_LSR(t0)
        andi    t1, t1, LSR_CAN_SEND
        beqz    t1, 1b
        sb      t2, UART_DATA(t0)
put_raw:
        li      t0, UART
1:      lbu     t1, UART_LSR(t0)
        andi    t1, t1, LSR_CAN_SEND
        beqz    t1, 1b
        sb      a0, UART_DATA(t0)
        ret

# Answers a byte that was received, or -1.
get:
        li      t0, UART
        lbu     t1, UART_LSR(t0)
        andi    t1, t1, LSR_RECEIVED
        li      a0, -1
        beqz    t1, 9f
        lbu     a0, UART_DATA(t0)
9:      ret

# Harts that print at the same time take turns.
console_lock:
        lla     t0, console_busy
1:      li      t1, 1
        amoswap.w.aq t1, t1, (t0)
        beqz    t1, 9f
        pause
        j       1b
9:      ret

console_unlock:
        lla     t0, console_busy
        amoswap.w.rl zero, zero, (t0)
        ret

# ------------------------------------------------------------------------------------------------------------------- DBCN
dbcn:
        beqz    a6, dbcn_write
        when    a6, 1, dbcn_read
        when    a6, 2, dbcn_write_byte
        j       not_supported

# a0 = bytes, a1, a2 = lower and upper half of the physical address where they are. Answers how many were sent.
dbcn_write:
        mv      s11, ra
        call    check_buffer
        bnez    t0, dbcn_refused
        mv      s1, a1                          # next byte
        mv      s2, a0                          # how many to go
        li      s3, 0                           # and how many were sent
        call    console_lock
        expect_trap dbcn_bad_memory
1:      bgeu    s3, s2, dbcn_done
        lbu     a0, (s1)
        call    put
        addi    s1, s1, 1
        addi    s3, s3, 1
        j       1b

# The same in the other direction: takes what has been received, up to a0 bytes, and waits for nothing.
dbcn_read:
        mv      s11, ra
        call    check_buffer
        bnez    t0, dbcn_refused
        mv      s1, a1
        mv      s2, a0
        li      s3, 0
        call    console_lock
        expect_trap dbcn_bad_memory
1:      bgeu    s3, s2, dbcn_done
        lbu     t0, (s1)                        # is it memory? Find out before a byte is lost.
        sb      t0, (s1)
        call    get
        bltz    a0, dbcn_done
        sb      a0, (s1)
        addi    s1, s1, 1
        addi    s3, s3, 1
        j       1b

dbcn_done:
        expect_no_trap
        call    console_unlock
        li      a0, SBI_SUCCESS
        mv      a1, s3
        jr      s11

dbcn_bad_memory:
        expect_no_trap
        call    console_unlock
dbcn_refused:
        mv      ra, s11
        j       invalid_param

dbcn_write_byte:
        mv      s11, ra
        mv      s1, a0
        call    console_lock
        mv      a0, s1
        call    put
        call    console_unlock
        li      a0, SBI_SUCCESS
        li      a1, 0
        jr      s11

# S-mode must not read or write the firmware's memory through the firmware. a0 = bytes, a1, a2 = lower and upper half of
# the address; answers 0 in t0 if they are S-mode's. Whether there is any memory shows when it is used.
check_buffer:
        bnez    a2, 9f
        add     t1, a1, a0                      # the end
        bltu    t1, a1, 9f                      # past the end of all addresses
        lla     t0, _start
        bleu    t1, t0, 8f                      # all before the firmware
        li      t1, FIRMWARE_SIZE
        add     t0, t0, t1
        bgeu    a1, t0, 8f                      # all after it
9:      li      t0, 1
        ret
8:      li      t0, 0
        ret

# ------------------------------------------------------------------------------------------------ the same, as SBI 0.1 had it
legacy_putchar:
        mv      s11, ra
        mv      s1, a0
        call    console_lock
        mv      a0, s1
        call    put
        call    console_unlock
        li      a0, SBI_SUCCESS
        jr      s11

legacy_getchar:
        mv      s11, ra
        call    console_lock
        call    get
        mv      s1, a0
        call    console_unlock
        mv      a0, s1
        jr      s11

# -------------------------------------------------------------------------------------------------------- words and numbers

# Prints the zero-terminated text at a0.
print:
        mv      a2, ra
        mv      a1, a0
1:      lbu     a0, (a1)
        beqz    a0, 9f
        call    put
        addi    a1, a1, 1
        j       1b
9:      jr      a2

# Prints a0 in hexadecimal.
print_hex:
        mv      a3, ra
        mv      a4, a0
        lla     a0, text_0x
        call    print
        li      a5, 60                          # shift for the first digit: skip zeros
1:      beqz    a5, 2f
        srl     t0, a4, a5
        bnez    t0, 2f
        addi    a5, a5, -4
        j       1b
2:      srl     a0, a4, a5
        andi    a0, a0, 15
        addi    a0, a0, '0'
        li      t0, '9'
        bleu    a0, t0, 3f
        addi    a0, a0, 'a' - '9' - 1
3:      call    put
        addi    a5, a5, -4
        bgez    a5, 2b
        jr      a3

# --------------------------------------------------------------------------------------------------------------- last words

        .macro  report text, value
        lla     a0, \text
        call    print
        mv      a0, \value
        call    print_hex
        .endm

        .macro  report_saved text, number
        lla     a0, \text
        call    print
        ld      a0, \number * 8(s1)
        call    print_hex
        .endm

# Something happened that must not happen. a0 = where the registers were kept. One line, then the machine stops, with a
# failure.
panic:
        mv      s1, a0
        expect_no_trap
        csrr    s2, mhartid
        report  text_panic, s2
        csrr    s2, mcause
        report  text_mcause, s2
        csrr    s2, mepc
        report  text_mepc, s2
        csrr    s2, mtval
        report  text_mtval, s2
        csrr    s2, mstatus
        report  text_mstatus, s2
        report_saved text_ra, 1
        report_saved text_sp, 2
        report_saved text_s0, 8
        report_saved text_a0, 10
        report_saved text_a1, 11
        report_saved text_a6, 16
        report_saved text_a7, 17
        lla     a0, text_newline
        call    print
        li      a0, SYSTEM_FAILURE
        j       power_off

text_hello:             .asciz  "Ravel firmware: SBI 2.0, next stage at "
text_no_information:    .asciz  "Ravel firmware: a2 does not point to fw_dynamic information, nothing to start\n"
text_panic:             .asciz  "\nRavel firmware: unexpected trap on hart "
text_mcause:            .asciz  " mcause="
text_mepc:              .asciz  " mepc="
text_mtval:             .asciz  " mtval="
text_mstatus:           .asciz  " mstatus="
text_ra:                .asciz  " ra="
text_sp:                .asciz  " sp="
text_s0:                .asciz  " s0="
text_a0:                .asciz  " a0="
text_a1:                .asciz  " a1="
text_a6:                .asciz  " a6="
text_a7:                .asciz  " a7="
text_0x:                .asciz  "0x"
text_newline:           .asciz  "\n"

# -------------------------------------------------------------------------------------------------------------- variables
# Loaded as zero, and changed by the first instructions that run:
        .balign 8
first_hart:     .word   0                       # 1 once a hart has taken it upon itself to boot
boot_finished:  .word   0                       # 1 when the others may go on

console_busy:   .word   0                       # 1 while a hart prints
fence_lock:     .word   0                       # 1 while a remote fence is under way
fence_waiting:  .word   0                       # harts that haven't done it yet
        .balign 8
fence_request:  .dword  0, 0, 0, 0              # kind, start, size, ASID
harts_present:  .dword  0                       # set of harts, bit n for hart n
panic_registers: .zero  32 * 8
firmware_end:
