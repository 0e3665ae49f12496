/* Rows of a commit file: what is written is read, and a row written in part never counts. */
#include "pipeline/commit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test.h"

static struct gf_commit sample(uint64_t number)
{
    return (struct gf_commit){.number = number,
                              .offset = number * 1000,
                              .records = number * 7,
                              .ended = number % 2,
                              .input = {.dev = 65025, .ino = UINT64_MAX - number},
                              .head = 0x0123456789abcdef,
                              .tail = number,
                              .output = {.dev = 1, .ino = number},
                              .length = UINT64_MAX};
}

static bool same(const struct gf_commit *a, const struct gf_commit *b)
{
    return a->number == b->number && a->offset == b->offset && a->records == b->records &&
           a->ended == b->ended && a->input.dev == b->input.dev && a->input.ino == b->input.ino &&
           a->head == b->head && a->tail == b->tail && a->output.dev == b->output.dev &&
           a->output.ino == b->output.ino && a->length == b->length;
}

TEST(pipeline_commit, row)
{
    char row[GF_COMMIT_ROW];
    const struct gf_commit most = {UINT64_MAX,
                                   UINT64_MAX,
                                   UINT64_MAX,
                                   true,
                                   {UINT64_MAX, UINT64_MAX},
                                   UINT64_MAX,
                                   UINT64_MAX,
                                   {UINT64_MAX, UINT64_MAX},
                                   UINT64_MAX};
    struct gf_commit all[] = {sample(1), sample(2), most}, got;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        gf_commit_format(&all[i], row);
        CHECK(!memchr(row, '\0', sizeof row));
        CHECK(memchr(row, '\n', sizeof row) == row + sizeof row - 1);
        CHECK(gf_commit_parse(row, &got));
        CHECK(same(&got, &all[i]));
    }
}

TEST(pipeline_commit, row_that_is_none)
{
    char row[GF_COMMIT_ROW];
    const struct gf_commit was = sample(5), none = sample(0);
    struct gf_commit got = was;
    gf_commit_format(&none, row); /* no row has the number 0 */
    CHECK(!gf_commit_parse(row, &got));
    for (size_t at = 0; at < sizeof row; at++)
        for (int bit = 0; bit < 8; bit++) {
            gf_commit_format(&was, row);
            row[at] = (char)(row[at] ^ 1 << bit);
            CHECK_ROW(!gf_commit_parse(row, &got), "bit %d of byte %zu is wrong", bit, at);
        }
    CHECK(same(&got, &was));
}

/* A row in which `was` has become `is`, with the sum that belongs to that. */
static void reword(const char *was, const char *is, char row[GF_COMMIT_ROW])
{
    enum {
        SUM = 22,
        SUMMED = GF_COMMIT_ROW - SUM
    };
    const struct gf_commit c = sample(5);
    gf_commit_format(&c, row);
    row[SUMMED] = '\0';
    const char *at = strstr(row, was);
    CHECK_ROW(at != NULL, "no '%s' is in the row", was);
    char text[3 * GF_COMMIT_ROW], sum[SUM + 1];
    snprintf(text, sizeof text, "%.*s%s%-*s", (int)(at - row), row, is, SUMMED, at + strlen(was));
    memcpy(row, text, SUMMED);
    snprintf(sum, sizeof sum, " sum=%016llx\n", (unsigned long long)gf_commit_hash(row, SUMMED));
    memcpy(row + SUMMED, sum, SUM);
}

TEST(pipeline_commit, row_of_other_words)
{
    static const struct {
        const char *was, *is;
        bool is_row;
    } all[] = {{" number=5", " number=5", true},
               {" number=5", " number=18446744073709551615", true},
               {" number=5", " number=18446744073709551616", false},
               {" number=5", " number=99999999999999999999", false},
               {" number=5", " number=-5", false},
               {" number=5", " number=+5", false},
               {" number=5", " number= 5", false},
               {" number=5", " number=05", false},
               {" number=5", " number=", false},
               {" number=5", " number=0", false},
               {" number=5", "", false},
               {" offset=5000", " offset=5001", true},
               {" offset=5000", " offset=5000x", false},
               {" ended=1", " ended=0", true},
               {" ended=1", " ended=2", false},
               {":18446744073709551610", ":18446744073709551616", false},
               {"head=0123456789abcdef", "head=fedcba9876543210", true},
               {"head=0123456789abcdef", "head=0123456789ABCDEF", false},
               {"head=0123456789abcdef", "head=0x0123456789abcd", false},
               {"head=0123456789abcdef", "head=10123456789abcdef", false},
               {"length=18446744073709551615", "length=0", true},
               {"length=18446744073709551615", "length=18446744073709551616", false},
               {"length=18446744073709551615", "length=1 more=1", false}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char row[GF_COMMIT_ROW];
        struct gf_commit got = {0};
        reword(all[i].was, all[i].is, row);
        CHECK_ROW(gf_commit_parse(row, &got) == all[i].is_row, "'%s'", all[i].is);
    }
}

