/* time_civil.c - times as people write them. */
#include <string.h>

#include "test.h"
#include "time/civil.h"

TEST(time_civil, stamps)
{
    static const struct {
        const char *text;
        bool good, fixed;
        int64_t seconds;
    } rows[] = {
        {"1970-01-01", true, false, 0},
        {"1970-01-02T00:00:01Z", true, true, 86401},
        {"1970-01-01T02:00+02:00", true, true, 0},
        {"1970-01-01 02:00:00+0200", true, true, 0},
        {"@12", true, true, 12},
        {"1970-13-01", false, false, 0},
        {"1970-01-01T24:00", false, false, 0},
        {"1970-01-01T00:00:00Zx", false, false, 0},
        {"", false, false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_stamp st;
        bool good = gf_stamp_parse(rows[i].text, strlen(rows[i].text), &st, NULL) == 0;
        CHECK_ROW(good == rows[i].good, "%s", rows[i].text);
        CHECK_ROW(!good || (st.fixed == rows[i].fixed && st.seconds == rows[i].seconds), "%s",
                  rows[i].text);
    }
}
