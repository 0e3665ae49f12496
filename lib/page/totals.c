/* totals.c - the numbers at the head of a page. */
#include <inttypes.h>
#include <stdio.h>

#include "base/duration.h"
#include "page/page.h"

char *gf_page_total_add(struct gf_page_totals *all, const char *name)
{
    struct gf_page_total *t = &all->list[all->n++];
    t->name = name;
    return t->value;
}

void gf_page_total_count(struct gf_page_totals *all, const char *name, uint64_t n)
{
    snprintf(gf_page_total_add(all, name), GF_PAGE_TOTAL, "%" PRIu64, n);
}

void gf_page_total_time(struct gf_page_totals *all, const char *name, gf_ns d)
{
    char time[GF_DURATION_SIZE];
    gf_format_duration(d, time);
    snprintf(gf_page_total_add(all, name), GF_PAGE_TOTAL, "%s", time);
}
