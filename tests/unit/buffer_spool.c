/* buffer_spool.c - a spool as its user sees it: order, space, parts, drops, failing writes. What is
 * left by a crash or damaged is in buffer_spool_left.c. */
#include "buffer/spool.h"

#include <signal.h>
#include <sys/resource.h>

#include "spool_rig.h"

static size_t near_4k(unsigned number)
{
    return 3000 + number * 7919 % 2000;
}

static void check_seen(struct rig_seen seen, unsigned first, unsigned records)
{
    CHECK(seen.ordered);
    CHECK_INT(seen.records, records);
    if (records) {
        CHECK_INT(seen.first, first);
        CHECK_INT(seen.last, first + records - 1);
    }
}

TEST(buffer_spool, order_over_many_segments)
{
    rig_enter();
    struct gf_spool *s = rig_open("s", 8 << 20);
    rig_put_numbered(s, 0, 1000, near_4k);
    const struct gf_spool_counts *c = gf_spool_counts(s);
    CHECK_INT(c->records, 1000);
    CHECK_INT(c->oldest_wall, RIG_NOW);
    CHECK_INT(c->disk, rig_disk("s"));
    CHECK(rig_size("s/0000000000000003.seg") > 0);
    check_seen(rig_get_all(s, near_4k), 0, 1000);
    CHECK_INT(gf_spool_counts(s)->records, 0);
    CHECK_INT(gf_spool_counts(s)->bytes, 0);
    CHECK_INT(gf_spool_counts(s)->oldest_wall, 0);
    CHECK_INT(gf_spool_checkpoint(s), 0);
    CHECK_STR(rig_last("s"), "");
    rig_put_numbered(s, 1000, 1010, near_4k);
    check_seen(rig_get_all(s, near_4k), 1000, 10);
    CHECK_INT(gf_spool_counts(s)->damaged, 0);
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

TEST(buffer_spool, times)
{
    rig_enter();
    struct gf_spool *s = rig_open("s", 0);
    for (int i = 0; i < 10; i++)
        CHECK_INT(gf_spool_put(s, "x\n", 2, RIG_NOW + i * GF_S / 2), 2);
    CHECK_INT(gf_spool_counts(s)->oldest_wall, RIG_NOW);
    for (int i = 0; i < 10; i++) {
        gf_ns oldest = gf_spool_counts(s)->oldest_wall, put = RIG_NOW + i * GF_S / 2;
        CHECK(oldest <= put && put - oldest < GF_S);
        CHECK_INT(gf_spool_get(s, rig_buf, 2, false), 2);
        oldest = gf_spool_counts(s)->oldest_wall; /* got is not out */
        CHECK(oldest <= put && put - oldest < GF_S);
        gf_spool_out(s, 2);
        CHECK_INT(gf_spool_counts(s)->records, 9 - i);
    }
    CHECK_INT(gf_spool_counts(s)->oldest_wall, 0);
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

TEST(buffer_spool, not_out_comes_again)
{
    rig_enter();
    struct gf_spool *s = rig_open("s", 0);
    rig_put_numbered(s, 0, 1000, rig_short);
    size_t len = 0;
    for (unsigned i = 0; i < 700; i++)
        len += rig_short(i);
    ssize_t n = gf_spool_get(s, rig_buf, sizeof rig_buf, false);
    CHECK(n > (ssize_t)len);
    gf_spool_out(s, len + 5); /* and a part of number 700 */
    CHECK_INT(gf_spool_counts(s)->records, 300);
    CHECK_INT(gf_spool_close(s), 0);
    s = rig_open("s", 0);
    CHECK_INT(gf_spool_counts(s)->records, 300);
    check_seen(rig_get_all(s, rig_short), 700, 300);
    CHECK_INT(gf_spool_close(s), 0);
    s = rig_open("s", 0);
    check_seen(rig_get_all(s, rig_short), 0, 0);
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

TEST(buffer_spool, skipped_is_got)
{
    rig_enter();
    struct gf_spool *s = rig_open("s", 8 << 20);
    size_t len = 0;
    rig_put_numbered(s, 0, 300, near_4k);
    for (unsigned i = 0; i < 200; i++)
        len += near_4k(i);
    gf_spool_skip(s, len - 7);
    gf_spool_skip(s, 7);
    gf_spool_out(s, len);
    CHECK_INT(gf_spool_counts(s)->records, 100);
    check_seen(rig_get_all(s, near_4k), 200, 100);
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

TEST(buffer_spool, never_over_max)
{
    static const uint64_t maxima[] = {300 << 10, 1 << 20, 3 << 20};
    rig_enter();
    for (size_t m = 0; m < sizeof maxima / sizeof maxima[0]; m++) {
        struct gf_spool *s = rig_open("s", maxima[m]);
        unsigned put = 0, got = 0;
        for (int round = 0; round < 20; round++) {
            size_t len = rig_record(put, near_4k, rig_buf);
            while (gf_spool_put(s, rig_buf, len, RIG_NOW) == (ssize_t)len) {
                CHECK(rig_disk("s") <= maxima[m]);
                len = rig_record(++put, near_4k, rig_buf);
            }
            CHECK_INT(gf_spool_put(s, rig_buf, len, RIG_NOW), 0);
            CHECK(maxima[m] - rig_disk("s") < 8192); /* it is full */
            CHECK_INT(gf_spool_sync(s), 0);
            struct rig_seen seen = rig_get_all(s, near_4k);
            check_seen(seen, got, put - got);
            got = put; /* and the next put finds the space by itself */
        }
        CHECK(put > maxima[m] / 8192 * 20);
        CHECK_INT(gf_spool_close(s), 0);
        CHECK(rig_disk("s") <= maxima[m]);
    }
    rig_leave();
}

TEST(buffer_spool, a_put_ends_with_a_record_where_it_is_full)
{
    rig_enter();
    struct gf_spool *s = rig_open("s", 300 << 10);
    size_t all = 1 << 20;
    char *data = malloc(all);
    REQUIRE(data);
    memset(data, 'x', all);
    for (size_t i = 99; i < all; i += 100)
        data[i] = '\n';
    ssize_t n = gf_spool_put(s, data, all, RIG_NOW);
    CHECK(n > 200 << 10 && n % 100 == 0);
    CHECK(rig_disk("s") <= 300 << 10);
    CHECK_INT(gf_spool_put(s, data + n, all - (size_t)n, RIG_NOW), 0);
    CHECK_INT(gf_spool_counts(s)->records, n / 100);
    free(data);
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

TEST(buffer_spool, a_drop_gives_space)
{
    rig_enter();
    struct gf_spool *s = rig_open("s", 1 << 20);
    unsigned put = 0, dropped = 0;
    for (int round = 0; round < 50; round++) {
        size_t len = rig_record(put, near_4k, rig_buf);
        while (gf_spool_put(s, rig_buf, len, RIG_NOW) == (ssize_t)len)
            len = rig_record(++put, near_4k, rig_buf);
        CHECK(rig_disk("s") <= 1 << 20);
        uint64_t bytes, want = 0;
        uint64_t records = gf_spool_drop(s, &bytes);
        CHECK(records > 0 && bytes > 60 << 10);
        for (unsigned i = 0; i < records; i++)
            want += near_4k(dropped + i);
        CHECK_INT(bytes, want);
        dropped += (unsigned)records;
        CHECK_INT(gf_spool_counts(s)->records, put - dropped);
    }
    check_seen(rig_get_all(s, near_4k), dropped, put - dropped);
    CHECK_INT(gf_spool_counts(s)->damaged, 0);
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

/* What was got before is still to go out, and holds its own segment only. */
TEST(buffer_spool, a_drop_behind_what_was_got)
{
    rig_enter();
    struct gf_spool *s = rig_open("s", 2 << 20);
    rig_put_numbered(s, 0, 400, near_4k);
    ssize_t n = gf_spool_get(s, rig_buf, 20000, false);
    CHECK(n > 10000);
    uint64_t bytes, sum = 0, disk = rig_disk("s"), records;
    for (int i = 0; i < 3; i++)
        sum += gf_spool_drop(s, &bytes);
    CHECK(sum > 100);
    CHECK(rig_disk("s") < disk - (300 << 10));
    rig_copy("s", "copy"); /* a crash now: what was got comes again */
    gf_spool_out(s, (uint64_t)n);
    struct rig_seen seen = rig_get_all(s, near_4k);
    CHECK(seen.ordered && seen.last == 399);
    CHECK_INT(gf_spool_close(s), 0);
    s = rig_open("copy", 2 << 20);
    seen = rig_get_all(s, near_4k);
    CHECK(seen.ordered);
    CHECK_INT(seen.first, 0);
    CHECK_INT(seen.last, 399);
    CHECK(gf_spool_counts(s)->damaged <= 2); /* both ends of what was dropped */
    CHECK_INT(gf_spool_close(s), 0);
    s = rig_open("s2", 0); /* one segment: all of it, and then there is nothing */
    rig_put_numbered(s, 0, 10, near_4k);
    records = gf_spool_drop(s, &bytes);
    CHECK_INT(records, 10);
    CHECK_INT(gf_spool_drop(s, &bytes), 0);
    CHECK_INT(gf_spool_counts(s)->records, 0);
    CHECK_STR(rig_last("s2"), "");
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

TEST(buffer_spool, a_record_that_is_put_can_be_dropped)
{
    rig_enter();
    struct gf_spool *s = rig_open("s", 1 << 20);
    uint64_t bytes;
    CHECK_INT(gf_spool_put(s, "one\ntw", 6, RIG_NOW), 6);
    memset(rig_buf, 'x', 200000);
    CHECK_INT(gf_spool_put(s, rig_buf, 200000, RIG_NOW), 200000); /* into a second segment */
    CHECK_INT(gf_spool_drop(s, &bytes), 1);
    CHECK_INT(bytes, 4);
    CHECK_INT(gf_spool_drop(s, &bytes), 1);
    CHECK_INT(bytes, 200002);
    CHECK_INT(gf_spool_counts(s)->bytes, 0);
    CHECK_INT(gf_spool_put(s, "o\nthree\n", 8, RIG_NOW), 8);
    CHECK_INT(gf_spool_counts(s)->cut_bytes, 2);
    CHECK_INT(gf_spool_counts(s)->records, 1);
    CHECK_INT(gf_spool_get(s, rig_buf, 100, false), 6);
    CHECK(memcmp(rig_buf, "three\n", 6) == 0);
    CHECK_INT(gf_spool_counts(s)->damaged, 0);
    CHECK_INT(gf_spool_close(s), 0);
    s = rig_open("s", 1 << 20);
    CHECK_INT(gf_spool_get(s, rig_buf, 100, false), 6);
    CHECK_INT(gf_spool_counts(s)->damaged, 0);
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

TEST(buffer_spool, one_process_has_it)
{
    const struct gf_spool_config config = {.separator = '\n'};
    pid_t holder;
    const char *why;
    rig_enter();
    struct gf_spool *s = rig_open("s", 0);
    CHECK(!gf_spool_open("s", &config, &holder, &why));
    CHECK_INT(errno, EBUSY);
    CHECK_INT(holder, getpid());
    CHECK_STR(why, "another process has it");
    CHECK_INT(gf_spool_close(s), 0);
    CHECK_INT(gf_spool_close(rig_open("s", 0)), 0);
    CHECK_INT(chmod("s", 0777), 0);
    CHECK(!gf_spool_open("s", &config, &holder, &why));
    CHECK_INT(errno, EPERM);
    CHECK_STR(why, "group or others may write to it");
    CHECK_INT(chmod("s", 0700), 0);
    CHECK_INT(symlink("/etc/passwd", "s/0000000000000001.seg"), 0);
    CHECK(!gf_spool_open("s", &config, &holder, &why));
    CHECK_STR(why, "is a symbolic link");
    CHECK_INT(gf_spool_close(NULL), 0);
    rig_leave();
}

TEST(buffer_spool, the_last_record_lacks_its_separator)
{
    rig_enter();
    struct gf_spool *s = rig_open("s", 0);
    CHECK_INT(gf_spool_put(s, "a\nlast", 6, RIG_NOW), 6);
    CHECK_INT(gf_spool_get(s, rig_buf, 100, false), 2);
    CHECK_INT(gf_spool_get(s, rig_buf, 100, false), 0);
    CHECK_INT(gf_spool_end(s, RIG_NOW), 0);
    CHECK_INT(gf_spool_counts(s)->records, 2);
    CHECK_INT(gf_spool_get(s, rig_buf, 4, false), 4); /* and the empty end of it */
    CHECK(memcmp(rig_buf, "last", 4) == 0);
    gf_spool_out(s, 6);
    CHECK_INT(gf_spool_counts(s)->records, 0);
    CHECK_INT(gf_spool_checkpoint(s), 0);
    CHECK_STR(rig_last("s"), ""); /* all is out */
    CHECK_INT(gf_spool_close(s), 0);
    s = rig_open("s", 0);
    CHECK_INT(gf_spool_get(s, rig_buf, 100, true), 0);
    CHECK_INT(gf_spool_put(s, "again", 5, RIG_NOW), 5);
    CHECK_INT(gf_spool_end(s, RIG_NOW), 0);
    CHECK_INT(gf_spool_end(s, RIG_NOW), 0);
    CHECK_INT(gf_spool_close(s), 0);
    s = rig_open("s", 0);
    CHECK_INT(gf_spool_get(s, rig_buf, 100, false), 5);
    CHECK_INT(gf_spool_get(s, rig_buf, 100, false), 0);
    CHECK_INT(gf_spool_counts(s)->damaged, 0);
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

/* A record of 40 times 50000 bytes, which is longer than a segment. */
TEST(buffer_spool, a_record_put_in_parts)
{
    rig_enter();
    struct gf_spool *s = rig_open("s", 4 << 20);
    char part[50000];
    CHECK_INT(gf_spool_put(s, "first\n", 6, RIG_NOW), 6);
    for (int i = 0; i < 40; i++) {
        memset(part, 'a' + i % 26, sizeof part);
        part[sizeof part - 1] = i == 39 ? '\n' : '.';
        CHECK_INT(gf_spool_put(s, part, sizeof part, RIG_NOW), sizeof part);
        if (i < 39)
            CHECK_INT(gf_spool_get(s, rig_buf, sizeof rig_buf, false), i == 0 ? 6 : 0);
    }
    CHECK_INT(gf_spool_put(s, "next\n", 5, RIG_NOW), 5);
    size_t all = 0;
    ssize_t n;
    bool same = true;
    while ((n = gf_spool_get(s, rig_buf, sizeof rig_buf, false)) > 0)
        for (ssize_t i = 0; i < n; i++, all++) {
            char want = (char)('a' + (int)(all / 50000 % 26));
            if (all % 50000 == 49999)
                want = all == 1999999 ? '\n' : '.';
            if (all >= 2000000)
                want = "next\n"[all - 2000000];
            same = same && rig_buf[i] == want;
        }
    CHECK(same);
    CHECK_INT(all, 2000005);
    CHECK_INT(gf_spool_counts(s)->damaged, 0);
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

/* A record that is ten times as long as the spool may be goes through it in parts. */
TEST(buffer_spool, a_record_longer_than_the_spool)
{
    rig_enter();
    struct gf_spool *s = rig_open("s", 1 << 20);
    char part[30000];
    size_t put = 0, got = 0, end = 10 << 20;
    bool same = true;
    for (int idle = 0; got < end && idle < 3; idle++) {
        size_t len = end - put < sizeof part ? end - put : sizeof part;
        for (size_t i = 0; i < len; i++)
            part[i] = (char)('a' + (put + i) / 1000 % 26);
        if (len && put + len == end)
            part[len - 1] = '\n';
        ssize_t n = len ? gf_spool_put(s, part, len, RIG_NOW) : 0;
        CHECK(rig_disk("s") <= 1 << 20);
        put += n > 0 ? (size_t)n : 0;
        if (n > 0) {
            idle = -1;
            continue;
        }
        while ((n = gf_spool_get(s, rig_buf, sizeof rig_buf, true)) > 0) {
            for (ssize_t i = 0; i < n; i++)
                same = same && rig_buf[i] == (got + (size_t)i == end - 1
                                                  ? '\n'
                                                  : (char)('a' + (got + (size_t)i) / 1000 % 26));
            got += (size_t)n;
            gf_spool_out(s, (uint64_t)n);
            idle = -1;
        }
    }
    CHECK(same);
    CHECK_INT(got, end);
    CHECK_INT(gf_spool_counts(s)->records, 0);
    CHECK_INT(gf_spool_counts(s)->damaged, 0);
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

TEST(buffer_spool, bytes_mode)
{
    const struct gf_spool_config config = {.bytes = true};
    pid_t holder;
    const char *why;
    rig_enter();
    struct gf_spool *s = gf_spool_open("s", &config, &holder, &why);
    REQUIRE(s);
    memset(rig_buf, '\n', 150000);
    CHECK_INT(gf_spool_put(s, rig_buf, 150000, RIG_NOW), 150000);
    CHECK_INT(gf_spool_put(s, "x", 1, RIG_NOW), 1);
    CHECK_INT(gf_spool_put(s, "", 0, RIG_NOW), 0);
    CHECK_INT(gf_spool_counts(s)->records, 2);
    CHECK_INT(gf_spool_get(s, rig_buf, 150000, false), 150000);
    CHECK_INT(gf_spool_get(s, rig_buf, 9, false), 1);
    CHECK_INT(rig_buf[0], 'x');
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

/* ---- writes that fail ------------------------------------------------------------------------ */

static void limit_files(rlim_t size)
{
    struct rlimit limit;
    CHECK_INT(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = size;
    CHECK_INT(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

TEST(buffer_spool, a_write_that_fails_leaves_nothing)
{
    rig_enter();
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    CHECK_INT(sigaction(SIGXFSZ, &ignore, NULL), 0);
    struct gf_spool *s = rig_open("s", 8 << 20);
    rig_put_numbered(s, 0, 10, near_4k);
    uint64_t disk = rig_disk("s");
    size_t len = 0;
    for (unsigned i = 10; i < 60; i++)
        len += rig_record(i, near_4k, rig_buf + len);
    limit_files(disk + 20000);
    CHECK_INT(gf_spool_put(s, rig_buf, len, RIG_NOW), -1);
    CHECK_INT(errno, EFBIG);
    CHECK_INT(rig_disk("s"), disk);
    CHECK_INT(gf_spool_counts(s)->records, 10);
    CHECK_INT(gf_spool_put(s, rig_buf, len, RIG_NOW), -1);
    limit_files(RLIM_INFINITY);
    CHECK_INT(gf_spool_put(s, rig_buf, len, RIG_NOW), len);
    rig_copy("s", "copy");
    check_seen(rig_get_all(s, near_4k), 0, 60);
    limit_files(10);
    CHECK_INT(gf_spool_checkpoint(s), -1);
    limit_files(RLIM_INFINITY);
    CHECK_INT(gf_spool_close(s), 0);
    s = rig_open("copy", 8 << 20);
    check_seen(rig_get_all(s, near_4k), 0, 60);
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

/* The second segment cannot be made, and the first one cannot be cut, for want of a descriptor. */
TEST(buffer_spool, what_cannot_be_taken_back_is_cut_later)
{
    rig_enter();
    struct rlimit limit, none;
    struct gf_spool *s = rig_open("s", 1 << 20);
    size_t len = 0;
    rig_put_numbered(s, 0, 10, near_4k);
    for (unsigned i = 10; i < 60; i++)
        len += rig_record(i, near_4k, rig_buf + len);
    CHECK_INT(getrlimit(RLIMIT_NOFILE, &limit), 0);
    none = limit;
    none.rlim_cur = 3;
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &none), 0);
    CHECK_INT(gf_spool_put(s, rig_buf, len, RIG_NOW), -1);
    CHECK_INT(errno, EMFILE);
    CHECK_INT(gf_spool_put(s, rig_buf, len, RIG_NOW), -1);
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &limit), 0);
    CHECK(rig_size("s/0000000000000001.seg") > 100000); /* there is something to take back */
    CHECK_INT(gf_spool_counts(s)->records, 10);
    CHECK_INT(gf_spool_put(s, rig_buf, len, RIG_NOW), len);
    CHECK(rig_size("s/0000000000000001.seg") < 60000);
    rig_copy("s", "copy");
    check_seen(rig_get_all(s, near_4k), 0, 60);
    CHECK_INT(gf_spool_close(s), 0);
    s = rig_open("copy", 1 << 20);
    check_seen(rig_get_all(s, near_4k), 0, 60);
    CHECK_INT(gf_spool_counts(s)->damaged, 0);
    CHECK_INT(gf_spool_close(s), 0);
    rig_leave();
}

/* The writer keeps its segment where no checkpoint can be written: no other one could be made. */
TEST(buffer_spool, a_directory_that_is_gone)
{
    rig_enter();
    struct gf_spool *s = rig_open("s", 0);
    CHECK_INT(gf_spool_put(s, "one\n", 4, RIG_NOW), 4);
    gf_spool_skip(s, 4);
    gf_spool_out(s, 4);
    rig_remove("s");
    for (int i = 0; i < 3; i++) {
        CHECK_INT(gf_spool_checkpoint(s), -1);
        CHECK_INT(errno, ENOENT);
        CHECK_INT(gf_spool_put(s, "next\n", 5, RIG_NOW), 5);
        CHECK_INT(gf_spool_get(s, rig_buf, 100, false), 5);
        CHECK(memcmp(rig_buf, "next\n", 5) == 0);
        gf_spool_out(s, 5);
        CHECK_INT(gf_spool_counts(s)->records, 0);
    }
    CHECK_INT(gf_spool_close(s), -1);
    rig_leave();
}

/* ---- looking --------------------------------------------------------------------------------- */

TEST(buffer_spool, look)
{
    struct gf_spool_counts c;
    pid_t holder;
    const char *why;
    rig_enter();
    CHECK_INT(gf_spool_look("s", &c, &holder, &why), -1);
    CHECK_INT(errno, ENOENT);
    struct gf_spool *s = rig_open("s", 8 << 20);
    CHECK_INT(gf_spool_look("s", &c, &holder, &why), 0);
    CHECK_INT(c.records, 0);
    CHECK_INT(holder, getpid());
    rig_put_numbered(s, 0, 500, near_4k);
    CHECK_INT(gf_spool_look("s", &c, &holder, &why), 0);
    CHECK_INT(c.records, 500);
    CHECK_INT(c.bytes, gf_spool_counts(s)->bytes);
    CHECK_INT(c.disk, rig_disk("s"));
    CHECK_INT(c.oldest_wall, RIG_NOW);
    ssize_t n = gf_spool_get(s, rig_buf, 100000, false);
    gf_spool_out(s, (uint64_t)n);
    CHECK_INT(gf_spool_checkpoint(s), 0);
    CHECK_INT(gf_spool_look("s", &c, &holder, &why), 0);
    CHECK_INT(c.records, gf_spool_counts(s)->records);
    CHECK_INT(c.bytes, gf_spool_counts(s)->bytes);
    CHECK_INT(gf_spool_close(s), 0);
    uint64_t disk = rig_disk("s");
    CHECK_INT(gf_spool_look("s", &c, &holder, &why), 0);
    CHECK_INT(holder, 0);
    CHECK_INT(rig_disk("s"), disk);
    CHECK_INT(truncate(rig_last("s"), 100000), 0); /* in the middle of a write */
    CHECK_INT(gf_spool_look("s", &c, &holder, &why), 0);
    CHECK(c.records > 100 && c.records < 500);
    CHECK_INT(rig_size(rig_last("s")), 100000);
    rig_leave();
}
