/*
 * tag.c - what stands in front of each line of a job's output.
 *
 * A line may come in several reads, so each stream remembers whether its last byte ended a line:
 * only what begins a line gets the tag.
 *
 * A record in a tag is text of ours for people, so it is escaped as in messages, whether a terminal
 * or a file gets it: a file is shown on a terminal later.
 */
#include "tag.h"

#include <string.h>

#include "base/escape.h"

/* The text is no command: what a command of that word would be refused for does not matter. */
void tags_init(struct tags *t, const struct gf_value *names, size_t nnames)
{
    const char *text = t->opt->tagstring;
    if (!text)
        return;
    static char *words[1];
    struct gf_places places = {.mark = t->opt->placeholder, .name = names, .names = nnames};
    size_t where;
    words[0] = (char *)(size_t)text;
    (void)gf_template_init(&t->string, words, 1, &places, &where);
    t->string.shown = true;
}

void tags_release(struct tags *t)
{
    gf_template_release(&t->string);
    gf_buf_release(&t->tagged);
}

/* --tagstring is the user's, escapes of the terminal included; but one line and one column. */
static void add_on_one_line(struct gf_buf *b, const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        gf_buf_putc(b, s[i] == '\n' || s[i] == '\t' ? ' ' : s[i]);
}

static int add_string(struct tags *t, struct gf_buf *b, const struct gf_fill *fill)
{
    gf_buf_clear(&t->tagged);
    if (gf_template_text(&t->string, fill, &t->tagged) != 0)
        return -1;
    add_on_one_line(b, t->tagged.data, t->tagged.len);
    return 0;
}

static void add_record(struct gf_buf *b, const struct work *w)
{
    for (size_t i = 0; i < w->items; i++) {
        if (i)
            gf_buf_putc(b, ' ');
        gf_escape_column(b, w->item[i].text, w->item[i].len);
    }
}

int tag_set(struct tags *t, struct tag *tag, const struct work *w, uint64_t seq, unsigned slot)
{
    struct gf_buf *b = &tag->text;
    if (!t->opt->tag)
        return 0;
    gf_buf_clear(b);
    if (t->opt->tagstring) {
        struct gf_fill fill = work_fill(w, seq, slot + 1);
        if (add_string(t, b, &fill) != 0)
            return -1;
    } else if (t->opt->pipe) {
        gf_buf_printf(b, "%llu", (unsigned long long)seq);
    } else {
        add_record(b, w);
    }
    gf_buf_putc(b, '\t');
    tag->in_line[0] = tag->in_line[1] = false;
    return b->failed ? -1 : 0;
}

int tag_lines(struct tags *t, struct tag *tag, int stream, const char **data, size_t *len)
{
    struct gf_buf *b = &t->tagged;
    if (!t->opt->tag)
        return 0;
    gf_buf_clear(b);
    for (const char *at = *data, *end = *data + *len; at < end;) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t n = newline ? (size_t)(newline - at) + 1 : (size_t)(end - at);
        if (!tag->in_line[stream])
            gf_buf_join(b, &tag->text);
        gf_buf_add(b, at, n);
        tag->in_line[stream] = !newline;
        at += n;
    }
    *data = b->data;
    *len = b->len;
    return b->failed ? -1 : 0;
}
