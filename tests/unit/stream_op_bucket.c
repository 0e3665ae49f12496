/* bucket, and where -since and -before: what they do with records, and which words they refuse. */
#include "stream_rig.h"

TEST(stream_op_bucket, fields_become_the_start_of_their_span)
{
    static const struct rig_case cases[] = {
        {"bucket 1 5m", "", ""},
        {"bucket 1 5m", "1795600999 a\n1795601100 b",
         "2026-11-25T10:00:00Z a\n"
         "2026-11-25T10:05:00Z b\n"},
        {"bucket 2 1h", "a \t1795604399  b \n", "a \t2026-11-25T10:00:00Z  b \n"},
        {"bucket -1 1d", "a 2026-11-25T10:00:00.5+01:00\n", "a 2026-11-25T00:00:00Z\n"},
        {"bucket 1 1w", "1795600800\n", "2026-11-23T00:00:00Z\n"},
        {"bucket --zone XST-9 1 1d", "1795600800\n", "2026-11-25T00:00:00+09:00\n"},
        {"bucket --format %d.%m.%Y 1 1d", "25.11.2026\n", "2026-11-25T00:00:00Z\n"},
        {"bucket --skip-bad 1 1d", "x\n\n1795600800\n-\n", "2026-11-25T00:00:00Z\n"},
        {"bucket 1 1s bucket 1 1h bucket 1 1d", "1795600800\n", "2026-11-25T00:00:00Z\n"},
    };
    struct rig r;
    rig_init(&r);
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

/* The run of the rig began in 1970. */
TEST(stream_op_bucket, where_compares_times)
{
    static const struct rig_case cases[] = {
        {"where 1 -since 1h", "-3601\n-3600\n0\nx\n\n", "-3600\n0\n"},
        {"where 1 -before 1h", "-3601\n-3600\n0\nx\n\n", "-3601\n"},
        {"where 1 -since 3600", "-3601\n-3600\n", "-3600\n"},
        {"where 1 -since 1795600800", "1795600799.9\n1795600800\n", "1795600800\n"},
        {"where 1 -before 2026-11-25", "1795564799\n1795564800\n", "1795564799\n"},
        {"where --zone XST-9 1 -before 2026-11-25", "1795532399\n1795532400\n", "1795532399\n"},
        {"where --format %Y 1 -since 2000-01-01", "1999\n2000\n20000\n", "2000\n"},
    };
    struct rig r;
    rig_init(&r);
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

TEST(stream_op_bucket, words_that_are_wrong)
{
    static const char *const chains[] = {
        "bucket 1 x",
        "bucket 1 0",
        "bucket 1,2 5m",
        "bucket 0 5m",
        "bucket --zone No/Such 1 5m",
        "bucket --zone /etc/localtime 1 5m",
        "bucket --format %T 1 5m",
        "where 1 -since x",
        "where --format %Y 1 eq 2000",
        "where --zone UTC --expr '{1}'",
    };
    for (size_t i = 0; i < sizeof chains / sizeof *chains; i++) {
        struct rig r;
        rig_init(&r);
        CHECK_ROW(rig_read(&r, chains[i]) != 0 && r.fault.status == 2, "%s", chains[i]);
        rig_release(&r);
    }
}
