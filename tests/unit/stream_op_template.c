/* template: places and braces, escapes, where an error is; against a naive reading of templates. */
#include "stream_rig.h"

#include <stdio.h>

TEST(stream_op_template, places_and_braces)
{
    static const struct rig_case cases[] = {
        {"template '{1}'", "", ""},
        {"template '{1}'", "a b\n\n c ", "a\n\nc\n"},
        {"template ''", "a\nb\n", "\n\n"},
        {"template text", "a\nb\n", "text\ntext\n"},
        {"template '{2}: {1}'", "a b c\nx\n", "b: a\n: x\n"},
        {"template '{-1}{-2}{-9}'", "a b c\n", "cb\n"},
        {"template '{0}|{0}'", " a  b \n", " a  b | a  b \n"},
        {"template '<{1}{2}>'", "a b\n", "<ab>\n"},
        {"template '{{{1}}}'", "a\n", "{a}\n"},
        {"template '{{1}}'", "a\n", "{1}\n"},
        {"template '{{}}'", "a\n", "{}\n"},
        {"template '}'", "a\n", "}\n"},
        {"template '{1}}}}'", "a\n", "a}}\n"},
        {"template 'a\\tb\\\\\\x41{1}\\x7d'", "z\n", "a\tb\\Az}\n"},
        {"template '{+1}{001}'", "a b\n", "aa\n"},
        {"template '{1000000}'", "a b\n", "\n"},
        {"template '{1} {1} {1}' template '{3}{0}'", "a\n", "aa a a\n"},
    };
    struct rig r;
    rig_init(&r);
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

TEST(stream_op_template, separators_of_fields)
{
    static const struct rig_case cases[] = {
        {"template '{2}-{1}'", "a,b\n,\n\nab", "b-a\n-\n-\n-ab\n"},
        {"template '{-1}'", "a,b,\n", "\n"},
    };
    struct rig r;
    rig_init(&r);
    rig_separate(&r, ",");
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

TEST(stream_op_template, bytes_are_bytes)
{
    struct rig r;
    rig_init(&r);
    REQUIRE(rig_read(&r, "template '{1}\\0{2}'") == 0);
    rig_add(&r, "\xff x\0y", 5);
    rig_work(&r, (struct rig_how){0});
    CHECK(r.out.len == 6 && memcmp(r.out.data, "\xff\0x\0y\n", 6) == 0);
    rig_release(&r);
}

/* The place is one of the word as it was typed, with its escapes. */
TEST(stream_op_template, errors_and_their_places)
{
    static const struct {
        const char *word;
        size_t col, len;
    } rows[] = {
        {"{", 0, 1},
        {"{}", 0, 1},
        {"{x}", 0, 1},
        {"{1", 0, 1},
        {"{1.5}", 0, 1},
        {"{ 1}", 0, 1},
        {"{1000001}", 0, 1},
        {"{1}{", 3, 1},
        {"{{{x}", 2, 1},
        {"ab{c}", 2, 1},
        {"\\t\\t{x}", 4, 1},
        {"\\\\\\0{x}", 4, 1},
        {"a\\x41\\n{{{", 9, 1},
        {"{1}\\x7d\\t{", 9, 1},
        {"a\\q", 1, 2},
        {"{x}\\q", 3, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rig r;
        char words[64];
        rig_init(&r);
        snprintf(words, sizeof words, "template '%s'", rows[i].word);
        CHECK_ROW(rig_read(&r, words) == -1, "%s", rows[i].word);
        CHECK_ROW(r.fault.status == GF_EXIT_USAGE && strcmp(r.fault.kind, "template") == 0, "%s",
                  rows[i].word);
        CHECK_STR(r.fault.subject, rows[i].word);
        CHECK_ROW(r.fault.where.col == rows[i].col && r.fault.where.len == rows[i].len,
                  "%s: at %zu+%zu, not %zu+%zu", rows[i].word, r.fault.where.col, r.fault.where.len,
                  rows[i].col, rows[i].len);
        rig_release(&r);
    }
}

/* Fields of one letter each, so that field N is letter 2 (N - 1) of the record. */
static void naive(const char *t, const char *rec, size_t fields, struct gf_buf *out)
{
    gf_buf_clear(out);
    gf_buf_puts(out, "");
    while (*t) {
        int at, used = 0;
        if ((*t == '{' || *t == '}') && t[1] == *t) {
            gf_buf_putc(out, *t);
            t += 2;
        } else if (*t == '{' && sscanf(t, "{%d}%n", &at, &used) == 1 && used) {
            at = at < 0 ? at + (int)fields + 1 : at;
            if (t[1] == '0')
                gf_buf_puts(out, rec);
            else if (at >= 1 && at <= (int)fields)
                gf_buf_putc(out, rec[2 * (at - 1)]);
            t += used;
        } else {
            gf_buf_putc(out, *t++);
        }
    }
    gf_buf_putc(out, '\n');
}

TEST(stream_op_template, as_read_naively)
{
    static const char *const pieces[] = {"{1}", "{2}", "{3}", "{-1}", "{-2}", "{0}",
                                         "{{",  "}}",  "x",   " ",    "."};
    uint64_t seed = 577215664901532861u;
    struct rig r;
    struct gf_buf want = {0};
    rig_init(&r);
    for (int round = 0; round < 2000; round++) {
        char words[80], rec[16] = "";
        int len = snprintf(words, sizeof words, "template '");
        size_t fields = 1 + rig_random(&seed, 4);
        for (size_t n = rig_random(&seed, 8); n; n--)
            len += snprintf(words + len, sizeof words - (size_t)len, "%s",
                            pieces[rig_random(&seed, sizeof pieces / sizeof *pieces)]);
        words[len] = '\0';
        for (size_t i = 0; i < fields; i++) {
            rec[2 * i] = (char)('a' + (char)rig_random(&seed, 26));
            rec[2 * i + 1] = i + 1 < fields ? ' ' : '\0';
        }
        naive(words + strlen("template '"), rec, fields, &want);
        snprintf(words + len, sizeof words - (size_t)len, "'");
        const char *got = rig_run(&r, words, rec, (struct rig_how){0});
        CHECK_ROW(strcmp(got, want.data) == 0, "%s of '%s': %s, not %s", words, rec, got,
                  want.data);
    }
    gf_buf_release(&want);
    rig_release(&r);
}
