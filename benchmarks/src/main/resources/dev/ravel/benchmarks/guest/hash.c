/* A hash table with open addressing: insert, look up, delete. */
#include "bench.h"

#define SLOTS 32768
#define KEYS 16384
#define DELETED (~0UL)
static u64 keys[SLOTS], values[SLOTS];

static u64 slot_of(u64 key) {
    return key * 0x9e3779b97f4a7c15UL >> 49;
}

static NOINLINE void put_value(u64 key, u64 value) {
    u64 slot = slot_of(key);
    while (keys[slot] != 0 && keys[slot] != key) {
        slot = (slot + 1) % SLOTS;
    }
    keys[slot] = key;
    values[slot] = value;
}

static NOINLINE long find(u64 key) {
    for (u64 slot = slot_of(key); keys[slot] != 0; slot = (slot + 1) % SLOTS) {
        if (keys[slot] == key) {
            return (long) slot;
        }
    }
    return -1;
}

u64 work(u64 rounds) {
    u64 sum = 0;
    for (u64 round = 0; round < rounds; round++) {
        for (int i = 0; i < SLOTS; i++) {
            keys[i] = 0;
        }
        u64 random = round + 23;
        for (int i = 0; i < KEYS; i++) {
            put_value(next_random(&random) >> 1 | 1, (u64) i);
        }
        random = round + 23;
        for (int i = 0; i < KEYS; i++) {
            long slot = find(next_random(&random) >> 1 | 1);
            if (slot >= 0) {
                sum += values[slot];
                if ((i & 3) == 0) {
                    keys[slot] = DELETED;
                }
            }
            sum += (u64) find((u64) i << 1 | 1);
        }
        sum = fold(sum, round);
    }
    return sum;
}
