/*
 * zonename.c - what the name of a time zone stands for: a file first, then UTC, then a rule.
 *
 * A place where the name has no file is passed over. A file that is there and cannot be read ends
 * the search: the next place, or a rule, would be another zone.
 */
#include "time/zonename.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "time/zonenear.h"
#include "time/zonerule.h"

static const char machines[] = "/etc/localtime";

static const char *const places[] = {"/usr/share/zoneinfo", "/share/zoneinfo", "/etc/zoneinfo",
                                     NULL};

/* ---- files ----------------------------------------------------------------------------------- */

static bool is_absent(int err)
{
    return err == ENOENT || err == ENOTDIR || err == ENAMETOOLONG;
}

/* 0: the file is read; 1: there is none; -1: it is no zone, or cannot be read. */
static int read_path(struct gf_zonename *z, const char *path, struct gf_perr *e)
{
    if (gf_tzfile_read(&z->data, path, e) != 0)
        return is_absent(errno) ? 1 : -1;
    z->file = strdup(path);
    if (z->file)
        return 0;
    gf_tzdata_release(&z->data);
    errno = ENOMEM;
    return -1;
}

/* The same for a name below a directory. */
static int read_below(struct gf_zonename *z, const char *dir, const char *name, struct gf_perr *e)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/%s", dir, name);
    return n > 0 && (size_t)n < sizeof path ? read_path(z, path, e) : 1;
}

static int read_file(struct gf_zonename *z, const char *name, const char *dir, struct gf_perr *e)
{
    int r = 1;
    if (*name == '/')
        return read_path(z, name, e);
    if (!*name || strstr(name, ".."))
        return 1;
    if (dir)
        return read_below(z, dir, name, e);
    for (size_t i = 0; r == 1 && places[i]; i++)
        r = read_below(z, places[i], name, e);
    return r;
}

/* ---- names that are unknown ------------------------------------------------------------------ */

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

/* Says why a name was not known: the name is wrong, or there are no zones at all where names are
 * looked for (a container without tzdata, a wrong TZDIR). */
static int refuse(const char *name, const char *dir, struct gf_perr *e)
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

/* ---- names ----------------------------------------------------------------------------------- */

static int load_machines(struct gf_zonename *z, struct gf_perr *e)
{
    int r = read_path(z, machines, e);
    if (r == 1)
        return gf_tzdata_of_rule(&z->data, NULL);
    if (r == -1 && errno == EINVAL) /* nobody has named it */
        errno = EBADMSG;
    return r;
}

int gf_zonename_load(struct gf_zonename *z, const char *name, const char *dir, struct gf_perr *e)
{
    struct gf_zonerule rule;
    *z = (struct gf_zonename){0};
    if (!name)
        return load_machines(z, e);
    int r = read_file(z, name, dir, e);
    if (r == -1 && e)
        e->len = strlen(name);
    if (r != 1)
        return r;
    if (!*name || strcmp(name, "UTC") == 0)
        return gf_tzdata_of_rule(&z->data, NULL);
    if (strstr(name, "..") || !gf_zonerule_parse(&rule, name, strlen(name)))
        return refuse(name, dir, e);
    return gf_tzdata_of_rule(&z->data, &rule);
}

void gf_zonename_release(struct gf_zonename *z)
{
    gf_tzdata_release(&z->data);
    free(z->file);
    *z = (struct gf_zonename){0};
}

void gf_zonename_wall(struct gf_wall *w, const char *dir)
{
    gf_wall_allow(w, machines, GF_WALL_READ);
    if (dir)
        gf_wall_allow(w, dir, GF_WALL_READ | GF_WALL_LIST);
    for (size_t i = 0; places[i]; i++)
        gf_wall_allow(w, places[i], GF_WALL_READ | GF_WALL_LIST);
}
