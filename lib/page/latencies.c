/*
 * latencies.c - how long records were at each stage: for each a card, with a pair of columns for
 * each span of time.
 *
 * Spans are by the steps 1, 2, 5 of each power of ten, three to a power; the cards show the same
 * powers, from the first to the last that any stage needs, so that stages can be compared at a
 * glance. How high a column is compares within its card.
 */
#include <inttypes.h>

#include "page/parts.h"

enum {
    STEPS = 3,
    POWERS = 12, /* from 100 ns on; the last span has all that is longer */
    SPANS = STEPS * POWERS,
    LABELS_MOST = 7 /* with more powers than this, each second one is labelled */
};

#define FIRST_POWER ((gf_ns)100)

struct spans {
    uint64_t n[SPANS];
};

/* Where a span begins. */
static gf_ns begin_of(int i)
{
    static const gf_ns step[STEPS] = {1, 2, 5};
    gf_ns from = FIRST_POWER * step[i % STEPS];
    for (int power = i / STEPS; power > 0; power--)
        from *= 10;
    return i ? from : 0;
}

static void count_spans(struct spans *s, const struct gf_hist *h)
{
    uint64_t before = 0;
    for (int i = 0; i < SPANS; i++) {
        uint64_t below = i + 1 < SPANS ? gf_hist_below(h, begin_of(i + 1)) : h->count;
        s->n[i] = below - before;
        before = below;
    }
}

/* The powers that any stage needs: from *first to before *end. They are the same when no stage has
 * any times. */
static void find_powers(const struct gf_page_stages *all, int *first, int *end)
{
    *first = POWERS;
    *end = 0;
    for (size_t i = 0; i < all->n; i++) {
        const struct gf_hist *both[] = {all->stage[i].service, all->stage[i].waiting};
        for (size_t k = 0; k < 2; k++) {
            struct spans s;
            count_spans(&s, both[k]);
            for (int at = 0; at < SPANS; at++) {
                int power = at / STEPS;
                if (!s.n[at])
                    continue;
                *first = power < *first ? power : *first;
                *end = power + 1 > *end ? power + 1 : *end;
            }
        }
    }
    *first = *first < *end ? *first : *end;
}

static void add_column(struct gf_buf *b, const char *style, uint64_t n, uint64_t most)
{
    if (n)
        gf_buf_printf(b, "<i class=\"%s\" style=\"height:max(2px,%.2f%%)\"></i>", style,
                      100 * (double)n / (double)most);
    else
        gf_buf_puts(b, "<i></i>");
}

static void add_span(struct gf_buf *b, int i, uint64_t service, uint64_t waiting, uint64_t most)
{
    char from[GF_DURATION_SIZE], to[GF_DURATION_SIZE];
    gf_buf_puts(b, "<div");
    if (service || waiting) {
        gf_buf_printf(b, " title=\"%s", gf_page_time(begin_of(i), from));
        if (i + 1 < SPANS)
            gf_buf_printf(b, " to %s", gf_page_time(begin_of(i + 1), to));
        else
            gf_buf_puts(b, " and more");
        gf_buf_printf(b, "&#10;service: %" PRIu64 "&#10;waiting: %" PRIu64 "\"", service, waiting);
    }
    gf_buf_puts(b, ">");
    add_column(b, "serve", service, most);
    add_column(b, "wait", waiting, most);
    gf_buf_puts(b, "</div>");
}

/* A name, a sample of its colour, and the percentiles. */
static void add_percentiles(struct gf_buf *b, const char *style, const char *name,
                            const struct gf_hist *h)
{
    static const int percent[] = {50, 90, 99};
    char time[GF_DURATION_SIZE];
    gf_buf_printf(b, "<span><b class=\"%s\"></b>%s", style, name);
    for (size_t i = 0; i < sizeof percent / sizeof *percent; i++)
        gf_buf_printf(b, "%s p%d %s", i ? "," : "", percent[i],
                      gf_page_time(gf_hist_percentile(h, percent[i]), time));
    gf_buf_printf(b, ", max %s</span>", gf_page_time(h->count ? h->largest : 0, time));
}

static void add_axis(struct gf_buf *b, int first, int end)
{
    char time[GF_DURATION_SIZE];
    int each = end - first > LABELS_MOST ? 2 : 1;
    gf_buf_puts(b, "<div class=\"axis\">");
    for (int power = first; power < end; power++)
        gf_buf_printf(b, "<span>%s</span>",
                      (power - first) % each ? "" : gf_page_time(begin_of(power * STEPS), time));
    gf_buf_puts(b, "</div>");
}

static void add_card(struct gf_buf *b, const struct gf_page_stage *stage, int first, int end)
{
    struct spans service, waiting;
    uint64_t most = 1;
    count_spans(&service, stage->service);
    count_spans(&waiting, stage->waiting);
    for (int i = 0; i < SPANS; i++) {
        most = service.n[i] > most ? service.n[i] : most;
        most = waiting.n[i] > most ? waiting.n[i] : most;
    }
    gf_buf_puts(b, "<div class=\"hist\">");
    gf_page_add_name(b, "h3", stage->name);
    gf_buf_puts(b, "<div class=\"cols\" role=\"img\" aria-label=\"how many records took how "
                   "long\">");
    for (int i = first * STEPS; i < end * STEPS; i++)
        add_span(b, i, service.n[i], waiting.n[i], most);
    gf_buf_puts(b, "</div>");
    add_axis(b, first, end);
    gf_buf_puts(b, "<p class=\"key\">");
    add_percentiles(b, "serve", "service", stage->service);
    add_percentiles(b, "wait", "waiting", stage->waiting);
    gf_buf_puts(b, "</p></div>\n");
}

void gf_page_add_latencies(struct gf_buf *b, const struct gf_page_stages *all)
{
    int first, end;
    size_t without = 0;
    find_powers(all, &first, &end);
    if (first == end)
        return;
    gf_buf_puts(b, "<h2>How long a record took in each stage</h2>\n<p>Service is its time at a "
                   "process, waiting its time in front of the stage. The axis is the same for all "
                   "stages.</p>\n<div class=\"cards\">\n");
    for (size_t i = 0; i < all->n; i++) {
        const struct gf_page_stage *s = &all->stage[i];
        if (s->service->count || s->waiting->count)
            add_card(b, s, first, end);
        else
            without++;
    }
    gf_buf_puts(b, "</div>\n");
    if (without)
        gf_buf_printf(b, "<p>%zu of the stages %s no times of records.</p>\n", without,
                      without == 1 ? "has" : "have");
}
