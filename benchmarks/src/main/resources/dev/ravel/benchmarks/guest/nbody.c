/* Doubles: the sun and its four large planets, as in the Computer Language Benchmarks Game. */
#include "bench.h"

#define BODIES 5
#define PI 3.141592653589793
#define SOLAR_MASS (4 * PI * PI)
#define DAYS 365.24

static double x[BODIES] = {0, 4.84143144246472090, 8.34336671824457987, 12.8943695621391310, 15.3796971148509165};
static double y[BODIES] = {0, -1.16032004402742839, 4.12479856412430479, -15.1111514016986312, -25.9193146099879641};
static double z[BODIES] = {0, -.103622044471123109, -.403523417114321038, -.223307578892655734, .179258772950371181};
static double vx[BODIES] = {0, .00166007664274403694 * DAYS, -.00276742510726411 * DAYS, .00296460137564761618 * DAYS,
    .00268067772490389322 * DAYS};
static double vy[BODIES] = {0, .00769901118419740425 * DAYS, .00499852801234917238 * DAYS, .0023784717395948095 * DAYS,
    .00162824170038242295 * DAYS};
static double vz[BODIES] = {0, -.0000690460016972063023 * DAYS, .0000230417297573763929 * DAYS,
    -.0000296589568540237556 * DAYS, -.000095159225451971587 * DAYS};
static double mass[BODIES] = {SOLAR_MASS, .000954791938424326609 * SOLAR_MASS, .000285885980666130812 * SOLAR_MASS,
    .0000436624404335156298 * SOLAR_MASS, .0000515138902046611451 * SOLAR_MASS};

static void advance(double dt) {
    for (int i = 0; i < BODIES; i++) {
        for (int j = i + 1; j < BODIES; j++) {
            double dx = x[i] - x[j], dy = y[i] - y[j], dz = z[i] - z[j];
            double squared = dx * dx + dy * dy + dz * dz;
            double magnitude = dt / (squared * __builtin_sqrt(squared));
            vx[i] -= dx * mass[j] * magnitude;
            vy[i] -= dy * mass[j] * magnitude;
            vz[i] -= dz * mass[j] * magnitude;
            vx[j] += dx * mass[i] * magnitude;
            vy[j] += dy * mass[i] * magnitude;
            vz[j] += dz * mass[i] * magnitude;
        }
    }
    for (int i = 0; i < BODIES; i++) {
        x[i] += dt * vx[i];
        y[i] += dt * vy[i];
        z[i] += dt * vz[i];
    }
}

u64 work(u64 rounds) {
    for (u64 round = 0; round < rounds; round++) {
        advance(0.01);
    }
    u64 sum = 0;
    for (int i = 0; i < BODIES; i++) {
        union {
            double d;
            u64 bits;
        } value = {x[i] + y[i] + z[i]};
        sum = fold(sum, value.bits);
    }
    return sum;
}
