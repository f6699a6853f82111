# Part 3 of 10: counting harts in the device tree.
#
# The device tree describes the board: nodes with names, properties and further nodes. In memory it is "flattened": a
# header, then a stream of 4-byte tokens, all big-endian (Devicetree Specification 0.4, chapter 5). Each hart has a node
# /cpus/cpu@N, N being its number in hexadecimal. So it is enough to look at the names of nodes.

        .equ    FDT_MAGIC, 0xedfe0dd0           # 0xd00dfeed, as a little-endian load sees it
        .equ    FDT_STRUCTURE, 8                # offsets in the header: where the tokens start,
        .equ    FDT_STRUCTURE_SIZE, 36          #   and how many bytes they are
        .equ    FDT_BEGIN_NODE, 1               # followed by the name, zero-terminated
        .equ    FDT_END_NODE, 2
        .equ    FDT_PROP, 3                     # followed by length, offset of the name, value
        .equ    FDT_NOP, 4
        .equ    CPU_AT, 0x40757063              # "cpu@"

# a0 = device tree, or 0. Answers the set of harts in it: bit N for hart N. A tree that makes no sense has no harts.
harts_in_tree:
        mv      a7, ra
        li      a6, 0                           # the set
        beqz    a0, 9f
        lwu     t0, (a0)
        li      t1, FDT_MAGIC
        bne     t0, t1, 9f
        mv      a1, a0
        addi    a0, a1, FDT_STRUCTURE
        call    big_endian
        add     a2, a1, a0                      # a2 walks through the tokens
        addi    a0, a1, FDT_STRUCTURE_SIZE
        call    big_endian
        add     a3, a2, a0                      # up to a3

1:      bgeu    a2, a3, 9f
        mv      a0, a2
        call    big_endian
        addi    a2, a2, 4
        li      t0, FDT_BEGIN_NODE
        beq     a0, t0, 2f
        li      t0, FDT_PROP
        beq     a0, t0, 6f
        li      t0, FDT_END_NODE
        beq     a0, t0, 1b
        li      t0, FDT_NOP
        beq     a0, t0, 1b
        j       9f                              # the end, or nonsense

2:      lwu     t0, (a2)                        # a node: is it a hart?
        li      t1, CPU_AT
        bne     t0, t1, 5f
        addi    a2, a2, 4
        li      a4, 0
3:      lbu     t0, (a2)                        # its number, digit by digit
        beqz    t0, 4f
        addi    a2, a2, 1
        addi    t0, t0, -'0'
        li      t1, 10
        bltu    t0, t1, 31f
        addi    t0, t0, '0' - 'a' + 10
31:     slli    a4, a4, 4
        add     a4, a4, t0
        j       3b
4:      li      t1, MAX_HARTS
        bgeu    a4, t1, 5f
        li      t0, 1
        sll     t0, t0, a4
        or      a6, a6, t0
5:      lbu     t0, (a2)                        # past the name and its zero
        addi    a2, a2, 1
        bnez    t0, 5b
        j       7f

6:      mv      a0, a2                          # past the property: 8 bytes, then the value
        call    big_endian
        addi    a2, a2, 8
        add     a2, a2, a0

7:      addi    a2, a2, 3                       # tokens are aligned
        andi    a2, a2, -4
        j       1b

9:      mv      a0, a6
        jr      a7

# a0 = address of a big-endian word; answers its value.
big_endian:
        lbu     t0, 0(a0)
        lbu     t1, 1(a0)
        lbu     t2, 2(a0)
        lbu     a0, 3(a0)
        slli    t0, t0, 24
        slli    t1, t1, 16
        slli    t2, t2, 8
        or      t0, t0, t1
        or      t0, t0, t2
        or      a0, a0, t0
        ret
