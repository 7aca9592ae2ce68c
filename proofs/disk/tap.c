/* Writes down what a process does to the files below one folder: each write with its bytes, each sync with its begin and end.
 *
 *   cc -shared -fPIC -O2 -o tap.so tap.c -ldl
 *   LD_PRELOAD=tap.so TAP_BELOW=/state/data:/state/keys TAP_LOG=/dev/shm/log python -m everyhour serve
 *
 * One line of the log is one writev with O_APPEND, so that the lines of all processes stand in one order. A write is told after
 * it was done and a sync before it begins and after it has ended: whatever the log calls synced was written before that sync began.
 * What we do not follow (a shared writable map, sendfile and the like) is told as X, and the proof then fails.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define MOST 65536
#define MARK 0x50415445u

struct line { /* little endian, 48 bytes; then the name, then the bytes */
    uint32_t mark;
    uint8_t what, spare;
    uint16_t name;
    uint32_t pid, bytes;
    uint64_t at, inode, offset, size;
};

static uint64_t inodes[MOST]; /* of a file descriptor we follow; 0: none of ours */
static uint8_t appends[MOST];
static const char *below[8];
static int folders, log_fd = -1;
static pid_t owner;

#define REAL(kind, name, ...) \
    static kind (*real_##name)(__VA_ARGS__); \
    if (!real_##name) real_##name = (kind (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
    static char list[4096];
    const char *folder = getenv("TAP_BELOW"), *path = getenv("TAP_LOG");
    if (!folder || !path) return;
    snprintf(list, sizeof list, "%s", folder);
    for (char *next = list; next && folders < 8;) below[folders++] = strsep(&next, ":");
    REAL(int, open64, const char *, int, ...);
    log_fd = real_open64(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (log_fd < 0) abort(); /* a server that is not watched would prove nothing */
    if (log_fd < 900) { /* out of the way of those who close what they think is theirs */
        int high = fcntl(log_fd, F_DUPFD_CLOEXEC, 900);
        if (high >= 0) { close(log_fd); log_fd = high; }
    }
    owner = getpid();
}

static void tell(char what, uint64_t inode, const char *name, uint64_t offset, uint64_t size, const void *bytes, uint32_t count) {
    if (log_fd < 0) return;
    int kept = errno;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    struct line line = {MARK, (uint8_t)what, 0, (uint16_t)(name ? strlen(name) : 0), (uint32_t)getpid(), count,
                        (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec, inode, offset, size};
    struct iovec parts[3] = {{&line, sizeof line}, {(void *)(name ? name : ""), line.name}, {(void *)bytes, count}};
    if (writev(log_fd, parts, 3) != (ssize_t)(sizeof line + line.name + count)) abort();
    errno = kept;
}

/* Give the path if it is ours to follow; `buffer` makes a relative path whole. The map of readers (-shm) is made anew after a cut. */
static const char *ours(int at, const char *path, char *buffer) {
    if (log_fd < 0 || !path) return NULL;
    if (path[0] != '/') {
        char link[64];
        snprintf(link, sizeof link, at == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", at);
        ssize_t length = readlink(link, buffer, PATH_MAX - 1);
        if (length < 0 || (size_t)length + strlen(path) + 2 > PATH_MAX) return NULL;
        buffer[length] = '/';
        strcpy(buffer + length + 1, path);
        path = buffer;
    }
    size_t length = strlen(path);
    if (length > 4 && !strcmp(path + length - 4, "-shm")) return NULL;
    for (int i = 0; i < folders; i++) {
        size_t n = strlen(below[i]);
        if (!strncmp(path, below[i], n) && (path[n] == '/' || !path[n])) return path;
    }
    return NULL;
}

static int opened(int fd, int at, const char *path, int flags) {
    char buffer[PATH_MAX];
    struct stat about;
    if (fd < 0 || fd >= MOST) return fd;
    inodes[fd] = 0;
    if (!(path = ours(at, path, buffer)) || fstat(fd, &about)) return fd;
    inodes[fd] = about.st_ino;
    appends[fd] = (flags & O_APPEND) != 0;
    tell(S_ISDIR(about.st_mode) ? 'd' : 'o', about.st_ino, path, 0, (uint64_t)about.st_size, NULL, 0);
    if ((flags & O_TRUNC) && (flags & O_ACCMODE) != O_RDONLY) tell('t', about.st_ino, NULL, 0, 0, NULL, 0);
    return fd;
}

static mode_t mode_of(int flags, va_list more) { return flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(more, int) : 0; }

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(int, name, const char *, int, ...); \
        va_list more; va_start(more, flags); mode_t mode = mode_of(flags, more); va_end(more); \
        return opened(real_##name(path, flags, mode), AT_FDCWD, path, flags); }
#define OPENAT(name) \
    int name(int at, const char *path, int flags, ...) { \
        REAL(int, name, int, const char *, int, ...); \
        va_list more; va_start(more, flags); mode_t mode = mode_of(flags, more); va_end(more); \
        return opened(real_##name(at, path, flags, mode), at, path, flags); }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

int close(int fd) {
    REAL(int, close, int);
    if (fd >= 0 && fd < MOST && inodes[fd] && getpid() == owner) inodes[fd] = 0; /* a child of vfork shares our memory, not our files */
    return real_close(fd);
}

static uint64_t followed(int fd) { return fd >= 0 && fd < MOST && log_fd >= 0 ? inodes[fd] : 0; }

static ssize_t wrote(int fd, const void *bytes, ssize_t done, off64_t at) {
    if (done > 0 && followed(fd)) tell('w', inodes[fd], NULL, (uint64_t)at, 0, bytes, (uint32_t)done);
    return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
    return wrote(fd, bytes, real_pwrite(fd, bytes, count, at), at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    return wrote(fd, bytes, real_pwrite64(fd, bytes, count, at), at);
}

ssize_t write(int fd, const void *bytes, size_t count) {
    REAL(ssize_t, write, int, const void *, size_t);
    ssize_t done = real_write(fd, bytes, count);
    return followed(fd) && done > 0 ? wrote(fd, bytes, done, lseek64(fd, 0, SEEK_CUR) - done) : done;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(ssize_t, writev, int, const struct iovec *, int);
    if (followed(fd)) tell('X', inodes[fd], "writev", 0, 0, NULL, 0);
    return real_writev(fd, parts, count);
}

#define CUT(name, kind) \
    int name(int fd, kind size) { \
        REAL(int, name, int, kind); \
        int done = real_##name(fd, size); \
        if (!done && followed(fd)) tell('t', inodes[fd], NULL, 0, (uint64_t)size, NULL, 0); \
        return done; }
CUT(ftruncate, off_t)
CUT(ftruncate64, off64_t)

#define SYNC(name) \
    int name(int fd) { \
        REAL(int, name, int); \
        uint64_t inode = followed(fd); \
        if (inode) tell('s', inode, NULL, 0, 0, NULL, 0); \
        int done = real_##name(fd); \
        if (inode && !done) tell('S', inode, NULL, 0, 0, NULL, 0); \
        return done; }
SYNC(fsync)
SYNC(fdatasync)

static void named(char what, int from_at, const char *from, int to_at, const char *to, int done) {
    char one[PATH_MAX], two[PATH_MAX], both[2 * PATH_MAX];
    if (done) return;
    const char *old = ours(from_at, from, one), *new = ours(to_at, to, two);
    if (old && new) { snprintf(both, sizeof both, "%s\n%s", old, new); tell(what, 0, both, 0, 0, NULL, 0); }
    else if (old || new) tell('X', 0, "a name across the border", 0, 0, NULL, 0);
}

int rename(const char *from, const char *to) {
    REAL(int, rename, const char *, const char *);
    int done = real_rename(from, to);
    return named('r', AT_FDCWD, from, AT_FDCWD, to, done), done;
}

int renameat(int a, const char *from, int b, const char *to) {
    REAL(int, renameat, int, const char *, int, const char *);
    int done = real_renameat(a, from, b, to);
    return named('r', a, from, b, to, done), done;
}

int link(const char *from, const char *to) {
    REAL(int, link, const char *, const char *);
    int done = real_link(from, to);
    return named('l', AT_FDCWD, from, AT_FDCWD, to, done), done;
}

int linkat(int a, const char *from, int b, const char *to, int flags) {
    REAL(int, linkat, int, const char *, int, const char *, int);
    int done = real_linkat(a, from, b, to, flags);
    return named('l', a, from, b, to, done), done;
}

static int gone(int at, const char *path, int done) {
    char buffer[PATH_MAX];
    if (!done && (path = ours(at, path, buffer))) tell('u', 0, path, 0, 0, NULL, 0);
    return done;
}

int unlink(const char *path) {
    REAL(int, unlink, const char *);
    return gone(AT_FDCWD, path, real_unlink(path));
}

int unlinkat(int at, const char *path, int flags) {
    REAL(int, unlinkat, int, const char *, int);
    return gone(at, path, real_unlinkat(at, path, flags));
}

/* Not followed: said, so that nobody believes a proof that saw half. */
#define MAP(name, kind) \
    void *name(void *near, size_t length, int protection, int flags, int fd, kind at) { \
        REAL(void *, name, void *, size_t, int, int, int, kind); \
        if (followed(fd) && (protection & PROT_WRITE) && (flags & MAP_SHARED)) tell('X', inodes[fd], "a writable map", 0, 0, NULL, 0); \
        return real_##name(near, length, protection, flags, fd, at); }
MAP(mmap, off_t)
MAP(mmap64, off64_t)

ssize_t copy_file_range(int from, off64_t *a, int to, off64_t *b, size_t count, unsigned flags) {
    REAL(ssize_t, copy_file_range, int, off64_t *, int, off64_t *, size_t, unsigned);
    if (followed(to)) tell('X', inodes[to], "copy_file_range", 0, 0, NULL, 0);
    return real_copy_file_range(from, a, to, b, count, flags);
}

ssize_t sendfile64(int to, int from, off64_t *at, size_t count) {
    REAL(ssize_t, sendfile64, int, int, off64_t *, size_t);
    if (followed(to)) tell('X', inodes[to], "sendfile", 0, 0, NULL, 0);
    return real_sendfile64(to, from, at, count);
}

int fallocate64(int fd, int mode, off64_t at, off64_t count) {
    REAL(int, fallocate64, int, int, off64_t, off64_t);
    if (followed(fd)) tell('X', inodes[fd], "fallocate", 0, 0, NULL, 0);
    return real_fallocate64(fd, mode, at, count);
}

int posix_fallocate64(int fd, off64_t at, off64_t count) {
    REAL(int, posix_fallocate64, int, off64_t, off64_t);
    if (followed(fd)) tell('X', inodes[fd], "posix_fallocate", 0, 0, NULL, 0);
    return real_posix_fallocate64(fd, at, count);
}
