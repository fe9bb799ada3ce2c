#include "config.h"

#include "loop/process_stat.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STAT_SIZE 512

/* Reads a number and the space behind it. */
static bool read_number(const char **text, pid_t *number)
{
    char *end;
    long value;

    errno = 0;
    value = strtol(*text, &end, 10);
    if (errno || end == *text || *end != ' ' || value < 0 || value > INT_MAX) {
        return false;
    }
    *text = end + 1;
    *number = (pid_t)value;
    return true;
}

bool ks_process_stat_parse(struct ks_process_stat *stat, const char *text)
{
    const char *rest = strrchr(text, ')');

    if (!rest || !read_number(&text, &stat->pid) || *text != '(') {
        return false;
    }
    /* ") S 1 2 …": only the state and numbers follow the name. */
    if (rest[1] != ' ' || rest[2] == '\0' || rest[3] != ' ') {
        return false;
    }
    rest += 4;
    return read_number(&rest, &stat->parent) && read_number(&rest, &stat->group);
}

static bool read_stat(const char *name, struct ks_process_stat *stat)
{
    char path[sizeof "/proc//stat" + NAME_MAX];
    char text[STAT_SIZE];
    ssize_t length;
    int fd;

    snprintf(path, sizeof path, "/proc/%s/stat", name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    length = read(fd, text, sizeof text - 1);
    close(fd);
    if (length <= 0) {
        return false;
    }
    text[length] = '\0';
    return ks_process_stat_parse(stat, text);
}

static int is_numeric(const struct dirent *entry)
{
    return entry->d_name[strspn(entry->d_name, "0123456789")] == '\0';
}

/* The newest first: a process that replaces itself by a child again and again is found before it is gone. */
static int by_number_down(const struct dirent **a, const struct dirent **b)
{
    long first = strtol((*a)->d_name, NULL, 10);
    long second = strtol((*b)->d_name, NULL, 10);

    return (first < second) - (first > second);
}

/* The /proc of another PID namespace has other numbers. */
static bool proc_shows_us(void)
{
    char self[32];
    ssize_t length = readlink("/proc/self", self, sizeof self - 1);

    if (length <= 0) {
        return false;
    }
    self[length] = '\0';
    return strtol(self, NULL, 10) == getpid();
}

int ks_process_visit_children(void (*visit)(void *arg, const struct ks_process_stat *child), void *arg)
{
    struct dirent **entries;
    pid_t us = getpid();
    int count;

    errno = 0;
    count = proc_shows_us() ? scandir("/proc", &entries, is_numeric, by_number_down) : -1;
    for (int i = 0; i < count; i++) {
        struct ks_process_stat stat;

        if (read_stat(entries[i]->d_name, &stat) && stat.parent == us) {
            visit(arg, &stat);
        }
        free(entries[i]);
    }
    if (count >= 0) {
        free(entries);
    }
    return count < 0 ? -1 : 0;
}
