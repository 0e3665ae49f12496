/*
 * account.c - the accounts, by libc's getpw* and getgr*, or by /etc/passwd and /etc/group read line
 * by line.
 *
 * fgetpwent and fgetgrent read a file and load no module, which is why the static form uses them.
 * The two forms differ in find, find_name and find_group alone.
 */
#include "base/account.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"

#ifdef GF_STATIC

/* The account of that name; without a name that of the number. */
static const struct passwd *find_entry(const char *name, uid_t uid)
{
    const struct passwd *pw = NULL;
    FILE *list = fopen("/etc/passwd", "re");
    while (list && (pw = fgetpwent(list)) &&
           (name ? strcmp(pw->pw_name, name) != 0 : pw->pw_uid != uid))
        ;
    if (list)
        fclose(list);
    return pw;
}

static const struct passwd *find(uid_t uid)
{
    return find_entry(NULL, uid);
}

static const struct passwd *find_name(const char *name)
{
    return find_entry(name, 0);
}

static const struct group *find_group(const char *name)
{
    const struct group *gr = NULL;
    FILE *groups = fopen("/etc/group", "re");
    while (groups && (gr = fgetgrent(groups)) && strcmp(gr->gr_name, name) != 0)
        ;
    if (groups)
        fclose(groups);
    return gr;
}

#else

static const struct passwd *find(uid_t uid)
{
    return getpwuid(uid);
}

static const struct passwd *find_name(const char *name)
{
    return getpwnam(name);
}

static const struct group *find_group(const char *name)
{
    return getgrnam(name);
}

#endif

int gf_account_home(uid_t uid, char *home, size_t size)
{
    const struct passwd *pw = find(uid);
    if (!pw || pw->pw_dir[0] != '/') {
        errno = ENOENT;
        return -1;
    }
    size_t len = strlen(pw->pw_dir);
    if (len >= size) {
        errno = ERANGE;
        return -1;
    }
    memcpy(home, pw->pw_dir, len + 1);
    return 0;
}

int gf_account_group(const char *name, gid_t *gid)
{
    const struct group *gr = find_group(name);
    struct gf_perr e;
    uint64_t number;
    if (gr) {
        *gid = gr->gr_gid;
        return 0;
    }
    if (gf_parse_count(name, strlen(name), 0, (gid_t)-1 - 1, &number, &e) == 0) {
        *gid = (gid_t)number;
        return 0;
    }
    errno = ENOENT;
    return -1;
}

bool gf_account_is(const char *name)
{
    return find_name(name);
}
