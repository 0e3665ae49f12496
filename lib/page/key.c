/*
 * key.c - each outcome has a class of the style sheet and a name.
 */
#include "page/parts.h"

static const struct {
    const char *style, *name;
} outcomes[GF_BAR_OUTCOMES] = {
    [GF_BAR_OK] = {"ok", "ok"},
    [GF_BAR_FAILED] = {"failed", "failed"},
    [GF_BAR_TIMED_OUT] = {"late", "timed out"},
    [GF_BAR_RETRIED] = {"again", "tried again"},
    [GF_BAR_CUT] = {"cut", NULL}, /* the tool has a name for it */
};

const char *gf_page_style_of(enum gf_bar_outcome o)
{
    return outcomes[o].style;
}

const char *gf_page_word_of(const struct gf_page *p, enum gf_bar_outcome o)
{
    return outcomes[o].name ? outcomes[o].name : p->words->cut;
}

void gf_page_add_key(struct gf_buf *b, const struct gf_page *p)
{
    gf_buf_puts(b, "<p class=\"key\">");
    for (int i = 0; i < GF_BAR_OUTCOMES; i++)
        gf_buf_printf(b, "<span><b class=\"%s\"></b>%s</span>",
                      gf_page_style_of((enum gf_bar_outcome)i),
                      gf_page_word_of(p, (enum gf_bar_outcome)i));
    gf_buf_puts(b, "</p>\n");
}
