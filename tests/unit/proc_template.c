/* Command templates: where the record goes, what is refused. */
#include "proc/template.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "test.h"

/* Splits "a|b|c" into words in place. */
static size_t split(char *s, char *words[16])
{
    size_t n = 0;
    for (char *p = s; n < 16; p++) {
        words[n++] = p;
        p = strchr(p, '|');
        if (!p)
            break;
        *p = '\0';
    }
    return n;
}

static void join(char **argv, char out[256])
{
    out[0] = '\0';
    size_t at = 0;
    for (; *argv; argv++) {
        size_t n = strlen(*argv);
        memcpy(out + at, *argv, n);
        at += n;
        out[at++] = '|';
    }
    out[at ? at - 1 : 0] = '\0';
}

static const struct gf_places braces = {.mark = "{}"};

/* For one record, as command 7 in slot 3. */
static char **expand(struct gf_template *t, const char *record, size_t len)
{
    struct gf_value v = {record, len};
    return gf_template_expand(
        t,
        &(struct gf_fill){.item = &v, .items = 1, .value = &v, .values = 1, .seq = 7, .slot = 3});
}

TEST(proc_template, expands)
{
    static const struct {
        const char *words, *mark, *record, *want;
    } rows[] = {
        {"echo", "{}", "a", "echo|a"},
        {"echo|-n", "{}", "a b", "echo|-n|a b"},
        {"echo|{}", "{}", "a", "echo|a"},
        {"echo|x{}y{}z", "{}", "ab", "echo|xabyabz"},
        {"echo|{}|{}", "{}", "", "echo||"},
        {"echo", "{}", "", "echo|"},
        {"{}|--version", "{}", "sed", "sed|--version"},
        {"echo|{}|@", "@", "r", "echo|{}|r"},
        {"echo|{{}}", "{}", "r", "echo|{}|r"},
        {"echo|{{}.}|{}", "{}", "r", "echo|{.}|r"},
        {"echo|{.}|{/}|{//}|{/.}", "{}", "d.x/f.tar.gz", "echo|d.x/f.tar|f.tar.gz|d.x|f.tar"},
        {"echo|{.}", "{}", "foo.jpg", "echo|foo"},
        {"echo|{.}", "{}", "subdir/foo.jpg", "echo|subdir/foo"},
        {"echo|{.}", "{}", "sub.dir/foo.jpg", "echo|sub.dir/foo"},
        {"echo|{.}", "{}", "sub.dir/bar", "echo|sub.dir/bar"},
        {"echo|{//}|{/}", "{}", "foo", "echo|.|foo"},
        {"echo|{//}|{/}", "{}", "/foo", "echo|/|foo"},
        {"echo|{//}|{/}", "{}", "a/b/", "echo|a/b|"},
        {"echo|{//}|{/}|{.}|{/.}", "{}", "", "echo|.|||"},
        {"echo|{#}-{%}", "{}", "r", "echo|7-3"},
        {"echo|{.}@", "@", "a.b", "echo|aa.b"},
        {"awk|{print}|{ }|{x}|{", "{}", "r", "awk|{print}|{ }|{x}|{|r"},
        {"echo", "{}", "{}", "echo|{}"},
        {"echo|{}", "{}", "$(touch x);'\"\\ -rf", "echo|$(touch x);'\"\\ -rf"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char copy[128], got[256];
        char *words[16];
        snprintf(copy, sizeof copy, "%s", rows[i].words);
        struct gf_template t;
        size_t where;
        CHECK_INT(gf_template_init(&t, words, split(copy, words),
                                   &(struct gf_places){.mark = rows[i].mark}, &where),
                  GF_TEMPLATE_OK);
        char **argv = expand(&t, rows[i].record, strlen(rows[i].record));
        REQUIRE(argv);
        join(argv, got);
        CHECK_STR(got, rows[i].want);
        gf_template_release(&t);
    }
}

TEST(proc_template, scripts_are_refused)
{
    static const struct {
        const char *words;
        enum gf_template_fault want;
    } rows[] = {
        {"sh|-c|echo {}", GF_TEMPLATE_IN_SCRIPT},
        {"/bin/bash|-c|echo {}|x", GF_TEMPLATE_IN_SCRIPT},
        {"dash|-ec|echo '{}'", GF_TEMPLATE_IN_SCRIPT},
        {"zsh|-c|{}", GF_TEMPLATE_IN_SCRIPT},
        {"ksh|-o|pipefail|-c|{}", GF_TEMPLATE_IN_SCRIPT},
        {"bash|--norc|-c|{}", GF_TEMPLATE_IN_SCRIPT},
        {"bash|--rcfile|f|-c|{}", GF_TEMPLATE_IN_SCRIPT},
        {"bash|-c|--|{}", GF_TEMPLATE_IN_SCRIPT},
        {"bash|-euo|pipefail|-c|x {}", GF_TEMPLATE_IN_SCRIPT},
        {"env|A=1|sh|-c|echo {}", GF_TEMPLATE_IN_SCRIPT},
        {"nice|-n|5|bash|-lc|echo {}", GF_TEMPLATE_IN_SCRIPT},
        {"sh|-c|echo {/.}", GF_TEMPLATE_IN_SCRIPT},
        {"sh|-c|echo {{}}", GF_TEMPLATE_OK},
        {"sh|-c", GF_TEMPLATE_AS_SCRIPT},
        {"env|bash|-e|-c", GF_TEMPLATE_AS_SCRIPT},
        {"sh|-c|echo \"$1\"|sh|{}", GF_TEMPLATE_OK},
        {"sh|-c|echo \"$1\"|sh", GF_TEMPLATE_OK},
        {"sh|script.sh|{}", GF_TEMPLATE_OK},
        {"sh|{}", GF_TEMPLATE_OK},
        {"sh|-x", GF_TEMPLATE_OK},
        {"grep|-c|{}", GF_TEMPLATE_OK},
        {"sh|-c|exit $1|x", GF_TEMPLATE_OK},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char copy[128];
        char *words[16];
        snprintf(copy, sizeof copy, "%s", rows[i].words);
        struct gf_template t;
        size_t where;
        enum gf_template_fault got =
            gf_template_init(&t, words, split(copy, words), &braces, &where);
        CHECK_ROW(got == rows[i].want, "%s: %d", rows[i].words, (int)got);
        gf_template_release(&t);
    }
}

TEST(proc_template, nul_and_empty_mark)
{
    char echo[] = "echo";
    char *words[] = {echo};
    struct gf_template t;
    size_t where;
    CHECK_INT(gf_template_init(&t, words, 1, &(struct gf_places){.mark = ""}, &where),
              GF_TEMPLATE_EMPTY_MARK);
    gf_template_release(&t);
    CHECK_INT(gf_template_init(&t, words, 1, &braces, &where), GF_TEMPLATE_OK);
    errno = 0;
    CHECK(!expand(&t, "a\0b", 3));
    CHECK_INT(errno, EILSEQ);
    CHECK(expand(&t, "ab", 2)); /* it goes on */
    gf_template_release(&t);
}

TEST(proc_template, longest)
{
    static const struct {
        const char *words;
        size_t len, least, most; /* of the longest word with an item of that length */
    } rows[] = {
        {"echo|a-word-without-a-place", 100, 101, 101},
        {"echo|{}|x{}y{}", 100, 203, 260},
        {"echo|{#}", 100, 0, 60},
        {"echo|{1}{2}{/}", 7, 22, 80},
        {"echo|{}", SIZE_MAX, SIZE_MAX, SIZE_MAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_template t;
        char copy[64], *words[16];
        size_t where;
        snprintf(copy, sizeof copy, "%s", rows[i].words);
        gf_template_init(&t, words, split(copy, words), &braces, &where);
        size_t n = gf_template_longest(&t, rows[i].len);
        CHECK_ROW(n >= rows[i].least && n <= rows[i].most, "%s: %zu bytes", rows[i].words, n);
        gf_template_release(&t);
    }
}

TEST(proc_template, as_text)
{
    struct gf_template t;
    struct gf_buf out = {0};
    char tag[] = "<{}>{#}", *words[] = {tag};
    struct gf_value items[] = {{"a\0b", 3}, {"c", 1}};
    size_t where;
    CHECK_INT(gf_template_init(&t, words, 1, &braces, &where), GF_TEMPLATE_OK);
    struct gf_fill fill = {.item = items, .items = 2, .value = items, .values = 2, .seq = 7};
    CHECK_INT(gf_template_text(&t, &fill, &out), 0);
    CHECK_INT((long long)out.len, 11);
    CHECK(memcmp(out.data, "<a\0b>7 <c>7", 11) == 0);
    gf_buf_clear(&out);
    t.shown = true;
    items[1] = (struct gf_value){"\033\t", 2};
    CHECK_INT(gf_template_text(&t, &fill, &out), 0);
    CHECK_STR(out.data, "<a\\x00b>7 <\\x1b >7");
    gf_buf_release(&out);
    gf_template_release(&t);
}

TEST(proc_template, quoted_for_sh)
{
    char echo[] = "echo";
    char *words[] = {echo};
    struct gf_template t;
    size_t where;
    struct gf_buf b = {0};
    gf_template_init(&t, words, 1, &braces, &where);
    expand(&t, "it's", 4);
    gf_template_quote(&t, &b);
    CHECK_STR(b.data, "echo 'it'\\''s'");
    gf_buf_clear(&b);
    expand(&t, "a\nb", 3);
    gf_template_quote(&t, &b);
    CHECK_STR(b.data, "echo 'a'$'\\n''b'");
    gf_buf_release(&b);
    gf_template_release(&t);
}

/* The words for the values "a.c", "d/b.o", "x y", which have names; they are one item "R.r", or the
 * items themselves. */
static const char *with_values(const char *command, bool as_items, char out[256])
{
    static const struct gf_value values[] = {{"a.c", 3}, {"d/b.o", 5}, {"x y", 3}};
    static const struct gf_value names[] = {{"first", 5}, {"se/cond", 7}, {"", 0}};
    static const struct gf_value record = {"R.r", 3};
    struct gf_places places = {.mark = "{}", .name = names, .names = 3};
    struct gf_template t;
    char copy[128];
    char *words[16];
    size_t where;
    snprintf(copy, sizeof copy, "%s", command);
    CHECK_INT(gf_template_init(&t, words, split(copy, words), &places, &where), GF_TEMPLATE_OK);
    struct gf_fill f = {.item = as_items ? values : &record,
                        .items = as_items ? 3 : 1,
                        .value = values,
                        .values = 3,
                        .seq = 7,
                        .slot = 3};
    size_t cost = t.fixed, real = sizeof(char *);
    for (size_t i = 0; i < f.values; i++)
        cost += gf_template_cost(&t, f.value[i].len);
    char **argv = gf_template_expand(&t, &f);
    out[0] = '\0';
    if (argv) {
        join(argv, out);
        for (char **w = argv; *w; w++)
            real += strlen(*w) + 1 + sizeof *w;
    }
    CHECK_ROW(!as_items || real <= cost, "%s: %zu bytes, %zu were thought", command, real, cost);
    gf_template_release(&t);
    return out;
}

TEST(proc_template, values)
{
    static const struct {
        const char *command, *want, *want_items;
    } rows[] = {
        {"c", "c|a.c|d/b.o|x y", "c|a.c|d/b.o|x y"},
        {"c|{}", "c|R.r", "c|a.c|d/b.o|x y"},
        {"c|{.}|-", "c|R|-", "c|a|d/b|x y|-"},
        {"c|<{/}>", "c|<R.r>", "c|<a.c>|<b.o>|<x y>"},
        {"c|{1}|{3}|{2}", "c|a.c|x y|d/b.o", "c|a.c|x y|d/b.o"},
        {"c|{-1}{-3}", "c|x ya.c", "c|x ya.c"},
        {"c|{2.}|{2/}|{2//}|{2/.}", "c|d/b|b.o|d|b", "c|d/b|b.o|d|b"},
        {"c|{4}|{-4}|{4//}", "c|||.", "c|||."},
        {"c|{first}|{first.}|{se/cond/}", "c|a.c|a|b.o", "c|a.c|a|b.o"},
        {"c|{other}|{0}|{12345678}|{-}|{1,2}|{1",
         "c|{other}|{0}|{12345678}|{-}|{1,2}|{1|a.c|d/b.o|x y",
         "c|{other}|{0}|{12345678}|{-}|{1,2}|{1|a.c|d/b.o|x y"},
        {"c|{1}{}", "c|a.cR.r", "c|a.ca.c|a.cd/b.o|a.cx y"},
        {"c|{{}1}|{#}", "c|{1}|7", "c|{1}|7"},
    };
    char got[256];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_STR(with_values(rows[i].command, false, got), rows[i].want);
        CHECK_STR(with_values(rows[i].command, true, got), rows[i].want_items);
    }
}
