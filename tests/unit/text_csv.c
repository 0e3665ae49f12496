/* text_csv.c - text/csv: fields out of a record. */
#include "text/csv.h"

#include <stdio.h>
#include <string.h>

#include "test.h"

static int add_field(void *to, struct gf_slice field)
{
    struct gf_buf *out = to;
    gf_buf_putc(out, '<');
    gf_buf_add(out, field.data, field.len);
    return gf_buf_putc(out, '>');
}

static void check_fields(char comma, struct gf_slice rec, const char *want, size_t len)
{
    struct gf_buf bytes = {0}, out = {0};
    REQUIRE(gf_buf_reserve(&bytes, gf_csv_room(rec.len)) == 0);
    const char *before = bytes.data;
    CHECK_INT(gf_csv_cut(comma, rec, &bytes, add_field, &out), 0);
    CHECK_ROW(out.len == len && memcmp(out.data, want, len) == 0, "'%s': %s", rec.data, out.data);
    CHECK(bytes.len <= rec.len && bytes.data == before);
    gf_buf_release(&bytes);
    gf_buf_release(&out);
}

TEST(csv, fields)
{
    static const struct {
        const char *rec, *want;
    } rows[] = {
        {"", "<>"},
        {",", "<><>"},
        {"a,b", "<a><b>"},
        {" a , b", "< a >< b>"},
        {"\"\"", "<>"},
        {"\"a,b\",c", "<a,b><c>"},
        {"\"a\n\r\nb\"", "<a\n\r\nb>"},
        {"\"\"\"a\"\"b\"\"\"", "<\"a\"b\">"},
        {"a\"b,c\"\"", "<a\"b><c\"\">"},
        {"\"a\"b,c", "<ab><c>"},
        {"\"a\"b\"c,\"", "<ab\"c><>"},
        {"\"a\" ,b", "<a ><b>"},
        {" \"a,b\"", "< \"a><b\">"},
        {"\"a,b", "<a,b>"},
        {"\"", "<>"},
        {"\"a\"\"", "<a\">"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_fields(',', (struct gf_slice){rows[i].rec, strlen(rows[i].rec)}, rows[i].want,
                     strlen(rows[i].want));
    check_fields(';', (struct gf_slice){"a\0b;\"\0;\"", 8}, "<a\0b><\0;>", 9);
    check_fields('\x1f', (struct gf_slice){"a\x1f,\x1e\x1f\"\x1f\"", 8}, "<a><,\x1e><\x1f>", 10);
    check_fields(',', (struct gf_slice){NULL, 0}, "<>", 2);
}

static int refuse(void *to, struct gf_slice field)
{
    (void)field;
    return ++*(int *)to == 2 ? -1 : 0;
}

TEST(csv, whoever_takes_the_fields_may_stop)
{
    struct gf_buf bytes = {0};
    int n = 0;
    CHECK_INT(gf_csv_cut(',', (struct gf_slice){"a,b,c", 5}, &bytes, refuse, &n), -1);
    CHECK_INT(n, 2);
    gf_buf_release(&bytes);
}
