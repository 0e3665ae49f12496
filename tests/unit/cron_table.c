/* cron_table.c - crontabs: lines, variables, options, limits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cron/table.h"
#include "test.h"

static struct gf_zones zones;

static int parse(struct gf_table *t, const char *text, size_t len, bool percent)
{
    struct gf_table_context ctx = {.zones = &zones, .now = 1700000000, .vixie_percent = percent};
    gf_table_init(t);
    if (gf_zones_get(&zones, "UTC", &ctx.zone, NULL) != 0)
        return -1;
    return gf_table_parse(t, text, len, &ctx);
}

TEST(cron_table, lines)
{
    static const char text[] = "# comment\n\nA=1\nB = \"two words\" \n"
                               "*/5 * * * * GF_ID=x GF_TIMEOUT=10m GF_OVERLAP=queue:3 run me\n"
                               "CRON_TZ=Europe/Berlin\nC=3\n@daily C=4 other\n"
                               "CRON_TZ=Asia/Tokyo 0 3 * * * once\n0 4 * * * last";
    struct gf_table t;
    CHECK_INT(parse(&t, text, sizeof text - 1, false), 0);
    REQUIRE(t.n_jobs == 4);
    CHECK_STR(t.jobs[0].id, "x");
    CHECK_STR(t.jobs[0].command, "run me");
    CHECK_INT(t.jobs[0].opt.timeout, 600 * GF_S);
    CHECK_INT(t.jobs[0].opt.queue, 3);
    CHECK_INT(t.jobs[0].n_vars, 2);
    CHECK_STR(t.vars[1].value, "two words");
    CHECK_STR(t.jobs[1].command, "C=4 other");
    CHECK_STR(gf_zone_name(t.jobs[1].zone), "Europe/Berlin");
    CHECK_STR(gf_zone_name(t.jobs[2].zone), "Asia/Tokyo");
    CHECK_STR(gf_zone_name(t.jobs[3].zone), "Europe/Berlin");
    gf_table_release(&t);
    gf_zones_release(&zones);
}

TEST(cron_table, several_schedules)
{
    static const char text[] = "@start | 0 3 * * * GF_ID=a GF_TIMEOUT=5m one | two\n"
                               "0 9 * * 1-5 | 0 12 * * 6,0 x\n"
                               "0 3 * * * /usr/bin/backup --all\n"
                               "0 0 3 * * * y";
    struct gf_table t;
    parse(&t, text, sizeof text - 1, false);
    REQUIRE(t.n_jobs == 3);
    CHECK_STR(t.jobs[0].id, "a");
    CHECK_STR(t.jobs[0].schedule, "@start | 0 3 * * *");
    CHECK_STR(t.jobs[0].command, "one | two");
    CHECK_INT(t.jobs[0].opt.timeout, 300 * GF_S);
    REQUIRE(t.jobs[0].when.also == t.jobs[0].more && t.jobs[0].more && !t.jobs[0].more->also);
    CHECK_INT(t.jobs[0].more->kind, GF_CRON_FIELDS);
    CHECK_STR(t.jobs[1].schedule, "0 9 * * 1-5 | 0 12 * * 6,0");
    CHECK_STR(t.jobs[2].id, "backup-ec3318"); /* a hash of the line, as it always was */
    CHECK(!t.jobs[2].more);
    gf_table_release(&t);
    gf_zones_release(&zones);
}

/* Each schedule is looked at, with its own place. */
TEST(cron_table, what_is_wrong_with_one_of_several)
{
    static const struct {
        const char *text;
        size_t errors, col;
        enum gf_table_weight weight;
    } rows[] = {
        {"0 9 * * 1-5 | 61 12 * * 6 x", 1, 14, GF_TABLE_ERROR},
        {"0 9 * * 1-5 | 0 0 30 2 * x", 1, 14, GF_TABLE_ERROR},
        {"0 9 * * 1-5 | 0 9 13 * 5 x", 0, 14, GF_TABLE_ADVICE},
        {"*/45 9 * * 1-5 | 0 9 * * 5 x", 0, 0, GF_TABLE_WARNING},
        {"@daily | @at 2001-01-01 x", 0, 9, GF_TABLE_ADVICE},
        {"@at 2001-01-01 | @at 2002-01-01 x", 0, 0, GF_TABLE_ADVICE},
        {"@daily | @dialy x", 1, 9, GF_TABLE_ERROR},
        {"@dialy | 0 0 61 * * x", 1, 0, GF_TABLE_ERROR},
        {"0 9 * * * | x", 1, 13, GF_TABLE_ERROR},
        {"0 9 * * 1-5 | 0 12 * * 6 0 x", 1, 25, GF_TABLE_ERROR},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_table t;
        parse(&t, rows[i].text, strlen(rows[i].text), false);
        CHECK_ROW(t.n_errors == rows[i].errors, "%s: %zu errors", rows[i].text, t.n_errors);
        REQUIRE(t.n_notes > 0);
        CHECK_ROW(t.notes[0].e.col == rows[i].col && t.notes[0].weight == rows[i].weight,
                  "%s: column %zu", rows[i].text, t.notes[0].e.col);
        gf_table_release(&t);
    }
    gf_zones_release(&zones);
}

