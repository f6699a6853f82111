/* Branches that are hard to foresee: the steps from n to 1, halving or tripling. */
#include "bench.h"

u64 work(u64 rounds) {
    u64 sum = 0;
    for (u64 n = 1; n <= rounds; n++) {
        u64 steps = 0;
        for (u64 x = n; x != 1; steps++) {
            if (x & 1) {
                x = 3 * x + 1;
            } else {
                x >>= 1;
            }
        }
        sum = fold(sum, steps);
    }
    return sum;
}
