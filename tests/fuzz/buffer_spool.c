/*
 * buffer_spool.c - the files of a spool, with bytes changed and cut anywhere: what comes out is
 * what was put, in order, and without a change nothing is missing.
 *
 * The input's first byte chooses how much is out before the change, and how much a get asks for.
 * Then come edits of five bytes: which file, three of place, and what: a byte to put there, or a
 * cut, or the file is removed. The records are of any length from one byte to a few blocks, are put
 * one or several at once, and lie in several segments; for speed the files are made once and
 * written anew for each input.
 */
#include "buffer/spool.h"

#include <errno.h>
#include <sys/stat.h>

#include "scratch.h"

enum {
    RECORDS = 60,
    OUT = 27, /* within a frame */
    STAGES = 3,
    FILES = 8,
    MAX = 1 << 20
};

struct file {
    char name[32];
    char *bytes;
    size_t len;
};

/* What was put, and the files of each stage: nothing is out, some is, and some without a
 * checkpoint. */
static char *all;
static size_t begins[RECORDS + 1];
static struct stage {
    struct file files[FILES];
    size_t out; /* the first record that is not out */
} stages[STAGES];

static const char *const names[] = {
    "0000000000000001.seg",
    "0000000000000002.seg",
    "0000000000000003.seg",
    "0000000000000004.seg",
    "0000000000000005.seg",
    "checkpoint",
    "damaged",
    "lock",
};

static struct gf_spool *open_spool(const char *dir)
{
    const struct gf_spool_config config = {.separator = '\n', .max = MAX};
    pid_t holder;
    const char *why;
    return gf_spool_open(dir, &config, &holder, &why);
}

static void make_records(void)
{
    size_t len = 0;
    MUST((all = malloc(RECORDS * 80000)));
    for (unsigned i = 0; i < RECORDS; i++) {
        size_t n = i % 10 == 9 ? 30000 + i * 800 : i % 3 == 0 ? 1 + i % 7 : 200 + i * 7919 % 5000;
        begins[i] = len;
        memset(all + len, 'a' + (int)(i % 26), n);
        snprintf(all + len, n, "%u", i);
        all[len + strlen(all + len)] = '.'; /* the end mark; below 2 bytes there was no number */
        all[len + n - 1] = '\n';
        len += n;
    }
    begins[RECORDS] = len;
}

static void save(const char *dir, struct stage *stage)
{
    for (size_t i = 0; i < FILES; i++) {
        char path[PATH_MAX + 64];
        struct stat st;
        struct file *f = &stage->files[i];
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        snprintf(f->name, sizeof f->name, "%s", names[i]);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd == -1)
            continue;
        MUST(fstat(fd, &st) == 0 && (f->bytes = malloc((size_t)st.st_size + 1)));
        f->len = (size_t)st.st_size;
        MUST(read(fd, f->bytes, f->len) == (ssize_t)f->len);
        close(fd);
    }
}

static void empty(const char *dir)
{
    char path[PATH_MAX + 64];
    for (size_t i = 0; i < FILES; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        MUST(unlink(path) == 0 || errno == ENOENT);
    }
    for (unsigned i = FILES; i < 16; i++) { /* what else a run has made */
        snprintf(path, sizeof path, "%s/%016x.seg", dir, i - 2);
        MUST(unlink(path) == 0 || errno == ENOENT);
    }
}

static void make_stages(const char *dir)
{
    char *buf = malloc(begins[RECORDS]);
    MUST(buf);
    struct gf_spool *s = open_spool(dir);
    MUST(s);
    for (unsigned i = 0, n; i < RECORDS; i += n) {
        n = i % 4 == 0 && i % 3 == 0 ? 9 : 1; /* 9 share frames, as far as they are short */
        n = i + n > RECORDS ? RECORDS - i : n;
        size_t len = begins[i + n] - begins[i];
        MUST(gf_spool_put(s, all + begins[i], len, (1000 + i / 4) * GF_S) == (ssize_t)len);
    }
    save(dir, &stages[0]);
    MUST(gf_spool_get(s, buf, begins[OUT], false) == (ssize_t)begins[OUT]);
    gf_spool_out(s, begins[OUT]);
    MUST(gf_spool_checkpoint(s) == 0);
    save(dir, &stages[1]);
    save(dir, &stages[2]);
    free(stages[2].files[5].bytes);
    stages[2].files[5].bytes = NULL;
    stages[1].out = stages[2].out = OUT;
    MUST(gf_spool_close(s) == 0);
    empty(dir);
    free(buf);
}

