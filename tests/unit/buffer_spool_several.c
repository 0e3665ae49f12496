/* buffer_spool_several.c - records that share a frame of a spool: got, out, dropped and damaged one
 * by one, or all at once. */
#include "buffer/spool.h"

#include "spool_rig.h"

enum {
    HEAD = 8,
    TIME = 56,
    FRAME = 16 * 1024, /* bytes of records in one at most */
    SHARED = 300       /* short records, which fit into two */
};

/* Puts the records from..to-1 by one call; their bytes. */
static size_t put_at_once(struct gf_spool *s, unsigned from, unsigned to, rig_length length)
{
    size_t len = 0;
    for (unsigned i = from; i < to; i++)
        len += rig_record(i, length, rig_buf + len);
    CHECK_INT(gf_spool_put(s, rig_buf, len, RIG_NOW), len);
    return len;
}

static size_t bytes_of(unsigned from, unsigned to, rig_length length)
{
    size_t len = 0;
    for (unsigned i = from; i < to; i++)
        len += length(i);
    return len;
}

static void check_seen(struct rig_seen seen, unsigned first, unsigned records)
{
    CHECK_ROW(seen.ordered && seen.records == records && (!records || seen.first == first),
              "%u records from %u on, not %u from %u on", seen.records, seen.first, records, first);
}

/* Opens the directory as after a crash: the records from `first` to SHARED come. */
static void check_reopened(const char *dir, unsigned first)
{
    struct gf_spool *s = rig_open(dir, 0);
    CHECK_INT(gf_spool_counts(s)->records, SHARED - first);
    CHECK_INT(gf_spool_counts(s)->bytes, bytes_of(first, SHARED, rig_short));
    check_seen(rig_get_all(s, rig_short), first, SHARED - first);
    CHECK_INT(gf_spool_counts(s)->damaged, 0);
    CHECK_INT(gf_spool_counts(s)->bytes, 0);
    CHECK_INT(gf_spool_close(s), 0);
}

static size_t as_long_as_a_frame(unsigned number)
{
    return number % 3 == 0 ? FRAME + 900 : number % 3 == 1 ? FRAME : 40;
}

