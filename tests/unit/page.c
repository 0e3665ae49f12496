/* page: bars within their bounds, rows in which none lies on another, and bytes of any kind as
 * text. */
#include "page/page.h"

#include <stdlib.h>
#include <string.h>

#include "page/text.h"
#include "test.h"

static const struct gf_page_words words = {
    .item = "thing",
    .bars = "bars",
    .lanes = "Lanes",
    .cut = "cut short",
    .timeline = "When",
    .failed = {"Thing", "How", "What"},
};

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

TEST(page, text)
{
    static const struct {
        const char *from, *to;
    } rows[] = {
        {"a<b>&\"'", "a&lt;b&gt;&amp;&quot;'"},
        {"\xff\x1b[2J", "\xef\xbf\xbd\xef\xbf\xbd[2J"},
        {"a\tb\nc\r", "a\tb\nc\xef\xbf\xbd"},
        {"x\xe2\x80\xaey", "x\\u202ey"},
        {"\xc3\xa4", "\xc3\xa4"},
        {"\xc3", "\xef\xbf\xbd"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_buf b = {0};
        gf_page_text(&b, rows[i].from, strlen(rows[i].from));
        CHECK_ROW(strcmp(b.data, rows[i].to) == 0, "row %zu: '%s'", i, b.data);
        gf_buf_release(&b);
    }
}

TEST(page, clip)
{
    static const struct {
        const char *from;
        size_t most;
        const char *to;
    } rows[] = {
        {"abc", 3, "abc"},
        {"abcdefghi", 7, "ab\xe2\x80\xa6hi"},
        {"a\xc3\xa4"
         "cdefg\xc3\xa4h",
         7, "a\xe2\x80\xa6h"}, /* no half of a character */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_buf b = {0};
        gf_page_clip(&b, rows[i].from, strlen(rows[i].from), rows[i].most);
        CHECK_ROW(strcmp(b.data, rows[i].to) == 0, "row %zu: '%s'", i, b.data);
        gf_buf_release(&b);
    }
}

/* A hundred thousand bars take the room of twenty thousand: the long ones and failures are left,
 * and each is counted. */
TEST(page, many_bars)
{
    struct gf_bars all = {0};
    uint64_t counted = 0, failures = 0;
    for (unsigned i = 0; i < 100000; i++) {
        struct gf_bar bar = {.end = GF_MS + (gf_ns)(i % 1000) * 1000,
                             .outcome = i % 1000 == 3 ? GF_BAR_FAILED : GF_BAR_OK};
        gf_bars_add(&all, &bar);
    }
    for (unsigned i = 0; i < GF_BARS_BUCKETS; i++)
        for (int o = 0; o < GF_BAR_OUTCOMES; o++)
            counted += all.bucket[i][o];
    for (size_t i = 0; i < all.n; i++)
        failures += all.bar[i].outcome == GF_BAR_FAILED;
    CHECK(all.n <= 20000);
    CHECK_INT(all.n + all.not_drawn, 100000);
    CHECK_INT(counted, 100000);
    CHECK_INT(failures, 100);
    gf_bars_release(&all);
}

TEST(page, buckets)
{
    static const gf_ns from[] = {0, 1, 2, 5, 10, 20, 50, 100};
    for (unsigned i = 0; i < sizeof from / sizeof *from; i++)
        CHECK_INT(gf_bars_from(i), from[i] * GF_MS);
}

/* Random bars: in a row of a lane none lies on another, unless all rows are taken. */
TEST(page, rows)
{
    enum {
        LANES = 3,
        BARS = 400
    };
    for (unsigned most = 1; most <= 64; most *= 4) {
        struct gf_bars all = {0};
        unsigned rows[LANES];
        srandom(most);
        for (uint64_t i = 0; i < BARS; i++) {
            gf_ns start = random() % 1000;
            gf_bars_add(&all, &(struct gf_bar){.start = start,
                                               .end = start + 1 + random() % 50,
                                               .seq = i,
                                               .lane = (uint64_t)random() % LANES});
        }
        REQUIRE(gf_bars_stack(&all, rows, LANES, most) == 0);
        CHECK_INT(all.n, BARS);
        for (size_t i = 0; i < all.n; i++) {
            const struct gf_bar *a = &all.bar[i];
            CHECK(a->row < rows[a->lane] && rows[a->lane] <= most);
            for (size_t k = i + 1; k < all.n && rows[a->lane] < most; k++) {
                const struct gf_bar *b = &all.bar[k];
                CHECK(a->lane != b->lane || a->row != b->row || a->end <= b->start ||
                      b->end <= a->start);
            }
        }
        gf_bars_release(&all);
    }
}

TEST(page, rows_without_bars)
{
    struct gf_bars all = {0};
    unsigned rows[2] = {9, 9};
    CHECK_INT(gf_bars_stack(&all, rows, 2, 4), 0);
    CHECK_INT(rows[0], 1);
    CHECK_INT(rows[1], 1);
}

TEST(page, failures)
{
    struct gf_page_failures all = {0};
    char what[3000];
    memset(what, 'w', sizeof what);
    for (unsigned i = 0; i < 700; i++)
        gf_page_failures_add(&all, &(struct gf_page_failure){.seq = i}, what, sizeof what, "last",
                             4);
    CHECK_INT(all.n, 500);
    CHECK_INT(all.more, 200);
    CHECK_INT(all.failure[499].seq, 499);
    CHECK(all.failure[0].what.len <= 1024);
    CHECK_INT(all.failure[0].words.len, 4);
    gf_page_failures_release(&all);
}

TEST(page, whole)
{
    static const char evil[] = "<script>\"&";
    struct gf_bars bars = {0};
    struct gf_page_failures failures = {0};
    struct gf_buf html = {0}, asked = {0};
    const struct gf_page_lane lanes[] = {{evil, evil, 2}, {"b", "two", 1}};
    const struct gf_page_total totals[] = {{"things", "<7>"}};
    struct gf_bar bar = {.end = 90 * GF_MS, .seq = 7, .outcome = GF_BAR_CUT, .how = "<how>"};
    gf_buf_puts(&asked, evil);
    gf_bar_name(&bar, evil, strlen(evil));
    gf_bars_add(&bars, &bar);
    bar.lane = 1;
    gf_bars_add(&bars, &bar);
    gf_page_failures_add(&failures, &(struct gf_page_failure){.how = "<how>", .length = -1}, evil,
                         strlen(evil), evil, strlen(evil));
    struct gf_page page = {.words = &words,
                           .title = evil,
                           .headline = evil,
                           .asked = &asked,
                           .span = 100 * GF_MS,
                           .total = totals,
                           .ntotals = 1,
                           .bars = &bars,
                           .lane = lanes,
                           .nlanes = 2,
                           .lanes_note = evil,
                           .timed = "bar",
                           .failures = &failures};
    gf_page_make(&html, &page);
    REQUIRE(gf_buf_check(&html) == 0);
    CHECK_INT(count(&html, "<script"), 0);
    CHECK_INT(count(&html, "<how>"), 0);
    CHECK_INT(count(&html, "<7>"), 0);
    CHECK_INT(count(&html, "&lt;script&gt;"), 12);
    CHECK_INT(count(&html, "<i class=\"cut\" style=\"left"), 2);
    CHECK(has(&html, "Content-Security-Policy"));
    CHECK(has(&html, "cut short"));
    CHECK(has(&html, "top:0px;height:20px"));  /* two rows of 22 pixels, */
    CHECK(has(&html, "top:44px;height:20px")); /* and the next lane below them */
    CHECK_INT(count(&html, "<li"), count(&html, "</li>"));
    page.nlanes = 0;
    gf_buf_clear(&html);
    gf_page_make(&html, &page);
    CHECK_INT(count(&html, "class=\"lanes\""), 0);
    gf_buf_release(&html);
    gf_buf_release(&asked);
    gf_bars_release(&bars);
    gf_page_failures_release(&failures);
}

/* Lanes beyond the rows that are drawn are told, and are not drawn. */
TEST(page, numbered_lanes)
{
    struct gf_bars bars = {0};
    struct gf_page_failures failures = {0};
    struct gf_buf html = {0}, asked = {0};
    for (uint64_t i = 0; i < 300; i++)
        gf_bars_add(&bars, &(struct gf_bar){.end = GF_S, .seq = i, .lane = i});
    gf_page_make(&html, &(struct gf_page){.words = &words,
                                          .title = "",
                                          .headline = "",
                                          .asked = &asked,
                                          .span = GF_S,
                                          .bars = &bars,
                                          .nlanes = 300,
                                          .timed = "bar",
                                          .failures = &failures});
    CHECK_INT(count(&html, "<i class=\"ok\" style=\"left"), GF_PAGE_ROWS);
    CHECK(has(&html, "Lanes from 257 on are not drawn."));
    gf_buf_release(&html);
    gf_bars_release(&bars);
}
