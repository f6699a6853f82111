/* Bytes and strings: length, search, comparison and copy, a byte at a time. */
#include "bench.h"

#define WORDS 256
static char words[WORDS][64];
static char buffer[64];

static NOINLINE u64 length(const char *s) {
    const char *end = s;
    while (*end) {
        end++;
    }
    return (u64) (end - s);
}

static NOINLINE const char *find(const char *s, char wanted) {
    while (*s && *s != wanted) {
        s++;
    }
    return s;
}

static NOINLINE int compare(const char *a, const char *b, u64 n) {
    for (u64 i = 0; i < n; i++) {
        if (a[i] != b[i]) {
            return (u8) a[i] - (u8) b[i];
        }
    }
    return 0;
}

static NOINLINE void copy(char *to, const char *from) {
    while ((*to++ = *from++)) {
    }
}

u64 work(u64 rounds) {
    u64 random = 3;
    for (int w = 0; w < WORDS; w++) {
        /* Long beginnings in common, so that comparing is work. */
        int n = 20 + (int) (next_random(&random) % 40);
        for (int i = 0; i < n; i++) {
            words[w][i] = i < 16 ? "common-beginning"[i] : (char) ('a' + next_random(&random) % 26);
        }
    }
    u64 sum = 0;
    for (u64 round = 0; round < rounds; round++) {
        for (int w = 0; w < WORDS; w++) {
            const char *word = words[w];
            const char *other = words[(w + round) % WORDS];
            u64 n = length(word);
            copy(buffer, word);
            sum += n + (u64) (find(buffer, 'q') - buffer) + (compare(buffer, other, n) < 0);
        }
        sum = fold(sum, round);
    }
    return sum;
}
