/* text_tabular.c - text/tabular: tables into the form of chains, and out of it. */
#include "text/tabular.h"

#include <stdlib.h>
#include <string.h>

#include "test.h"

/* What is read from `text`, in pieces of `piece` bytes, with | for the byte between fields and /
 * for the end of a record. */
static void read_all(struct gf_tabular_in *in, const char *text, size_t len, size_t piece,
                     struct gf_buf *out)
{
    gf_buf_clear(out);
    gf_buf_puts(out, "");
    for (size_t from = 0, to = 0; from < len || to < len;) {
        to = piece < len - to ? to + piece : len;
        size_t used, n = to - from;
        char *raw = calloc(1, n + GF_TABULAR_SLACK);
        REQUIRE(raw && gf_buf_reserve(out, 2 * n + GF_TABULAR_SLACK) == 0);
        memcpy(raw, text + from, n);
        out->len += gf_tabular_read(in, raw, n, to == len, out->data + out->len, &used);
        from += used;
        free(raw);
    }
    for (size_t i = 0; i < out->len; i++)
        out->data[i] = (char)(out->data[i] == '\x1f' ? '|' : out->data[i] ? out->data[i] : '/');
    gf_buf_puts(out, "");
}

TEST(tabular, read)
{
    static const struct {
        char comma;
        const char *text, *want;
    } rows[] = {
        {',', "a,b\nc,d\n", "a|b/c|d/"},
        {',', "a,b\r\nc,d", "a|b/c|d/"},
        {',', "\"a,b\",\"c\"\"d\"\n", "a,b|c\"d/"},
        {',', "\"two\nlines\",x\n", "two\nlines|x/"},
        {',', "\"\"\n", "/"},
        {',', "\n\n,\n\r\n", "|/"},
        {',', "\"\"", "/"},
        {',', "a\"b,c\"\n", "a\"b|c\"/"},
        {',', "\"a\"b\"c,d\n", "ab\"c|d/"},
        {',', " \"a\"\n", " \"a\"/"},
        {',', "a\rb,\r\n", "a\rb|/"},
        {',', "\xef\xbb\xbf\"a\",b\n", "a|b/"},
        {',', "\xef\xbbx\n", "\xef\xbbx/"},
        {',', "a\x1f,\x1e\n", "a\x1e_|\x1e^/"},
        {';', "a,b;c\n", "a,b|c/"},
        {'\t', "a\\tb\tc\\n\\\\d\\q\n\n", "a\tb|c\n\\d\\q//"},
        {'\t', "a\"\tb\r\nx\\", "a\"|b/x\\/"},
    };
    struct gf_buf out = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t piece = 1; piece < 20; piece++) {
            enum gf_tabular_kind kind = rows[i].comma == '\t' ? GF_TABULAR_TSV : GF_TABULAR_CSV;
            struct gf_tabular_in in = {.kind = kind, .comma = rows[i].comma};
            read_all(&in, rows[i].text, strlen(rows[i].text), piece, &out);
            CHECK_STR(out.data, rows[i].want);
            CHECK(!gf_tabular_is_open(&in));
        }
    gf_buf_release(&out);
}

TEST(tabular, what_a_table_is_told_to_have)
{
    static const char text[] = "a,b\n1,2\n\"x\ny\",2\n\n1\n1,2,3\n4,5\n6";
    struct gf_tabular_in in = {.kind = GF_TABULAR_CSV, .comma = ','};
    struct gf_buf out = {0};
    read_all(&in, text, strlen(text), 7, &out);
    CHECK_INT(in.columns, 2);
    CHECK_INT(in.records, 7);
    CHECK_INT(in.ragged, 3);
    CHECK_INT(in.ragged_line, 6);
    CHECK_INT(in.ragged_fields, 1);
    CHECK(!in.crlf);
    in = (struct gf_tabular_in){.kind = GF_TABULAR_CSV, .comma = ','};
    read_all(&in, "a\r\n1,\"2\n3\n", 11, 100, &out);
    CHECK(in.crlf && gf_tabular_is_open(&in));
    CHECK_INT(in.quote_line, 2);
    gf_buf_release(&out);
}

TEST(tabular, written)
{
    static const struct {
        struct gf_tabular_out form;
        const char *rec;
        size_t len;
        const char *want;
        bool plain;
    } rows[] = {
        {{GF_TABULAR_CSV, ',', false},
         "a\x1f"
         "b",
         3,
         "a,b\n",
         true},
        {{GF_TABULAR_CSV, ',', true},
         "a\x1f"
         "b",
         3,
         "a,b\r\n",
         false},
        {{GF_TABULAR_CSV, ',', false}, "a,b\x1f\"", 5, "\"a,b\",\"\"\"\"\n", false},
        {{GF_TABULAR_CSV, ',', false}, "", 0, "\"\"\n", false},
        {{GF_TABULAR_CSV, ',', false}, "\x1f", 1, ",\n", true},
        {{GF_TABULAR_CSV, ';', false},
         "a,b\x1f"
         "c;",
         6,
         "a,b;\"c;\"\n",
         false},
        {{GF_TABULAR_CSV, ',', false}, "a\x1e_\x1e^", 5, "a\x1f\x1e\n", false},
        {{GF_TABULAR_TSV, '\t', false}, "a\tb\x1f\n\\\r", 7, "a\\tb\t\\n\\\\\\r\n", false},
        {{GF_TABULAR_TSV, '\t', false}, "a\"\x1f,", 4, "a\"\t,\n", true},
        {{GF_TABULAR_TSV, '\t', false}, "", 0, "\n", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_slice rec = {rows[i].rec, rows[i].len};
        struct gf_buf out = {0};
        char plain[GF_TABULAR_SLACK * 2];
        REQUIRE(gf_tabular_add(&rows[i].form, rec, &out) == 0);
        CHECK_STR(out.data, rows[i].want);
        CHECK_ROW(gf_tabular_plain(&rows[i].form, rec, plain) == rows[i].plain, "%zu", i);
        if (rows[i].plain)
            CHECK(out.len == rec.len + 1 && memcmp(plain, out.data, rec.len) == 0);
        gf_buf_release(&out);
    }
}

/* Each length, with a byte that is not as the others at each place, in memory that ends there. */
TEST(tabular, plain_at_every_place)
{
    static const char bytes[] = {'a', '\x1f', '\0', ',', '"', '\r', '\n', '\x1e'};
    const struct gf_tabular_out form = {GF_TABULAR_CSV, ',', false};
    for (size_t n = 1; n <= 40; n++) {
        char *rec = malloc(n), out[40 + GF_TABULAR_SLACK], want[40];
        REQUIRE(rec != NULL);
        for (size_t at = 0; at < n * sizeof bytes; at++) {
            char c = bytes[at / n];
            bool is_plain = at / n < 3 && (c || at % n > 0); /* a record of no bytes is "" */
            memset(rec, 'a', n);
            memset(want, 'a', n);
            rec[at % n] = c;
            want[at % n] = (char)(c == '\x1f' ? ',' : c ? c : '\n');
            bool got = gf_tabular_plain(&form, (struct gf_slice){rec, n}, out);
            CHECK_ROW(got == is_plain && (!got || memcmp(out, want, n) == 0),
                      "%zu bytes, %d at %zu", n, c, at % n);
        }
        free(rec);
    }
}
