/* The shortest way into the kernel and back. */
#include "linux.h"

u64 work(u64 rounds) {
    u64 sum = 0;
    for (u64 round = 0; round < rounds; round++) {
        sum = fold(sum, (u64) require(system_call(SYS_GETPPID, 0, 0, 0, 0, 0, 0)));
    }
    return sum;
}
