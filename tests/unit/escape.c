/* escape.c - base/escape: bytes made safe to show, words made safe for a shell. */
#include "base/escape.h"

#include <string.h>

#include "test.h"

static void check(int (*f)(struct gf_buf *, const char *, size_t), const char *s, size_t len,
                  const char *want)
{
    struct gf_buf b = {0};
    CHECK_INT(f(&b, s, len), 0);
    CHECK_STR(b.data, want);
    gf_buf_release(&b);
}

TEST(escape, term)
{
    static const struct {
        const char *text;
        size_t len;
        const char *want;
    } rows[] = {
        {"", 0, ""},
        {"plain \\n", 8, "plain \\n"},
        {"a\nb\tc\rd", 7, "a\\nb\\tc\\rd"},
        {"\033[31m", 5, "\\x1b[31m"},
        {"\0\x7f", 2, "\\x00\\x7f"},
        {"gr\xc3\xbc\xc3\x9f", 6, "gr\xc3\xbc\xc3\x9f"},
        {"\xff\xc3", 2, "\\xff\\xc3"},
        {"\xc2\x9b", 2, "\\xc2\\x9b"}, /* CSI as a C1 control */
        {"a\xe2\x80\xae"
         "b",
         5, "a\\xe2\\x80\\xaeb"},               /* right-to-left override */
        {"\xe2\x80\xa8", 3, "\\xe2\\x80\\xa8"}, /* line separator */
        {"\xef\xbb\xbf", 3, "\\xef\\xbb\\xbf"}, /* byte order mark */
        {"\xf0\x9f\x98\x80", 4, "\xf0\x9f\x98\x80"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check(gf_escape_term, rows[i].text, rows[i].len, rows[i].want);
}

TEST(escape, plain)
{
    CHECK(gf_escape_is_plain("", 0));
    CHECK(gf_escape_is_plain("gr\xc3\xbc\xc3\x9f", 6));
    CHECK(!gf_escape_is_plain("a\tb", 3));
    CHECK(!gf_escape_is_plain("ab\xc3", 3));
    CHECK(gf_escape_is_plain("\xe2\x80\xaf\xe2\x80\xae", 3)); /* a narrow blank, and a mark */
    CHECK(!gf_escape_is_plain("\xe2\x80\xaf\xe2\x80\xae", 6));
}

TEST(escape, column)
{
    static const struct {
        const char *text;
        size_t len;
        const char *want;
    } rows[] = {
        {"", 0, ""},
        {"a\tb\n", 4, "a b "},
        {"\n\n\033[1m\t\0", 8, "  \\x1b[1m \\x00"},
        {"\xe2\x81\xa6x\r", 5, "\\xe2\\x81\\xa6x\\r"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check(gf_escape_column, rows[i].text, rows[i].len, rows[i].want);
}

static int quote_and_escape(struct gf_buf *b, const char *s, size_t len)
{
    struct gf_buf quoted = {0};
    gf_quote_sh(&quoted, s, len);
    int r = gf_escape_sh(b, quoted.data, quoted.len);
    gf_buf_release(&quoted);
    return r;
}

TEST(escape, shell_word_for_a_terminal)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"", "''"},
        {"plain", "plain"},
        {"gr\xc3\xbc\xc3\x9f", "'gr\xc3\xbc\xc3\x9f'"},
        {"a\nb", "'a'$'\\n''b'"},
        {"\033", "''$'\\033'''"},
        {"a\0337b\x7f", "'a'$'\\033''7b'$'\\177'''"},
        {"\033\xc2\x9b\xff'", "''$'\\033\\302\\233\\377'''\\'''"},
        {"\xe2\x80\xae\t", "''$'\\342\\200\\256'''$'\\t'''"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check(quote_and_escape, rows[i].text, strlen(rows[i].text), rows[i].want);
}

TEST(escape, shell_word)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"", "''"},
        {"plain-1.2/x_y:@%+,=", "plain-1.2/x_y:@%+,="},
        {"=ls", "'=ls'"},
        {"two words", "'two words'"},
        {"it's", "'it'\\''s'"},
        {"$(x)`y`\"\\", "'$(x)`y`\"\\'"},
        {"a\nb", "'a'$'\\n''b'"},
        {"~", "'~'"},
        {"*?[]{}", "'*?[]{}'"},
        {"\xff", "'\xff'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check(gf_quote_sh, rows[i].text, strlen(rows[i].text), rows[i].want);
}

TEST(escape, shell_words)
{
    char plain[] = "a", blank[] = "b c", nothing[] = "";
    char *const words[] = {plain, blank, nothing};
    static const char *const want[] = {"", "a", "a 'b c'", "a 'b c' ''"};
    for (size_t n = 0; n <= 3; n++) {
        struct gf_buf b = {0};
        CHECK_INT(gf_quote_sh_words(&b, words, n), 0);
        CHECK_ROW(strcmp(b.data ? b.data : "", want[n]) == 0, "%zu words", n);
        gf_buf_release(&b);
    }
}

TEST(escape, a_full_buffer_is_said)
{
    struct gf_buf b = GF_BUF_INIT(4);
    CHECK_INT(gf_escape_term(&b, "\033\033", 2), -1);
    gf_buf_clear(&b);
    CHECK_INT(gf_quote_sh(&b, "a b c", 5), -1);
    gf_buf_release(&b);
}
