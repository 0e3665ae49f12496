/* suggest.c - base/suggest: the nearest name. */
#include "base/suggest.h"

#include <stdio.h>
#include <string.h>

#include "test.h"

TEST(suggest, nearest)
{
    static const char *const names[] = {"sort",  "split",      "jobs",    "joblog",
                                        "stats", "stats-file", "version", "a"};
    static const struct {
        const char *word, *want; /* NULL: nothing is near */
    } rows[] = {
        {"srot", "sort"},
        {"sor", "sort"},
        {"sorts", "sort"},
        {"sirt", "sort"},
        {"versoin", "version"},
        {"vresion", "version"},
        {"job", "jobs"},
        {"joblgo", "joblog"},
        {"stats-fiel", "stats-file"},
        {"stat", "stats"},
        {"xyz", NULL},
        {"srt", "sort"},
        {"trso", NULL},
        {"", NULL},
        {"b", "a"},
        {"j", "jobs"},
        {"ob", NULL},
        {"version", "version"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_suggest s;
        gf_suggest_init(&s, rows[i].word, strlen(rows[i].word));
        for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
            gf_suggest_offer(&s, names[k]);
        const char *best = s.best ? s.best : "(nothing)";
        CHECK_ROW(strcmp(best, rows[i].want ? rows[i].want : "(nothing)") == 0, "'%s': %s",
                  rows[i].word, best);
    }
}

TEST(suggest, long_words_are_left_alone)
{
    char word[200];
    memset(word, 'x', sizeof word);
    struct gf_suggest s;
    gf_suggest_init(&s, word, sizeof word);
    gf_suggest_offer(&s, "x");
    CHECK(!s.best);
    gf_suggest_init(&s, word, 48);
    word[199] = '\0';
    gf_suggest_offer(&s, word);
    CHECK(!s.best);
}
