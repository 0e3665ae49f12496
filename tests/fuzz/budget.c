/*
 * budget.c - a state file in which bytes were changed, or that was cut: it is refused, or it works.
 *
 * The input is edits of a sound file: two bytes of place and one to put there, each. A place beyond
 * the file cuts it.
 */
#include "limit/budget.h"

#include <sys/mman.h>
#include <unistd.h>

#include "oracle.h"

static const char boot[] = "aaaaaaaa-0000-0000-0000-000000000000";

static int sound_file(void)
{
    static struct gf_rate rate = {.count = 1, .period = GF_S, .window = GF_S};
    struct gf_budget_ask ask = {.boot = boot,
                                .now_mono = 50 * GF_S,
                                .now_wall = 5000 * GF_S,
                                .rate = &rate,
                                .burst = 3,
                                .keys = 4,
                                .seed = 1};
    struct gf_budget b;
    const char *why;
    int fd = memfd_create("budget", MFD_CLOEXEC);
    MUST(fd != -1 && gf_budget_open(&b, dup(fd), &ask, &why) == 0);
    struct gf_bucket k = gf_budget_key(&b, 77, 50 * GF_S);
    struct gf_turn t;
    (void)gf_budget_take(&b, &k, 1, 50 * GF_S, GF_NEVER, &t);
    gf_budget_release(&b);
    return fd;
}

static void use(struct gf_budget *b)
{
    struct gf_budget_state st;
    struct gf_bucket all = gf_budget_all(b), key = gf_budget_key(b, 77, 60 * GF_S);
    struct gf_turn t;
    struct gf_rate rate = {.count = 5, .period = GF_S, .window = GF_S};
    (void)gf_budget_take(b, &all, 1, 60 * GF_S, GF_NEVER, &t);
    (void)gf_budget_take(b, &key, 2, 60 * GF_S, 60 * GF_S, &t);
    (void)gf_budget_cancel(b, &t, 60 * GF_S);
    gf_budget_look(b, &key, 60 * GF_S, &st);
    MUST(st.next >= 60 * GF_S);
    MUST(gf_budget_change(b, &rate, 9, 61 * GF_S) == 0);
    gf_budget_reset(b, 62 * GF_S);
    MUST(gf_budget_take(b, &all, 9, 62 * GF_S, 62 * GF_S, &t));
    MUST(!gf_budget_take(b, &all, 1, 62 * GF_S, 62 * GF_S, &t));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = sound_file();
    off_t length = lseek(fd, 0, SEEK_END);
    for (; size >= 3; data += 3, size -= 3) {
        off_t at = data[0] << 8 | data[1];
        if (at >= length)
            MUST(ftruncate(fd, at % length) == 0);
        else if (pwrite(fd, data + 2, 1, at) != 1)
            return 0;
    }
    struct gf_budget_ask ask = {
        .boot = boot, .now_mono = 60 * GF_S, .now_wall = 5010 * GF_S, .keys = 4};
    struct gf_budget b;
    const char *why;
    if (gf_budget_open(&b, fd, &ask, &why) != 0) {
        MUST(why && *why);
        return 0;
    }
    use(&b);
    gf_budget_release(&b);
    return 0;
}
