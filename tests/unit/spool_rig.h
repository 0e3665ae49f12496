/*
 * spool_rig.h - for the tests of a spool: directories, copies of them, and numbered records that
 * can be known again when they come out.
 *
 *     rig_enter();
 *     struct gf_spool *s = rig_open("spool", 0);
 *     rig_put_numbered(s, 0, 100);                   // records 0 to 99
 *     rig_leave();
 *
 * The scratch directory is the working directory between the two.
 */
#ifndef GF_TESTS_UNIT_SPOOL_RIG_H
#define GF_TESTS_UNIT_SPOOL_RIG_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer/spool.h"
#include "test.h"

#define RIG_NOW (1000 * GF_S)

enum {
    RIG_RECORD = 256 * 1024 /* the longest record, and what a call gets at most */
};

static char rig_dir[32];
static char rig_buf[RIG_RECORD];

static inline void rig_enter(void)
{
    snprintf(rig_dir, sizeof rig_dir, "/tmp/gf-unit-XXXXXX");
    CHECK(mkdtemp(rig_dir) && chdir(rig_dir) == 0);
}

static inline int rig_remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static inline void rig_remove(const char *dir)
{
    CHECK_INT(nftw(dir, rig_remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static inline void rig_leave(void)
{
    CHECK_INT(chdir("/"), 0);
    rig_remove(rig_dir);
}

static inline struct gf_spool *rig_open(const char *dir, uint64_t max)
{
    const struct gf_spool_config config = {.separator = '\n', .max = max};
    pid_t holder;
    const char *why = NULL;
    struct gf_spool *s = gf_spool_open(dir, &config, &holder, &why);
    CHECK_ROW(s, "%s: %s", dir, why ? why : "no reason");
    if (!s)
        exit(1);
    return s;
}

/* Calls `each` for every file of the directory. */
static inline void rig_each(const char *dir, void (*each)(const char *path, void *arg), void *arg)
{
    DIR *d = opendir(dir);
    struct dirent *e;
    CHECK(d);
    while (d && (e = readdir(d))) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        if (e->d_name[0] != '.')
            each(path, arg);
    }
    if (d)
        closedir(d);
}

static inline void rig_add_size(const char *path, void *arg)
{
    struct stat st;
    uint64_t *sum = arg;
    if (stat(path, &st) == 0)
        *sum += (uint64_t)st.st_size;
}

static inline uint64_t rig_disk(const char *dir)
{
    uint64_t sum = 0;
    rig_each(dir, rig_add_size, &sum);
    return sum;
}

static inline void rig_copy_one(const char *path, void *arg)
{
    char to[512];
    snprintf(to, sizeof to, "%s%s", (const char *)arg, strrchr(path, '/'));
    int in = open(path, O_RDONLY | O_CLOEXEC);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    char *block = malloc(1 << 16);
    ssize_t n;
    CHECK(in != -1 && out != -1 && block);
    while (block && (n = read(in, block, 1 << 16)) > 0)
        CHECK_INT(write(out, block, (size_t)n), n);
    free(block);
    close(in);
    close(out);
}

/* What a crash at this moment would leave, as another directory. */
static inline void rig_copy(const char *from, const char *to)
{
    if (access(to, F_OK) == 0)
        rig_remove(to);
    CHECK_INT(mkdir(to, 0700), 0);
    char target[64];
    snprintf(target, sizeof target, "%s", to);
    rig_each(from, rig_copy_one, target);
}

static inline void rig_last_of(const char *path, void *arg)
{
    char *last = arg;
    size_t len = strlen(path);
    if (len > 4 && strcmp(path + len - 4, ".seg") == 0 && strcmp(path, last) > 0)
        snprintf(last, 512, "%s", path);
}

/* The path of the last segment; empty: there is none. */
static inline const char *rig_last(const char *dir)
{
    static char last[512];
    last[0] = '\0';
    rig_each(dir, rig_last_of, last);
    return last;
}

static inline uint64_t rig_size(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
}

static inline void rig_flip(const char *path, uint64_t at, unsigned char bits)
{
    unsigned char c = 0;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    CHECK(fd != -1 && pread(fd, &c, 1, (off_t)at) == 1);
    c ^= bits;
    CHECK_INT(pwrite(fd, &c, 1, (off_t)at), 1);
    close(fd);
}

/* ---- numbered records ------------------------------------------------------------------------ */

/* The length of the record of that number, with its separator; at least 10. */
typedef size_t (*rig_length)(unsigned number);

static inline size_t rig_short(unsigned number)
{
    return 10 + number * 7919 % 120;
}

static inline size_t rig_record(unsigned number, rig_length length, char *out)
{
    size_t len = length(number);
    char head[16];
    snprintf(head, sizeof head, "%08u:", number);
    memcpy(out, head, 9);
    memset(out + 9, 'a' + (int)(number % 26), len - 10);
    out[len - 1] = '\n';
    return len;
}

/* Puts the records from..to-1, each by a call, and all of them. */
static inline void rig_put_numbered(struct gf_spool *s, unsigned from, unsigned to,
                                    rig_length length)
{
    for (unsigned i = from; i < to; i++) {
        size_t len = rig_record(i, length, rig_buf);
        ssize_t n = gf_spool_put(s, rig_buf, len, RIG_NOW);
        CHECK_ROW(n == (ssize_t)len, "record %u: %zd of %zu taken", i, n, len);
    }
}

/* What came out: how many records, and of which numbers the first and the last were. */
struct rig_seen {
    unsigned records, first, last;
    bool ordered; /* each behind the one before, and each is one that was put */
};

/* Looks at one record. */
static inline void rig_see(struct rig_seen *seen, const char *record, size_t len, rig_length length)
{
    static char want[RIG_RECORD];
    char number[9] = "";
    memcpy(number, record, len < 8 ? len : 8);
    unsigned n = (unsigned)strtoul(number, NULL, 10);
    bool same = len >= 10 && rig_record(n, length, want) == len && memcmp(want, record, len) == 0;
    if (!same || (seen->records && n <= seen->last))
        seen->ordered = false;
    if (!seen->records)
        seen->first = n;
    seen->last = n;
    seen->records++;
}

/* Gets all that there is. */
static inline struct rig_seen rig_get_all(struct gf_spool *s, rig_length length)
{
    struct rig_seen seen = {.ordered = true};
    ssize_t n;
    while ((n = gf_spool_get(s, rig_buf, sizeof rig_buf, false)) > 0) {
        for (char *p = rig_buf, *end = rig_buf + n; p < end;) {
            char *nl = memchr(p, '\n', (size_t)(end - p));
            char *next = nl ? nl + 1 : end;
            rig_see(&seen, p, (size_t)(next - p), length);
            p = next;
        }
        gf_spool_out(s, (uint64_t)n);
    }
    CHECK_INT(n, 0);
    return seen;
}

#endif
