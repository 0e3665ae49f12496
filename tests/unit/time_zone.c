/*
 * time_zone.c - zones: their names, and their offsets against those of libc in every zone of
 * tzdata.zi.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"
#include "time/zone.h"
#include "time/zonenear.h"
#include "time/zonerule.h"
#include "zones.h"

/* Every three days of a year from t on: the offset of the zone is that of libc. */
static void check_offsets(const char *name, struct gf_zone *z, int64_t t)
{
    enum {
        ASKED = 366 / 3
    };
    int64_t want[ASKED];
    struct gf_span s;
    libc_enter_file(name);
    for (int i = 0; i < ASKED; i++)
        want[i] = local_minute(t + i * 3 * GF_DAY) * 60;
    libc_leave();
    for (int i = 0; i < ASKED; i++) {
        int64_t at = t + i * 3 * GF_DAY;
        s = gf_zone_span(z, at);
        if ((at + s.off) / 60 * 60 != want[i]) {
            CHECK_ROW(false, "%s at %lld: %d", name, (long long)at, s.off);
            return;
        }
    }
}

/* Years in which a zone lists its changes, and years in which it goes by its rule. */
static void check_years(const char *name, unsigned *seed)
{
    struct gf_zone *z;
    if (gf_zone_open(&z, name, NULL, NULL) != 0)
        return; /* listed but not installed */
    for (int i = 0; i < 4; i++) {
        *seed = *seed * 1103515245 + 12345;
        int year = 1970 + 40 * i + (int)((*seed >> 16) % 40);
        check_offsets(name, z, gf_civil_days(year, 1, 1) * GF_DAY);
    }
    gf_zone_free(z);
}

TEST(time_zone, every_zone_against_libc)
{
    int zones = each_zone(check_years);
    if (!zones)
        SKIP("no tzdata.zi");
    CHECK(zones > 300);
}

/* Their files list changes around Ramadan, some a week apart, long after others go by a rule. */
TEST(time_zone, long_lists)
{
    static const char *const names[] = {"Asia/Gaza", "Africa/Casablanca"};
    for (size_t i = 0; i < 2; i++) {
        struct gf_zone *z;
        REQUIRE(gf_zone_open(&z, names[i], NULL, NULL) == 0);
        for (int year = 2026; year < 2100; year++)
            check_offsets(names[i], z, gf_civil_days(year, 1, 1) * GF_DAY);
        gf_zone_free(z);
    }
}

TEST(time_zone, unknown_names)
{
    static const char *const bad[] = {"Europe/Pariss", "europe/paris2", "../etc/passwd", "PST8",
                                      "Foo/Bar",       "/etc/passwd",   "UTC+"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct gf_zone *z = NULL;
        bool rule = strcmp(bad[i], "PST8") == 0; /* a POSIX rule is known */
        CHECK_ROW((gf_zone_open(&z, bad[i], NULL, NULL) == 0) == rule, "%s", bad[i]);
        gf_zone_free(z);
    }
}

static int32_t offset_at(struct gf_zone *z, int64_t t)
{
    return z ? gf_zone_span(z, t).off : -1;
}

/* A zone file under a name that the machine has not, in a directory of its own. */
static bool copy_zone(const char *from, const char *to)
{
    char bytes[8192];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    bool ok = in && out;
    size_t n = ok ? fread(bytes, 1, sizeof bytes, in) : 0;
    ok = ok && n > 0 && fwrite(bytes, 1, n, out) == n;
    if (in)
        fclose(in);
    if (out && fclose(out) != 0)
        ok = false;
    return ok;
}

TEST(time_zone, a_directory_of_zones)
{
    char dir[] = "/tmp/gf-zones-XXXXXX", file[64];
    REQUIRE(mkdtemp(dir));
    snprintf(file, sizeof file, "%s/Nowhere", dir);
    CHECK(copy_zone("/usr/share/zoneinfo/Asia/Tokyo", file));
    const char *const dirs[] = {dir, dir + 1};
    CHECK(chdir("/") == 0);
    for (size_t i = 0; i < 2; i++) {
        struct gf_zone *z = NULL;
        CHECK_ROW(gf_zone_open(&z, "Nowhere", dirs[i], NULL) == 0, "%s", dirs[i]);
        CHECK_ROW(offset_at(z, 1700000000) == 9 * 3600, "%s", dirs[i]);
        gf_zone_free(z);
    }
    unlink(file);
    rmdir(dir);
}

/* A span agrees with the rule, and `high` with a walk over the hours before it: the rules change at
 * full hours. */
