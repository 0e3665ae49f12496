/* account.c - the accounts are those of libc; in a static program those of /etc/passwd. */
#include "base/account.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "test.h"

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

TEST(account, names)
{
    for (int i = 0; i < 2; i++) {
        CHECK(gf_account_is("root"));
        CHECK(gf_account_is("nobody"));
        CHECK(!gf_account_is("no-such-account"));
        CHECK(!gf_account_is("roo"));
        CHECK(!gf_account_is(""));
    }
}