static void write_file(const char *dir, const struct file *f, const char *bytes, size_t len)
{
    char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s", dir, f->name);
    close(scratch_file(path, bytes, len));
}

/* Writes the files, edited. Whether any was changed. */
static bool restore(const char *dir, const struct stage *stage, const uint8_t *data, size_t size)
{
    bool changed = false;
    for (size_t i = 0; i < FILES; i++) {
        const struct file *f = &stage->files[i];
        if (!f->bytes)
            continue;
        char *bytes = malloc(f->len + 1);
        size_t len = f->len;
        MUST(bytes);
        memcpy(bytes, f->bytes, len);
        bool gone = false;
        for (size_t e = 0; e + 5 <= size; e += 5) {
            const uint8_t *p = data + e;
            size_t at = ((size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3]);
            if (p[0] % FILES != i)
                continue;
            if (p[0] >= 0xf0)
                gone = true;
            else if (p[0] >= 0xd0)
                len = len ? at % len : 0;
            else if (len)
                bytes[at % len] = (char)p[4];
        }
        changed = changed || gone || len != f->len || memcmp(bytes, f->bytes, len) != 0;
        if (!gone)
            write_file(dir, f, bytes, len);
        free(bytes);
    }
    return changed;
}

/* Finds the record of these bytes behind number `from`; a record that was not put is a fault. */
static size_t number_of(const char *record, size_t len, size_t from)
{
    for (size_t i = from; i < RECORDS; i++)
        if (begins[i + 1] - begins[i] == len && memcmp(all + begins[i], record, len) == 0)
            return i;
    abort();
}

/* Gets all that there is, `cap` bytes at most by a call; how many records. */
static size_t get_all(struct gf_spool *s, size_t cap, size_t *first)
{
    static char buf[400000];
    size_t records = 0, next = 0, part = 0;
    ssize_t n;
    while ((n = gf_spool_get(s, buf + part, cap, false)) > 0) {
        char *p = buf, *end = buf + part + n, *nl;
        MUST((size_t)n <= cap && part + (size_t)n <= sizeof buf / 2);
        for (; (nl = memchr(p, '\n', (size_t)(end - p))); records++) {
            size_t number = number_of(p, (size_t)(nl + 1 - p), next);
            if (records == 0)
                *first = number;
            next = number + 1;
            p = nl + 1;
        }
        part = (size_t)(end - p);
        MUST(part == 0 || (p == buf && (size_t)n == cap)); /* of one that is longer than a call */
        memmove(buf, p, part);
        gf_spool_out(s, (uint64_t)n);
    }
    MUST(n == 0 && part == 0);
    return records;
}

static void check(const char *dir, const struct stage *stage, size_t cap, bool changed)
{
    struct gf_spool_counts look;
    pid_t holder;
    const char *why;
    size_t first = 0;
    (void)gf_spool_look(dir, &look, &holder, &why);
    struct gf_spool *s = open_spool(dir);
    MUST(s);
    size_t records = get_all(s, cap, &first);
    const struct gf_spool_counts *c = gf_spool_counts(s);
    MUST(c->records == 0 && c->bytes == 0);
    if (!changed) {
        MUST(c->damaged == 0 && first + records == RECORDS);
        MUST(stage == &stages[2] ? first <= stage->out : first == stage->out);
    }
    /* It goes on as any spool. */
    MUST(gf_spool_put(s, all, begins[5], 5000 * GF_S) == (ssize_t)begins[5]);
    MUST(gf_spool_close(s) == 0);
    s = open_spool(dir);
    MUST(s && get_all(s, cap, &first) == 5 && gf_spool_counts(s)->damaged == 0);
    MUST(gf_spool_close(s) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char dir[PATH_MAX];
    scratch_make(dir);
    if (!all) {
        make_records();
        make_stages(dir);
    }
    static const size_t caps[] = {200000, 3000, 100};
    const struct stage *stage = &stages[size ? data[0] % STAGES : 0];
    size_t cap = caps[size ? data[0] / STAGES % 3 : 0];
    bool changed = restore(dir, stage, size ? data + 1 : data, size ? size - 1 : 0);
    check(dir, stage, cap, changed);
    empty(dir);
    scratch_remove(dir);
    return 0;
}
