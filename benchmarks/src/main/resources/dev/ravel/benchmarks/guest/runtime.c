/* What stands in the place of a C library: runs work() and prints "bench NAME CHECKSUM NANOSECONDS". */
#include "bench.h"

/* In a file of its own, so that no program is compiled for a number of rounds known beforehand. */
const u64 rounds = ROUNDS;

void put(const char *text, u64 length);
u64 nanoseconds(void);

static char line[128];
static u64 used;

static void text(const char *s) {
    while (*s) {
        line[used++] = *s++;
    }
}

static void hexadecimal(u64 value) {
    for (int shift = 60; shift >= 0; shift -= 4) {
        line[used++] = "0123456789abcdef"[value >> shift & 15];
    }
}

static void decimal(u64 value) {
    char digits[20];
    int n = 0;
    do {
        digits[n++] = '0' + value % 10;
        value /= 10;
    } while (value != 0);
    while (n > 0) {
        line[used++] = digits[--n];
    }
}

void run(void) {
    u64 start = nanoseconds();
    u64 checksum = work(rounds);
    u64 end = nanoseconds();
    text("bench " NAME " ");
    hexadecimal(checksum);
    text(" ");
    decimal(end - start);
    text("\n");
    put(line, used);
}

/* The compiler calls these even where no library is. */
void *memcpy(void *to, const void *from, u64 length) {
    for (u64 i = 0; i < length; i++) {
        ((u8 *) to)[i] = ((const u8 *) from)[i];
    }
    return to;
}

void *memset(void *to, int value, u64 length) {
    for (u64 i = 0; i < length; i++) {
        ((u8 *) to)[i] = (u8) value;
    }
    return to;
}
