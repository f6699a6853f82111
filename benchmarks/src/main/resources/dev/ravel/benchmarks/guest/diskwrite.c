/* A piece of 1 MiB written, one after the other, and all of them on stable storage at the end. */
#include "disk.h"

u64 work(u64 rounds) {
    struct disk disk = open_disk();
    u8 *piece = map(PIECE, MAP_PRIVATE);
    u64 random = 88172645463325252UL;
    for (u64 at = 0; at < PIECE; at += sizeof(u64)) {
        *(u64 *) (piece + at) = next_random(&random);
    }
    u64 sum = 0;
    for (u64 round = 0; round < rounds; round++) {
        /* So that no two pieces are the same. */
        *(u64 *) piece = round;
        sum = fold(sum, *(u64 *) (piece + round % (PIECE / PAGE) * PAGE));
        transfer(SYS_PWRITE64, disk, piece, disk.half + round * PIECE % disk.half);
    }
    require(system_call(SYS_FSYNC, disk.file, 0, 0, 0, 0, 0));
    return sum;
}