/* An account of this name, and words that can be run. PATH=none has none. */
static int asked;

static bool is_account(const char *word, size_t len)
{
    asked++;
    return (len == 4 && memcmp(word, "mail", 4) == 0) || (len == 4 && memcmp(word, "root", 4) == 0);
}

static bool is_program(const char *word, size_t len, const char *path)
{
    return !(path && strcmp(path, "none") == 0) &&
           ((len == 4 && memcmp(word, "mail", 4) == 0) ||
            (len == 4 && memcmp(word, "sync", 4) == 0) || *word == '/');
}

TEST(cron_table, users)
{
    static const struct {
        const char *text;
        int status;
        size_t notes;
        int asked; /* for an account */
    } rows[] = {
        {"@daily root sync", 1, 1, 1},
        {"@daily root \"/opt/a b\"", 1, 1, 1},
        {"@daily root /usr/bin/x", 1, 1, 1},
        {"@daily root cd / && x", 1, 1, 1},
        {"@daily root A=1 x", 1, 1, 1},
        {"@daily root (cd /; x)", 1, 1, 1},
        {"@daily root sync; x", 1, 1, 1},
        {"PATH=none\n@daily mail cd /", 1, 1, 1},
        {"@daily mail sync", 0, 1, 1},
        {"@daily mail -s hello me", 0, 0, 0},
        {"@daily mail", 0, 0, 0},
        {"@daily root --all", 0, 0, 0},
        {"@daily root hello", 0, 0, 0},
        {"@daily root () { x; }; root", 0, 0, 0},
        {"@daily root ( ) { x; }; root", 0, 0, 0},
        {"@daily sync sync", 0, 0, 1},
    };
    struct gf_table_context ctx = {
        .zones = &zones, .now = 1700000000, .is_user = is_account, .is_command = is_program};
    REQUIRE(gf_zones_get(&zones, "UTC", &ctx.zone, NULL) == 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_table t;
        gf_table_init(&t);
        asked = 0;
        int got = gf_table_parse(&t, rows[i].text, strlen(rows[i].text), &ctx);
        CHECK_ROW(got == rows[i].status, "%s: %d", rows[i].text, got);
        CHECK_ROW(asked == rows[i].asked, "%s: asked %d times", rows[i].text, asked);
        CHECK_ROW(t.n_notes == rows[i].notes, "%s: %zu notes", rows[i].text, t.n_notes);
        if (t.n_notes)
            CHECK_INT(t.notes[0].weight, got ? GF_TABLE_ERROR : GF_TABLE_WARNING);
        gf_table_release(&t);
    }
    gf_zones_release(&zones);
}

