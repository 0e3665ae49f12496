/* stats.c - base/stats: the same numbers as text, JSON and Prometheus text. */
#include "base/stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture.h"
#include "strict_json.h"
#include "test.h"

static struct gf_hist times;

static const struct gf_metric_top top[] = {
    {.name = "a\n", .len = 2, .count = 12, .least = 12},
    {.name = "b", .len = 1, .count = 3, .least = 2},
};
static const struct gf_metric table[] = {
    {.name = "records", .help = "records passed", .kind = GF_METRIC_COUNTER, .value = 120},
    {.name = "running", .help = "jobs now", .kind = GF_METRIC_GAUGE, .value = 3, .unit = " jobs"},
    {.name = "in", .help = "bytes read", .kind = GF_METRIC_BYTES, .value = 1536},
    {.name = "wall", .help = "run time", .kind = GF_METRIC_TIME, .ns = 1250 * GF_MS},
    {.name = "rate", .help = "records a second", .kind = GF_METRIC_RATIO, .real = 96, .unit = "/s"},
    {.name = "job", .help = "run time of jobs", .kind = GF_METRIC_TIMES, .hist = &times},
    {.name = "most", .help = "not shown", .kind = GF_METRIC_TOP, .value = 2, .top = top},
    {.name = "none", .help = "not shown", .kind = GF_METRIC_TOP},
};
enum {
    ROWS = sizeof table / sizeof table[0]
};

static void render(enum gf_stats_format f, const char *want)
{
    struct gf_buf b = {0};
    CHECK_INT(gf_stats_render(&b, f, &(struct gf_stats){.tool = "gf-test", .m = table, .n = ROWS}),
              0);
    CHECK_STR(b.data, want);
    if (f == GF_STATS_JSON)
        CHECK(strict_json(b.data, b.len));
    gf_buf_release(&b);
}

TEST(stats, text)
{
    for (int i = 1; i <= 100; i++)
        gf_hist_add(&times, i);
    render(GF_STATS_TEXT, "records 120\nrunning 3 jobs\nin 1.50KiB\nwall 1.25s\nrate 96/s\n"
                          "job p50 50ns p90 90ns p99 99ns max 100ns\n"
                          "most 'a\\n' 12, 'b' 3 (at least 2)\nnone none\n");
}

TEST(stats, json)
{
    gf_hist_add(&times, GF_S);
    render(GF_STATS_JSON,
           "{\"v\":1,\"tool\":\"gf-test\",\"records\":120,\"running\":3,\"in\":1536,"
           "\"wall_seconds\":1.25,\"rate\":96,\"job_seconds\":{\"count\":1,\"sum\":1,\"p50\":1,"
           "\"p90\":1,\"p99\":1,\"max\":1},"
           "\"most\":[{\"name\":\"a\\n\",\"count\":12,\"at_least\":12},"
           "{\"name\":\"b\",\"count\":3,\"at_least\":2}],\"none\":[]}\n");
}

TEST(stats, prom)
{
    gf_hist_add(&times, GF_S);
    render(GF_STATS_PROM,
           "# HELP gf_test_records_total records passed\n# TYPE gf_test_records_total counter\n"
           "gf_test_records_total 120\n"
           "# HELP gf_test_running jobs now\n# TYPE gf_test_running gauge\ngf_test_running 3\n"
           "# HELP gf_test_in_bytes_total bytes read\n# TYPE gf_test_in_bytes_total counter\n"
           "gf_test_in_bytes_total 1536\n"
           "# HELP gf_test_wall_seconds run time\n# TYPE gf_test_wall_seconds gauge\n"
           "gf_test_wall_seconds 1.25\n"
           "# HELP gf_test_rate records a second\n# TYPE gf_test_rate gauge\ngf_test_rate 96\n"
           "# HELP gf_test_job_seconds run time of jobs\n# TYPE gf_test_job_seconds summary\n"
           "gf_test_job_seconds{quantile=\"0.50\"} 1\ngf_test_job_seconds{quantile=\"0.90\"} 1\n"
           "gf_test_job_seconds{quantile=\"0.99\"} 1\ngf_test_job_seconds{quantile=\"1\"} 1\n"
           "gf_test_job_seconds_sum 1\ngf_test_job_seconds_count 1\n");
}

TEST(stats, nothing_measured_is_zero)
{
    struct gf_buf b = {0};
    gf_stats_render(&b, GF_STATS_TEXT,
                    &(struct gf_stats){.tool = "gf-test", .m = &table[5], .n = 1});
    CHECK_STR(b.data, "job p50 0s p90 0s p99 0s max 0s\n");
    gf_buf_release(&b);
}

