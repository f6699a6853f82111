# What the device tree says about the machine.
#
# A flattened device tree is a header and a stream of 4-byte big-endian tokens (Devicetree Specification 0.4, chapter 5):
# 1 begins a node and is followed by its name, 3 is a property (length, offset of its name, value), 2 ends a node, 4 means
# nothing, 9 is the end. `next_token` walks over it; show_machine looks at what it finds.

        .equ    BEGIN_NODE, 1
        .equ    END_NODE, 2
        .equ    PROPERTY, 3
        .equ    NOP, 4

# Prints memory, harts and devices. a0 = the device tree. Here
#   s1  the next token               s3  the name of the node that we are in
#   s2  where property names are     s4  its depth: 1 for the root
show_machine:
        addi    sp, sp, -48
        sd      ra, (sp)
        sd      s1, 8(sp)
        sd      s2, 16(sp)
        sd      s3, 24(sp)
        sd      s4, 32(sp)
        mv      s1, a0
        addi    a0, s1, 12
        call    big_endian
        add     s2, s1, a0
        addi    a0, s1, 8
        call    big_endian
        add     s1, s1, a0
        li      s4, 0

1:      call    next_token
        li      t0, BEGIN_NODE
        beq     a0, t0, 2f
        li      t0, END_NODE
        beq     a0, t0, 3f
        li      t0, PROPERTY
        beq     a0, t0, 4f
        ld      s4, 32(sp)                      # the end
        ld      s3, 24(sp)
        ld      s2, 16(sp)
        ld      s1, 8(sp)
        ld      ra, (sp)
        addi    sp, sp, 48
        ret

2:      mv      s3, a1                          # a node begins
        addi    s4, s4, 1
        j       1b
3:      addi    s4, s4, -1
        j       1b

4:      mv      a3, a1                          # a property: a1 = name, a2 = value
        mv      a0, a1
        lla     a1, text_compatible
        call    same_text
        bnez    a0, 5f
        mv      a0, a3
        lla     a1, text_reg
        call    same_text
        beqz    a0, 1b
        mv      a0, s3                          # `reg`: of interest if it is memory
        lla     a1, text_memory_at
        call    starts_with
        beqz    a0, 1b
        mv      a0, a2
        call    show_memory
        j       1b

5:      mv      a3, a2                          # `compatible`: what the node is
        slli    a0, s4, 1
        call    print_spaces
        lbu     t0, (s3)
        bnez    t0, 6f
        print   text_board                      # the root has no name
        j       7f
6:      mv      a0, s3
        call    print_text
7:      print   text_is
        mv      a0, a3                          # the first of perhaps several texts
        call    print_text
        print   text_newline
        j       1b

# Takes the token at s1 and moves s1 behind it. Answers in a0 its kind; in a1 the node's or property's name; in a2 the
# property's value.
next_token:
        addi    sp, sp, -16
        sd      ra, (sp)
1:      mv      a0, s1
        call    big_endian
        addi    s1, s1, 4
        li      t0, NOP
        beq     a0, t0, 1b
        li      t0, BEGIN_NODE
        beq     a0, t0, 2f
        li      t0, PROPERTY
        bne     a0, t0, 5f
        addi    a0, s1, 4
        call    big_endian
        add     a1, s2, a0
        mv      a0, s1
        call    big_endian
        addi    a2, s1, 8
        add     s1, a2, a0
        li      a0, PROPERTY
        j       4f
2:      mv      a1, s1
3:      lbu     t0, (s1)
        addi    s1, s1, 1
        bnez    t0, 3b
4:      addi    s1, s1, 3                       # tokens are aligned
        andi    s1, s1, -4
5:      ld      ra, (sp)
        addi    sp, sp, 16
        ret

# a0 = the address of a memory node's `reg`: start and size, 8 bytes each.
show_memory:
        addi    sp, sp, -32
        sd      ra, (sp)
        sd      s5, 8(sp)
        sd      s6, 16(sp)
        mv      s5, a0
        addi    a0, s5, 8
        call    big_endian_double
        mv      s6, a0
        mv      a0, s5
        call    big_endian_double
        mv      s5, a0
        li      a0, 4
        call    print_spaces
        print   text_memory
        srli    a0, s6, 20
        call    print_decimal
        print   text_mebibytes
        mv      a0, s5
        call    print_hex
        print   text_newline
        ld      s6, 16(sp)
        ld      s5, 8(sp)
        ld      ra, (sp)
        addi    sp, sp, 32
        ret

# The big-endian word at a0; changes t0 to t2 only beside a0.
big_endian:
        lbu     t0, 0(a0)
        lbu     t1, 1(a0)
        lbu     t2, 2(a0)
        lbu     a0, 3(a0)
        slli    t0, t0, 24
        slli    t1, t1, 16
        slli    t2, t2, 8
        or      a0, a0, t0
        or      a0, a0, t1
        or      a0, a0, t2
        ret

# The big-endian doubleword at a0.
big_endian_double:
        addi    sp, sp, -16
        sd      ra, (sp)
        mv      a3, a0
        call    big_endian
        slli    a4, a0, 32
        addi    a0, a3, 4
        call    big_endian
        or      a0, a0, a4
        ld      ra, (sp)
        addi    sp, sp, 16
        ret

# Whether the texts a0 and a1 are the same; keeps a2 and a3.
same_text:
1:      lbu     t0, (a0)
        lbu     t1, (a1)
        bne     t0, t1, 2f
        addi    a0, a0, 1
        addi    a1, a1, 1
        bnez    t0, 1b
        li      a0, 1
        ret
2:      li      a0, 0
        ret

# Whether the text a0 starts with the text a1; keeps a2 and a3.
starts_with:
1:      lbu     t1, (a1)
        beqz    t1, 2f
        lbu     t0, (a0)
        bne     t0, t1, 3f
        addi    a0, a0, 1
        addi    a1, a1, 1
        j       1b
2:      li      a0, 1
        ret
3:      li      a0, 0
        ret

text_compatible:        .asciz  "compatible"
text_reg:               .asciz  "reg"
text_memory_at:         .asciz  "memory@"
text_memory:            .asciz  "memory: "
text_mebibytes:         .asciz  " MiB from "
text_board:             .asciz  "board"
text_is:                .asciz  ": "
        .balign 4
