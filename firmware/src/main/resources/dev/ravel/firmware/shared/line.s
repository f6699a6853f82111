# A line from the keyboard, through the firmware's debug console.

        .equ    LINE_SIZE, 80
        .equ    BACKSPACE, 8
        .equ    DELETE, 127
        .equ    ENTER, 13
        .equ    CONTROL_C, 3

# Reads a line into `line`, showing what is typed.
read_line:
        addi    sp, sp, -32
        sd      ra, (sp)
        sd      s3, 8(sp)
        sd      s4, 16(sp)
        lla     s3, line                        # where the next byte goes
1:      call    read_byte
        mv      s4, a0
        li      t0, ENTER
        beq     s4, t0, 4f
        li      t0, '\n'                        # what a pipe sends
        beq     s4, t0, 4f
        li      t0, CONTROL_C
        beq     s4, t0, 3f
        li      t0, BACKSPACE
        beq     s4, t0, 2f
        li      t0, DELETE
        beq     s4, t0, 2f
        li      t0, ' '
        bltu    s4, t0, 1b                      # other control characters
        lla     t0, line + LINE_SIZE - 1
        bgeu    s3, t0, 1b                      # full
        sb      s4, (s3)
        addi    s3, s3, 1
        mv      a0, s4
        call    print_byte
        j       1b
2:      lla     t0, line                        # take the last byte back
        beq     s3, t0, 1b
        addi    s3, s3, -1
        print   text_erase
        j       1b
3:      print   text_control_c                  # forget the line
        lla     s3, line
4:      sb      zero, (s3)
        print   text_newline
        ld      s4, 16(sp)
        ld      s3, 8(sp)
        ld      ra, (sp)
        addi    sp, sp, 32
        ret

text_erase:     .asciz  "\b \b"
text_control_c: .asciz  "^C"
text_newline:   .asciz  "\n"

line:   .zero   LINE_SIZE
        .balign 4
