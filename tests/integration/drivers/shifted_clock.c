/* Preloaded into a program under test. Sets its clocks ahead of this machine's by the seconds in the file that
 * $SHIFTED_CLOCK names, two int64_t that may change at any time: the wall clock, and all that are steady. What sleeps
 * notices at its next turn. libfaketime 0.9.10 hangs beside AddressSanitizer. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
    WALL,
    STEADY,
    SHIFTS
};

static const volatile int64_t *ahead;

__attribute__((constructor)) static void open_shift(void)
{
    const char *path = getenv("SHIFTED_CLOCK");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *mapped;

    if (fd >= 0) {
        mapped = mmap(NULL, SHIFTS * sizeof *ahead, PROT_READ, MAP_SHARED, fd, 0);
        ahead = mapped == MAP_FAILED ? NULL : mapped;
        close(fd);
    }
}

int clock_gettime(clockid_t id, struct timespec *now)
{
    int outcome = (int)syscall(SYS_clock_gettime, id, now);

    if (outcome == 0 && ahead) {
        switch (id) {
        case CLOCK_REALTIME:
            now->tv_sec += ahead[WALL];
            break;
        case CLOCK_MONOTONIC:
        case CLOCK_MONOTONIC_RAW:
        case CLOCK_MONOTONIC_COARSE:
        case CLOCK_BOOTTIME:
            now->tv_sec += ahead[STEADY];
            break;
        }
    }
    return outcome;
}
