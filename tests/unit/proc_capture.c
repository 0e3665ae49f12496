/* Captures and the spill file: what goes in comes out, whatever the caps. */
#include "proc/capture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "test.h"

/* The n-th byte of stream s. */
static char byte_at(unsigned s, uint64_t n)
{
    return (char)((n * 2654435761u + s * 97u) >> 7);
}

struct side {
    struct gf_capture c;
    uint64_t in, out;
};

static void put(struct gf_capture_store *store, struct side *s, unsigned id, size_t n)
{
    static char data[GF_SPILL_BLOCK];
    for (size_t i = 0; i < n; i++)
        data[i] = byte_at(id, s->in + i);
    CHECK_INT(gf_capture_add(store, &s->c, data, n), 0);
    s->in += n;
}

static void take(struct gf_capture_store *store, struct side *s, unsigned id, size_t most)
{
    const char *p;
    ssize_t n = gf_capture_peek(store, &s->c, &p);
    REQUIRE(n >= 0);
    size_t k = (size_t)n < most ? (size_t)n : most;
    for (size_t i = 0; i < k; i++)
        if (p[i] != byte_at(id, s->out + i)) {
            CHECK(!"a byte differs");
            break;
        }
    gf_capture_consume(store, &s->c, k);
    s->out += k;
}

static void random_traffic(size_t memory_max, size_t each_max)
{
    struct gf_capture_store store = {
        .memory_max = memory_max, .each_max = each_max, .spill.dir = "/tmp"};
    struct side side[4];
    memset(side, 0, sizeof side);
    unsigned seed = 42;
    for (int i = 0; i < 3000; i++) {
        seed = seed * 1103515245u + 12345u;
        unsigned id = seed >> 16 & 3;
        size_t n = (seed >> 4) % GF_SPILL_BLOCK;
        if (seed >> 20 & 1)
            put(&store, &side[id], id, n);
        else
            take(&store, &side[id], id, n + 1);
        CHECK(side[id].c.held == side[id].in - side[id].out);
    }
    for (unsigned id = 0; id < 4; id++) {
        while (side[id].c.held)
            take(&store, &side[id], id, SIZE_MAX);
        CHECK(side[id].in == side[id].out);
        gf_capture_release(&store, &side[id].c);
    }
    CHECK_INT(store.memory, 0);
    CHECK_INT(store.spill.used, 0);
    gf_spill_release(&store.spill);
}

TEST(proc_capture, in_memory)
{
    random_traffic(SIZE_MAX / 2, SIZE_MAX / 2);
}

TEST(proc_capture, spilled)
{
    random_traffic(100000, 50000);
    random_traffic(0, 0);
}

TEST(proc_capture, release_gives_all_back)
{
    struct gf_capture_store store = {.memory_max = 1, .each_max = 1, .spill.dir = "/tmp"};
    struct side s = {.in = 0};
    for (int i = 0; i < 5; i++)
        put(&store, &s, 0, GF_SPILL_BLOCK);
    CHECK(store.spill.used > 0);
    gf_capture_release(&store, &s.c);
    CHECK_INT(store.spill.used, 0);
    CHECK_INT(store.memory, 0);
    struct stat st;
    CHECK_INT(fstat(store.spill.fd_plus_1 - 1, &st), 0);
    CHECK_INT(st.st_size, 0);
    gf_spill_release(&store.spill);
}

/* The newest bytes are dropped, wherever they are: in memory, on the disk, in a block that is being
 * consumed. */
TEST(proc_capture, cut)
{
    struct gf_capture_store store = {.memory_max = 1, .each_max = 1, .spill.dir = "/tmp"};
    const char *data;
    for (uint64_t consumed = 0; consumed <= 7; consumed += 7)
        for (uint64_t left = 10; left <= 3 * GF_SPILL_BLOCK; left += GF_SPILL_BLOCK / 2 + 1) {
            struct side s = {.in = 0};
            for (int i = 0; i < 7; i++)
                put(&store, &s, 0, GF_SPILL_BLOCK / 2 + 5);
            if (consumed && gf_capture_peek(&store, &s.c, &data) > 0)
                gf_capture_consume(&store, &s.c, consumed);
            s.out += consumed;
            CHECK_INT(gf_capture_cut(&store, &s.c, s.c.held - left), 0);
            s.in = s.out + left;
            CHECK_INT(s.c.held, left);
            put(&store, &s, 0, 100);
            while (s.c.held)
                take(&store, &s, 0, SIZE_MAX);
            CHECK(s.in == s.out);
            gf_capture_release(&store, &s.c);
        }
    CHECK_INT(store.memory, 0);
    CHECK_INT(store.spill.used, 0);
    gf_spill_release(&store.spill);
}

TEST(proc_capture, no_directory)
{
    struct gf_capture_store store = {.spill.dir = "/nonexistent"};
    static char data[GF_SPILL_BLOCK];
    struct gf_capture c = {0};
    CHECK_INT(gf_capture_add(&store, &c, data, sizeof data), 0);
    errno = 0;
    CHECK_INT(gf_capture_add(&store, &c, data, sizeof data), -1);
    CHECK_INT(errno, ENOENT);
    CHECK_INT(c.held, sizeof data); /* nothing was added, nothing was lost */
    CHECK_INT(gf_capture_add_in_memory(&store, &c, data, 10), 0);
    CHECK_INT(c.held, sizeof data + 10);
    gf_capture_release(&store, &c);
}
