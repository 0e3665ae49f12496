/* No stage asks for more than it can use: each operation alone, and behind each other one, over a
 * source that counts what is taken of it. What it needs for its first records, and for all, is
 * written down for each; in pairs it is what one record at a time would take. */
#include "stream_rig.h"

#include <stdio.h>
#include <unistd.h>

static const char lines[] = "b 2\na 1\nb 2\nc 3\na 1\nd 4\nd 4\nb 5\ne 0\na 7\n";

enum {
    COUNTS = 4
};

/* Records taken for one, two and three records, and to the end. */
static const struct {
    const char *words;
    size_t taken[COUNTS];
} rows[] = {
    {"filter b", {1, 3, 8, 10}},
    {"filter -v b", {2, 4, 5, 10}},
    {"reject b", {2, 4, 5, 10}},
    {"where 2 -gt 1", {1, 3, 4, 10}},
    {"where 1 '~' '[bd]'", {1, 3, 6, 10}},
    {"except FILE", {1, 2, 3, 10}},
    {"lookup --left FILE", {1, 2, 3, 10}},
    {"intersect -f 1 FILE", {4, 6, 7, 10}},
    {"take-while '[ab]'", {1, 2, 3, 4}},
    {"drop-while '[ab]'", {4, 5, 6, 10}},
    {"take-while -v c", {1, 2, 3, 4}},
    {"drop-while -v c", {4, 5, 6, 10}},
    {"between b c", {4, 4, 4, 10}},
    {"between --unclosed b c", {1, 2, 3, 10}},
    {"between --first b c", {4, 4, 4, 4}},
    {"between --not b c", {5, 6, 7, 10}},
    {"between --inner a d", {6, 6, 6, 10}},
    {"context -A 1 c", {4, 5, 10, 10}},
    {"context -B 1 c", {4, 4, 10, 10}},
    {"context -C 1 d", {6, 6, 7, 10}},
    {"skip 3", {4, 5, 6, 10}},
    {"skip -2", {3, 4, 5, 10}},
    {"limit 2", {1, 2, 2, 2}},
    {"limit 0", {0}},
    {"tail 3", {10, 10, 10, 10}},
    {"tail 0", {0}},
    {"first", {1, 1, 1, 1}},
    {"every 3", {3, 6, 9, 10}},
    {"sample --seed 1 3", {10, 10, 10, 10}},
    {"sample 0", {0}},
    {"sample 100%", {1, 2, 3, 10}},
    {"map s/b/x/", {1, 2, 3, 10}},
    {"fields 2,1", {1, 2, 3, 10}},
    {"set '2=len({1})'", {1, 2, 3, 10}},
    {"scan count", {1, 2, 3, 10}},
    {"fill-down 1", {1, 2, 3, 10}},
    {"bucket --skip-bad 2 1h", {1, 2, 3, 10}},
    {"template '{2}'", {1, 2, 3, 10}},
    {"upper", {1, 2, 3, 10}},
    {"lower", {1, 2, 3, 10}},
    {"trim", {1, 2, 3, 10}},
    {"enumerate", {1, 2, 3, 10}},
    {"split ' '", {1, 1, 2, 10}},
    {"matches '[0-9]'", {1, 2, 3, 10}},
    {"matches '[abd]'", {1, 2, 3, 10}},
    {"batch 3", {3, 6, 9, 10}},
    {"window 3", {3, 4, 5, 10}},
    {"join +", {10, 10, 10, 10}},
    {"transpose", {10, 10, 10, 10}},
    {"pivot 1 2 count", {10, 10, 10, 10}},
    {"distinct", {1, 2, 4, 10}},
    {"distinct --max 2", {1, 2, 3, 10}},
    {"distinct -c", {10, 10, 10, 10}},
    {"distinct --last", {10, 10, 10, 10}},
    {"uniq", {1, 2, 3, 10}},
    {"uniq -c", {2, 3, 4, 10}},
    {"uniq --only-dup", {7, 10, 10, 10}},
    {"uniq --only-unique", {2, 3, 4, 10}},
    {"uniq --last", {2, 3, 4, 10}},
    {"uniq --max 2", {1, 2, 3, 10}},
    {"uniq --group", {1, 2, 2, 10}},
    {"sort", {10, 10, 10, 10}},
    {"sort -u", {10, 10, 10, 10}},
    {"sort --check", {2, 2, 2, 2}},
    {"top 2", {10, 10, 10, 10}},
    {"top 0", {0}},
    {"bottom 2", {10, 10, 10, 10}},
    {"shuffle --seed 1", {10, 10, 10, 10}},
    {"reverse", {10, 10, 10, 10}},
    {"count", {10, 10, 10, 10}},
    {"sum -f 2 --skip-bad", {10, 10, 10, 10}},
    {"min -f 2 --skip-bad", {10, 10, 10, 10}},
    {"max -f 2 --skip-bad", {10, 10, 10, 10}},
    {"mean -f 2 --skip-bad", {10, 10, 10, 10}},
    {"median -f 2 --skip-bad", {10, 10, 10, 10}},
    {"percentile -f 2 --skip-bad 50", {10, 10, 10, 10}},
    {"reduce concat", {10, 10, 10, 10}},
    {"group 1 count", {10, 10, 10, 10}},
    {"any c", {4, 4, 4, 4}},
    {"all '[ab]'", {4, 4, 4, 4}},
    {"none c", {4, 4, 4, 4}},
    {"peek /dev/null", {1, 2, 3, 10}},
    {"collect", {1, 2, 3, 10}},
};

