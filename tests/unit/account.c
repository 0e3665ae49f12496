/* account.c - the accounts are those of libc; in a static program those of /etc/passwd. */
#include "base/account.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "test.h"

static bool listed(const char *name)
{
    bool found = false;
    for (const char *next; (next = gf_account_next());)
        found = found || strcmp(next, name) == 0;
    return found;
}

TEST(account, root_has_a_home)
{
    char home[PATH_MAX];
    CHECK_INT(gf_account_home(0, home, sizeof home), 0);
    CHECK_STR(home, "/root");
}

TEST(account, no_such_account)
{
    char home[PATH_MAX];
    errno = 0;
    CHECK_INT(gf_account_home((uid_t)-3, home, sizeof home), -1);
    CHECK_INT(errno, ENOENT);
}

TEST(account, a_home_that_does_not_fit_is_not_cut)
{
    char home[5] = "kept";
    errno = 0;
    CHECK_INT(gf_account_home(0, home, sizeof home), -1);
    CHECK_INT(errno, ERANGE);
    CHECK_STR(home, "kept");
}

TEST(account, names_come_each_time_from_the_start)
{
    CHECK(listed("root"));
    CHECK(listed("root"));
    CHECK(!listed("no-such-account"));
}

TEST(account, a_home_in_between_does_not_end_the_list_for_good)
{
    char home[PATH_MAX];
    CHECK(gf_account_next() != NULL);
    CHECK_INT(gf_account_home(0, home, sizeof home), 0);
    while (gf_account_next())
        ;
    CHECK(listed("root"));
}
