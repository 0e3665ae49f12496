/* group: one record a key in the order of keys, every aggregate, values that are no number; against
 * a naive model, with so little memory as well that keys are set aside. */
#include "stream_rig.h"

#include <stdio.h>

TEST(stream_op_group, rows)
{
    static const struct rig_case cases[] = {
        {"group 1 count", "", ""},
        {"group 1 count", "\n", " 1\n"},
        {"group 1 count", "b x\na\nb", "b 2\na 1\n"},
        {"group 2,1 count", "a b\nb a\na b\n", "b a 2\na b 1\n"},
        {"group 1 sum:2,min:2,max:2", "a 1\na 2.50\nb -1\n", "a 3.5 1 2.50\nb -1 -1 -1\n"},
        {"group 1 mean:2,stddev:2", "a 1\na 2\nb 5\n", "a 1.5 0.7071067811865476\nb 5 \n"},
        {"group 1 first:2,last:-1", "a 1 2\na 3 4\n", "a 1 4\n"},
        {"group 1 median:2,p25:2,p100:2", "a 4\na 1\nb 7\na 2\n", "a 2 1.5 4\nb 7 7 7\n"},
        {"group 1 distinct:2,join:2", "a y\nb z\na x\na y\n", "a 2 y,x,y\nb 1 z\n"},
        {"group --join '; ' 1 join:2,join:1", "a y\na\n", "a y;  a; a\n"},
        {"group 1 join:2,count,median:2", "a 1\na 2\n", "a 1,2 2 1.5\n"},
        {"group 1 sum:2", "a 1\na x\n", "!123 group: record 2 is no number: 'x'"},
        {"group 1 sum:2", "a\n", "!123 group: record 1 is no number: ''"},
        {"group 2 sum:1,count,max:1", "1 a\n2 b\n3 a\n-9\n", "a 4 2 3\nb 2 1 2\n -9 1 -9\n"},
        {"group 1 sum:1,last:1", "7\n8\n7\n", "7 14 7\n8 8 8\n"},
        {"group 1 sum:3,sum:2", "a 1 2\na 3 4\n", "a 6 4\n"},
        {"group 1 sum:-1", "a 1 2\na 3 4\n", "a 6\n"},
        {"group 1,2 sum:2", "a 1\na 1\n", "a 1 2\n"},
        {"group --skip-bad 1 sum:2,count,p50:2", "a 1\na x\nb y\na 3\n", "a 4 3 2\nb 0 1 \n"},
        {"group 2 count,count", "a b\nc b\nd\n", "b 2 2\n 1 1\n"},
        {"group -1 count", "a b\nc b\nb\n", "b 3\n"},
        {"group 1 count group 2 count", "b\na\nb\nc\n", "2 1\n1 2\n"},
        {"group 1 count top -f 2n 1", "b\na\nb\nc\n", "b 2\n"},
        {"group 1- count", "a b\nab\na  b\n", "a b 2\nab 1\n"},
    };
    struct rig r;
    rig_init(&r);
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

TEST(stream_op_group, what_was_skipped_is_counted_once_a_record)
{
    struct rig r;
    rig_init(&r);
    REQUIRE(rig_read(&r, "group --skip-bad 1 sum:2,min:2,median:2,sum:3") == 0);
    rig_lines(&r, "a 1 1\na x y\na 2 z\n");
    REQUIRE(rig_open(&r, (struct rig_how){0}) == 0);
    CHECK_INT(rig_drain(&r), 0);
    CHECK_STR(r.out.data, "a 3 1 1.5 1\n");
    CHECK_INT(r.last->skipped.failed, 2);
    CHECK_STR(r.last->skipped.first, "record 2 is no number: 'x'");
    rig_release(&r);
}

enum {
    RECORDS = 6000
};

static struct {
    int key, value;
    char text[32];
} record[RECORDS];

static int by_value(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

static void put_row(struct gf_buf *b, size_t first, size_t n, const char *sep)
{
    static int value[RECORDS];
    long long sum = 0;
    size_t count = 0, different = 0;
    int last = 0;
    for (size_t i = first; i < n; i++)
        if (record[i].key == record[first].key) {
            value[count++] = last = record[i].value;
            sum += last;
        }
    gf_buf_printf(b, "%d%s%zu%s%lld%s%d%s%d%s", record[first].key, sep, count, sep, sum, sep,
                  record[first].value, sep, last, sep);
    for (size_t i = 0; i < count; i++)
        gf_buf_printf(b, "%s%d", i ? "," : "", value[i]);
    qsort(value, count, sizeof *value, by_value);
    for (size_t i = 0; i < count; i++)
        different += !i || value[i] != value[i - 1];
    int twice = value[(count - 1) / 2] + value[count / 2];
    gf_buf_printf(b, "%s%d%s%d%s%s%d%s%s%zu\n", sep, value[0], sep, value[count - 1], sep,
                  twice < 0 && twice / 2 == 0 && twice % 2 ? "-" : "", twice / 2,
                  twice % 2 ? ".5" : "", sep, different);
}

static void check_group(struct rig *r, uint64_t *seed, size_t n, int keys, const char *sep)
{
    struct gf_buf want = {0};
    char *seen = calloc((size_t)keys, 1);
    rig_reset(r);
    REQUIRE(seen && rig_read(r, "group 1 count,sum:2,first:2,last:2,join:2,min:2,max:2,median:2,"
                                "distinct:2") == 0);
    for (size_t i = 0; i < n; i++) {
        record[i].key = (int)rig_random(seed, (uint64_t)keys);
        record[i].value = (int)rig_random(seed, 41) - 20;
        int len = snprintf(record[i].text, sizeof record[i].text, "%d%s%d", record[i].key, sep,
                           record[i].value);
        rig_add(r, record[i].text, (size_t)len);
    }
    gf_buf_puts(&want, "");
    for (size_t i = 0; i < n; i++)
        if (!seen[record[i].key]) {
            seen[record[i].key] = 1;
            put_row(&want, i, n, sep);
        }
    rig_work(r, (struct rig_how){.ask = rig_random(seed, 5)});
    CHECK_ROW(strcmp(r->out.data, want.data) == 0, "%zu records, %d keys: %.300s, not %.300s", n,
              keys, r->out.data, want.data);
    gf_buf_release(&want);
    free(seen);
}

TEST(stream_op_group, as_a_model)
{
    static const char *const seps[] = {" ", ";", "::", "a"};
    uint64_t seed = 299792458299792458u;
    for (int round = 0; round < 800; round++) {
        struct rig r;
        rig_init(&r);
        if (round % 4)
            rig_separate(&r, seps[round % 4]);
        check_group(&r, &seed, rig_random(&seed, 50), 1 + (int)rig_random(&seed, 12),
                    seps[round % 4]);
        rig_release(&r);
    }
}

/* Most keys find no room and are grouped behind the others, in the order of their first record. */
TEST(stream_op_group, as_a_model_with_little_memory)
{
    uint64_t seed = 137035999137035999u;
    struct rig r;
    rig_init(&r);
    r.set.memory = 256 << 10;
    for (int round = 0; round < 4; round++)
        check_group(&r, &seed, RECORDS, round % 2 ? 3000 : 300, " ");
    rig_release(&r);
}

/* Where a count is all that is asked for, the table has nothing else of a key. */
TEST(stream_op_group, counts_alone_as_a_model)
{
    static size_t count[2000];
    static int order[2000];
    uint64_t seed = 662607015662607015u;
    for (int round = 0; round < 40; round++) {
        struct rig r;
        struct gf_buf want = {0};
        size_t keys = round % 2 ? 2000 : 20, seen = 0;
        rig_init(&r);
        r.set.memory = round % 4 < 2 ? 1 << 20 : 64 << 10;
        REQUIRE(rig_read(&r, "group 2 count,count") == 0);
        memset(count, 0, sizeof count);
        for (size_t i = 0; i < RECORDS; i++) {
            int key = (int)rig_random(&seed, keys);
            int len = snprintf(record[i].text, sizeof record[i].text, "%zu %d", i, key);
            rig_add(&r, record[i].text, (size_t)len);
            if (count[key]++ == 0)
                order[seen++] = key;
        }
        for (size_t i = 0; i < seen; i++)
            gf_buf_printf(&want, "%d %zu %zu\n", order[i], count[order[i]], count[order[i]]);
        rig_work(&r, (struct rig_how){.ask = rig_random(&seed, 5)});
        CHECK_ROW(strcmp(r.out.data, want.data) == 0, "round %d: %.300s, not %.300s", round,
                  r.out.data, want.data);
        gf_buf_release(&want);
        rig_release(&r);
    }
}

TEST(stream_op_group, an_error_among_keys_set_aside_names_its_record)
{
    static char text[4000][16];
    struct rig r;
    rig_init(&r);
    r.set.memory = 64 << 10;
    REQUIRE(rig_read(&r, "group 1 sum:2") == 0);
    for (int i = 0; i < 4000; i++) {
        int len = snprintf(text[i], sizeof text[i], "%d %s", i, i == 3210 ? "x" : "1");
        rig_add(&r, text[i], (size_t)len);
    }
    CHECK_STR(rig_work(&r, (struct rig_how){0}), "!123 group: record 3211 is no number: 'x'");
    rig_release(&r);
}