enum {
    ROWS = sizeof rows / sizeof *rows
};

/* A file with two of the lines, for those that read one; its path stands for FILE. */
static char path[] = "/tmp/gf-unit-pulls-XXXXXX";

static void add_words(char *to, size_t size, const char *words)
{
    const char *file = strstr(words, "FILE");
    size_t len = strlen(to);
    if (file)
        snprintf(to + len, size - len, " %.*s%s%s", (int)(file - words), words, path, file + 4);
    else
        snprintf(to + len, size - len, " %s", words);
}

static void make_file(void)
{
    static const char text[] = "c 3\nd 4\n";
    int fd = mkstemp(path);
    if (fd == -1 || write(fd, text, sizeof text - 1) != (ssize_t)(sizeof text - 1))
        abort();
    close(fd);
}

/* How many records are taken of the source for the first `want` records of the chain, asked for at
 * most `how.ask` at once. */
static size_t taken(struct rig *r, struct rig_how how, size_t want)
{
    size_t ask = how.ask ? how.ask : GF_BATCH, at;
    how.careful = true;
    if (rig_open(r, how) != 0)
        abort();
    while (want) {
        if (gf_stage_pull(r->last, ask < want ? ask : want) != 1)
            break;
        want -= r->last->n < want ? r->last->n : want;
    }
    at = r->at;
    rig_close(r);
    return at;
}

static const size_t wants[COUNTS] = {1, 2, 3, SIZE_MAX};

TEST(stream_pulls, each_operation_alone)
{
    struct rig r;
    rig_init(&r);
    make_file();
    for (size_t i = 0; i < ROWS; i++) {
        char words[200] = "";
        rig_reset(&r);
        add_words(words, sizeof words, rows[i].words);
        REQUIRE(rig_read(&r, words) == 0);
        rig_lines(&r, lines);
        for (size_t k = 0; k < COUNTS; k++)
            for (size_t ask = 0; ask < 4; ask++) {
                size_t got = taken(&r, (struct rig_how){.ask = ask, .step = ask / 2}, wants[k]);
                CHECK_ROW(got == rows[i].taken[k],
                          "%s: %zu taken for %zu records, not %zu, when asked for %zu",
                          rows[i].words, got, wants[k], rows[i].taken[k], ask);
            }
    }
    unlink(path);
    rig_release(&r);
}

TEST(stream_pulls, each_operation_has_a_row)
{
    for (size_t k = 0; gf_stream_cli.subs[k]; k++) {
        const char *name = gf_stream_cli.subs[k]->name;
        size_t len = strlen(name), found = 0;
        for (size_t i = 0; i < ROWS; i++)
            found += strncmp(rows[i].words, name, len) == 0 &&
                     (rows[i].words[len] == '\0' || rows[i].words[len] == ' ');
        CHECK_ROW(found > 0, "%s", name);
    }
}

/* In the order of the table, with that one's records in between: the second takes of the first what
 * it takes one by one. */
TEST(stream_pulls, each_operation_behind_each_other)
{
    static const struct rig_how hows[] = {{0}, {.ask = 2}, {.step = 2}, {.ask = 3, .step = 1}};
    struct rig r;
    rig_init(&r);
    make_file();
    size_t pairs = 0;
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j < ROWS; j++) {
            char words[400] = "";
            rig_reset(&r);
            add_words(words, sizeof words, rows[i].words);
            add_words(words, sizeof words, rows[j].words);
            if (rig_read(&r, words) != 0)
                continue; /* nothing may follow the first */
            pairs++;
            rig_lines(&r, lines);
            for (size_t k = 0; k < COUNTS; k++) {
                size_t least = taken(&r, (struct rig_how){.ask = 1, .step = 1}, wants[k]);
                for (size_t h = 0; h < sizeof hows / sizeof *hows; h++) {
                    size_t got = taken(&r, hows[h], wants[k]);
                    CHECK_ROW(got == least, "%s: %zu taken for %zu records, not %zu (way %zu)",
                              words, got, wants[k], least, h);
                }
            }
        }
    CHECK_ROW(pairs > 3000, "%zu pairs", pairs);
    unlink(path);
    rig_release(&r);
}
