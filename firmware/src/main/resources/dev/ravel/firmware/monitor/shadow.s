# Shadow page tables: what the hart walks while a guest runs.
#
# The guest's own tables lead from its addresses to what it believes to be RAM. The monitor's lead from the guest's addresses to
# where that RAM is. They begin empty. When the guest touches an address, the hart finds nothing and traps; then the monitor
# walks the guest's table, and puts what it finds into its own, page by page. So they are a big TLB, and like a TLB they may
# forget all at any time, and must when the guest executes sfence.vma. There is one for each mode of the virtual CPU, because in
# the guest's U-mode the pages of its kernel must be closed, although both modes are the hart's U-mode.

        .equ    TABLES, GUEST_RAM_SIZE          # behind the guest's RAM: the root for U-mode, the root for S-mode, and others
        .equ    TABLES_END, TABLES + 8 * PAGE_SIZE

# t1 = the root table for the mode t0.
table:
        ld      t1, VCPU_MEMORY(s0)
        slli    t0, t0, PAGE_SHIFT
        add     t1, t1, t0
        li      t0, TABLES
        add     t1, t1, t0
        ret

# Makes the tables of s0 empty: in both there are only the machine's RAM and its devices, closed to U-mode.
forget:
        ld      t0, VCPU_MEMORY(s0)
        li      t1, TABLES
        add     t0, t0, t1
        li      t1, 2 * PAGE_SIZE
        add     t1, t0, t1
        sd      t1, VCPU_TABLES(s0)
        mv      t2, t0
1:      sd      zero, (t2)
        addi    t2, t2, 8
        bltu    t2, t1, 1b
        li      t1, PAGE_SIZE
        add     t1, t0, t1
        li      t2, 0x80000 << PTE_PPN_SHIFT | PTE_D | PTE_A | PTE_X | PTE_W | PTE_R | PTE_V
        sd      t2, 2 * 8(t0)                   # entry 2 of the root is for addresses from 0x80000000 on
        sd      t2, 2 * 8(t1)
        li      t2, PTE_D | PTE_A | PTE_W | PTE_R | PTE_V
        sd      t2, 3 * 8(t0)
        sd      t2, 3 * 8(t1)
        sfence.vma
        ret

# A page fault: the monitor's table has nothing for the address. What does the guest's say?
page_fault:
        csrr    s3, stval                       # s3 = the address
        li      a1, PTE_X
        li      t0, FETCH_PAGE_FAULT
        beq     s2, t0, 1f
        li      a1, PTE_R
        li      t0, LOAD_PAGE_FAULT
        beq     s2, t0, 1f
        li      a1, PTE_W | PTE_D
1:      mv      a0, s3
        call    walk
        li      t0, -1
        beq     a0, t0, reflect                 # nothing either: it is the guest's page fault
        mv      s4, a0                          # s4 = what the guest believes to be the physical address,
        mv      s5, a1                          # s5 = the bits of its entry
        call    memory
        bnez    a0, fill
        srli    t0, s4, PAGE_SHIFT
        li      t1, GUEST_UART >> PAGE_SHIFT
        beq     t0, t1, device_access
        li      a0, FETCH_ACCESS_FAULT          # neither RAM nor a device
        li      t0, FETCH_PAGE_FAULT
        beq     s2, t0, 2f
        li      a0, LOAD_ACCESS_FAULT
        li      t0, LOAD_PAGE_FAULT
        beq     s2, t0, 2f
        li      a0, STORE_ACCESS_FAULT
2:      mv      a1, s3
        j       deliver

# The guest's RAM, at a0: the page goes into the monitor's table.
fill:
        count   PAGE
        srli    t0, s3, TOP_SHIFT
        andi    t0, t0, (1 << INDEX_BITS) - 1
        addi    t0, t0, -2
        li      t1, 2
        bltu    t0, t1, give_up                 # where the monitor is, the guest cannot be
        srli    s6, a0, PAGE_SHIFT
        slli    s6, s6, PTE_PPN_SHIFT
        andi    t0, s5, PTE_X | PTE_W | PTE_R
        andi    t1, s5, PTE_D
        bnez    t1, 1f
        andi    t0, t0, ~PTE_W                  # the first store must trap: it sets D, or is the guest's fault
