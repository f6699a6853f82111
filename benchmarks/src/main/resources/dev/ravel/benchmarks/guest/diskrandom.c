/* A block of 4 KiB read from a random place, sixteen of them asked for at any time. */
#include "disk.h"

#define DEPTH 16

/* struct iocb and struct io_event of Linux. */
struct request {
    u64 data;
    u32 key, flags;
    unsigned short operation, priority;
    u32 file;
    u64 buffer, length, offset, reserved;
    u32 more_flags, event_file;
};

struct answer {
    u64 data, request;
    long result, second_result;
};

static struct request requests[DEPTH];
static struct answer answers[DEPTH];

u64 work(u64 rounds) {
    struct disk disk = open_disk();
    u8 *blocks = map(DEPTH * PAGE, MAP_PRIVATE);
    u64 context = 0;
    require(system_call(SYS_IO_SETUP, DEPTH, (long) &context, 0, 0, 0, 0));
    struct request *ready[DEPTH];
    u64 free = 0;
    for (u64 i = 0; i < DEPTH; i++) {
        requests[i].file = (u32) disk.file;
        requests[i].buffer = (u64) (blocks + i * PAGE);
        requests[i].length = PAGE;
        ready[free++] = &requests[i];
    }
    u64 random = 88172645463325252UL;
    u64 sum = 0;
    for (u64 begun = 0, done = 0; done < rounds;) {
        u64 count = free < rounds - begun ? free : rounds - begun;
        for (u64 i = 0; i < count; i++) {
            ready[i]->offset = next_random(&random) % (disk.half / PAGE) * PAGE;
        }
        if (count > 0 && require(system_call(SYS_IO_SUBMIT, (long) context, (long) count, (long) ready, 0, 0, 0)) != (long) count) {
            leave(1);
        }
        begun += count;
        free = (u64) require(system_call(SYS_IO_GETEVENTS, (long) context, 1, DEPTH, (long) answers, 0, 0));
        for (u64 i = 0; i < free; i++) {
            if (answers[i].result != PAGE) {
                leave(1);
            }
            struct request *request = (struct request *) answers[i].request;
            const u64 *block = (const u64 *) request->buffer;
            /* They come in any order. */
            sum += fold(block[0], fold(request->offset, block[PAGE / sizeof *block - 1]));
            ready[i] = request;
        }
        done += free;
    }
    return sum;
}
