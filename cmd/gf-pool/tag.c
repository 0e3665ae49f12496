/* tag.c - --tag: what stands in front of each line of a job's output. */
#include "pool.h"

#include <string.h>

int tag_init(struct pool *p)
{
    const char *text = p->opt->tagstring;
    if (!text)
        return 0;
    static char *words[1];
    struct gf_places places = {.mark = p->opt->placeholder, .name = p->names, .names = p->nnames};
    size_t where;
    words[0] = (char *)(size_t)text;
    return gf_template_init(&p->tagstring, words, 1, &places, &where) == GF_TEMPLATE_NOMEM ? -1 : 0;
}

void tag_release(struct pool *p)
{
    gf_template_release(&p->tagstring);
    gf_buf_release(&p->tagged);
}

/* A record may hold what would end the line or the tag. */
static void add_plain(struct gf_buf *b, const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        gf_buf_putc(b, s[i] == '\n' || s[i] == '\t' ? ' ' : s[i]);
}

int tag_job(struct job *j, const struct work *w, unsigned slot)
{
    struct pool *p = j->pool;
    if (!p->opt->tag)
        return 0;
    gf_buf_clear(&j->tag);
    if (p->opt->tagstring) {
        struct gf_fill fill = work_fill(w, j->seq, slot + 1);
        p->tagstring.appends = false; /* a text without a place is only that text */
        char **words = gf_template_expand(&p->tagstring, &fill);
        for (size_t i = 0; words && words[i]; i++) {
            if (i)
                gf_buf_putc(&j->tag, ' ');
            add_plain(&j->tag, words[i], strlen(words[i]));
        }
    } else if (p->opt->pipe) {
        gf_buf_printf(&j->tag, "%llu", (unsigned long long)j->seq);
    } else {
        for (size_t i = 0; i < w->items; i++) {
            if (i)
                gf_buf_putc(&j->tag, ' ');
            add_plain(&j->tag, w->item[i].text, w->item[i].len);
        }
    }
    gf_buf_putc(&j->tag, '\t');
    j->in_line[STDOUT] = j->in_line[STDERR] = false;
    return j->tag.failed ? -1 : 0;
}

int tag_lines(struct job *j, int stream, const char **data, size_t *len)
{
    struct gf_buf *b = &j->pool->tagged;
    if (!j->pool->opt->tag)
        return 0;
    gf_buf_clear(b);
    for (const char *at = *data, *end = *data + *len; at < end;) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t n = newline ? (size_t)(newline - at) + 1 : (size_t)(end - at);
        if (!j->in_line[stream])
            gf_buf_add(b, j->tag.data, j->tag.len);
        gf_buf_add(b, at, n);
        j->in_line[stream] = !newline;
        at += n;
    }
    *data = b->data;
    *len = b->len;
    return b->failed ? -1 : 0;
}
