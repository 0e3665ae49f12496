/* page_stages: the picture of stages, how long records took in each, dead letters of each. */
#include <stdio.h>
#include <string.h>

#include "page/page.h"
#include "test.h"

enum {
    REASONS = 3,
    MOST = 20
};

static const struct gf_page_words words = {.item = "record", .failed = {"Record", "How", "What"}};
static const char *const reasons[] = {"exit", "timeout", "shutdown", NULL};
static const uint64_t no_letters[REASONS];
static struct gf_hist empty, service[MOST], waiting[MOST];

static bool has(const struct gf_buf *b, const char *text)
{
    return b->data && strstr(b->data, text);
}

static size_t count(const struct gf_buf *b, const char *text)
{
    size_t n = 0;
    for (const char *p = b->data; p && (p = strstr(p, text)); p++)
        n++;
    return n;
}

static struct gf_page_stage stage_of(const char *name)
{
    return (struct gf_page_stage){.name = name,
                                  .mode = "map",
                                  .command = "cat",
                                  .jobs = 1,
                                  .service = &empty,
                                  .waiting = &empty,
                                  .letters = no_letters};
}

/* The page of these stages, whose run took ten seconds. */
static void make(struct gf_buf *b, const struct gf_page_stage *stage, size_t n,
                 const uint64_t *letters, const struct gf_page_failures *failures)
{
    const struct gf_page_failures none = {0};
    const struct gf_buf asked = {0};
    const struct gf_page_stages stages = {.stage = stage,
                                          .n = n,
                                          .slowest = n,
                                          .words = "no stage was busy",
                                          .reason = reasons,
                                          .letters = letters};
    gf_buf_clear(b);
    gf_page_make(b, &(struct gf_page){.words = &words,
                                      .title = "",
                                      .headline = "",
                                      .asked = &asked,
                                      .span = 10 * GF_S,
                                      .stages = &stages,
                                      .failures = failures ? failures : &none});
    REQUIRE(gf_buf_check(b) == 0);
}

/* Each tag that is opened is closed. */
static void check_tags(const struct gf_buf *b)
{
    static const char *const tag[] = {"li", "ol", "div", "dl",    "b",     "i",     "p",    "h3",
                                      "td", "th", "tr",  "table", "tbody", "thead", "span", "code"};
    for (size_t i = 0; i < sizeof tag / sizeof *tag; i++) {
        char open[16], more[16], close[16];
        snprintf(open, sizeof open, "<%s>", tag[i]);
        snprintf(more, sizeof more, "<%s ", tag[i]);
        snprintf(close, sizeof close, "</%s>", tag[i]);
        CHECK_ROW(count(b, open) + count(b, more) == count(b, close), "%s", tag[i]);
    }
}

TEST(page_stages, arrows_and_colours)
{
    struct gf_buf b = {0};
    struct gf_page_stage s[2] = {stage_of("one"), stage_of("two")};
    s[0].in = 3000, s[0].out = 1500, s[0].busy = 0.25, s[0].jobs = 4;
    s[1].in = 1500, s[1].out = 25, s[1].busy = -1, s[1].dropped = 1475;
    make(&b, s, 2, no_letters, NULL);
    CHECK(has(&b, "<span>300/s</span><b style=\"--w:30.0px\"></b><span>input</span>"));
    CHECK(has(&b, "<span>150/s</span><b style=\"--w:15.0px\"></b>"));
    CHECK(has(&b, "<span>2.50/s</span><b style=\"--w:1.0px\"></b><span>output</span>"));
    CHECK_INT(count(&b, "class=\"flow\""), 3);
    CHECK(has(&b, "<i style=\"opacity:0.10\"></i><h3 title=\"one\">one</h3>"
                  "<p>map, 4 processes</p>"));
    CHECK(has(&b, "<i style=\"width:25.0%\"></i></div><p>busy 25 %</p>"));
    CHECK(has(&b, "<div class=\"stage\"><h3 title=\"two\">two</h3><p>map, 1 process</p>"));
    CHECK_INT(count(&b, "<dt>dropped</dt><dd>1475</dd>"), 1);
    CHECK_INT(count(&b, "<dt>dropped</dt>"), 1);
    CHECK_INT(count(&b, "<dt>handed on</dt>"), 0);
    CHECK_INT(count(&b, "class=\"stage slowest\""), 0);
    check_tags(&b);
    gf_buf_release(&b);
}

TEST(page_stages, rates)
{
    static const struct {
        uint64_t records; /* in ten seconds */
        const char *want;
    } rows[] = {{0, ">0/s<"},          {1, ">0.10/s<"},        {99, ">9.90/s<"},
                {100, ">10.0/s<"},     {999, ">99.9/s<"},      {1000, ">100/s<"},
                {9994, ">999/s<"},     {9995, ">1.00k/s<"},    {125000, ">12.5k/s<"},
                {5000000, ">500k/s<"}, {12500000, ">1.25M/s<"}};
    struct gf_buf b = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_page_stage s = stage_of("one");
        s.in = rows[i].records;
        make(&b, &s, 1, no_letters, NULL);
        CHECK_ROW(has(&b, rows[i].want), "%s", rows[i].want);
    }
    gf_buf_release(&b);
}

