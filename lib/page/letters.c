/*
 * letters.c - the table of dead letters: a row for each stage that has some, a column for each
 * reason that there was. In a narrow window the table is pushed sideways, so the sums come first.
 */
#include <inttypes.h>
#include <stdbool.h>

#include "page/parts.h"

static uint64_t of_reason(const struct gf_page_stages *all, size_t reason)
{
    uint64_t n = all->letters[reason];
    for (size_t i = 0; i < all->n; i++)
        n += all->stage[i].letters[reason];
    return n;
}

static uint64_t of_row(const struct gf_page_stages *all, const uint64_t *letters)
{
    uint64_t n = 0;
    for (size_t k = 0; all->reason[k]; k++)
        n += letters[k];
    return n;
}

static void add_cell(struct gf_buf *b, uint64_t n)
{
    if (n)
        gf_buf_printf(b, "<td>%" PRIu64 "</td>", n);
    else
        gf_buf_puts(b, "<td></td>");
}

/* The cells of a row behind its name. */
static void add_cells(struct gf_buf *b, const struct gf_page_stages *all, const uint64_t *letters)
{
    add_cell(b, of_row(all, letters));
    for (size_t k = 0; all->reason[k]; k++)
        if (of_reason(all, k))
            add_cell(b, letters[k]);
    gf_buf_puts(b, "</tr>\n");
}

static void add_head(struct gf_buf *b, const struct gf_page_stages *all)
{
    gf_buf_puts(b, "<thead><tr><th>Stage</th><th>all</th>");
    for (size_t k = 0; all->reason[k]; k++)
        if (of_reason(all, k))
            gf_buf_printf(b, "<th>%s</th>", all->reason[k]);
    gf_buf_puts(b, "</tr></thead>\n<tbody>\n");
}

static void add_sums(struct gf_buf *b, const struct gf_page_stages *all)
{
    uint64_t sum = 0;
    for (size_t k = 0; all->reason[k]; k++)
        sum += of_reason(all, k);
    gf_buf_puts(b, "<tr><th scope=\"row\">all</th>");
    add_cell(b, sum);
    for (size_t k = 0; all->reason[k]; k++)
        if (of_reason(all, k))
            add_cell(b, of_reason(all, k));
    gf_buf_puts(b, "</tr>\n");
}

void gf_page_add_letters(struct gf_buf *b, const struct gf_page_stages *all)
{
    size_t rows = 0;
    bool any = of_row(all, all->letters) > 0;
    for (size_t i = 0; i < all->n && !any; i++)
        any = of_row(all, all->stage[i].letters) > 0;
    if (!any)
        return;
    gf_buf_puts(b, "<h2>Dead letters by stage and reason</h2>\n<div class=\"wide\"><table "
                   "class=\"counts\">\n");
    add_head(b, all);
    if (of_row(all, all->letters)) {
        gf_buf_puts(b, "<tr><th scope=\"row\">(before the first)</th>");
        add_cells(b, all, all->letters);
        rows++;
    }
    for (size_t i = 0; i < all->n; i++) {
        if (!of_row(all, all->stage[i].letters))
            continue;
        gf_buf_puts(b, "<tr>");
        gf_page_add_name(b, "th scope=\"row\"", all->stage[i].name);
        add_cells(b, all, all->stage[i].letters);
        rows++;
    }
    if (rows > 1)
        add_sums(b, all);
    gf_buf_puts(b, "</tbody>\n</table></div>\n");
}
