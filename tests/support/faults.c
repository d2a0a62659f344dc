/* Loaded before libc: lets the n-th write under a folder fail, or end the process there. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static char watched[PATH_MAX];
static long calls, fail_at = -1;
static int failing_with; /* an errno; 0 ends the process */
static int failing_on;   /* every call from there on fails too, as on a disk that stays full */

void faults_arm(const char *folder, long at, int with, int on) {
    snprintf(watched, sizeof watched, "%s", folder);
    calls = 0, fail_at = at, failing_with = with, failing_on = on;
}

long faults_disarm(void) {
    fail_at = -1;
    watched[0] = 0;
    return calls;
}

static int hit(const char *path) {
    if (!watched[0] || strncmp(path, watched, strlen(watched))) return 0;
    long call = ++calls;
    if (fail_at < 0 || call < fail_at || (call > fail_at && !failing_on)) return 0;
    if (!failing_with) kill(getpid(), SIGKILL);
    errno = failing_with;
    return 1;
}

static int hit_file(int file) {
    char link[64], path[PATH_MAX];
    if (!watched[0]) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return 0;
    path[size] = 0;
    return hit(path);
}

#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

ssize_t write(int f, const void *d, size_t n) { REAL(write); return hit_file(f) ? -1 : real(f, d, n); }
ssize_t pwrite(int f, const void *d, size_t n, off_t o) { REAL(pwrite); return hit_file(f) ? -1 : real(f, d, n, o); }
ssize_t pwrite64(int f, const void *d, size_t n, off64_t o) { REAL(pwrite64); return hit_file(f) ? -1 : real(f, d, n, o); }
int fsync(int f) { REAL(fsync); return hit_file(f) ? -1 : real(f); }
int fdatasync(int f) { REAL(fdatasync); return hit_file(f) ? -1 : real(f); }
int ftruncate(int f, off_t n) { REAL(ftruncate); return hit_file(f) ? -1 : real(f, n); }
int ftruncate64(int f, off64_t n) { REAL(ftruncate64); return hit_file(f) ? -1 : real(f, n); }
int rename(const char *a, const char *b) { REAL(rename); return hit(a) ? -1 : real(a, b); }
int unlink(const char *a) { REAL(unlink); return hit(a) ? -1 : real(a); }
int mkdir(const char *a, mode_t m) { REAL(mkdir); return hit(a) ? -1 : real(a, m); }

#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...) {                                                                       \
        REAL(name);                                                                                                    \
        mode_t mode = 0;                                                                                               \
        if (flags & O_CREAT) {                                                                                         \
            va_list more;                                                                                              \
            va_start(more, flags);                                                                                     \
            mode = va_arg(more, mode_t);                                                                               \
            va_end(more);                                                                                              \
            if (access(path, F_OK) && hit(path)) return -1;                                                            \
        }                                                                                                              \
        return real(path, flags, mode);                                                                                \
    }
OPEN(open)
OPEN(open64)
