# Names and two macros.

        .equ    SBI_BASE, 0x10                  # SBI extensions
        .equ    SBI_TIME, 0x54494d45
        .equ    SBI_HSM, 0x48534d
        .equ    SBI_SRST, 0x53525354
        .equ    SBI_DBCN, 0x4442434e

        .equ    STI, 1 << 5                     # the timer's bit in sie
        .equ    TICKS_PER_SECOND, 10000000      # how fast `time` counts on this board

# Calls a function of the firmware: arguments in a0 to a5, an error comes back in a0, a value in a1.
        .macro  sbi extension, function
        li      a7, \extension
        li      a6, \function
        ecall
        .endm

# Prints a text.
        .macro  print text
        lla     a0, \text
        call    print_text
        .endm