1:      or      s6, s6, t0
        ori     s6, s6, PTE_D | PTE_A | PTE_U | PTE_V
        ld      t0, VCPU_MODE(s0)
        call    table
        li      t5, TOP_SHIFT
2:      srl     t0, s3, t5
        andi    t0, t0, (1 << INDEX_BITS) - 1
        slli    t0, t0, 3
        add     t1, t1, t0                      # t1 = the address of the entry
        li      t0, PAGE_SHIFT
        beq     t5, t0, 5f
        ld      t2, (t1)
        bnez    t2, 4f
        ld      t2, VCPU_TABLES(s0)             # the table that is missing
        ld      t3, VCPU_MEMORY(s0)
        li      t0, TABLES_END
        add     t3, t3, t0
        beq     t2, t3, 6f
        li      t0, PAGE_SIZE
        add     t0, t2, t0
        sd      t0, VCPU_TABLES(s0)
        mv      t3, t2
3:      sd      zero, (t3)
        addi    t3, t3, 8
        bltu    t3, t0, 3b
        srli    t2, t2, PAGE_SHIFT - PTE_PPN_SHIFT
        ori     t2, t2, PTE_V
        sd      t2, (t1)
4:      srli    t1, t2, PTE_PPN_SHIFT
        slli    t1, t1, PAGE_SHIFT
        addi    t5, t5, -INDEX_BITS
        j       2b
5:      sd      s6, (t1)
filled:
        sfence.vma
        j       resume                          # to the same instruction
6:      call    forget                          # no pages are left for tables: begin anew
        j       resume

# a0 = the machine's address of what the guest believes to be at a0; 0 if that is not its RAM.
memory:
        li      t0, GUEST_RAM
        sub     a0, a0, t0
        li      t0, GUEST_RAM_SIZE
        bgeu    a0, t0, 1f
        ld      t0, VCPU_MEMORY(s0)
        add     a0, a0, t0
        ret
1:      li      a0, 0
        ret

# Walks the guest's own page table (12.3.2): a0 = the address, a1 = the bits that its entry must have. Answers what the guest
# believes to be the physical address in a0, -1 for a page fault, and the entry's bits in a1. The virtual CPU sets neither A nor
# D by itself (Svade).
walk:
        ld      t1, VCPU_SATP(s0)
        bnez    t1, 1f
        li      a1, -1                          # no translation: all is allowed
        ret
1:      slli    t0, a0, 25
        srai    t0, t0, 25
        bne     t0, a0, 4f                      # bits 63 to 38 are not equal
        slli    t1, t1, 20
        srli    t1, t1, 20 - PAGE_SHIFT         # t1 = the table
        mv      t6, ra
        mv      t3, a0
        li      t5, TOP_SHIFT
2:      srl     t0, t3, t5
        andi    t0, t0, (1 << INDEX_BITS) - 1
        slli    t0, t0, 3
        add     a0, t1, t0
        call    memory
        mv      ra, t6
        beqz    a0, 4f
        ld      t2, (a0)                        # t2 = the entry
        andi    t0, t2, PTE_V
        beqz    t0, 4f
        srli    t1, t2, PTE_PPN_SHIFT
        slli    t1, t1, PAGE_SHIFT              # t1 = where it leads to
        andi    t0, t2, PTE_R | PTE_W | PTE_X
        bnez    t0, 3f
        addi    t5, t5, -INDEX_BITS
        li      t0, PAGE_SHIFT
        bge     t5, t0, 2b
        j       4f
3:      ori     a1, a1, PTE_A
        and     t0, t2, a1
        bne     t0, a1, 4f
        li      t0, 1
        sll     t0, t0, t5
        addi    t0, t0, -1
        and     t4, t1, t0
        bnez    t4, 4f                          # a superpage that is not aligned
        and     t0, t3, t0
        or      a0, t1, t0
        andi    t0, t2, PTE_U
        ld      t1, VCPU_MODE(s0)
        beqz    t1, 5f
        beqz    t0, 6f                          # S-mode, and a page of S-mode
        andi    t0, a1, PTE_X
        bnez    t0, 4f                          # S-mode never executes programs,
        ld      t0, VCPU_SSTATUS(s0)            # and touches their pages with SUM only
        li      t1, SSTATUS_SUM
        and     t0, t0, t1
5:      beqz    t0, 4f
6:      mv      a1, t2
        ret
4:      li      a0, -1
        ret
