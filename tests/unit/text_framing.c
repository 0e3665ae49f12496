/* text_framing.c - records by strings, empty lines and CSV, whatever the pieces they come in. */
#include "text/framing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "test.h"
#include "text/reader.h"

static struct gf_framing marks(const char *end, const char *start)
{
    struct gf_framing how = {.kind = GF_FRAME_MARKS};
    if (*end)
        gf_sep_parse(&how.end, end, strlen(end), NULL);
    if (*start)
        gf_sep_parse(&how.start, start, strlen(start), NULL);
    return how;
}

/* The records of `text`, read `block` bytes at a time, each as <data> or <data| without its end,
 * and ! for an error; `whole` gets the bytes of the records with what ends them. */
static void read_all(const struct gf_framing *how, struct gf_slice text, size_t block,
                     struct gf_buf *out, struct gf_buf *whole)
{
    int p[2];
    REQUIRE(pipe(p) == 0);
    REQUIRE(write(p[1], text.data, text.len) == (ssize_t)text.len);
    close(p[1]);
    struct gf_framer f;
    struct gf_reader r;
    gf_framer_init(&f, how);
    gf_reader_init(&r, p[0], '\n', 0);
    r.framer = &f;
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
            gf_buf_add(whole, rec.data, rec.whole);
        }
        if (got < 0)
            gf_buf_puts(out, "!");
    }
    gf_reader_release(&r);
    close(p[0]);
}

static bool is_text(const struct gf_buf *b, const char *text, size_t len)
{
    return b->len == len && (!len || memcmp(b->data, text, len) == 0);
}

static void check_row(const struct gf_framing *how, struct gf_slice text, struct gf_slice want,
                      bool passes)
{
    static const size_t blocks[] = {1, 2, 3, 5, 131072};
    for (size_t k = 0; k < sizeof blocks / sizeof blocks[0]; k++) {
        struct gf_buf out = {0}, whole = {0};
        read_all(how, text, blocks[k], &out, &whole);
        CHECK_ROW(is_text(&out, want.data, want.len), "'%s' in pieces of %zu: %s", text.data,
                  blocks[k], out.data ? out.data : "");
        CHECK_ROW(!passes || is_text(&whole, text.data, text.len), "'%s' in pieces of %zu: bytes",
                  text.data, blocks[k]);
        gf_buf_release(&out);
        gf_buf_release(&whole);
    }
}

