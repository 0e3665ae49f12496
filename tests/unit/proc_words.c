/* The words of a logged command: quotes are read, what needs a shell is refused. */
#include "proc/words.h"

#include <string.h>

#include "base/escape.h"
#include "test.h"

static const struct {
    const char *text;
    enum gf_words_fault fault;
    size_t where;
    const char *words; /* joined by | */
} rows[] = {
    {"echo a", GF_WORDS_OK, 0, "echo|a"},
    {"  echo\t a  ", GF_WORDS_OK, 0, "echo|a"},
    {"echo ''", GF_WORDS_OK, 0, "echo|"},
    {"echo a\\ b \\$x", GF_WORDS_OK, 0, "echo|a b|$x"},
    {"echo 'a'\\''b'", GF_WORDS_OK, 0, "echo|a'b"},
    {"echo 'a'$'\\n''b'", GF_WORDS_OK, 0, "echo|a\nb"},
    {"echo $'\\t\\x41\\101\\e\\''", GF_WORDS_OK, 0, "echo|\tAA\033'"},
    {"echo \"a b\\\"\\\\\\c\"", GF_WORDS_OK, 0, "echo|a b\"\\\\c"},
    {"echo a=b x#y a~", GF_WORDS_OK, 0, "echo|a=b|x#y|a~"},
    {"./a=b/x c", GF_WORDS_OK, 0, "./a=b/x|c"},
    {"=a c", GF_WORDS_OK, 0, "=a|c"},
    {"'a=b' c", GF_WORDS_OK, 0, "a=b|c"},
    {"echo a\\\nb", GF_WORDS_OK, 0, "echo|ab"},
    {"echo \303\251", GF_WORDS_OK, 0, "echo|\303\251"},
    {"", GF_WORDS_NONE, 0, ""},
    {"  \t", GF_WORDS_NONE, 0, ""},
    {"echo 'a", GF_WORDS_OPEN, 5, ""},
    {"echo \"a", GF_WORDS_OPEN, 5, ""},
    {"echo $'a", GF_WORDS_OPEN, 5, ""},
    {"echo $'a\\", GF_WORDS_OPEN, 5, ""},
    {"echo a\\", GF_WORDS_OPEN, 6, ""},
    {"echo a|wc", GF_WORDS_SHELL, 6, ""},
    {"echo a; b", GF_WORDS_SHELL, 6, ""},
    {"echo a\nb", GF_WORDS_SHELL, 6, ""},
    {"echo $x", GF_WORDS_SHELL, 5, ""},
    {"echo \"$x\"", GF_WORDS_SHELL, 6, ""},
    {"echo `x`", GF_WORDS_SHELL, 5, ""},
    {"echo *", GF_WORDS_SHELL, 5, ""},
    {"echo {a,b}", GF_WORDS_SHELL, 5, ""},
    {"echo #a", GF_WORDS_SHELL, 5, ""},
    {"ls ~", GF_WORDS_SHELL, 3, ""},
    {"A=1 echo", GF_WORDS_SHELL, 1, ""},
    {"echo >x", GF_WORDS_SHELL, 5, ""},
    {"echo $'\\0'", GF_WORDS_SHELL, 8, ""},
    {"echo $'\\777'", GF_WORDS_SHELL, 8, ""},
    {"echo $'\\q'", GF_WORDS_SHELL, 8, ""},
};

static void join(const struct gf_words *w, struct gf_buf *out)
{
    gf_buf_clear(out);
    gf_buf_puts(out, "");
    for (size_t i = 0; i < w->n; i++)
        gf_buf_printf(out, "%s%s", i ? "|" : "", w->argv[i]);
}

TEST(proc_words, split)
{
    struct gf_words w = {0};
    struct gf_buf got = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t where = 0;
        enum gf_words_fault fault = gf_words_split(&w, rows[i].text, strlen(rows[i].text), &where);
        CHECK_ROW(fault == rows[i].fault, "%s: %d", rows[i].text, (int)fault);
        if (fault == GF_WORDS_OPEN || fault == GF_WORDS_SHELL)
            CHECK_ROW(where == rows[i].where, "%s: at %zu", rows[i].text, where);
        if (fault != GF_WORDS_OK)
            continue;
        join(&w, &got);
        CHECK_ROW(strcmp(got.data, rows[i].words) == 0, "%s: %s", rows[i].text, got.data);
        CHECK_ROW(w.argv[w.n] == NULL, "%s", rows[i].text);
    }
    gf_buf_release(&got);
    gf_words_release(&w);
}

TEST(proc_words, a_nul_is_a_newline)
{
    struct gf_words w = {0};
    size_t where = 0;
    CHECK_INT(gf_words_split(&w, "echo 'a\0b'", 10, &where), GF_WORDS_OK);
    CHECK_STR(w.argv[1], "a\nb");
    CHECK_INT(gf_words_split(&w, "echo a\0b", 8, &where), GF_WORDS_SHELL);
    CHECK_INT((int)where, 6);
    gf_words_release(&w);
}

TEST(proc_words, every_byte_reads_back)
{
    struct gf_words w = {0};
    struct gf_buf text = {0};
    for (int c = 1; c < 256; c++) {
        char word[3] = {'x', (char)c, '\0'};
        size_t where = 0;
        gf_buf_clear(&text);
        gf_buf_puts(&text, "cmd ");
        gf_quote_sh(&text, word, 2);
        CHECK_ROW(gf_words_split(&w, text.data, text.len, &where) == GF_WORDS_OK, "%d", c);
        CHECK_ROW(w.n == 2 && strcmp(w.argv[1], word) == 0, "%d", c);
    }
    gf_buf_release(&text);
    gf_words_release(&w);
}
