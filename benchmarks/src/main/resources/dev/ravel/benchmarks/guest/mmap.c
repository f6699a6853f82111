/* Mappings: 64 KiB are mapped, their first and last page touched, and unmapped. */
#include "linux.h"

#define LENGTH 65536

u64 work(u64 rounds) {
    u64 sum = 0;
    for (u64 round = 0; round < rounds; round++) {
        u8 *memory = map(LENGTH, MAP_PRIVATE);
        memory[0] = (u8) round;
        memory[LENGTH - 1] = (u8) (round >> 8);
        sum = fold(sum, (u64) memory[0] << 8 | memory[LENGTH - 1]);
        require(system_call(SYS_MUNMAP, (long) memory, LENGTH, 0, 0, 0, 0));
    }
    return sum;
}
