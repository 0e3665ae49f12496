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
        CHECK_INT(gf_template_init(&t, words, split(copy, words), rows[i].mark, &where),
                  GF_TEMPLATE_OK);
        char **argv =
            gf_template_expand(&t, &(struct gf_item){rows[i].record, strlen(rows[i].record), 7, 3});
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
        enum gf_template_fault got = gf_template_init(&t, words, split(copy, words), "{}", &where);
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
    CHECK_INT(gf_template_init(&t, words, 1, "", &where), GF_TEMPLATE_EMPTY_MARK);
    gf_template_release(&t);
    CHECK_INT(gf_template_init(&t, words, 1, "{}", &where), GF_TEMPLATE_OK);
    errno = 0;
    CHECK(!gf_template_expand(&t, &(struct gf_item){.text = "a\0b", .len = 3}));
    CHECK_INT(errno, EILSEQ);
    CHECK(gf_template_expand(&t, &(struct gf_item){.text = "ab", .len = 2})); /* it goes on */
    gf_template_release(&t);
}

TEST(proc_template, quoted_for_sh)
{
    char echo[] = "echo";
    char *words[] = {echo};
    struct gf_template t;
    size_t where;
    struct gf_buf b = {0};
    gf_template_init(&t, words, 1, "{}", &where);
    gf_template_expand(&t, &(struct gf_item){.text = "it's", .len = 4});
    gf_template_quote(&t, &b);
    CHECK_STR(b.data, "echo 'it'\\''s'");
    gf_buf_clear(&b);
    gf_template_expand(&t, &(struct gf_item){.text = "a\nb", .len = 3});
    gf_template_quote(&t, &b);
    CHECK_STR(b.data, "echo 'a'$'\\n''b'");
    gf_buf_release(&b);
    gf_template_release(&t);
}
