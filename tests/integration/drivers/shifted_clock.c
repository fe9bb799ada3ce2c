/* Preloaded into a program under test. Sets its wall clock ahead of this machine's by the seconds in the file that
 * $SHIFTED_CLOCK names, an int64_t that may change at any time. libfaketime 0.9.10 hangs beside AddressSanitizer. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *ahead;

__attribute__((constructor)) static void open_shift(void)
{
    const char *path = getenv("SHIFTED_CLOCK");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *mapped;

    if (fd >= 0) {
        mapped = mmap(NULL, sizeof *ahead, PROT_READ, MAP_SHARED, fd, 0);
        ahead = mapped == MAP_FAILED ? NULL : mapped;
        close(fd);
    }
}

int clock_gettime(clockid_t id, struct timespec *now)
{
    int outcome = (int)syscall(SYS_clock_gettime, id, now);

    if (outcome == 0 && id == CLOCK_REALTIME && ahead) {
        now->tv_sec += *ahead;
    }
    return outcome;
}
