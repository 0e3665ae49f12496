/* buf.c - base/buf and base/sat: a growable run of bytes, its ceiling, and sums that do not
 * wrap. */
#include "base/buf.h"

#include <errno.h>
#include <string.h>

#include "base/sat.h"
#include "test.h"

TEST(buf, appends)
{
    struct gf_buf b = {0};
    CHECK_INT(gf_buf_puts(&b, "job "), 0);
    CHECK_INT(gf_buf_printf(&b, "%d", 42), 0);
    CHECK_INT(gf_buf_putc(&b, '!'), 0);
    CHECK_INT(gf_buf_add(&b, "a\0b", 3), 0);
    CHECK_INT(b.len, 10);
    CHECK(memcmp(b.data, "job 42!a\0b", 11) == 0);
    gf_buf_release(&b);
    CHECK(!b.data && b.len == 0);
}

TEST(buf, nothing_is_a_string_too)
{
    struct gf_buf b = {0};
    CHECK_INT(gf_buf_add(&b, NULL, 0), 0);
    CHECK_STR(b.data, "");
    gf_buf_release(&b);
}

TEST(buf, grows)
{
    struct gf_buf b = {0};
    for (int i = 0; i < 100000; i++)
        gf_buf_putc(&b, (char)('a' + i % 26));
    CHECK(!b.failed);
    CHECK_INT(b.len, 100000);
    CHECK(b.data[99999] == 'a' + 99999 % 26);
    gf_buf_release(&b);
}

TEST(buf, ceiling_is_exact_and_for_good)
{
    struct gf_buf b = GF_BUF_INIT(5);
    CHECK_INT(gf_buf_puts(&b, "12345"), 0);
    errno = 0;
    CHECK_INT(gf_buf_putc(&b, '6'), -1);
    CHECK_INT(errno, EOVERFLOW);
    CHECK(b.failed);
    CHECK_STR(b.data, "12345");
    CHECK_INT(gf_buf_puts(&b, ""), -1);
    gf_buf_clear(&b);
    CHECK(!b.failed);
    CHECK_STR(b.data, "");
    CHECK_INT(gf_buf_printf(&b, "%s", "123456"), -1);
    gf_buf_release(&b);
    CHECK_INT(b.max, 5);
}

/* What is made out of a buffer that failed has failed, too, whatever was appended before. */
TEST(buf, a_failure_is_handed_on)
{
    static const struct {
        size_t from_max, to_max;
        int join, failed;
        const char *text;
    } rows[] = {{0, 0, 0, 0, "<123456"},
                {6, 7, 0, 0, "<123456"},
                {5, 0, -1, EOVERFLOW, "<"},
                {0, 6, -1, EOVERFLOW, "<"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_buf from = GF_BUF_INIT(rows[i].from_max), to = GF_BUF_INIT(rows[i].to_max);
        gf_buf_puts(&to, "<");
        gf_buf_puts(&from, "123456");
        errno = 0;
        CHECK_INT(gf_buf_join(&to, &from), rows[i].join);
        CHECK_INT(errno, rows[i].failed);
        CHECK_INT(to.failed, rows[i].failed);
        CHECK_STR(to.data, rows[i].text);
        errno = 0;
        CHECK_INT(gf_buf_check(&to), rows[i].join);
        CHECK_INT(errno, rows[i].failed);
        gf_buf_release(&from);
        gf_buf_release(&to);
    }
}

TEST(buf, the_first_failure_stays)
{
    struct gf_buf from = {.failed = ENOMEM}, to = {.failed = EOVERFLOW}, fine = {0};
    gf_buf_inherit(&to, &from);
    CHECK_INT(to.failed, EOVERFLOW);
    gf_buf_inherit(&fine, &from);
    CHECK_INT(fine.failed, ENOMEM);
    errno = 0;
    CHECK_INT(gf_buf_puts(&fine, "x"), -1);
    CHECK_INT(errno, ENOMEM);
    CHECK_INT(fine.len, 0);
    gf_buf_inherit(&from, &(struct gf_buf){0});
    CHECK_INT(from.failed, ENOMEM);
}

TEST(buf, largest_ceiling_and_size)
{
    struct gf_buf b = GF_BUF_INIT(SIZE_MAX);
    CHECK_INT(gf_buf_puts(&b, "x"), 0);
    CHECK_INT(gf_buf_reserve(&b, SIZE_MAX - 1), -1);
    CHECK_INT(b.len, 1);
    gf_buf_release(&b);
}

TEST(buf, reserve_gives_room_behind_the_data)
{
    struct gf_buf b = {0};
    CHECK_INT(gf_buf_reserve(&b, 1000), 0);
    memset(b.data + b.len, 'x', 1000);
    b.len += 1000;
    CHECK_INT(gf_buf_putc(&b, 'y'), 0);
    CHECK_INT(b.len, 1001);
    gf_buf_release(&b);
}

TEST(sat, sizes)
{
    CHECK(gf_sat_add(1, 2) == 3);
    CHECK(gf_sat_add(SIZE_MAX, 1) == SIZE_MAX);
    CHECK(gf_sat_mul(3, 4) == 12);
    CHECK(gf_sat_mul(SIZE_MAX, 2) == SIZE_MAX);
    CHECK(gf_sat_mul(SIZE_MAX, 0) == 0);
}

TEST(sat, times)
{
    CHECK_INT(gf_sat_add_i64(INT64_MAX, 1), INT64_MAX);
    CHECK_INT(gf_sat_add_i64(INT64_MIN, -1), INT64_MIN);
    CHECK_INT(gf_sat_add_i64(5, -7), -2);
    CHECK_INT(gf_sat_sub_i64(INT64_MIN, 1), INT64_MIN);
    CHECK_INT(gf_sat_sub_i64(INT64_MAX, -1), INT64_MAX);
    CHECK_INT(gf_sat_sub_i64(0, INT64_MIN), INT64_MAX);
    CHECK_INT(gf_sat_sub_i64(5, 7), -2);
}
