/* buffer_spool_left.c - what a spool makes of what is left: after a kill at any byte, after damage,
 * and after random calls, beside a model that is an array. */
#include "buffer/spool.h"

#include "spool_rig.h"

static size_t near_30k(unsigned number)
{
    return 25000 + number * 7919 % 10000;
}

/* Opens the directory and gets all; `damaged` places were passed by. */
static struct rig_seen reopen(const char *dir, rig_length length, uint64_t *damaged)
{
    struct gf_spool *s = rig_open(dir, 0);
    uint64_t records = gf_spool_counts(s)->records;
    struct rig_seen seen = rig_get_all(s, length);
    *damaged = gf_spool_counts(s)->damaged;
    if (*damaged == 0)
        CHECK_INT(seen.records, records);
    CHECK_INT(gf_spool_counts(s)->records, 0);
    CHECK_INT(gf_spool_counts(s)->bytes, 0);
    CHECK_INT(gf_spool_close(s), 0);
    return seen;
}

/* A spool whose last record is number `last`, with a part of another one behind. */
static void make(unsigned last, rig_length length)
{
    struct gf_spool *s = rig_open("s", 0);
    rig_put_numbered(s, 0, last + 1, length);
    rig_copy("s", "whole");
    CHECK_INT(gf_spool_put(s, "part", 4, RIG_NOW), 4);
    rig_copy("s", "with_part");
    CHECK_INT(gf_spool_close(s), 0);
    rig_remove("s");
}

/* Each cut of the last bytes loses the records whose ends were cut off, and no other. */
static void cut_each(rig_length length, unsigned last, uint64_t heads)
{
    static const char *const dirs[] = {"whole", "with_part"};
    make(last, length);
    uint64_t end = rig_size(rig_last("whole"));
    for (size_t d = 0; d < 2; d++)
        for (uint64_t cut = 0; cut < 300; cut++) {
            rig_copy(dirs[d], "torn");
            uint64_t size = rig_size(rig_last("torn")) - cut, damaged;
            CHECK_INT(truncate(rig_last("torn"), (off_t)size), 0);
            unsigned want = last + 1;
            for (uint64_t at = end; want > 0 && size < at; want--)
                at -= length(want - 1) + heads;
            struct rig_seen seen = reopen("torn", length, &damaged);
            CHECK_ROW(seen.ordered && seen.records == want && damaged == 0,
                      "%s less %" PRIu64 ": %u records, not %u, %" PRIu64 " damaged", dirs[d], cut,
                      seen.records, want, damaged);
        }
}

TEST(buffer_spool_left, torn_at_every_byte)
{
    rig_enter();
    cut_each(rig_short, 50, 8);
    rig_leave();
}

/* The last record is in two blocks; all 300 bytes are in the second one. */
TEST(buffer_spool_left, torn_in_the_last_part_of_a_record)
{
    rig_enter();
    unsigned last = 0;
    uint64_t off = 56;
    while (off + 8 + near_30k(last) < (64 << 10))
        off += 8 + near_30k(last++);
    CHECK(off + near_30k(last) > (64 << 10) + 400);
    cut_each(near_30k, last, 16);
    rig_leave();
}

