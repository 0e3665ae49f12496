/* reader.c - text/reader: records out of pipes, whatever the pieces they come in. */
#include "text/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "test.h"

/* All records of `text`, read `block` bytes at a time, each as <data> or <data| without its end. */
static void read_all(const char *text, size_t len, char separator, size_t block, struct gf_buf *out)
{
    int p[2];
    REQUIRE(pipe(p) == 0);
    REQUIRE(write(p[1], text, len) == (ssize_t)len);
    close(p[1]);
    struct gf_reader r;
    gf_reader_init(&r, p[0], separator, 0);
    r.block = block;
    for (int got = 0; got != GF_READER_END && got >= 0;) {
        struct gf_record rec;
        got = gf_reader_take(&r, &rec);
        if (got == 0) {
            got = gf_reader_fill(&r);
        } else if (got == 1) {
            gf_buf_putc(out, '<');
            gf_buf_add(out, rec.data, rec.len);
            gf_buf_putc(out, rec.terminated ? '>' : '|');
        }
        if (got < 0)
            gf_buf_puts(out, "!");
    }
    gf_reader_release(&r);
    close(p[0]);
}

TEST(reader, records)
{
    static const struct {
        const char *text;
        size_t len;
        char separator;
        const char *want;
        size_t want_len;
    } rows[] = {
        {"", 0, '\n', "", 0},
        {"\n", 1, '\n', "<>", 2},
        {"a", 1, '\n', "<a|", 3},
        {"a\n", 2, '\n', "<a>", 3},
        {"a\nbc\n\nd", 7, '\n', "<a><bc><><d|", 12},
        {"a\0b\r\n\xff\n", 7, '\n', "<a\0b\r><\xff>", 9},
        {"a\nb\0\0c", 6, '\0', "<a\nb><><c|", 10},
    };
    static const size_t blocks[] = {1, 2, 3, 7, 64, 131072};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (size_t k = 0; k < sizeof blocks / sizeof blocks[0]; k++) {
            struct gf_buf out = {0};
            read_all(rows[i].text, rows[i].len, rows[i].separator, blocks[k], &out);
            CHECK_ROW(out.len == rows[i].want_len &&
                          (!out.len || memcmp(out.data, rows[i].want, out.len) == 0),
                      "row %zu in pieces of %zu", i, blocks[k]);
            gf_buf_release(&out);
        }
}

TEST(reader, a_long_record_in_small_pieces)
{
    static char text[60001];
    memset(text, 'x', sizeof text);
    text[60000] = '\n';
    struct gf_buf out = {0};
    read_all(text, sizeof text, '\n', 17, &out);
    CHECK_INT(out.len, 60002);
    gf_buf_release(&out);
}

TEST(reader, the_ceiling_names_the_record)
{
    int p[2];
    REQUIRE(pipe(p) == 0);
    static char text[1000] = "one\n";
    memset(text + 4, 'x', sizeof text - 4);
    REQUIRE(write(p[1], text, sizeof text) == sizeof text);
    struct gf_reader r;
    gf_reader_init(&r, p[0], '\n', 100);
    r.block = 10;
    int got = 0;
    for (int i = 0; i < 1000 && got >= 0; i++) {
        struct gf_record rec;
        if (gf_reader_take(&r, &rec) == 0)
            got = gf_reader_fill(&r);
    }
    CHECK_INT(got, -1);
    CHECK_INT(errno, EMSGSIZE);
    CHECK_INT(r.taken, 1);
    CHECK(r.cap < 4096 + 1000); /* a span beyond what the ceiling needs */
    gf_reader_release(&r);
}

TEST(reader, waits)
{
    int p[2];
    REQUIRE(pipe(p) == 0);
    struct gf_reader r;
    struct gf_record rec;
    gf_reader_init(&r, p[0], '\n', 0);
    CHECK(gf_reader_waits(&r));
    CHECK_INT(write(p[1], "a\n", 2), 2);
    CHECK(!gf_reader_waits(&r));
    CHECK_INT(gf_reader_fill(&r), 1);
    CHECK_INT(gf_reader_take(&r, &rec), 1);
    CHECK_INT(gf_reader_take(&r, &rec), 0);
    CHECK(gf_reader_waits(&r));
    close(p[1]);
    CHECK(!gf_reader_waits(&r));
    CHECK_INT(gf_reader_fill(&r), 1);
    CHECK(!gf_reader_waits(&r));
    CHECK_INT(gf_reader_take(&r, &rec), GF_READER_END);
    CHECK_INT(gf_reader_take(&r, &rec), GF_READER_END);
    gf_reader_release(&r);
    gf_reader_release(&r);
}

TEST(reader, a_bad_descriptor_is_an_error)
{
    struct gf_reader r;
    gf_reader_init(&r, -1, '\n', 0);
    CHECK_INT(gf_reader_fill(&r), -1);
    CHECK_INT(errno, EBADF);
    gf_reader_release(&r);
}

/* Whole reads of a file land as far into a page as they begin in the file: see reader.c. */
TEST(reader, reads_land_where_copying_is_fast)
{
    enum {
        READ = 8192,
        READS = 20
    };
    static char text[READS * READ];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i % 97 == 96 ? '\n' : 'x';
    int fd = memfd_create("reads", MFD_CLOEXEC);
    REQUIRE(fd >= 0 && write(fd, text, sizeof text) == (ssize_t)sizeof text);
    for (unsigned trade = 0; trade < 2; trade++) {
        struct gf_reader r;
        struct gf_slice run;
        char *other = NULL;
        size_t cap = 0, all = 0;
        REQUIRE(lseek(fd, 0, SEEK_SET) == 0);
        gf_reader_init(&r, fd, '\n', 0);
        r.block = READ;
        for (unsigned i = 0; i < READS; i++) {
            REQUIRE(gf_reader_fill(&r) == 1);
            CHECK_INT((uintptr_t)(r.buf + r.end - READ) % 4096, 0);
            if (trade)
                REQUIRE(gf_reader_trade_run(&r, &other, &cap, &run) == 0);
            else
                gf_reader_take_run(&r, &run);
            CHECK(run.len && memcmp(run.data, text + all, run.len) == 0);
            all += run.len;
        }
        CHECK_INT(all + (r.end - r.start), sizeof text);
        gf_reader_release(&r);
        free(other);
    }
    close(fd);
}
