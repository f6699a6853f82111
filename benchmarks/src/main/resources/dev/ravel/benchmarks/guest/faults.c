/* Page faults: 4 MiB are touched page by page, and given back. */
#include "linux.h"

#define LENGTH (4UL << 20)
#define MADV_DONTNEED 4
#define MADV_NOHUGEPAGE 15

u64 work(u64 rounds) {
    u8 *memory = map(LENGTH, MAP_PRIVATE);
    /* A kernel that has huge pages would take one fault for 512 pages. */
    system_call(SYS_MADVISE, (long) memory, LENGTH, MADV_NOHUGEPAGE, 0, 0, 0);
    u64 sum = 0;
    for (u64 round = 0; round < rounds; round++) {
        for (u64 at = 0; at < LENGTH; at += PAGE) {
            sum += memory[at];
            memory[at] = (u8) (round + 1);
            sum = fold(sum, memory[at]);
        }
        require(system_call(SYS_MADVISE, (long) memory, LENGTH, MADV_DONTNEED, 0, 0, 0));
    }
    return sum;
}