TEST(stats, infinity)
{
    const struct gf_metric m = {
        .name = "rate", .help = "h", .kind = GF_METRIC_RATIO, .real = (double)INFINITY};
    struct gf_buf b = {0};
    gf_stats_render(&b, GF_STATS_PROM, &(struct gf_stats){.tool = "gf-test", .m = &m, .n = 1});
    CHECK(strstr(b.data, "\ngf_test_rate +Inf\n"));
    gf_buf_clear(&b);
    gf_stats_render(&b, GF_STATS_JSON, &(struct gf_stats){.tool = "gf-test", .m = &m, .n = 1});
    CHECK(strict_json(b.data, b.len));
    gf_buf_release(&b);
}

static int emit(const char *file)
{
    struct gf_outfile out;
    if (gf_stats_open(&out, file, 0) != 0)
        return -1;
    return gf_stats_write(GF_STATS_TEXT, &out, file, "gf-test", table, 1);
}

TEST(stats, emit_to_stderr)
{
    struct capture c = capture_begin(2);
    int r = emit(NULL);
    CHECK_STR(capture_end(&c), "records 120\n");
    CHECK_INT(r, 0);
}

TEST(stats, emit_replaces_a_file)
{
    char dir[] = "/tmp/gf-stats-XXXXXX";
    char path[64];
    REQUIRE(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/x.prom", dir);
    umask(022);
    for (int i = 0; i < 2; i++)
        CHECK_INT(emit(path), 0);
    struct stat st;
    REQUIRE(stat(path, &st) == 0);
    CHECK_INT(st.st_size, 12);
    CHECK_INT(st.st_mode & 0777, 0644);
    CHECK_INT(unlink(path), 0);
    CHECK_INT(rmdir(dir), 0); /* empty: nothing temporary is left */
}

TEST(stats, emit_says_what_it_cannot_write)
{
    struct capture c = capture_begin(2);
    int r = emit("/nonexistent/x");
    const char *said = capture_end(&c);
    CHECK(strstr(said, "cannot write statistics to '/nonexistent/x': No such file"));
    CHECK_INT(r, -1);
    c = capture_begin(2);
    r = emit("/dev/full");
    CHECK(strstr(capture_end(&c), "No space left"));
    CHECK_INT(r, -1);
}

TEST(stats, emit_writes_a_device_as_it_stands)
{
    struct stat before, after;
    REQUIRE(lstat("/dev/stderr", &before) == 0);
    struct capture c = capture_begin(2);
    int r = emit("/dev/stderr");
    CHECK_STR(capture_end(&c), "records 120\n");
    CHECK_INT(r, 0);
    CHECK(lstat("/dev/stderr", &after) == 0 && before.st_ino == after.st_ino);
}

TEST(stats, parts)
{
    struct gf_buf b = {0};
    const struct gf_metric m = {
        .name = "records", .help = "h", .kind = GF_METRIC_COUNTER, .value = 3};
    const struct gf_metric one[] = {
        {.name = "in", .help = "came", .kind = GF_METRIC_COUNTER, .value = 3},
        {.name = "failed", .help = "did not", .kind = GF_METRIC_COUNTER, .value = 0}};
    const struct gf_metric two[] = {
        {.name = "in", .help = "came", .kind = GF_METRIC_COUNTER, .value = 2},
        {.name = "failed", .help = "did not", .kind = GF_METRIC_COUNTER, .value = 1}};
    const struct gf_metric_part part[] = {{"a", one, 2}, {"b\"\\\n", two, 2}};
    const struct gf_stats s = {
        .tool = "gf-test", .m = &m, .n = 1, .parts = {.kind = "stage", .part = part, .n = 2}};
    CHECK_INT(gf_stats_render(&b, GF_STATS_TEXT, &s), 0);
    CHECK_STR(b.data, "records 3\nstage a: in 3\nstage b\"\\\\n: in 2, failed 1\n");
    gf_buf_clear(&b);
    CHECK_INT(gf_stats_render(&b, GF_STATS_JSON, &s), 0);
    CHECK_STR(b.data,
              "{\"v\":1,\"tool\":\"gf-test\",\"records\":3,\"stages\":[{\"name\":\"a\","
              "\"in\":3,\"failed\":0},{\"name\":\"b\\\"\\\\\\n\",\"in\":2,\"failed\":1}]}\n");
    gf_buf_clear(&b);
    CHECK_INT(gf_stats_render(&b, GF_STATS_PROM, &s), 0);
    CHECK_STR(
        b.data,
        "# HELP gf_test_records_total h\n# TYPE gf_test_records_total counter\n"
        "gf_test_records_total 3\n"
        "# HELP gf_test_stage_in_total came\n# TYPE gf_test_stage_in_total counter\n"
        "gf_test_stage_in_total{stage=\"a\"} 3\n"
        "gf_test_stage_in_total{stage=\"b\\\"\\\\\\n\"} 2\n"
        "# HELP gf_test_stage_failed_total did not\n# TYPE gf_test_stage_failed_total counter\n"
        "gf_test_stage_failed_total{stage=\"a\"} 0\n"
        "gf_test_stage_failed_total{stage=\"b\\\"\\\\\\n\"} 1\n");
    gf_buf_release(&b);
}
