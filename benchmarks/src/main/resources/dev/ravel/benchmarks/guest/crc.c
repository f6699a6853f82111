/* Integer loops: CRC-32 bit by bit. */
#include "bench.h"

static u8 data[4096];

u64 work(u64 rounds) {
    u64 random = 1;
    for (int i = 0; i < 4096; i++) {
        data[i] = (u8) next_random(&random);
    }
    u32 crc = 0xffffffff;
    for (u64 round = 0; round < rounds; round++) {
        for (int i = 0; i < 4096; i++) {
            crc ^= data[i];
            for (int bit = 0; bit < 8; bit++) {
                crc = crc >> 1 ^ (-(crc & 1) & 0xedb88320);
            }
        }
    }
    return ~crc;
}
