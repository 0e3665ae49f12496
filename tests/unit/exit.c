/* exit.c - base/exit: the list of exit statuses. */
#include "base/exit.h"

#include "test.h"

TEST(exit, list_is_in_order_and_has_words)
{
    int before = -1;
    for (const struct gf_exit_row *r = gf_exit_list; r->meaning; r++) {
        CHECK_ROW(r->code > before, "%d after %d", r->code, before);
        CHECK_STR(gf_exit_meaning(r->code), r->meaning);
        before = r->code;
    }
    CHECK_INT(before, GF_EXIT_NOTFOUND);
    CHECK(!gf_exit_meaning(3));
    CHECK(!gf_exit_meaning(-1));
}
