/*
 * distinct.c - how fast exact distinct can be in one thread: distinct FILE
 *
 * Prints the first of equal lines in the order of the file, as gf-stream distinct does, but without
 * a budget, a chain, or any input but a regular file of lines that end with a newline: the mark
 * that the operation is measured against.
 *
 * The file is mapped. A slot of the table holds the hash of a line and where the line begins, so
 * that nothing is copied, and a table that doubles is filled from the old one alone. Lines are
 * found, hashed and looked up in batches: the slots of a batch are on their way from memory all at
 * once, and then the lines they lead to, whose bytes are compared wherever 64 bits of hash agree.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define XXH_INLINE_ALL
#include <xxhash.h>

enum {
    BATCH = 64,
    FIRST_SLOTS = 1 << 16,
    OUT = 256 * 1024
};

struct slot {
    uint64_t hash;
    uint64_t behind; /* the first byte of the line, plus one; 0: free */
};

struct table {
    struct slot *slot;
    size_t mask, n; /* slots - 1; lines */
};

struct line {
    const char *at;
    size_t len; /* with the newline */
    uint64_t hash;
};

static const char *file;
static char out[OUT];
static size_t outlen;

static void fail(const char *what)
{
    perror(what);
    exit(125);
}

static void put(const char *p, size_t n)
{
    while (n) {
        size_t part = n < OUT - outlen ? n : OUT - outlen;
        memcpy(out + outlen, p, part);
        p += part;
        n -= part;
        outlen += part;
        if (outlen < OUT)
            break;
        for (size_t at = 0; at < OUT;) {
            ssize_t w = write(1, out + at, OUT - at);
            if (w <= 0)
                fail("write");
            at += (size_t)w;
        }
        outlen = 0;
    }
}

static struct slot *make_slots(size_t n)
{
    struct slot *s =
        mmap(NULL, n * sizeof *s, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (s == MAP_FAILED)
        fail("memory");
    (void)madvise(s, n * sizeof *s, MADV_HUGEPAGE);
    return s;
}

static void grow(struct table *t)
{
    struct slot *old = t->slot;
    size_t slots = t->mask + 1;
    t->mask = 2 * slots - 1;
    t->slot = make_slots(2 * slots);
    for (size_t i = 0; i < slots; i++) {
        if (!old[i].behind)
            continue;
        size_t k = old[i].hash & t->mask;
        while (t->slot[k].behind)
            k = (k + 1) & t->mask;
        t->slot[k] = old[i];
    }
    munmap(old, slots * sizeof *old);
}

static bool is_same(const struct slot *s, const struct line *l)
{
    return s->hash == l->hash && memcmp(file + s->behind - 1, l->at, l->len) == 0;
}

/* Whether the line is the first of its kind; it is in the table then. */
static bool is_fresh(struct table *t, const struct line *l)
{
    size_t k = l->hash & t->mask;
    for (; t->slot[k].behind; k = (k + 1) & t->mask)
        if (is_same(&t->slot[k], l))
            return false;
    t->slot[k] = (struct slot){l->hash, (uint64_t)(l->at - file) + 1};
    t->n++;
    return true;
}

/* Behind the newline at or behind p. */
static const char *next_line(const char *p, const char *end)
{
#ifdef __SSE2__
    const __m128i newline = _mm_set1_epi8('\n');
    for (; end - p >= 16; p += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
        int found = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, newline));
        if (found)
            return p + __builtin_ctz((unsigned)found) + 1;
    }
#endif
    const char *found = memchr(p, '\n', (size_t)(end - p));
    return found ? found + 1 : end;
}

/* The next lines, hashed, their slots asked for. */
static size_t take_batch(const struct table *t, const char **at, const char *end,
                         struct line line[BATCH])
{
    size_t n = 0;
    for (; n < BATCH && *at < end; n++) {
        const char *next = next_line(*at, end);
        line[n] = (struct line){.at = *at, .len = (size_t)(next - *at)};
        line[n].hash = XXH3_64bits(*at, line[n].len);
        __builtin_prefetch(&t->slot[line[n].hash & t->mask], 1);
        *at = next;
    }
    return n;
}

static void run(struct table *t, const char *end)
{
    struct line line[BATCH];
    const char *at = file, *kept = file, *kept_end = file; /* fresh lines, one behind the other */
    size_t n;
    while ((n = take_batch(t, &at, end, line)) > 0) {
        if (t->n + BATCH > (t->mask + 1) / 2)
            grow(t);
        for (size_t i = 0; i < n; i++) {
            const struct slot *s = &t->slot[line[i].hash & t->mask];
            if (s->hash == line[i].hash && s->behind)
                __builtin_prefetch(file + s->behind - 1);
        }
        for (size_t i = 0; i < n; i++) {
            if (!is_fresh(t, &line[i]))
                continue;
            if (line[i].at != kept_end) {
                put(kept, (size_t)(kept_end - kept));
                kept = line[i].at;
            }
            kept_end = line[i].at + line[i].len;
        }
    }
    put(kept, (size_t)(kept_end - kept));
}

int main(int argc, char **argv)
{
    struct stat st;
    struct table t = {.mask = FIRST_SLOTS - 1};
    int fd = argc == 2 ? open(argv[1], O_RDONLY) : -1;
    if (fd == -1 || fstat(fd, &st) != 0)
        fail(argc == 2 ? argv[1] : "distinct FILE");
    if (st.st_size == 0)
        return 0;
    file = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (file == MAP_FAILED)
        fail(argv[1]);
    t.slot = make_slots(t.mask + 1);
    run(&t, file + st.st_size);
    for (size_t at = 0; at < outlen;) {
        ssize_t w = write(1, out + at, outlen - at);
        if (w <= 0)
            fail("write");
        at += (size_t)w;
    }
    return 0;
}