TEST(pipeline_commit, lengths)
{
    CHECK_INT(gf_commit_head_length(0), 0);
    CHECK_INT(gf_commit_head_length(GF_COMMIT_HEAD - 1), GF_COMMIT_HEAD - 1);
    CHECK_INT(gf_commit_head_length(UINT64_MAX), GF_COMMIT_HEAD);
    CHECK_INT(gf_commit_tail_length(0), 0);
    CHECK_INT(gf_commit_tail_length(GF_COMMIT_TAIL + 1), GF_COMMIT_TAIL);
    CHECK(gf_commit_hash("", 0) == gf_commit_hash("x", 0));
    CHECK(gf_commit_hash("a", 1) != gf_commit_hash("b", 1));
}

static int file_of(const char *text, size_t len)
{
    int fd = memfd_create("commit", MFD_CLOEXEC);
    CHECK_INT(write(fd, text, len), len);
    return fd;
}

TEST(pipeline_commit, file)
{
    struct gf_commit c = {.offset = 10}, got = {0};
    int fd = file_of("", 0);
    CHECK_INT(gf_commit_read(fd, &got), GF_COMMIT_EMPTY);
    for (uint64_t i = 1; i < 6; i++) {
        c.records = i;
        CHECK_INT(gf_commit_write(fd, &c), 0);
        CHECK_INT(c.number, i);
        CHECK_INT(gf_commit_read(fd, &got), GF_COMMIT_FOUND);
        CHECK(same(&got, &c));
        CHECK_INT(lseek(fd, 0, SEEK_END), i == 1 ? GF_COMMIT_ROW : 2 * GF_COMMIT_ROW);
    }
    close(fd);
    CHECK_INT(gf_commit_read(fd, &got), GF_COMMIT_ERROR);
    CHECK_INT(errno, EBADF);
    CHECK_INT(gf_commit_write(fd, &c), -1);
    CHECK_INT(c.number, 5);
}

/* Row `number` is written over a file in which the ones before it are, and only `len` bytes of it
 * get there. */
static void tear(uint64_t number, size_t len)
{
    char text[GF_COMMIT_ROW];
    struct gf_commit c = {0}, old = {0}, got = {0};
    int fd = file_of("", 0);
    for (uint64_t i = 1; i < number; i++) {
        c = sample(i);
        c.number = i - 1;
        CHECK_INT(gf_commit_write(fd, &c), 0);
        old = c;
    }
    struct gf_commit new = sample(number);
    gf_commit_format(&new, text);
    off_t at = (off_t)((number - 1) % 2 * GF_COMMIT_ROW);
    CHECK_INT(pwrite(fd, text, len, at), len);
    enum gf_commit_state want =
        number > 1 || len == GF_COMMIT_ROW ? GF_COMMIT_FOUND : GF_COMMIT_EMPTY;
    CHECK_ROW(gf_commit_read(fd, &got) == want, "row %d, %zu bytes", (int)number, len);
    CHECK_ROW(same(&got, &old) || same(&got, &new), "row %d, %zu bytes", (int)number, len);
    CHECK_ROW(len < GF_COMMIT_ROW || same(&got, &new), "row %d is not read", (int)number);
    CHECK_ROW(len > 0 || same(&got, &old), "row %d was not written", (int)number);
    close(fd);
}

TEST(pipeline_commit, torn)
{
    for (uint64_t number = 1; number <= 5; number++)
        for (size_t len = 0; len <= GF_COMMIT_ROW; len++)
            tear(number, len);
}

TEST(pipeline_commit, foreign)
{
    char row[2 * GF_COMMIT_ROW + 1], long_text[3 * GF_COMMIT_ROW];
    struct gf_commit got = {0};
    memset(long_text, 'x', sizeof long_text);
    gf_commit_format(&(struct gf_commit){.number = 1}, row);
    row[1] = 'F';
    const struct {
        const char *text;
        size_t len;
    } all[] = {{"x", 1},
               {"gf-pipeline-commit 2 number=1", 29},
               {"\0", 1},
               {row, GF_COMMIT_ROW},
               {long_text, sizeof long_text}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        int fd = file_of(all[i].text, all[i].len);
        CHECK_ROW(gf_commit_read(fd, &got) == GF_COMMIT_FOREIGN, "text %zu", i);
        CHECK_INT(got.number, 0);
        close(fd);
    }
}
