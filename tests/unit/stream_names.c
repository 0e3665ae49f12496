/* stream_names.c - stream/names: names in lists. */
#include "stream/names.h"

#include <stdlib.h>
#include <string.h>

#include "test.h"

static void read(struct gf_names *x, const char *header)
{
    struct gf_sep comma = {.len = 1, .bytes = ","};
    *x = (struct gf_names){0};
    REQUIRE(gf_names_read(x, &comma, (struct gf_slice){header, strlen(header)}) == 0);
}

TEST(stream_names, lists)
{
    static const struct {
        const char *list, *want; /* NULL: what is wrong */
        const char *what;
        size_t col, len;
    } rows[] = {
        {"user", "1", NULL, 0, 0},
        {"bytes,user", "3,1", NULL, 0, 0},
        {"2-,-1,3", "2-,-1,3", NULL, 0, 0},
        {"-3--1", "-3--1", NULL, 0, 0},
        {"user-bytes", "1-3", NULL, 0, 0},
        {"bytes-", "3-", NULL, 0, 0},
        {"a-b", "4", NULL, 0, 0},
        {"user-a-b,1", "1-4,1", NULL, 0, 0},
        {"bytes:nr,user", "3nr,1", NULL, 0, 0},
        {"{bytes}nr", "3nr", NULL, 0, 0},
        {"{bytes}:nr", "3nr", NULL, 0, 0},
        {"3nr", "3nr", NULL, 0, 0},
        {"{2024},2024", "5,2024", NULL, 0, 0},
        {"x:y", "6", NULL, 0, 0},
        {"", "8", NULL, 0, 0},
        {"user,nobody,x", NULL, "there is no column 'nobody'", 5, 6},
        {"{nobody}", NULL, "there is no column 'nobody'", 1, 6},
        {"user-nobody", NULL, "there is no column 'user-nobody'", 0, 11},
        {"3x", NULL, "there is no column '3x'", 0, 2},
        {"same", NULL, "2 columns are called 'same'", 0, 4},
    };
    struct gf_names x;
    read(&x, "user,host,bytes,a-b,2024,x:y,same,,same");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_buf out = {0};
        struct gf_perr e = {0};
        int got = gf_names_list(&x, rows[i].list, &out, &e);
        CHECK_ROW(got == (rows[i].want ? 0 : -1), "'%s': %s", rows[i].list, e.what);
        if (rows[i].want)
            CHECK_STR(out.data, rows[i].want);
        else
            CHECK_ROW(strcmp(e.what, rows[i].what) == 0 && e.col == rows[i].col &&
                          e.len == rows[i].len,
                      "'%s': %s at %zu, %zu", rows[i].list, e.what, e.col, e.len);
        gf_buf_release(&out);
    }
    gf_names_release(&x);
}

TEST(stream_names, none_yet_and_none_any_more)
{
    const struct gf_names pending = {.pending = true};
    struct gf_buf out = {0};
    struct gf_perr e = {0};
    CHECK_INT(gf_names_list(&pending, "who,ever:n,{x}", &out, &e), 0);
    CHECK_STR(out.data, "1,1,1");
    gf_buf_clear(&out);
    CHECK_INT(gf_names_list(NULL, "3,1", &out, &e), 0);
    CHECK_STR(out.data, "3,1");
    struct gf_names x;
    read(&x, "a,b");
    gf_names_end(&x, "split");
    CHECK_INT(gf_names_list(&x, "a", &out, &e), -1);
    CHECK_STR(e.what, "behind 'split' the columns have no names");
    gf_names_release(&x);
    gf_buf_release(&out);
}

TEST(stream_names, record)
{
    struct gf_names x, copy = {0};
    struct gf_buf out = {0};
    const struct gf_slice joiner = {", ", 2};
    read(&x, "a,,c");
    REQUIRE(gf_names_copy(&copy, &x) == 0);
    REQUIRE(gf_names_record(&copy, joiner, &out) == 0);
    CHECK_STR(out.data, "a,,c");
    REQUIRE(gf_names_add(&copy, (struct gf_slice){"d", 1}) == 0);
    gf_buf_clear(&out);
    REQUIRE(gf_names_record(&copy, joiner, &out) == 0);
    CHECK_STR(out.data, "a, , c, d");
    gf_names_release(&x);
    gf_names_release(&copy);
    gf_buf_release(&out);
}