TEST(buffer_spool_several, a_call_is_few_frames)
{
    rig_enter();
    struct gf_spool *s = rig_open("s", 0);
    size_t len = put_at_once(s, 0, SHARED, rig_short);
    size_t frames = len / FRAME + 1;
    CHECK_INT(rig_size(rig_last("s")), TIME + frames * HEAD + len);
    CHECK_INT(gf_spool_put(s, "one\n", 4, RIG_NOW), 4); /* has no other to share one with */
    CHECK_INT(rig_size(rig_last("s")), TIME + (frames + 1) * HEAD + len + 4);
    CHECK_INT(gf_spool_counts(s)->records, SHARED + 1);
    CHECK_INT(gf_spool_close(s), 0);
    s = rig_open("long", 0); /* records that are longer have frames of their own */
    len = put_at_once(s, 0, 20, as_long_as_a_frame);
    CHECK_INT(gf_spool_counts(s)->records, 20);
    check_seen(rig_get_all(s, as_long_as_a_frame), 0, 20);
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

/* However much a call gets: whole records, or a part of one that is longer than the call. */
TEST(buffer_spool_several, got_by_any_length)
{
    rig_enter();
    for (size_t cap = 1; cap < 700; cap = cap < 140 ? cap + 1 : cap * 2) {
        char all[1 << 15], buf[700];
        struct gf_spool *s = rig_open("s", 0);
        size_t len = put_at_once(s, 0, SHARED, rig_short), got = 0;
        memcpy(all, rig_buf, len);
        ssize_t n;
        while ((n = gf_spool_get(s, buf, cap, false)) > 0) {
            const char *end = memchr(all + got, '\n', len - got);
            size_t left = (size_t)(end + 1 - (all + got)); /* of the record that is next */
            CHECK(memcmp(all + got, buf, (size_t)n) == 0);
            CHECK_ROW(left > cap ? (size_t)n == cap : buf[n - 1] == '\n',
                      "a call of %zu at %zu: %zd", cap, got, n);
            got += (size_t)n;
        }
        CHECK_INT(got, len);
        gf_spool_out(s, len);
        CHECK_INT(gf_spool_close(s), 0);
    }
    rig_leave();
}

/* The first `k` are out, and a part of the next: after a crash that one comes first. */
TEST(buffer_spool_several, a_part_of_a_frame_is_out)
{
    rig_enter();
    for (unsigned k = 0; k < SHARED; k += k < 10 || k > SHARED - 10 ? 1 : 7)
        for (unsigned more = 0; more < 2; more++) {
            struct gf_spool *s = rig_open("s", 0);
            put_at_once(s, 0, SHARED, rig_short);
            size_t out = bytes_of(0, k, rig_short);
            /* all are got, or just what is out */
            ssize_t n = gf_spool_get(s, rig_buf, more ? sizeof rig_buf : out + more, false);
            CHECK(n >= (ssize_t)out);
            gf_spool_out(s, out + more * 3);
            CHECK_INT(gf_spool_counts(s)->records, SHARED - k);
            CHECK_INT(gf_spool_checkpoint(s), 0);
            rig_copy("s", "crash");
            check_reopened("crash", k);
            CHECK_INT(gf_spool_close(s), 0);
            check_reopened("s", k);
            rig_remove("s");
        }
    rig_leave();
}

/* The reader is in a frame, and what is put meanwhile is skipped: the place is behind all of it. */
TEST(buffer_spool_several, skipped_from_within_a_frame)
{
    rig_enter();
    for (int whole = 0; whole < 2; whole++) {
        struct gf_spool *s = rig_open("s", 0);
        put_at_once(s, 0, SHARED, rig_short);
        ssize_t n = gf_spool_get(s, rig_buf, 500, false);
        size_t rest = bytes_of(0, SHARED, rig_short) - (size_t)n;
        CHECK(n > 300);
        gf_spool_skip(s,
                      whole ? rest : rest - 20); /* with, and without the end of the last record */
        if (!whole)
            gf_spool_skip(s, 20);
        gf_spool_out(s, (uint64_t)n + rest);
        CHECK_INT(gf_spool_counts(s)->records, 0);
        put_at_once(s, SHARED, SHARED + 10, rig_short);
        CHECK_INT(gf_spool_counts(s)->records, 10);
        check_seen(rig_get_all(s, rig_short), SHARED, 10);
        CHECK_INT(gf_spool_counts(s)->damaged, 0);
        CHECK_INT(gf_spool_close(s), 0);
    }
    rig_leave();
}

TEST(buffer_spool_several, a_drop_from_within_a_frame)
{
    uint64_t bytes;
    rig_enter();
    struct gf_spool *s = rig_open("s", 0);
    put_at_once(s, 0, SHARED, rig_short);
    ssize_t n = gf_spool_get(s, rig_buf, 500, false);
    uint64_t left = gf_spool_counts(s)->bytes - (uint64_t)n, there = gf_spool_counts(s)->records;
    unsigned got = 0;
    for (ssize_t i = 0; i < n; i++)
        got += rig_buf[i] == '\n';
    CHECK_INT(gf_spool_drop(s, &bytes), there - got);
    CHECK_INT(bytes, left);
    rig_copy("s", "crash");
    gf_spool_out(s, (uint64_t)n);
    CHECK_INT(gf_spool_counts(s)->bytes, 0);
    CHECK_INT(gf_spool_get(s, rig_buf, 500, false), 0);
    CHECK_INT(gf_spool_close(s), 0);
    check_reopened("crash", 0); /* what was got is not out, and its segment is there */
    s = rig_open(
        "parts",
        0); /* a record of which a part was got is not dropped, nor what shares its frame */
    put_at_once(s, 0, SHARED, rig_short);
    CHECK_INT(gf_spool_get(s, rig_buf, 5, false), 5);
    CHECK_INT(gf_spool_drop(s, &bytes), 0);
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

/* A write that was cut off at any byte: whole frames of it come, and what was put before. */
TEST(buffer_spool_several, torn_at_every_byte)
{
    rig_enter();
    struct gf_spool *s = rig_open("s", 0);
    put_at_once(s, 0, 5, rig_short);
    uint64_t before = rig_size(rig_last("s"));
    size_t len = put_at_once(s, 5, SHARED, rig_short);
    uint64_t all = rig_size(rig_last("s"));
    CHECK_INT(all, before + len + 2 * HEAD); /* two frames */
    rig_copy("s", "whole");
    unsigned first = 5; /* of the second frame */
    while (bytes_of(5, first + 1, rig_short) <= FRAME)
        first++;
    uint64_t second = before + HEAD + bytes_of(5, first, rig_short);
    for (uint64_t size = before; size <= all;
         size += size < before + 20 || size + 300 > all ? 1 : 149) {
        rig_copy("whole", "torn");
        CHECK_INT(truncate(rig_last("torn"), (off_t)size), 0);
        unsigned want = size == all ? SHARED : size >= second ? first : 5;
        struct gf_spool *torn = rig_open("torn", 0);
        CHECK_INT(gf_spool_counts(torn)->records, want);
        check_seen(rig_get_all(torn, rig_short), 0, want);
        CHECK_INT(gf_spool_counts(torn)->damaged, 0);
        CHECK_INT(gf_spool_close(torn), 0);
    }
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

/* A bit of a frame: its records are missing, counted and kept, and no others are. */
TEST(buffer_spool_several, a_bit_of_a_frame)
{
    rig_enter();
    struct gf_spool *s = rig_open("s", 0);
    put_at_once(s, 0, 30, rig_short);
    put_at_once(s, 30, 40, rig_short);
    put_at_once(s, 40, SHARED, rig_short);
    rig_copy("s", "whole");
    uint64_t frame = HEAD + bytes_of(30, 40, rig_short),
             at = TIME + HEAD + bytes_of(0, 30, rig_short);
    for (uint64_t byte = 0; byte < frame; byte += byte < 12 ? 1 : 29) {
        if (byte == 4 || byte == 5)
            continue; /* the length: the rest of the block */
        rig_copy("whole", "bad");
        rig_flip(rig_last("bad"), at + byte, 1U << byte % 8);
        struct gf_spool *bad = rig_open("bad", 0);
        struct rig_seen seen = rig_get_all(bad, rig_short);
        const struct gf_spool_counts *c = gf_spool_counts(bad);
        CHECK_ROW(seen.ordered && seen.records == SHARED - 10 && seen.last == SHARED - 1,
                  "byte %" PRIu64 ": %u records", byte, seen.records);
        CHECK_INT(c->damaged, 1);
        CHECK_INT(c->damaged_bytes, frame);
        CHECK(c->damaged_records >= 9 &&
              c->damaged_records <= 11); /* the bit may be one of a separator */
        CHECK_INT(c->bytes, 0);
        CHECK_INT(gf_spool_close(bad), 0);
        CHECK_INT(rig_size("bad/damaged"), frame);
    }
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

/* What is got in a frame that is damaged meanwhile: the rest of it is passed by. */
TEST(buffer_spool_several, damaged_where_the_reader_is)
{
    rig_enter();
    struct gf_spool *s = rig_open("s", 0);
    put_at_once(s, 0, 30, rig_short);
    size_t out = bytes_of(0, 7, rig_short);
    CHECK_INT(gf_spool_get(s, rig_buf, out, false), out);
    gf_spool_out(s, out);
    CHECK_INT(gf_spool_checkpoint(s), 0);
    put_at_once(s, 30, SHARED, rig_short);
    rig_copy("s", "bad");
    CHECK_INT(gf_spool_close(s), 0);
    rig_flip(rig_last("bad"), TIME + HEAD + 3, 1);
    s = rig_open("bad", 0);
    struct rig_seen seen = rig_get_all(s, rig_short);
    CHECK(seen.ordered && seen.records == SHARED - 30 && seen.first == 30);
    CHECK_INT(gf_spool_counts(s)->damaged, 1);
    CHECK_INT(gf_spool_counts(s)->bytes, 0);
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

/* A frame says what its records end with: a run with another separator gets the same bytes. */
TEST(buffer_spool_several, another_separator)
{
    const struct gf_spool_config config = {.separator = '\0'};
    pid_t holder;
    const char *why;
    rig_enter();
    struct gf_spool *s = rig_open("s", 0);
    size_t len = put_at_once(s, 0, SHARED, rig_short);
    CHECK_INT(gf_spool_close(s), 0);
    s = gf_spool_open("s", &config, &holder, &why);
    REQUIRE(s);
    CHECK_INT(gf_spool_counts(s)->records, SHARED);
    CHECK_INT(gf_spool_put(s, "a\0b\nb\0", 6, RIG_NOW), 6);
    CHECK_INT(gf_spool_counts(s)->records, SHARED + 2);
    size_t out = bytes_of(0, 20, rig_short);
    CHECK_INT(gf_spool_get(s, rig_buf, out, false), out);
    gf_spool_out(s, out);
    CHECK_INT(gf_spool_counts(s)->records, SHARED - 20 + 2);
    CHECK_INT(gf_spool_get(s, rig_buf, sizeof rig_buf, false), len - out + 6);
    CHECK(memcmp(rig_buf + len - out, "a\0b\nb\0", 6) == 0);
    gf_spool_out(s, len - out + 2); /* the first of the two, that share a frame */
    CHECK_INT(gf_spool_close(s), 0);
    s = rig_open("s", 0);
    CHECK_INT(gf_spool_counts(s)->records, 1);
    CHECK_INT(gf_spool_get(s, rig_buf, sizeof rig_buf, false), 4);
    CHECK(memcmp(rig_buf, "b\nb\0", 4) == 0);
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}