TEST(page_stages, evil_names)
{
    static const char evil[] = "<script>\"&\xe2\x80\xae\xff\x1b";
    char name[400];
    uint64_t letters[REASONS] = {1};
    struct gf_page_failures failures = {0};
    struct gf_buf b = {0};
    struct gf_page_stage s[2] = {stage_of(evil), stage_of(name)};
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    memcpy(name + sizeof name - 5, "tail", 4);
    gf_hist_add(&service[0], GF_MS);
    s[0].command = evil;
    s[0].letters = letters;
    s[0].service = &service[0];
    gf_page_failures_add(&failures, &(struct gf_page_failure){.how = "<how>", .where = evil}, evil,
                         strlen(evil), evil, strlen(evil));
    make(&b, s, 2, no_letters, &failures);
    CHECK_INT(count(&b, "<script"), 0);
    CHECK_INT(count(&b, "\xe2\x80\xae"), 0);
    CHECK_INT(count(&b, "\xff"), 0);
    CHECK_INT(count(&b, "\x1b"), 0);
    CHECK(has(&b, "<h3 title=\"&lt;script&gt;&quot;&amp;\\u202e"));
    CHECK(has(&b, "<div title=\"&lt;script&gt;"));
    CHECK(has(&b, "<th scope=\"row\" title=\"&lt;script&gt;"));
    CHECK_INT(count(&b, "xtail"), 2); /* all of it when the pointer is there, its end in the box */
    CHECK(has(&b, "x\xe2\x80\xa6x"));
    check_tags(&b);
    gf_buf_release(&b);
    gf_page_failures_release(&failures);
}

/* The cards have the same axis: all powers of ten that any stage needs. */
TEST(page_stages, latencies)
{
    struct gf_buf b = {0};
    struct gf_page_stage s[3] = {stage_of("one"), stage_of("two"), stage_of("three")};
    gf_hist_add_many(&service[0], 15 * GF_MS, 40);
    gf_hist_add_many(&service[0], 60 * GF_MS, 10);
    gf_hist_add_many(&waiting[0], 3 * GF_MS, 50);
    gf_hist_add(&service[1], 700 * GF_MS);
    for (size_t i = 0; i < 2; i++) {
        s[i].service = &service[i];
        s[i].waiting = &waiting[i];
    }
    make(&b, s, 3, no_letters, NULL);
    CHECK_INT(count(&b, "class=\"hist\""), 2);
    CHECK_INT(count(&b, "<div class=\"axis\"><span>1ms</span><span>10ms</span><span>100ms</span>"
                        "</div>"),
              2);
    CHECK(has(&b, "title=\"2ms to 5ms&#10;service: 0&#10;waiting: 50\"><i></i>"
                  "<i class=\"wait\" style=\"height:max(2px,100.00%)\"></i>"));
    CHECK(has(&b, "title=\"10ms to 20ms&#10;service: 40&#10;waiting: 0\">"
                  "<i class=\"serve\" style=\"height:max(2px,80.00%)\"></i><i></i>"));
    CHECK(has(&b, "title=\"50ms to 100ms&#10;service: 10&#10;waiting: 0\""));
    CHECK(has(&b, "waiting p50 3ms, p90 3ms, p99 3ms, max 3ms"));
    CHECK(has(&b, "<dt>service p50</dt><dd>700ms</dd>"));
    CHECK(has(&b, "1 of the stages has no times of records."));
    CHECK_INT(count(&b, "&#10;"), 2 * 4);
    check_tags(&b);
    gf_buf_release(&b);
}

TEST(page_stages, all_times)
{
    struct gf_buf b = {0};
    struct gf_page_stage s = stage_of("one");
    gf_hist_add(&service[0], 0);
    gf_hist_add(&service[0], INT64_MAX);
    s.service = &service[0];
    make(&b, &s, 1, no_letters, NULL);
    CHECK(has(&b, "title=\"0s to 200ns&#10;service: 1&#10;"));
    CHECK(has(&b, " and more&#10;service: 1&#10;"));
    CHECK(has(&b, "<span>0s</span><span></span><span>10us</span>"));
    gf_buf_release(&b);
}

TEST(page_stages, letters)
{
    static const uint64_t one[REASONS] = {3, 0, 2}, three[REASONS] = {40},
                          before[REASONS] = {0, 0, 7};
    struct gf_buf b = {0};
    struct gf_page_stage s[3] = {stage_of("one"), stage_of("two"), stage_of("three")};
    s[0].letters = one;
    s[2].letters = three;
    make(&b, s, 3, before, NULL);
    CHECK(has(&b, "<th>Stage</th><th>all</th><th>exit</th><th>shutdown</th></tr>"));
    CHECK(has(&b, "(before the first)</th><td>7</td><td></td><td>7</td>"));
    CHECK(has(&b, ">one</th><td>5</td><td>3</td><td>2</td>"));
    CHECK(has(&b, ">three</th><td>40</td><td>40</td><td></td></tr>"));
    CHECK(has(&b, ">all</th><td>52</td><td>43</td><td>9</td></tr>"));
    CHECK_INT(count(&b, "<tr>"), 5);
    make(&b, s, 1, no_letters, NULL);
    CHECK_INT(count(&b, "<tr>"), 2); /* no sums of one row */
    s[0].letters = no_letters;
    make(&b, s, 1, no_letters, NULL);
    CHECK_INT(count(&b, "<table"), 0);
    gf_buf_release(&b);
}

TEST(page_stages, many_and_none)
{
    struct gf_buf b = {0};
    struct gf_page_stage s[MOST];
    for (size_t i = 0; i < MOST; i++)
        s[i] = stage_of("one of many");
    make(&b, s, MOST, no_letters, NULL);
    CHECK_INT(count(&b, "<li>"), MOST);
    CHECK_INT(count(&b, "class=\"flow\""), MOST + 1);
    CHECK_INT(count(&b, "<b class=\"none\""), MOST + 1);
    CHECK_INT(count(&b, "class=\"hist\""), 0);
    check_tags(&b);
    make(&b, s, 0, no_letters, NULL);
    CHECK_INT(count(&b, "<li>"), 0);
    check_tags(&b);
    gf_buf_release(&b);
}
