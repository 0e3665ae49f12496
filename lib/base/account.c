/*
 * account.c - the accounts, by libc's getpw* or by /etc/passwd read line by line.
 *
 * fgetpwent reads a file and loads no module, which is why the static form uses it for both
 * questions. The two forms differ in next_entry and in find alone.
 */
#include "base/account.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#ifdef GF_STATIC

static FILE *list;

static const struct passwd *next_entry(void)
{
    if (!list)
        list = fopen("/etc/passwd", "re");
    return list ? fgetpwent(list) : NULL;
}

static void rewind_list(void)
{
    if (list)
        fclose(list);
    list = NULL;
}

static const struct passwd *find(uid_t uid)
{
    const struct passwd *pw;
    rewind_list();
    while ((pw = next_entry()) && pw->pw_uid != uid)
        ;
    rewind_list();
    return pw;
}

#else

static const struct passwd *next_entry(void)
{
    return getpwent();
}

static void rewind_list(void)
{
    endpwent();
}

static const struct passwd *find(uid_t uid)
{
    return getpwuid(uid);
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

const char *gf_account_next(void)
{
    const struct passwd *pw = next_entry();
    if (!pw)
        rewind_list();
    return pw ? pw->pw_name : NULL;
}
