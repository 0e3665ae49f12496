/* failures.c - base/failures: the first failure is kept, in a line of moderate length. */
#include "base/failures.h"

#include <string.h>

#include "base/msg.h"
#include "capture.h"
#include "test.h"

TEST(failures, none_is_silence)
{
    gf_msg_init("gf-test");
    struct gf_failures f = {0};
    struct capture c = capture_begin(2);
    gf_failures_say(&f, 3, "jobs");
    CHECK_STR(capture_end(&c), "");
}

TEST(failures, the_first_is_told)
{
    gf_msg_init("gf-test");
    struct gf_failures f = {0};
    gf_failures_add(&f, 2, "job %d, exit status %d: %s", 2, 3, "sh -c 'a\nb'");
    gf_failures_add(&f, 4, "job %d", 4);
    struct capture c = capture_begin(2);
    gf_failures_say(&f, 9, "jobs");
    CHECK_STR(capture_end(&c),
              "gf-test: 2 of 9 jobs failed; first: job 2, exit status 3: sh -c 'a\\nb'\n");
    gf_msg_quiet(true);
    c = capture_begin(2);
    gf_failures_say(&f, 9, "jobs");
    CHECK_STR(capture_end(&c), "");
}

TEST(failures, a_long_text_is_cut_between_characters)
{
    for (size_t odd = 0; odd < 4; odd++) {
        char text[400] = "";
        memset(text, 'x', odd);
        for (size_t i = odd; i + 4 < sizeof text - 3; i += 3)
            memcpy(text + i, "\xe2\x82\xac", 3);
        struct gf_failures f = {0};
        gf_failures_add(&f, 0, "%s", text);
        size_t len = strlen(f.first);
        CHECK(len >= sizeof f.first - 4 && len < sizeof f.first);
        CHECK_STR(f.first + len - 3, "...");
        CHECK_INT((len - 3 - odd) % 3, 0);
    }
}

TEST(failures, the_lowest_place_is_named_whatever_came_first)
{
    struct gf_failures f = {0};
    gf_failures_add(&f, 7, "job 7");
    gf_failures_add(&f, 3, "job 3");
    gf_failures_add(&f, 5, "job 5");
    gf_failures_add(&f, 3, "job 3 again");
    CHECK_STR(f.first, "job 3");
    CHECK_INT(f.failed, 4);
}
