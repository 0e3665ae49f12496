/*
 * time_tzfile.c - zone files: each of the machine's against libc's reading of the same file, and
 * files that are damaged.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"
#include "time/tzfile.h"
#include "time/zone.h"
#include "zones.h"

#define ZONES "/usr/share/zoneinfo"

/* ---- every zone ------------------------------------------------------------------------------ */

static bool is_upper(const struct dirent *e)
{
    return e->d_name[0] >= 'A' && e->d_name[0] <= 'Z'; /* not posix/, right/, tables */
}

/* Calls check for each file below ZONES, down to three levels; how many there are. */
static int each_file(void (*check)(const char *path, struct gf_zone *z))
{
    struct {
        char path[256];
        DIR *open;
    } at[4] = {{ZONES, opendir(ZONES)}};
    int depth = 0, files = 0;
    while (depth >= 0) {
        const struct dirent *e = at[depth].open ? readdir(at[depth].open) : NULL;
        char path[512];
        struct stat st;
        struct gf_zone *z;
        if (!e) {
            if (at[depth].open)
                closedir(at[depth].open);
            depth--;
            continue;
        }
        snprintf(path, sizeof path, "%s/%s", at[depth].path, e->d_name);
        if (!is_upper(e) || stat(path, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode) && depth < 3) {
            depth++;
            snprintf(at[depth].path, sizeof at[depth].path, "%.255s", path);
            at[depth].open = opendir(path);
        } else if (S_ISREG(st.st_mode) && gf_zone_open(&z, path, NULL, NULL) == 0) {
            check(path, z);
            gf_zone_free(z);
            files++;
        }
    }
    return files;
}

/* libc reads the same file. */
static bool agrees(const char *path, struct gf_zone *z, int64_t t)
{
    struct gf_span s = gf_zone_span(z, t);
    int32_t want = libc_offset(t);
    bool good = s.off == want && s.start <= t && t < s.end;
    CHECK_ROW(good, "%s at %lld: %d in [%lld, %lld), not %d", path, (long long)t, s.off,
              (long long)s.start, (long long)s.end, want);
    return good;
}

/* The first instant at which libc's clock shows `local` or later, since two days before t, is t. */
static bool is_first(const char *path, struct gf_zone *z, int64_t local)
{
    static const int64_t before[] = {1, 60, 1200, 1800, 3600, 5400, 7200, 43200, 86400, 172800};
    int64_t t;
    t = gf_zone_first(z, local, NULL);
    bool good = t + libc_offset(t) >= local;
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++)
        good = good && t - before[i] + libc_offset(t - before[i]) < local;
    CHECK_ROW(good, "%s: %lld is not first shown at %lld", path, (long long)local, (long long)t);
    return good;
}

/* Local times around a change: what is skipped, or shown twice. */
static bool check_change(const char *path, struct gf_zone *z, const struct gf_span *before,
                         int64_t change)
{
    static const int64_t near[] = {-7201, -1801, -1, 0, 1, 1800, 3599, 3600, 7200};
    bool good = agrees(path, z, change - 1) && agrees(path, z, change);
    for (size_t i = 0; i < sizeof near / sizeof near[0]; i++)
        good = good && is_first(path, z, change + before->off + near[i]);
    return good;
}

static void check_file(const char *path, struct gf_zone *z)
{
    int64_t from = gf_civil_days(1900, 1, 1) * GF_DAY, to = gf_civil_days(2500, 1, 1) * GF_DAY;
    unsigned seed = (unsigned)strlen(path);
    struct gf_span s;
    bool good = true;
    libc_enter_file(path);
    s = gf_zone_span(z, from);
    while (good && s.end < to) {
        struct gf_span next = gf_zone_span(z, s.end);
        good = check_change(path, z, &s, s.end) && next.high >= s.end - 1 + s.off;
        /* behind 2100 a year goes like any other */
        s = next;
        if (s.start > gf_civil_days(2100, 1, 1) * GF_DAY)
            s = gf_zone_span(z, s.start + (int64_t)(next_random(&seed) % 9000) * GF_DAY);
    }
    for (int i = 0; i < 200 && good; i++) {
        int64_t t =
            from + (int64_t)(next_random(&seed) % 219000) * GF_DAY + next_random(&seed) % 86400;
        good = agrees(path, z, t) && is_first(path, z, t);
    }
    libc_leave();
}

TEST(time_tzfile, every_file_against_libc)
{
    int files = each_file(check_file);
    if (!files)
        SKIP("no tzdata.zi");
    CHECK(files > 300);
}

/* ---- files that are made here ---------------------------------------------------------------- */

struct made {
    unsigned char s[512];
    size_t len;
};

