/* What a program includes that measures the machine's first disk, past the kernel's cache. Its first half is read, and keeps what
 * the host put there; its second half is written. */
#ifndef DISK_H
#define DISK_H

#include "linux.h"

#define AT_FDCWD (-100)
#define O_RDWR 2
#define O_DIRECT 0x4000
#define SEEK_END 2
#define PIECE (1UL << 20)

struct disk {
    long file;
    /* Bytes of a half. */
    u64 half;
};

static inline struct disk open_disk(void) {
    struct disk disk;
    disk.file = require(system_call(SYS_OPENAT, AT_FDCWD, (long) "/dev/vda", O_RDWR | O_DIRECT, 0, 0, 0));
    disk.half = (u64) require(system_call(SYS_LSEEK, disk.file, 0, SEEK_END, 0, 0, 0)) / 2;
    return disk;
}

/* Reads or writes all of a piece. */
static inline void transfer(long call, struct disk disk, u8 *piece, u64 offset) {
    if (require(system_call(call, disk.file, (long) piece, PIECE, (long) offset, 0, 0)) != (long) PIECE) {
        leave(1);
    }
}

#endif
