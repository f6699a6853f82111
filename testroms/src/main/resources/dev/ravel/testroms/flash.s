# The board's flash: two chips of 16 bits side by side in each bank, with Intel's commands. The second bank is used, which is
# firmware's to write. A command goes to both chips at once.

        .globl  _start
_start: .include "lib/check.s"
        .include "lib/machine.s"

        .equ    BANK, 0x22000000
        .equ    BLOCK, 0x40000                  # what is erased at once
        .equ    BUFFER, 0x1000                  # what the buffers of both chips hold

        .equ    READY, 0x00800080

# Writes a command, or data, at an offset from the bank's start.
        .macro  put value, offset
        li      t0, \value
        li      t1, BANK + (\offset)
        sw      t0, (t1)
        .endm

        .macro  get register, offset
        li      t1, BANK + (\offset)
        lwu     \register, (t1)
        .endm

# A query's answer: a byte for each address of a chip.
        .macro  check_query number, address, expected
        get     a0, 4 * \address
        check   \number, a0, \expected * 0x10001
        .endm

start:  machine_setup
        csrw    mie, zero

# ------------------------------------------------------------------------------------------------------ what it says it is
        put     0x00980098, 0x55 * 4
        check_query 1, 0x10, 'Q'
        check_query 2, 0x11, 'R'
        check_query 3, 0x12, 'Y'
        check_query 4, 0x13, 0x01               # Intel's command set
        check_query 5, 0x14, 0x00
        check_query 6, 0x15, 0x31               # whose table is there
        check_query 7, 0x27, 24                 # 16 MiB in each chip
        check_query 8, 0x28, 2                  # 8 or 16 bits wide
        check_query 9, 0x2a, 11                 # 2 KiB in each buffer
        check_query 10, 0x2c, 1                 # blocks of one size:
        check_query 11, 0x2d, 127               #   128
        check_query 12, 0x2f, 0                 #   of 512 * 256 bytes
        check_query 13, 0x30, 2
        check_query 14, 0x31, 'P'
        check_query 15, 0x33, 'I'
        check_query 16, 0x35, '0'
        check_query 17, 0x60, 0                 # past the table
        put     0x00ff00ff, 0
        put     0x00900090, 0
        get     a0, 0
        check   20, a0, 0x00890089              # Intel
        get     a0, 4
        check   21, a0, 0x00180018
        put     0x00ff00ff, 0
        get     a0, 0
        check   22, a0, 0                       # nothing was ever written

# ---------------------------------------------------------------------------------------------------------- erase, program
        put     0x00500050, 0
        put     0x00600060, BLOCK               # unlock, erase
        put     0x00d000d0, BLOCK
        put     0x00200020, BLOCK
        put     0x00d000d0, BLOCK
        get     a0, BLOCK
        check   30, a0, READY
        put     0x00ff00ff, BLOCK
        get     a0, BLOCK
        check   31, a0, 0xffffffff
        get     a0, 2 * BLOCK - 4
        check   32, a0, 0xffffffff              # the whole block,
        get     a0, 2 * BLOCK
        check   33, a0, 0                       # nothing else
        get     a0, BLOCK - 4
        check   34, a0, 0

        put     0x00400040, BLOCK + 8           # one word
        put     0x12345678, BLOCK + 8
        get     a0, 0
        check   35, a0, READY                   # reads give the status until memory is asked for
        put     0x00ff00ff, 0
        get     a0, BLOCK + 8
        check   36, a0, 0x12345678
        get     a0, BLOCK + 12
        check   37, a0, 0xffffffff
        li      t1, BANK + BLOCK + 8
        lbu     a0, 1(t1)
        check   38, a0, 0x56
        lhu     a0, 2(t1)
        check   39, a0, 0x1234
        ld      a0, (t1)
        check   40, a0, 0xffffffff12345678

        put     0x00700070, 0
        get     a0, 0
        check   41, a0, READY
        lhu     a0, 2(t1)
        check   42, a0, 0x80
        put     0x00ff00ff, 0

# ---------------------------------------------------------------------------------------------------------------- buffered
        put     0x00e800e8, BLOCK + 0x100       # four words: one less is said
        get     a0, BLOCK + 0x100
        check   50, a0, READY
        put     0x00030003, BLOCK + 0x100
        put     0x11111111, BLOCK + 0x100
        put     0x22222222, BLOCK + 0x104
        put     0x33333333, BLOCK + 0x108
        put     0x44444444, BLOCK + 0x10c
        put     0x00d000d0, BLOCK
        get     a0, BLOCK
        check   51, a0, READY
        put     0x00ff00ff, 0
        get     a0, BLOCK + 0x100
        check   52, a0, 0x11111111
        get     a0, BLOCK + 0x10c
        check   53, a0, 0x44444444
        get     a0, BLOCK + 0x110
        check   54, a0, 0xffffffff
        get     a0, BLOCK + 8
        check   55, a0, 0x12345678              # what else is in the buffer's part stays

# ----------------------------------------------------------------------------------------------------------------- executed
        put     0x00400040, BLOCK + 0x200
        put     0x00150513, BLOCK + 0x200       # addi a0, a0, 1
        put     0x00400040, BLOCK + 0x204
        put     0x80820509, BLOCK + 0x204       # c.addi a0, 2; c.jr ra
        put     0x00ff00ff, 0
        fence.i
        li      a1, BANK + BLOCK + 0x200
        li      s1, 100                         # often: where engines translate what is hot
        li      a0, 0
1:      jalr    a1
        addi    s1, s1, -1
        bnez    s1, 1b
        check   60, a0, 300

        put     0x00200020, BLOCK               # other code in its place (QEMU 7.2 goes on with the old one)
        put     0x00d000d0, BLOCK
        put     0x00400040, BLOCK + 0x200
        put     0x00750513, BLOCK + 0x200       # addi a0, a0, 7
        put     0x00400040, BLOCK + 0x204
        put     0x80820001, BLOCK + 0x204       # c.nop; c.jr ra
        put     0x00ff00ff, 0
        fence.i
        li      s1, 100
        li      a0, 0
2:      jalr    a1
        addi    s1, s1, -1
        bnez    s1, 2b
        check   61, a0, 700

        passed