/* A record that began in a segment before the last one, and is not whole. */
TEST(buffer_spool_left, torn_over_segments)
{
    uint64_t damaged;
    rig_enter();
    struct gf_spool *s = rig_open("s", 1 << 20);
    rig_put_numbered(s, 0, 5, near_30k);
    memset(rig_buf, 'x', sizeof rig_buf);
    CHECK_INT(gf_spool_put(s, rig_buf, 250000, RIG_NOW), 250000);
    rig_copy("s", "torn");
    CHECK_STR(rig_last("torn"), "torn/0000000000000004.seg");
    struct rig_seen seen = reopen("torn", near_30k, &damaged);
    CHECK(seen.ordered);
    CHECK_INT(seen.records, 5);
    CHECK_INT(damaged, 0);
    CHECK_INT(gf_spool_put(s, "\n", 1, RIG_NOW), 1);
    rig_copy("s", "torn");
    CHECK_INT(unlink("torn/0000000000000003.seg"), 0); /* a middle part is missing */
    seen = reopen("torn", near_30k, &damaged);
    CHECK_INT(seen.records, 5);
    CHECK(seen.ordered && damaged > 0);
    rig_copy("s", "torn");
    CHECK_INT(truncate("torn/0000000000000003.seg", 64 << 10), 0); /* at the end of a frame */
    seen = reopen("torn", near_30k, &damaged);
    CHECK_INT(seen.records, 5);
    CHECK(seen.ordered && damaged > 0);
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

/* One bit in one record: that one is missing, counted and kept. */
TEST(buffer_spool_left, a_bit_of_a_record)
{
    rig_enter();
    make(99, rig_short);
    uint64_t at = 56, damaged;
    for (unsigned i = 0; i < 99; i++) {
        uint64_t frame = 8 + rig_short(i);
        for (uint64_t byte = 0; byte < frame; byte += i < 3 ? 1 : 9) {
            if (byte == 4 || byte == 5)
                continue; /* the length: below */
            rig_copy("whole", "bad");
            rig_flip(rig_last("bad"), at + byte, 1U << (byte % 8));
            struct rig_seen seen = reopen("bad", rig_short, &damaged);
            CHECK_ROW(seen.ordered && seen.records == 99 && damaged == 1,
                      "record %u, byte %" PRIu64 ": %u records, %" PRIu64 " damaged", i, byte,
                      seen.records, damaged);
            CHECK_INT(rig_size("bad/damaged"), frame);
        }
        at += frame;
    }
    rig_leave();
}

/* A length cannot be believed: the rest of the block is passed by, the next one is read. */
TEST(buffer_spool_left, a_bit_of_a_length)
{
    rig_enter();
    make(1999, rig_short); /* three blocks */
    for (int bit = 0; bit < 16; bit++) {
        uint64_t damaged;
        rig_copy("whole", "bad");
        rig_flip(rig_last("bad"), 56 + 4 + (uint64_t)bit / 8, (unsigned char)(1 << bit % 8));
        struct rig_seen seen = reopen("bad", rig_short, &damaged);
        CHECK(seen.ordered && damaged == 1);
        CHECK(seen.records > 900 && seen.records < 1999 && seen.last == 1999);
        CHECK_INT(rig_size("bad/damaged") / 1000, 65);
    }
    rig_leave();
}

/* In the last block nothing follows, as behind a torn write; but sound frames do. */
TEST(buffer_spool_left, a_bit_of_a_length_in_the_last_block)
{
    rig_enter();
    make(50, rig_short);
    for (int bit = 0; bit < 16; bit++) {
        uint64_t damaged, at = 56 + 8 + rig_short(0) + 8 + rig_short(1);
        rig_copy("whole", "bad");
        rig_flip(rig_last("bad"), at + 4 + (uint64_t)bit / 8, (unsigned char)(1 << bit % 8));
        struct rig_seen seen = reopen("bad", rig_short, &damaged);
        CHECK(seen.ordered && damaged == 1);
        CHECK_INT(seen.records, 2);
        CHECK_INT(rig_size("bad/damaged"), rig_size(rig_last("whole")) - at);
    }
    rig_leave();
}

/* What a loss of power leaves of the last write. */
TEST(buffer_spool_left, zeros_at_the_end_are_damage)
{
    uint64_t damaged;
    rig_enter();
    make(50, rig_short);
    for (int i = 1; i < 200000; i = i * 3 + 5) {
        rig_copy("whole", "bad");
        uint64_t size = rig_size(rig_last("bad"));
        CHECK_INT(truncate(rig_last("bad"), (off_t)size + i), 0);
        struct rig_seen seen = reopen("bad", rig_short, &damaged);
        CHECK(seen.ordered);
        CHECK_INT(seen.records, 51);
        CHECK_INT(damaged, i >= 8); /* less is what a kill may leave */
    }
    rig_leave();
}

/* The frames of a segment are those of this segment, at this place. */
TEST(buffer_spool_left, sound_frames_elsewhere_are_damage)
{
    uint64_t damaged;
    rig_enter();
    make(1999, rig_short); /* three blocks */
    rig_copy("whole", "moved");
    CHECK_INT(rename("moved/0000000000000001.seg", "moved/0000000000000007.seg"), 0);
    CHECK_INT(reopen("moved", rig_short, &damaged).records, 0);
    CHECK_INT(damaged, 1);
    CHECK_INT(rig_size("moved/damaged"), rig_size(rig_last("whole")));
    rig_copy("whole", "moved");
    int fd = open("moved/0000000000000001.seg", O_RDWR | O_CLOEXEC);
    CHECK_INT(pread(fd, rig_buf, 65536, 0), 65536);
    CHECK_INT(pwrite(fd, rig_buf, 65536, 65536), 65536);
    close(fd);
    struct rig_seen seen = reopen("moved", rig_short, &damaged);
    CHECK(seen.ordered && damaged > 0 && seen.last == 1999);
    rig_leave();
}

/* A segment that ends too early, at the end of a record: the next one says what is missing. */
TEST(buffer_spool_left, missing_records_are_counted)
{
    uint64_t damaged;
    rig_enter();
    struct gf_spool *s = rig_open("s", 1 << 20);
    rig_put_numbered(s, 0, 3000, rig_short);
    rig_copy("s", "cut");
    CHECK_INT(truncate("cut/0000000000000001.seg", (off_t)(56 + 8 + rig_short(0))), 0);
    struct rig_seen seen = reopen("cut", rig_short, &damaged);
    CHECK(seen.ordered && seen.first == 0 && seen.last == 2999 && seen.records < 2000);
    CHECK_INT(damaged, 2); /* that, and the end of the record across the segments */
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

/* Any byte of a spool with records over blocks and segments: all that comes out was put. */
TEST(buffer_spool_left, a_bit_anywhere)
{
    rig_enter();
    struct gf_spool *s = rig_open("s", 1 << 20);
    rig_put_numbered(s, 0, 20, near_30k);
    rig_copy("s", "whole");
    unsigned seed = 1;
    for (int i = 0; i < 300; i++) {
        char path[64];
        uint64_t damaged;
        rig_copy("whole", "bad");
        snprintf(path, sizeof path, "bad/%016x.seg", 1 + i % 5);
        seed = seed * 1103515245 + 12345;
        /* heads are at the beginnings of blocks, of segments and of records */
        uint64_t size = rig_size(path), at = i % 3 ? seed % size : (seed % 3 << 16) + seed % 70;
        rig_flip(path, at % size, (unsigned char)(1 << seed % 8));
        struct rig_seen seen = reopen("bad", near_30k, &damaged);
        CHECK_ROW(seen.ordered && seen.records >= 16, "%s, byte %" PRIu64 ": %u records", path, at,
                  seen.records);
        CHECK_ROW(seen.records == 20 || damaged > 0, "%s, byte %" PRIu64 ": %u, and no damage",
                  path, at, seen.records);
    }
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

TEST(buffer_spool_left, a_bad_checkpoint_means_all)
{
    uint64_t damaged;
    rig_enter();
    struct gf_spool *s = rig_open("s", 0);
    rig_put_numbered(s, 0, 100, rig_short);
    ssize_t n = gf_spool_get(s, rig_buf, 3000, false);
    gf_spool_out(s, (uint64_t)n);
    CHECK_INT(gf_spool_checkpoint(s), 0);
    rig_copy("s", "sound");
    struct rig_seen seen = reopen("sound", rig_short, &damaged);
    CHECK(seen.ordered && seen.records < 100 && seen.last == 99);
    for (uint64_t byte = 0; byte < 64; byte++) {
        rig_copy("s", "bad");
        rig_flip("bad/checkpoint", byte, 4);
        seen = reopen("bad", rig_short, &damaged);
        CHECK(seen.ordered && damaged == 0);
        CHECK_INT(seen.records, 100);
        rig_copy("s", "bad");
        CHECK_INT(truncate("bad/checkpoint", (off_t)byte), 0);
        seen = reopen("bad", rig_short, &damaged);
        CHECK_INT(seen.records, 100);
    }
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

/* A checkpoint that is ahead of the segments does not take what is put later for out. */
TEST(buffer_spool_left, a_checkpoint_of_the_future)
{
    uint64_t damaged;
    rig_enter();
    struct gf_spool *s = rig_open("s", 0);
    rig_put_numbered(s, 0, 100, rig_short);
    rig_copy("s", "future");
    CHECK_INT(rig_get_all(s, rig_short).records, 100);
    CHECK_INT(gf_spool_checkpoint(s), 0);
    rig_put_numbered(s, 100, 200, rig_short);
    CHECK_INT(rig_get_all(s, rig_short).records, 100);
    CHECK_INT(gf_spool_close(s), 0);
    char from[] = "s/checkpoint", to[] = "future";
    rig_copy_one(from, to); /* segment 3, where there is only segment 1 */
    s = rig_open("future", 0);
    rig_put_numbered(s, 200, 300, rig_short);
    rig_copy("future", "crash");
    CHECK_INT(gf_spool_close(s), 0);
    struct rig_seen seen = reopen("crash", rig_short, &damaged);
    CHECK(seen.ordered && damaged == 0);
    CHECK_INT(seen.records, 200);
    CHECK_INT(seen.last, 299);
    rig_leave();
}

/* A skip over bytes that are bad now does not go farther than it should; it may fall short. */
TEST(buffer_spool_left, a_skip_over_damage)
{
    rig_enter();
    for (int length = 0; length < 2;
         length++) { /* the bad byte is one of a record, or of a length */
        struct gf_spool *s = rig_open("s", 0);
        size_t len = 0;
        uint64_t frame = 56;
        rig_put_numbered(s, 0, 2000, rig_short);
        for (unsigned i = 0; i < 50; i++)
            frame += 8 + rig_short(i);
        for (unsigned i = 0; i < 60; i++)
            len += rig_short(i);
        rig_flip(rig_last("s"), frame + (length ? 5 : 20), 0x80);
        gf_spool_skip(s, len);
        gf_spool_out(s, len);
        struct rig_seen seen = rig_get_all(s, rig_short);
        CHECK(seen.ordered);
        CHECK_INT(seen.last, 1999);
        CHECK(length ? seen.first > 60 : seen.first <= 60); /* a block is lost, or nothing is */
        CHECK_INT(gf_spool_counts(s)->damaged, 1);
        CHECK_INT(gf_spool_counts(s)->bytes, 0);
        CHECK_INT(gf_spool_close(s), 0);
    }
    rig_leave();
}

TEST(buffer_spool_left, damaged_has_its_bound)
{
    rig_enter();
    struct gf_spool *s = rig_open("s", 1 << 20);
    unsigned n = 0;
    for (int round = 0; round < 20; round++) {
        CHECK_INT(gf_spool_close(s), 0);
        s = rig_open("s", 1 << 20);
        for (unsigned i = 0; i < 10; i++, n++)
            rig_put_numbered(s, n, n + 1, near_30k);
        rig_flip(rig_last("s"), 100, 1); /* the reader has not been there */
        CHECK(rig_get_all(s, near_30k).ordered);
        CHECK(rig_disk("s") <= 1 << 20);
    }
    for (size_t len = rig_record(n, near_30k, rig_buf);
         gf_spool_put(s, rig_buf, len, RIG_NOW) == (ssize_t)len;)
        len = rig_record(++n, near_30k, rig_buf);
    CHECK(rig_disk("s") <= 1 << 20); /* the file counts */
    CHECK(rig_size("s/damaged") > 100 << 10);
    CHECK(rig_size("s/damaged") <= 128 << 10);
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

/* A segment that cannot be read is no damage. */
TEST(buffer_spool_left, what_cannot_be_read_is_an_error)
{
    rig_enter();
    struct gf_spool *s = rig_open("s", 0);
    rig_put_numbered(s, 0, 100, rig_short);
    CHECK_INT(truncate(rig_last("s"), 100), 0);
    CHECK_INT(gf_spool_get(s, rig_buf, 100, false), -1);
    CHECK_INT(errno, EIO);
    CHECK_INT(gf_spool_get(s, rig_buf, 100, false), -1);
    CHECK_INT(unlink(rig_last("s")), 0);
    CHECK_INT(gf_spool_counts(s)->damaged, 0);
    gf_spool_close(s);
    rig_leave();
}

/* ---- the model ------------------------------------------------------------------------------- */

enum {
    STEPS = 3000,
    MOST = 64 << 20
};

/* All bytes that were put, up to where they were got and are out. */
struct model {
    char *all;
    size_t len, got, out;
    size_t safe;  /* a crash repeats nothing in front of it */
    size_t whole; /* the end of the last record that has its separator */
    unsigned seed;
    uint64_t max;
};

static unsigned next(struct model *m, unsigned below)
{
    m->seed = m->seed * 1103515245 + 12345;
    return (m->seed >> 8) % below;
}

/* Where the record at that place begins. */
static size_t record_at(const struct model *m, size_t at)
{
    const char *nl = at ? memrchr(m->all, '\n', at) : NULL;
    return nl ? (size_t)(nl - m->all) + 1 : 0;
}

static void model_put(struct model *m, struct gf_spool *s)
{
    static char data[RIG_RECORD];
    unsigned limit = (unsigned[]){10, 200, 5000, 200 << 10}[next(m, 4)];
    size_t len = next(m, limit) + 1;
    for (size_t i = 0; i < len; i++)
        data[i] = (char)('a' + (m->len + i) * 31 % 26);
    for (unsigned ends = next(m, next(m, 3) ? 5 : 300); ends; ends--) /* few, or many in a frame */
        data[next(m, (unsigned)len)] = '\n';
    if (next(m, 4))
        data[len - 1] = '\n';
    ssize_t n = gf_spool_put(s, data, len, RIG_NOW + m->seed % 5 * GF_S);
    CHECK(n >= 0 && (size_t)n <= len);
    CHECK(n == (ssize_t)len || (m->max && (n == 0 || data[n - 1] == '\n')));
    if (n > 0 && m->len + (size_t)n <= MOST) {
        memcpy(m->all + m->len, data, (size_t)n);
        m->len += (size_t)n;
    }
    m->whole = record_at(m, m->len);
}

static void model_get(struct model *m, struct gf_spool *s)
{
    size_t cap = next(m, (unsigned[]){30, 5000, RIG_RECORD - 1}[next(m, 3)]) + 1;
    ssize_t n = gf_spool_get(s, rig_buf, cap, false);
    CHECK(n >= 0 && (size_t)n <= cap && m->got + (size_t)n <= m->whole);
    CHECK(memcmp(m->all + m->got, rig_buf, (size_t)n) == 0);
    CHECK((n == 0) == (m->got == m->whole));
    m->got += (size_t)n;
}

static void model_out(struct model *m, struct gf_spool *s)
{
    size_t n = next(m, 2) ? m->got - m->out : next(m, (unsigned)(m->got - m->out) + 1);
    gf_spool_out(s, n);
    m->out += n;
}

/* What is there now is what is not out, from a record's beginning on. */
static void model_crash(struct model *m)
{
    rig_copy("s", "crash");
    struct gf_spool *s = rig_open("crash", m->max);
    size_t at = SIZE_MAX;
    uint64_t left = gf_spool_counts(s)->bytes;
    CHECK(left <= m->whole - m->safe && left >= m->whole - (m->out < m->whole ? m->out : m->whole));
    at = m->whole - (size_t)left;
    CHECK_INT(record_at(m, at), at);
    ssize_t n;
    while ((n = gf_spool_get(s, rig_buf, sizeof rig_buf, false)) > 0) {
        CHECK(at + (size_t)n <= m->whole && memcmp(m->all + at, rig_buf, (size_t)n) == 0);
        at += (size_t)n;
    }
    CHECK_INT(at, m->whole);
    CHECK_INT(gf_spool_counts(s)->damaged, 0);
    CHECK_INT(gf_spool_close(s), 0);
}

static struct gf_spool *model_reopen(struct model *m, struct gf_spool *s)
{
    CHECK_INT(gf_spool_close(s), 0);
    m->got = m->out = m->safe = record_at(m, m->out);
    m->len = m->whole;
    return rig_open("s", m->max);
}

static void model_check(const struct model *m, struct gf_spool *s)
{
    const struct gf_spool_counts *c = gf_spool_counts(s);
    uint64_t records = 0;
    for (size_t at = record_at(m, m->out); at < m->whole; records++)
        at = (size_t)((char *)memchr(m->all + at, '\n', m->whole - at) - m->all) + 1;
    CHECK_INT(c->bytes, m->len - m->out);
    CHECK_INT(c->records, records);
    CHECK_INT(c->damaged, 0);
    CHECK_INT(c->disk, rig_disk("s"));
    CHECK(!m->max || c->disk <= m->max);
}

static void run_model(unsigned seed, uint64_t max)
{
    struct model m = {.all = malloc(MOST), .seed = seed, .max = max};
    rig_enter();
    struct gf_spool *s = rig_open("s", max);
    for (int i = 0; m.all && i < STEPS && m.len < MOST - RIG_RECORD; i++) {
        switch (next(&m, 12)) {
        default:
            model_put(&m, s);
            break;
        case 4:
        case 5:
        case 6:
            model_get(&m, s);
            break;
        case 7:
        case 8:
            model_out(&m, s);
            break;
        case 9:
            CHECK_INT(gf_spool_checkpoint(s), 0);
            m.safe = record_at(&m, m.out);
            break;
        case 10:
            if (next(&m, 4) == 0)
                model_crash(&m);
            break;
        case 11:
            if (next(&m, 8) == 0)
                s = model_reopen(&m, s);
            break;
        }
        if (i % 16 == 0)
            model_check(&m, s);
    }
    CHECK(m.len > 1 << 20);
    CHECK_INT(gf_spool_close(s), 0);
    free(m.all);
    rig_leave();
}

TEST(buffer_spool_left, random_calls)
{
    run_model(1, 0);
    run_model(2, 1 << 20);
    run_model(3, 3 << 20);
    run_model(4, 400 << 10);
}
