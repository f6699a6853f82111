/* Block copy under paging: 4 MiB, a thousand pages, to and fro. */
#include "linux.h"

#define LENGTH (4UL << 20)
#define WORDS (LENGTH / sizeof(u64))

static NOINLINE void copy(u64 *restrict to, const u64 *restrict from, u64 n) {
    for (u64 i = 0; i < n; i++) {
        to[i] = from[i];
    }
}

u64 work(u64 rounds) {
    u64 *a = (u64 *) map(LENGTH, MAP_PRIVATE);
    u64 *b = (u64 *) map(LENGTH, MAP_PRIVATE);
    u64 random = 13, sum = 0;
    for (u64 i = 0; i < WORDS; i++) {
        a[i] = next_random(&random);
    }
    for (u64 round = 0; round < rounds; round++) {
        copy(b, a, WORDS);
        b[round % WORDS] += round;
        copy(a, b, WORDS);
    }
    for (u64 i = 0; i < WORDS; i++) {
        sum = fold(sum, a[i]);
    }
    return sum;
}
