/*
 * zonename.c - what the name of a time zone stands for: a file first, then UTC, then a rule.
 *
 * libc gets a file by its absolute path behind a colon, for two reasons: musl does not look in
 * TZDIR, and musl takes a name that could be a rule (EST5EDT) for a rule although a file has it.
 *
 * A rule that does not say when summer is gets the changes of the USA. Left to itself, musl uses
 * the changes of the rule it read before, and glibc goes by the file `posixrules`, which is hours
 * off on the days of change.
 */
#include "time/zonename.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "time/tzfile.h"
#include "time/zonenear.h"
#include "time/zonerule.h"

/* For a rule that has summer time and does not say when: the changes of the USA. */
#define DEFAULT_CHANGES ",M3.2.0,M11.1.0"

/* Whether dir/name (dir may be empty) is a zone file; `path` gets its absolute path. */
static bool is_zone_file(const char *dir, const char *name, char path[PATH_MAX], int64_t *settled)
{
    char given[PATH_MAX];
    int n = snprintf(given, sizeof given, "%s%s%s", dir, *dir ? "/" : "", name);
    if (n <= 0 || (size_t)n >= sizeof given || !gf_tzfile_look(given, settled))
        return false;
    if (*given != '/')
        return realpath(given, path) != NULL;
    memcpy(path, given, (size_t)n + 1);
    return true;
}

static const char *const places[] = {"/usr/share/zoneinfo", "/share/zoneinfo", "/etc/zoneinfo",
                                     NULL};

static bool find_file(const char *name, const char *dir, char path[PATH_MAX], int64_t *settled)
{
    if (*name == '/')
        return is_zone_file("", name, path, settled);
    if (!*name || strstr(name, ".."))
        return false;
    if (dir && is_zone_file(dir, name, path, settled))
        return true;
    for (size_t i = 0; !dir && places[i]; i++)
        if (is_zone_file(places[i], name, path, settled))
            return true;
    return false;
}

bool gf_zonename_know(struct gf_zonename *z, const char *name, const char *dir)
{
    char path[PATH_MAX];
    z->tz[0] = '\0';
    z->settled = INT64_MAX;
    z->has_file = find_file(name ? name : "/etc/localtime", dir, path, &z->settled);
    if (!name)
        return true;
    if (z->has_file) {
        snprintf(z->tz, sizeof z->tz, ":%s", path);
        return true;
    }
    z->settled = INT64_MIN;
    if (!*name || strcmp(name, "UTC") == 0) {
        snprintf(z->tz, sizeof z->tz, "UTC0");
        return true;
    }
    if (strstr(name, "..") || !gf_zonerule_valid(name))
        return false;
    int n = snprintf(z->tz, sizeof z->tz, "%s%s", name,
                     gf_zonerule_lacks_changes(name) ? DEFAULT_CHANGES : "");
    return n > 0 && (size_t)n < sizeof z->tz;
}

/* Whether the directory is there and has something in it. */
static bool has_entries(const char *path)
{
    DIR *d = opendir(path);
    bool found = false;
    for (const struct dirent *e; d && !found && (e = readdir(d));)
        found = strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    if (d)
        closedir(d);
    return found;
}

int gf_zonename_refuse(const char *name, const char *dir, struct gf_perr *e)
{
    char near[GF_ZONENEAR_SIZE];
    const char *zones = dir && has_entries(dir) ? dir : NULL;
    for (size_t i = 0; !dir && !zones && places[i]; i++)
        zones = has_entries(places[i]) ? places[i] : NULL;
    if (zones && gf_zonenear(name, zones, near))
        return gf_perr_set(e, 0, strlen(name), NULL, "unknown time zone: did you mean %s?", near);
    if (zones)
        return gf_perr_set(e, 0, strlen(name),
                           dir ? "names are those under the directory in TZDIR"
                               : "names are those under /usr/share/zoneinfo",
                           "unknown time zone");
    return gf_perr_set(e, 0, strlen(name),
                       dir ? "without TZDIR, zones are looked for under /usr/share/zoneinfo"
                           : "they come with the package tzdata; UTC and rules such as "
                             "CET-1CEST,M3.5.0,M10.5.0/3 need none",
                       dir ? "tzdata is missing: the directory in TZDIR has no time zones"
                           : "tzdata is missing: this machine has no time zones");
}