static void check_span(const char *rule, struct gf_zone *z, const struct gf_zonerule *r, int64_t t)
{
    struct gf_span s = gf_zone_span(z, t);
    int64_t high = INT64_MIN;
    CHECK_ROW(s.start <= t && t < s.end, "%s at %lld", rule, (long long)t);
    CHECK_ROW(s.off == gf_zonerule_offset(r, t), "%s at %lld: %d", rule, (long long)t, s.off);
    for (int64_t at = s.start - 1; at > s.start - 4 * GF_DAY; at -= 3600) {
        int64_t shown = at + gf_zonerule_offset(r, at);
        high = shown > high ? shown : high;
    }
    CHECK_ROW(s.high == high, "%s at %lld: high %lld, not %lld", rule, (long long)t,
              (long long)s.high, (long long)high);
}

/* Years one by one, forward and back, and jumps: windows begin and end at all of them. */
TEST(time_zone, spans_of_rules)
{
    static const char *const rules[] = {
        "EST5EDT,M3.2.0,M11.1.0",   "NZST-12NZDT,M9.5.0,M4.1.0/3", "ABC0DEF,J200,J1/0",
        "ABC0DEF-3,J200,J365/25",   "ABC5DEF,0/0,J365/25",         "ABC5DEF,0/0,J365/30",
        "ABC-14DEF,J1/-167,J100/0", "ABC12DEF,J200,J365/167",      "ABC0DEF,M1.1.0,M12.5.6/167",
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        struct gf_zonerule r;
        struct gf_zone *z;
        REQUIRE(gf_zonerule_parse(&r, rules[i], strlen(rules[i])));
        REQUIRE(gf_zone_open(&z, rules[i], NULL, NULL) == 0);
        for (int n = 0; n < 240; n++) {
            int year = n < 80 ? 2000 + n : n < 160 ? 2080 - (n - 80) : 2000 + n * 37 % 90;
            int64_t t = gf_civil_days(year, 1, 1) * GF_DAY, day = n < 80 ? GF_DAY : -GF_DAY;
            for (int d = -10; d < 11; d++)
                check_span(rules[i], z, &r, t + d * day);
            check_span(rules[i], z, &r, t + 180 * GF_DAY);
        }
        gf_zone_free(z);
    }
}

/* Directories below one another are looked at to a depth: a link may lead back up. */
TEST(time_zone, near_names_of_three_directories)
{
    char root[] = "/tmp/gf-unit-near-XXXXXX", path[200], near[GF_ZONENEAR_SIZE];
    static const char *const names[] = {"A", "A/B", "A/B/C"};
    REQUIRE(mkdtemp(root));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", root, names[i]);
        CHECK_INT(mkdir(path, 0700), 0);
        snprintf(path, sizeof path, "%s/%s/Town%zu", root, names[i], i);
        CHECK_INT(close(open(path, O_CREAT | O_WRONLY, 0600)), 0);
        snprintf(path, sizeof path, "%s/%s/Up", root, names[i]);
        CHECK_INT(symlink(root, path), 0);
    }
    CHECK(gf_zonenear("A/Tawn0", root, near));
    CHECK_STR(near, "A/Town0");
    CHECK(gf_zonenear("A/B/Tawn1", root, near));
    CHECK_STR(near, "A/B/Town1");
    CHECK(!gf_zonenear("A/B/C/Tawn2", root, near) || strcmp(near, "A/B/C/Town2") != 0);
    for (size_t i = sizeof names / sizeof names[0]; i-- > 0;) {
        snprintf(path, sizeof path, "%s/%s/Town%zu", root, names[i], i);
        unlink(path);
        snprintf(path, sizeof path, "%s/%s/Up", root, names[i]);
        unlink(path);
        snprintf(path, sizeof path, "%s/%s", root, names[i]);
        CHECK_INT(rmdir(path), 0);
    }
    CHECK_INT(rmdir(root), 0);
}

TEST(time_zone, near_names)
{
    static const struct {
        const char *said, *meant; /* NULL: none is near */
    } rows[] = {
        {"Europe/Berlni", "Europe/Berlin"},
        {"europe/berlin", "Europe/Berlin"},
        {"Berlin", "Europe/Berlin"},
        {"tokio", "Asia/Tokyo"},
        {"America/Argentina/Slata", "America/Argentina/Salta"},
        {"America/New", "America/New_York"},
        {"Mars/Phobos", NULL},
        {"", NULL},
        {"a name that is longer than any that there is anywhere", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char near[GF_ZONENEAR_SIZE];
        bool found = gf_zonenear(rows[i].said, "/usr/share/zoneinfo", near);
        CHECK_ROW(found == (rows[i].meant != NULL), "%s: %s", rows[i].said, near);
        CHECK_ROW(strcmp(near, rows[i].meant ? rows[i].meant : "") == 0, "%s: %s", rows[i].said,
                  near);
    }
}
