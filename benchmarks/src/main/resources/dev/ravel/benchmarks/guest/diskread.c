/* A piece of 1 MiB read, one after the other. */
#include "disk.h"

u64 work(u64 rounds) {
    struct disk disk = open_disk();
    u8 *piece = map(PIECE, MAP_PRIVATE);
    u64 sum = 0;
    for (u64 round = 0; round < rounds; round++) {
        transfer(SYS_PREAD64, disk, piece, round * PIECE % disk.half);
        for (u64 at = 0; at < PIECE; at += PAGE) {
            sum = fold(sum, *(const u64 *) (piece + at));
        }
    }
    return sum;
}
