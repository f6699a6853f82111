/* Block copy: 64 KiB in doublewords, to and fro. */
#include "bench.h"

#define WORDS 8192
static u64 a[WORDS], b[WORDS];

static NOINLINE void copy(u64 *restrict to, const u64 *restrict from, u64 n) {
    for (u64 i = 0; i < n; i++) {
        to[i] = from[i];
    }
}

u64 work(u64 rounds) {
    u64 random = 5, sum = 0;
    for (int i = 0; i < WORDS; i++) {
        a[i] = next_random(&random);
    }
    for (u64 round = 0; round < rounds; round++) {
        copy(b, a, WORDS);
        b[round % WORDS] += round;
        copy(a, b, WORDS);
    }
    for (int i = 0; i < WORDS; i++) {
        sum = fold(sum, a[i]);
    }
    return sum;
}
