package dev.ravel.mmu;

/** Why a page walk fails (Privileged 1.13, 12.3.2; the step of the algorithm that decides is named with each). */
public enum WalkFault {
    /** Before step 1: the bits above the translated ones are not copies of the highest translated one. */
    NOT_CANONICAL("the upper bits of the address are not copies of its highest translated bit"),
    /** Step 2. */
    TABLE_PROTECTED("PMP does not let the supervisor read the page table", true),
    /** Step 2. */
    TABLE_NOT_IN_RAM("the page table would lie outside of RAM", true),
    /** Step 3. */
    INVALID("V is clear: nothing is mapped here"),
    /** Step 3. */
    WRITABLE_NOT_READABLE("W without R is a reserved encoding"),
    /** Step 3. */
    RESERVED_BITS("bits that are reserved, or PBMT without menvcfg.PBMTE, are set"),
    /** Step 4. */
    POINTER_WITH_LEAF_BITS("a pointer to the next table must have A, D, U, N and PBMT clear"),
    /** Step 4. */
    POINTER_AT_LAST_LEVEL("R, W and X are clear at the last level: there is no further table"),
    /** Steps 5 and 6. */
    NOT_PERMITTED("R, W, X and U of the page do not permit this access"),
    /** Step 7. */
    MISALIGNED_SUPERPAGE("the low bits of a superpage's PPN must be clear"),
    /** Svnapot. */
    RESERVED_NAPOT("N is set, and the PPN is not that of a 64 KiB page at the last level"),
    /** Step 8, Svade. */
    UPDATE_NEEDED("A, or D for a store, is clear, and menvcfg.ADUE does not let hardware set it"),
    /** Step 8, Svadu. */
    UPDATE_PROTECTED("A or D has to be set, and PMP does not let the supervisor write the page table", true);

    private final String words;
    private final boolean accessFault;

    WalkFault(String words) {
        this(words, false);
    }

    WalkFault(String words, boolean accessFault) {
        this.words = words;
        this.accessFault = accessFault;
    }

    /** The reason as a sentence without a capital letter or full stop. */
    public String words() {
        return words;
    }

    /** Whether the exception is an access fault; otherwise it is a page fault. */
    public boolean isAccessFault() {
        return accessFault;
    }
}