static void put(struct made *m, uint64_t v, int bytes)
{
    while (bytes-- > 0)
        m->s[m->len++] = (unsigned char)(bytes < 8 ? v >> bytes * 8 : 0);
}

/* What is odd about a file; zeroed, it has two changes, in 2001 and 2004, and a rule. */
struct odd {
    const char *rule; /* NULL: that of Berlin */
    char version;     /* 0: 2 */
    int64_t second;   /* when the second change is; 0: in 2004 */
    uint32_t off;     /* of type 1; 0: an hour */
    uint32_t leaps, types_less;
    unsigned char index; /* of the last change's type; 0: type 2 */
};

enum {
    MADE_1 = 1000000000, /* 2001-09-09 */
    MADE_2 = 1100000000, /* 2004-11-09, winter */
};

static void put_block(struct made *m, const struct odd *o, char version, int size)
{
    memcpy(m->s + m->len, "TZif", 4);
    m->len += 4;
    put(m, (unsigned char)version, 1);
    put(m, 0, 15);
    const uint32_t counts[] = {0, 0, o->leaps, 2, 3 - o->types_less, 4};
    for (int i = 0; i < 6; i++)
        put(m, counts[i], 4);
    put(m, MADE_1, size);
    put(m, (uint64_t)(o->second ? o->second : MADE_2), size);
    put(m, 1, 1);
    put(m, o->index ? o->index : 2, 1);
    const uint32_t offs[] = {1800, o->off ? o->off : 7200, 3600};
    for (uint32_t i = 0; i < 3 - o->types_less; i++) {
        put(m, offs[i], 4);
        put(m, 0, 2);
    }
    put(m, 0, 4); /* what a type too many would be read from */
    for (uint32_t i = 0; i < o->leaps; i++)
        put(m, 0, size + 4);
}

static struct made make(const struct odd *o)
{
    struct made m = {.len = 0};
    const char *rule = o->rule ? o->rule : "\nCET-1CEST,M3.5.0,M10.5.0/3\n";
    char version = o->version ? o->version : '2';
    put_block(&m, o, version, 4);
    if (version == '1')
        return m;
    put_block(&m, o, version, 8);
    memcpy(m.s + m.len, rule, strlen(rule));
    m.len += strlen(rule);
    return m;
}

/* Each beginning of a file is none, and says so. */
TEST(time_tzfile, a_part_of_a_file)
{
    for (char version = '1'; version <= '2'; version++) {
        struct made m = make(&(struct odd){.version = version});
        struct gf_tzdata d;
        for (size_t len = 0; len < m.len; len++) {
            struct gf_perr e = {0};
            unsigned char *part = malloc(len + 1); /* of its own: a read behind it is seen */
            REQUIRE(part);
            memcpy(part, m.s, len);
            int want = len < 4 ? EINVAL : EBADMSG, r = gf_tzdata_parse(&d, part, len, &e);
            CHECK_ROW(r == -1 && errno == want && e.what[0], "%zu bytes: %d", len, r);
            free(part);
        }
        REQUIRE(gf_tzdata_parse(&d, m.s, m.len, NULL) == 0);
        gf_tzdata_release(&d);
    }
}

