/* Block clear: 64 KiB in doublewords. */
#include "bench.h"

#define WORDS 8192
static u64 block[WORDS];

static NOINLINE void fill(u64 *to, u64 value, u64 n) {
    for (u64 i = 0; i < n; i++) {
        to[i] = value;
    }
}

u64 work(u64 rounds) {
    u64 sum = 0;
    for (u64 round = 0; round < rounds; round++) {
        fill(block, round, WORDS);
        sum = fold(sum, block[round % WORDS]);
        fill(block, 0, WORDS);
        sum = fold(sum, block[round * 7 % WORDS]);
    }
    return sum;
}
