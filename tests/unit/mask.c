/* base/mask: passwords of addresses, alone and in a text. */
#include "base/mask.h"

#include <string.h>

#include "test.h"

TEST(mask, words)
{
    static const char *const rows[][2] = {
        {"bad rate 'redis://:ge#heim@q1#a': x", "bad rate 'redis://:*******@q1#a': x"},
        {"--queue redis://me:pw@q1#a twice", "--queue redis://me:**@q1#a twice"},
        {"REDIS://:pw@q1 rediss:/pw@q1", "REDIS://:**@q1 rediss:/**@q1"},
        {"redis:pw@q1#a", "redis:**@q1#a"},
        {"redis://:pw#a", "redis://:****"},
        {"redis://q1:6379#a, redis://q1:6379, redis://q1:6379: no", NULL},
        {"redis://[::1]:6379/1#a", NULL},
        {"redis:// or redis+unix:// and redis://: redis:/", NULL},
        {"redis+unix:///run/a@b:c#x@y", NULL},
        {"redis: a@b", NULL},
        {"mail me@example.org", NULL},
        {"redis", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[100];
        memcpy(text, rows[i][0], strlen(rows[i][0]) + 1);
        gf_mask_words(text, strlen(text));
        CHECK_STR(text, rows[i][rows[i][1] ? 1 : 0]);
    }
}

TEST(mask, bytes_without_an_end)
{
    for (size_t n = 0; n <= 14; n++) {
        char text[15] = "redis://:a@b#";
        char begin[15] = "redis://:a@b#";
        gf_mask_words(text, n);
        CHECK(memcmp(text + n, begin + n, sizeof text - n) == 0);
    }
}
