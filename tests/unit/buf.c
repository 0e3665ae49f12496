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