TEST(time_tzfile, odd_files)
{
    static const struct {
        const char *name;
        struct odd odd;
        int err;            /* 0: it is a zone */
        int32_t off1, off2; /* in the summers of 2002 and 2020 */
    } rows[] = {
        {"version 2", {0}, 0, 7200, 7200},
        {"version 3", {.version = '3'}, 0, 7200, 7200},
        {"version 4", {.version = '4'}, 0, 7200, 7200},
        {"a later version", {.version = '9'}, 0, 7200, 7200},
        {"version 1, without a rule", {.version = '1'}, 0, 7200, 3600},
        {"an empty rule", {.rule = "\n\n"}, 0, 7200, 3600},
        {"more behind the rule", {.rule = "\nUTC-1\nmore"}, 0, 7200, 3600},
        {"a rule that the last change does not fit", {.rule = "\nUTC-5\n"}, 0, 7200, 18000},
        {"two changes at once", {.second = MADE_1, .rule = "\n\n"}, 0, 3600, 3600},
        {"offsets as far as they go", {.off = 26 * 3600 - 1}, 0, 93599, 7200},
        {"too far from UTC", {.off = 26 * 3600}, EBADMSG, 0, 0},
        {"too far the other way", {.off = (uint32_t)-26 * 3600}, EBADMSG, 0, 0},
        {"changes that go back", {.second = MADE_1 - 1}, EBADMSG, 0, 0},
        {"a type that is not there", {.index = 3}, EBADMSG, 0, 0},
        {"no types", {.types_less = 3}, EBADMSG, 0, 0},
        {"a rule that is none", {.rule = "\nCET\n"}, EBADMSG, 0, 0},
        {"a rule without an end", {.rule = "\nUTC-1"}, EBADMSG, 0, 0},
        {"no rule", {.rule = "UTC-1\n"}, EBADMSG, 0, 0},
        {"leap seconds", {.leaps = 1}, EINVAL, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char dir[] = "/tmp/gf-tzfile-XXXXXX", path[64];
        struct made m = make(&rows[i].odd);
        struct gf_perr e = {0};
        struct gf_zone *z = NULL;
        struct gf_span s2002 = {0}, s2020 = {0};
        REQUIRE(mkdtemp(dir));
        snprintf(path, sizeof path, "%s/zone", dir);
        FILE *f = fopen(path, "wbe");
        REQUIRE(f && fwrite(m.s, 1, m.len, f) == m.len && fclose(f) == 0);
        int r = gf_zone_open(&z, path, NULL, &e), err = r == 0 ? 0 : errno;
        CHECK_ROW(err == rows[i].err, "%s: errno %d, %s", rows[i].name, err, e.what);
        if (r == 0) {
            s2002 = gf_zone_span(z, 1025000000);
            s2020 = gf_zone_span(z, 1594000000);
            CHECK_ROW(s2002.off == rows[i].off1 && s2020.off == rows[i].off2, "%s: %d and %d",
                      rows[i].name, s2002.off, s2020.off);
            gf_zone_free(z);
        } else {
            CHECK_ROW(strncmp(e.what, "'/tmp/gf-tzfile-", 16) == 0, "%s: %s", rows[i].name, e.what);
        }
        unlink(path);
        rmdir(dir);
    }
}

/* At the last change, too, the rule counts. */
TEST(time_tzfile, a_rule_that_the_last_change_does_not_fit)
{
    struct made m = make(&(struct odd){.rule = "\nUTC-5\n"});
    struct gf_tzdata d;
    REQUIRE(gf_tzdata_parse(&d, m.s, m.len, NULL) == 0);
    CHECK_INT(d.marks[d.n - 1].start, MADE_2);
    CHECK_INT(d.marks[d.n - 1].off, 5 * 3600);
    gf_tzdata_release(&d);
}

/* What a name stands for that is no file of a zone. */
TEST(time_tzfile, what_cannot_be_read)
{
    static const struct {
        const char *name;
        int err;
        const char *why;
    } rows[] = {
        {"dir", EINVAL, "directory"}, {"fifo", EINVAL, "not a regular file"},
        {"big", EINVAL, "larger"},    {"text", EINVAL, "not a time zone"},
        {"loop", ELOOP, "symbolic"},  {"empty", EINVAL, "not a time zone"},
        {"none", EINVAL, "unknown"},
    };
    char dir[] = "/tmp/gf-tzfile-XXXXXX";
    REQUIRE(mkdtemp(dir) && chdir(dir) == 0);
    REQUIRE(mkdir("dir", 0700) == 0 && mkfifo("fifo", 0600) == 0 && symlink("loop", "loop") == 0);
    REQUIRE(fclose(fopen("big", "we")) == 0 && truncate("big", GF_TZFILE_MAX + 1) == 0);
    FILE *f = fopen("text", "we");
    REQUIRE(f && fputs("Europe/Berlin\n", f) >= 0 && fclose(f) == 0);
    REQUIRE(fclose(fopen("empty", "we")) == 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_perr e = {0};
        struct gf_zone *z;
        int r = gf_zone_open(&z, rows[i].name, dir, &e);
        CHECK_ROW(r == -1 && errno == rows[i].err && strstr(e.what, rows[i].why), "%s: %d, %s",
                  rows[i].name, errno, e.what);
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        (void)remove(rows[i].name);
    REQUIRE(chdir("/") == 0);
    rmdir(dir);
}

/* Spans at both ends of time, and an answer there. */
TEST(time_tzfile, the_ends_of_time)
{
    static const char *const names[] = {"UTC", "EST5EDT,M3.2.0,M11.1.0", "Europe/Berlin"};
    static const int64_t times[] = {INT64_MIN, GF_CIVIL_MIN, GF_CIVIL_MAX, INT64_MAX};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        for (size_t n = 0; n < sizeof times / sizeof times[0]; n++) {
            struct gf_zone *z;
            struct gf_span s;
            int64_t t;
            REQUIRE(gf_zone_open(&z, names[i], NULL, NULL) == 0);
            s = gf_zone_span(z, times[n]);
            CHECK_ROW(s.start < s.end, "%s", names[i]);
            t = gf_zone_first(z, times[n], NULL);
            CHECK_ROW(t >= GF_ZONE_EARLIEST && t <= GF_ZONE_LATEST, "%s: %lld", names[i],
                      (long long)t);
            gf_zone_free(z);
        }
}