TEST(framing, strings)
{
    static const struct {
        const char *end, *start, *text, *want;
    } rows[] = {
        {"--", "", "", ""},
        {"--", "", "a--b", "<a><b|"},
        {"--", "", "a--b--", "<a><b>"},
        {"--", "", "--a", "<><a|"},
        {"--", "", "a---b--", "<a><-b>"},
        {"--", "", "a-", "<a-|"},
        {"--", "", "no match\nat all", "<no match\nat all|"},
        {"aab", "", "aaabaab", "<a><>"},
        {"\\n.\\n", "", "x\n.\ny.\n.\n", "<x><y.>"},
        {"", "\\n>", ">a\nAC\n>b\nG\n", "<>a\nAC><\n>b\nG\n|"},
        {"", ">", ">a>b", "<>a><>b|"},
        {"", ">", "x>a", "<x><>a|"},
        {"", ">", ">", "<>|"},
        {"", ">", ">>", "<>><>|"},
        {"", "aa", "aaaaa", "<aa><aaa|"},
        {"", "aa", "aaaaaa", "<aa><aa><aa|"},
        {"", "abc", "ab", "<ab|"},
        {"\\n", ">", ">a\nA>C\n>b\nG\n", "<>a\nA>C><>b\nG>"},
        {"\\n", ">", "; x\n>a\nA", "<; x><>a\nA|"},
        {"\\n\\n", "From ", "From a\n\nFrom\n\nFrom b\n\n", "<From a\n\nFrom><From b>"},
        {"a", "a", "aaa", "<a><a|"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_framing how = marks(rows[i].end, rows[i].start);
        check_row(&how, (struct gf_slice){rows[i].text, strlen(rows[i].text)},
                  (struct gf_slice){rows[i].want, strlen(rows[i].want)}, true);
    }
    struct gf_framing how = marks("\\0\\xff", "");
    check_row(&how, (struct gf_slice){"a\0\xff\0b", 5}, (struct gf_slice){"<a><\0b|", 7}, true);
}

TEST(framing, paragraphs)
{
    static const struct {
        const char *text, *want, *passed;
    } rows[] = {
        {"", "", ""},
        {"a", "<a|", "<a|"},
        {"a\n", "<a|", "<a|"},
        {"a\n\n", "<a>", "<a>"},
        {"a\nb\n\nc\n", "<a\nb><c|", "<a\nb><c|"},
        {"\n\na\n\n\n\nb\n\n\n", "<a><b>", "<\n\na><b>"},
        {"\n", "", "<>"},
        {"\n\n\n", "", "<\n\n>"},
        {"a\n\r\nb\n", "<a><b|", "<a><b|"},
        {"\r\na\r\nb\r\n\r\n\n\r\nc\r\n", "<a\r\nb><c|", "<\r\na\r\nb><c|"},
        {"a\n\n\r", "<a><\r|", "<a><\r|"},
        {"a\r\n\rb\n\r\n", "<a\r\n\rb>", "<a\r\n\rb>"},
        {"\r\n", "", "<>"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_framing how = {.kind = GF_FRAME_PARAGRAPHS};
        struct gf_slice text = {rows[i].text, strlen(rows[i].text)};
        check_row(&how, text, (struct gf_slice){rows[i].want, strlen(rows[i].want)}, false);
        how.passes = true;
        check_row(&how, text, (struct gf_slice){rows[i].passed, strlen(rows[i].passed)}, true);
    }
}

TEST(framing, csv_records)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"", ""},
        {"a,b\r\nc\n", "<a,b><c>"},
        {"a,b\r", "<a,b|"},
        {"\n\r\n", "<><>"},
        {"a,\"b\n\"\"\r\n,\"\nc", "<a,\"b\n\"\"\r\n,\"><c|"},
        {"a\"b\nc\"\n", "<a\"b><c\">"},
        {"\"a\"b\"\n\"\",\"\"\n", "<\"a\"b\"><\"\",\"\">"},
        {"a\rb\n", "<a\rb>"},
        {"\xef\xbb\xbf\"a\n\"\n\xef\xbb\xbf\n", "<\"a\n\"><\xef\xbb\xbf>"},
        {"\xef\xbb\xbf", ""},
        {"\xef\xbb", "<\xef\xbb|"},
        {"a\n\"b\nc\n", "<a>!"},
        {"\"", "!"},
        {"\"a\"\"", "!"},
    };
    struct gf_framing how = {.kind = GF_FRAME_CSV, .comma = ','};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_row(&how, (struct gf_slice){rows[i].text, strlen(rows[i].text)},
                  (struct gf_slice){rows[i].want, strlen(rows[i].want)}, false);
}

TEST(framing, open_quotes_have_a_line)
{
    static const char text[] = "\xef\xbb\xbf"
                               "a,b\n\"c\nd\",\"e\nf\ng";
    int p[2];
    REQUIRE(pipe(p) == 0);
    REQUIRE(write(p[1], text, sizeof text - 1) == sizeof text - 1);
    close(p[1]);
    struct gf_framing how = {.kind = GF_FRAME_CSV, .comma = ','};
    struct gf_framer f;
    struct gf_reader r;
    struct gf_record rec;
    gf_framer_init(&f, &how);
    gf_reader_init(&r, p[0], '\n', 0);
    r.framer = &f;
    int got = 0;
    for (int i = 0; i < 10 && got >= 0; i++)
        if ((got = gf_reader_take(&r, &rec)) == 0)
            got = gf_reader_fill(&r);
    CHECK_INT(got, -1);
    CHECK_INT(errno, EBADMSG);
    CHECK_INT(r.taken, 1);
    CHECK_INT(gf_reader_open_line(&r), 3);
    gf_reader_release(&r);
    CHECK_INT(gf_reader_open_line(&r), 0);
    close(p[0]);
}

TEST(framing, what_is_missing_behind_the_last_record)
{
    struct gf_framing lines = {.kind = GF_FRAME_PARAGRAPHS}, ends = marks("--", ">"),
                      starts = marks("", ">");
    CHECK_INT(gf_framing_missing(&lines, "a", 1).len, 2);
    CHECK_INT(gf_framing_missing(&lines, "a\n", 2).len, 1);
    CHECK_INT(gf_framing_missing(&ends, "a", 1).len, 2);
    CHECK_INT(gf_framing_missing(&starts, "a", 1).len, 0);
}