TEST(cron_table, mail)
{
    static const struct {
        const char *text;
        size_t notes;
    } rows[] = {
        {"MAILTO=\"\"", 0},
        {"MAILTO=", 0},
        {"MAILTO=''", 0},
        {"MAILTO = ", 0},
        {"MAILFROM=", 0},
        {"MAILTO=me@example.com", 1},
        {"MAILFROM=cron", 1},
        {"CONTENT_TYPE=\"text/plain; charset=UTF-8\"", 1},
        {"CONTENT_TRANSFER_ENCODING=8bit", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_table t;
        CHECK_ROW(parse(&t, rows[i].text, strlen(rows[i].text), false) == 0, "%s", rows[i].text);
        CHECK_ROW(t.n_notes == rows[i].notes, "%s: %zu notes", rows[i].text, t.n_notes);
        if (t.n_notes)
            CHECK_INT(t.notes[0].weight, GF_TABLE_WARNING);
        CHECK_INT(t.n_vars, 1);
        gf_table_release(&t);
    }
    gf_zones_release(&zones);
}

TEST(cron_table, faults)
{
    static const struct {
        const char *text;
        size_t line;
        const char *what;
    } rows[] = {
        {"0 0 30 2 * x", 1, "this day never comes"},
        {"\n\n0 3 * * *", 3, "a command is missing"},
        {"CRON_TZ=Mars/Base\n", 1, "unknown time zone"},
        {"GF_FIELDS=8\n", 1, "GF_FIELDS is 5, 6 or 7"},
        {"* * * * * GF_ID=a/b c\n", 1, "not an id"},
        {"* * * * * GF_ID=a b\n* * * * * GF_ID=a c", 2, "the id 'a' is that of line 1"},
        {"* * * * * x\r\n", 1, "a carriage return ends the line"},
        {"* * * * * GF_TIMOUT=3 x", 1, "unknown option of a job: did you mean GF_TIMEOUT?"},
        {"* * * * * GF_OVERLAP=never x", 1, "is skip, allow, queue, queue:N or replace"},
        {"hello world\n", 1, "a schedule is cut short"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_table t;
        CHECK_ROW(parse(&t, rows[i].text, strlen(rows[i].text), false) == 1, "%s", rows[i].text);
        CHECK_ROW(t.n_notes == 1, "%s: %zu notes", rows[i].text, t.n_notes);
        if (t.n_notes) {
            CHECK_INT(t.notes[0].line, rows[i].line);
            CHECK_STR(t.notes[0].e.what, rows[i].what);
        }
        gf_table_release(&t);
    }
    gf_zones_release(&zones);
}

TEST(cron_table, percent)
{
    static const char text[] = "* * * * * a 5\\% b%in%put\n";
    struct gf_table t;
    REQUIRE(parse(&t, text, sizeof text - 1, true) == 0);
    CHECK_STR(t.jobs[0].command, "a 5% b");
    CHECK_STR(t.jobs[0].input, "in\nput");
    gf_table_release(&t);
    REQUIRE(parse(&t, text, sizeof text - 1, false) == 0);
    CHECK_STR(t.jobs[0].command, "a 5% b%in%put");
    gf_table_release(&t);
    gf_zones_release(&zones);
}

TEST(cron_table, seconds_and_years)
{
    static const char text[] = "GF_FIELDS=6\n*/10 * * * * * a\nGF_FIELDS=7\n0 0 0 1 1 * 2099 b\n";
    struct gf_table t;
    REQUIRE(parse(&t, text, sizeof text - 1, false) == 0);
    CHECK(t.jobs[0].when.with_seconds && t.jobs[1].when.with_years);
    gf_table_release(&t);
    gf_zones_release(&zones);
}

static char *an_environment(const char *name)
{
    static char home[] = "/home/me $A";
    return strcmp(name, "HOME") == 0 ? home : NULL;
}

TEST(cron_table, expansion)
{
    static const struct {
        const char *written, *value;
        size_t notes;
    } rows[] = {
        {"$HOME/bin", "/home/me $A/bin", 0},
        {"${HOME}x$A", "/home/me $Axone", 0},
        {"\"$A:${B}\"", "one:two one", 0},
        {"'$A'", "$A", 0},
        {"$A'$A'", "one'one'", 0},
        {"\\$A \\\\$A \\n", "$A \\one \\n", 0},
        {"$$A $1 $ ${ ${}", "$one $1 $ ${ ${}", 1},
        {"x${NONE}y$", "xy$", 1},
        {"$(a) ${A:-b}", "$(a) ${A:-b}", 1},
        {"`a`", "`a`", 1},
        {"$C", "", 1},
        {"", "", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[256];
        struct gf_table t;
        struct gf_table_context ctx = {.zones = &zones, .get_env = an_environment};
        REQUIRE(gf_zones_get(&zones, "UTC", &ctx.zone, NULL) == 0);
        gf_table_init(&t);
        int n = snprintf(text, sizeof text, "A=zero\nA=one\nGF_EXPAND=1\nB=two $A\nX=%s\nC=late\n",
                         rows[i].written);
        CHECK_ROW(gf_table_parse(&t, text, (size_t)n, &ctx) == 0, "%s", rows[i].written);
        CHECK_STR(t.vars[3].value, rows[i].value);
        CHECK_ROW(t.n_notes == rows[i].notes, "%s: %zu notes", rows[i].written, t.n_notes);
        gf_table_release(&t);
    }
    gf_zones_release(&zones);
}

/* Each line doubles the value: it is refused before it takes the memory. */
TEST(cron_table, expansion_is_bounded)
{
    struct gf_buf text = {0};
    struct gf_table t;
    gf_buf_puts(&text, "GF_EXPAND=1\nA=0123456789abcdef\n");
    for (int i = 0; i < 40; i++)
        gf_buf_puts(&text, "A=$A$A\n");
    CHECK_INT(parse(&t, text.data, text.len, false), 1);
    gf_buf_release(&text);
    CHECK_STR(t.notes[0].e.what, "the value is expanded to more than 64 KiB");
    gf_table_release(&t);
    gf_zones_release(&zones);
}

TEST(cron_table, jobs_that_follow)
{
    static const char text[] =
        "@after b GF_ID=c x\n@daily GF_ID=a x\n@after a GF_ID=b x | y\n@after a GF_ID=d x\n";
    struct gf_table t;
    REQUIRE(parse(&t, text, sizeof text - 1, false) == 0);
    struct gf_job *a = gf_table_find(&t, "a"), *b = gf_table_find(&t, "b");
    CHECK(t.n_notes == 0 && !a->after && a->follower == b && b->after == a);
    CHECK_STR(b->command, "x | y");
    CHECK(b->follower == &t.jobs[0] && !t.jobs[0].follower);
    CHECK(b->next_follower == gf_table_find(&t, "d") && !b->next_follower->next_follower);
    gf_table_release(&t);
    gf_zones_release(&zones);
}

TEST(cron_table, jobs_that_cannot_follow)
{
    static const struct {
        const char *text;
        size_t line, col;
        const char *what;
    } rows[] = {
        {"@daily GF_ID=backup x\n @after bakup y", 2, 8,
         "no job here has this id: did you mean backup?"},
        {"@daily GF_ID=backup x\n@after zzzzzz GF_ID=y y", 2, 7, "no job here has this id"},
        {"@after a GF_ID=a x", 1, 7, "a circle: a after a"},
        {"@after b GF_ID=z x\n@after c GF_ID=b x\n@after b GF_ID=c x", 2, 7,
         "a circle: b after c after b"},
        {"@after a/b x", 1, 7, "not an id"},
        {"@daily | @after a x", 1, 9, "@after stands alone"},
        {"@after a | @daily x", 1, 0, "@after stands alone"},
        {"@after", 1, 6, "an id is missing"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_table t;
        CHECK_ROW(parse(&t, rows[i].text, strlen(rows[i].text), false) == 1, "%s", rows[i].text);
        CHECK_ROW(t.n_notes == 1, "%s: %zu notes", rows[i].text, t.n_notes);
        CHECK_INT(t.notes[0].line, rows[i].line);
        CHECK_INT(t.notes[0].e.col, rows[i].col);
        CHECK_STR(t.notes[0].e.what, rows[i].what);
        gf_table_release(&t);
    }
    gf_zones_release(&zones);
}

TEST(cron_table, limits)
{
    enum {
        N = GF_TABLE_JOBS_MAX + 1
    };
    static const char line[] = "* * * * * x\n";
    size_t len = sizeof line - 1;
    char *text = malloc(N * len);
    REQUIRE(text != NULL);
    for (size_t i = 0; i < N; i++)
        memcpy(text + i * len, line, len);
    struct gf_table t;
    CHECK_INT(parse(&t, text, (N - 1) * len, false), 0);
    CHECK_INT(t.n_jobs, GF_TABLE_JOBS_MAX);
    gf_table_release(&t);
    CHECK_INT(parse(&t, text, N * len, false), 1);
    gf_table_release(&t);
    memset(text, 'x', GF_TABLE_LINE_MAX + 1);
    CHECK_INT(parse(&t, text, GF_TABLE_LINE_MAX + 1, false), 1);
    gf_table_release(&t);
    free(text);
    gf_zones_release(&zones);
}
