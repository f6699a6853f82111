/* A compressor of the LZ77 family over 64 KiB of text-like bytes, and back again. */
#include "bench.h"

#define SIZE 65536
#define TABLE 4096
static u8 text[SIZE], packed[SIZE * 2], unpacked[SIZE];
static u32 last[TABLE];

static NOINLINE u64 pack(const u8 *in, u64 n, u8 *out) {
    u8 *to = out;
    for (int i = 0; i < TABLE; i++) {
        last[i] = 0;
    }
    u64 at = 0;
    while (at < n) {
        u64 length = 0, distance = 0;
        if (at + 4 <= n) {
            u32 four = (u32) in[at] | (u32) in[at + 1] << 8 | (u32) in[at + 2] << 16 | (u32) in[at + 3] << 24;
            u32 bucket = four * 2654435761u >> 20;
            u64 candidate = last[bucket];
            last[bucket] = (u32) at;
            if (candidate < at) {
                while (at + length < n && length < 255 && in[candidate + length] == in[at + length]) {
                    length++;
                }
                distance = at - candidate;
            }
        }
        if (length >= 4) {
            *to++ = (u8) length;
            *to++ = (u8) distance;
            *to++ = (u8) (distance >> 8);
            at += length;
        } else {
            *to++ = 0;
            *to++ = in[at++];
        }
    }
    return (u64) (to - out);
}

static NOINLINE u64 unpack(const u8 *in, u64 n, u8 *out) {
    u8 *to = out;
    for (u64 at = 0; at < n;) {
        u64 length = in[at];
        if (length == 0) {
            *to++ = in[at + 1];
            at += 2;
        } else {
            u64 distance = in[at + 1] | (u64) in[at + 2] << 8;
            while (length-- > 0) {
                *to = to[-(long) distance];
                to++;
            }
            at += 3;
        }
    }
    return (u64) (to - out);
}

u64 work(u64 rounds) {
    static const char syllables[16][5] = {"the ", "ing ", "tion", "and ", "ra", "vel", "risc", "v ", "of ", "to ", "a ", "in ", "er",
        "re", "on", ". "};
    u64 random = 31, sum = 0;
    for (u64 at = 0; at < SIZE;) {
        const char *s = syllables[next_random(&random) & 15];
        while (*s && at < SIZE) {
            text[at++] = (u8) *s++;
        }
    }
    for (u64 round = 0; round < rounds; round++) {
        text[next_random(&random) % SIZE] = (u8) round;
        u64 size = pack(text, SIZE, packed);
        u64 back = unpack(packed, size, unpacked);
        u64 wrong = 0;
        for (u64 i = 0; i < SIZE; i++) {
            wrong += unpacked[i] != text[i];
        }
        sum = fold(sum, size + (back << 20) + (wrong << 40));
    }
    return sum;
}
