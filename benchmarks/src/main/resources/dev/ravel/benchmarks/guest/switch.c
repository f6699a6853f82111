/* Context switches: two processes on one hart add to a number in turn, and sleep on a futex while it is the other's turn. */
#include "linux.h"

#define FUTEX_WAIT 0
#define FUTEX_WAKE 1
#define ERROR_AGAIN (-11)
#define ERROR_INTERRUPTED (-4)

struct shared {
    u32 turn;
    u64 sum;
};

static void take_turns(struct shared *shared, u32 me, u64 rounds) {
    for (u64 round = 0; round < rounds; round++) {
        while (__atomic_load_n(&shared->turn, __ATOMIC_ACQUIRE) != me) {
            long result = system_call(SYS_FUTEX, (long) &shared->turn, FUTEX_WAIT, (long) (1 - me), 0, 0, 0);
            if (result != ERROR_AGAIN && result != ERROR_INTERRUPTED) {
                require(result);
            }
        }
        shared->sum = fold(shared->sum, me);
        __atomic_store_n(&shared->turn, 1 - me, __ATOMIC_RELEASE);
        require(system_call(SYS_FUTEX, (long) &shared->turn, FUTEX_WAKE, 1, 0, 0, 0));
    }
}

u64 work(u64 rounds) {
    struct shared *shared = (struct shared *) map(PAGE, MAP_SHARED);
    stay_on_first_hart();
    long child = fork();
    if (child == 0) {
        take_turns(shared, 1, rounds);
        leave(0);
    }
    take_turns(shared, 0, rounds);
    u64 status = wait_for(child);
    return fold(shared->sum, status);
}
