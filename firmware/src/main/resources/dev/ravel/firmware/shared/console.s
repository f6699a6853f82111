# Bytes, texts and numbers, through the firmware's debug console.

# Prints the byte a0.
print_byte:
        sbi     SBI_DBCN, 2
        ret

# Prints the zero-terminated text at a0.
print_text:
        mv      a1, a0                          # the firmware wants a length, a physical address, and its upper half
        mv      a2, a0
1:      lbu     t0, (a2)
        beqz    t0, 2f
        addi    a2, a2, 1
        j       1b
2:      sub     a0, a2, a1
        li      a2, 0
        sbi     SBI_DBCN, 0
        ret

# Prints a0 as an unsigned decimal number.
print_decimal:
        addi    sp, sp, -48
        sd      ra, 40(sp)
        addi    a1, sp, 39                      # digits grow down from here
        sb      zero, (a1)
        li      t1, 10
1:      remu    t0, a0, t1
        addi    t0, t0, '0'
        addi    a1, a1, -1
        sb      t0, (a1)
        divu    a0, a0, t1
        bnez    a0, 1b
        mv      a0, a1
        call    print_text
        ld      ra, 40(sp)
        addi    sp, sp, 48
        ret

# Prints a0 in hexadecimal, with as many digits as it needs.
print_hex:
        addi    sp, sp, -48
        sd      ra, 40(sp)
        addi    a1, sp, 39
        sb      zero, (a1)
        li      t1, 10
1:      andi    t0, a0, 15
        addi    a1, a1, -1
        bltu    t0, t1, 2f
        addi    t0, t0, 'a' - '0' - 10
2:      addi    t0, t0, '0'
        sb      t0, (a1)
        srli    a0, a0, 4
        bnez    a0, 1b
        li      t0, 'x'
        sb      t0, -1(a1)
        li      t0, '0'
        sb      t0, -2(a1)
        addi    a0, a1, -2
        call    print_text
        ld      ra, 40(sp)
        addi    sp, sp, 48
        ret

# Prints a0 spaces.
print_spaces:
        addi    sp, sp, -16
        sd      ra, (sp)
        sd      s0, 8(sp)
        mv      s0, a0
1:      blez    s0, 2f
        li      a0, ' '
        call    print_byte
        addi    s0, s0, -1
        j       1b
2:      ld      s0, 8(sp)
        ld      ra, (sp)
        addi    sp, sp, 16
        ret

# Waits for a byte from the keyboard. The firmware can't tell us when there is one: look a hundred times a second, and
# sleep in between. The timer interrupt is never taken (sstatus.SIE is 0), but it ends `wfi`.
read_byte:
1:      li      a0, 1
        lla     a1, typed
        li      a2, 0
        sbi     SBI_DBCN, 1
        bnez    a1, 2f                          # how many bytes were read
        rdtime  a0
        li      t0, TICKS_PER_SECOND / 100
        add     a0, a0, t0
        sbi     SBI_TIME, 0
        li      t0, STI
        csrs    sie, t0
        wfi
        j       1b
2:      lla     a1, typed
        lbu     a0, (a1)
        ret

typed:  .byte   0
        .balign 4
