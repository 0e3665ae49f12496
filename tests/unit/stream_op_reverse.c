/* reverse: in memory and in runs of temporary files, records of any size, the ceiling. */
#include "stream_rig.h"

#include <stdio.h>

TEST(stream_op_reverse, in_memory)
{
    static const struct rig_case cases[] = {
        {"reverse", "", ""},
        {"reverse", "\n", "\n"},
        {"reverse", "a\nb\n\nc", "c\n\nb\na\n"},
        {"reverse reverse", "a\n\nb\n", "a\n\nb\n"},
        {"reverse limit 1", "a\nb\n", "b\n"},
        {"limit 2 reverse", "a\nb\nc\n", "b\na\n"},
    };
    struct rig r;
    rig_init(&r);
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

/* The same whatever the memory is: all of it, several runs, a run a record. */
TEST(stream_op_reverse, in_temporary_files)
{
    enum {
        N = 3000
    };
    static const size_t memory[] = {1 << 20, 64 << 10, 4 << 10, 400};
    static char text[N][40];
    uint64_t seed = 141421356237309504u;
    struct gf_buf want = {0};
    size_t len[N];
    for (size_t i = 0; i < N; i++) {
        len[i] = rig_random(&seed, sizeof text[i]);
        for (size_t k = 0; k < len[i]; k++)
            text[i][k] = (char)rig_random(&seed, 256);
    }
    for (size_t i = N; i--;) {
        gf_buf_add(&want, text[i], len[i]);
        gf_buf_putc(&want, '\n');
    }
    for (size_t m = 0; m < 4; m++)
        for (size_t ask = 0; ask < 3; ask++) {
            struct rig r;
            rig_init(&r);
            r.set.memory = memory[m];
            REQUIRE(rig_read(&r, "reverse") == 0);
            for (size_t i = 0; i < N; i++)
                rig_add(&r, text[i], len[i]);
            CHECK_INT(rig_open(&r, (struct rig_how){.ask = ask * 7}), 0);
            CHECK_INT(rig_drain(&r), 0);
            CHECK_ROW((r.st.spill.written > 0) == (m > 0), "%zu bytes of memory: %llu written",
                      memory[m], (unsigned long long)r.st.spill.written);
            CHECK_ROW(r.out.len == want.len && memcmp(r.out.data, want.data, want.len) == 0,
                      "%zu bytes of memory", memory[m]);
            rig_release(&r);
        }
    gf_buf_release(&want);
}

TEST(stream_op_reverse, left_before_the_end)
{
    struct rig r;
    rig_init(&r);
    r.set.memory = 4 << 10;
    REQUIRE(rig_read(&r, "reverse limit 200") == 0);
    for (size_t i = 0; i < 1000; i++)
        rig_add(&r, "some words", 10);
    CHECK_INT(strlen(rig_work(&r, (struct rig_how){0})), 200 * 11); /* a run is still being read */
    rig_release(&r);
}

TEST(stream_op_reverse, the_ceiling)
{
    static char text[2000];
    struct rig r;
    rig_init(&r);
    r.set.memory = 1000;
    REQUIRE(rig_read(&r, "reverse") == 0);
    rig_add(&r, "x", 1);
    rig_add(&r, text, 1000);
    rig_add(&r, text, 1001);
    CHECK_STR(rig_work(&r, (struct rig_how){0}),
              "!125 reverse: record 3 is larger than the memory it may use");
    rig_release(&r);
}

TEST(stream_op_reverse, no_directory)
{
    static const char *const nowhere[] = {"/nowhere/at-all"};
    struct rig r;
    rig_init(&r);
    r.set.memory = 1000;
    r.set.dirs = nowhere;
    REQUIRE(rig_read(&r, "reverse") == 0);
    for (int i = 0; i < 100; i++)
        rig_add(&r, "0123456789", 10);
    CHECK_STR(rig_work(&r, (struct rig_how){0}),
              "!125 reverse: cannot write a temporary file in '/nowhere/at-all': No such file or "
              "directory");
    rig_release(&r);
}
