/*
 * table_text.c - the strings of a table, its notes, and the words of a line.
 *
 * Strings are copied into a chain of blocks of 32 KiB or of one longer string. Nothing is freed
 * alone: the whole chain goes with the table, and a string never moves. Notes grow as an array up
 * to a limit; beyond that they are only counted.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cron/table_read.h"

struct gf_text_block {
    struct gf_text_block *next;
    size_t used, cap;
    char data[];
};

/* ---- storage --------------------------------------------------------------------------------- */

char *gf_tab_keep(struct gf_table *t, const char *s, size_t len)
{
    struct gf_text_block *b = t->texts;
    if (!b || b->cap - b->used < len + 1) {
        size_t cap = len + 1 > 32768 ? len + 1 : 32768;
        b = malloc(sizeof *b + cap);
        if (!b)
            return NULL;
        b->next = t->texts;
        b->used = 0;
        b->cap = cap;
        t->texts = b;
    }
    char *p = b->data + b->used;
    memcpy(p, s, len);
    p[len] = '\0';
    b->used += len + 1;
    return p;
}

void gf_tab_free_texts(struct gf_table *t)
{
    while (t->texts) {
        struct gf_text_block *next = t->texts->next;
        free(t->texts);
        t->texts = next;
    }
}

bool gf_tab_grow(void **array, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return true;
    size_t want = *cap ? *cap * 2 : 16;
    void *p = realloc(*array, want * size);
    if (!p)
        return false;
    *array = p;
    *cap = want;
    return true;
}

void gf_tab_add_note(struct gf_tab_reader *r, const struct gf_table_note *n)
{
    struct gf_table *t = r->t;
    t->n_errors += n->weight == GF_TABLE_ERROR;
    t->n_warnings += n->weight != GF_TABLE_ERROR;
    if (t->n_notes == GF_TABLE_NOTES_MAX)
        return;
    if (!gf_tab_grow((void **)&t->notes, t->n_notes, &t->cap_notes, sizeof *t->notes)) {
        r->nomem = true;
        return;
    }
    t->notes[t->n_notes++] = *n;
}

void gf_tab_note(struct gf_tab_reader *r, enum gf_table_weight weight, const struct gf_perr *e)
{
    gf_tab_add_note(r, &(struct gf_table_note){r->number, weight, r->line, r->len, *e});
}

static void say(struct gf_tab_reader *r, enum gf_table_weight weight, const char *from, size_t len,
                const char *hint, const char *what)
{
    struct gf_perr e;
    gf_perr_say(&e, (size_t)(from - r->line), len, hint, "%s", what);
    gf_tab_note(r, weight, &e);
}

void gf_tab_fault(struct gf_tab_reader *r, const char *from, size_t len, const char *hint,
                  const char *what)
{
    say(r, GF_TABLE_ERROR, from, len, hint, what);
}

void gf_tab_warn(struct gf_tab_reader *r, const char *from, size_t len, const char *hint,
                 const char *what)
{
    say(r, GF_TABLE_WARNING, from, len, hint, what);
}

void gf_tab_advise(struct gf_tab_reader *r, const char *from, size_t len, const char *hint,
                   const char *what)
{
    say(r, GF_TABLE_ADVICE, from, len, hint, what);
}

void gf_tab_pass_on(struct gf_tab_reader *r, const char *from, struct gf_perr *e)
{
    if (errno == ENOMEM) {
        r->nomem = true;
        return;
    }
    e->col += (size_t)(from - r->line);
    gf_tab_note(r, GF_TABLE_ERROR, e);
}

/* ---- words ----------------------------------------------------------------------------------- */

bool gf_tab_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

const char *gf_tab_skip_blanks(const char *s)
{
    while (gf_tab_is_blank(*s))
        s++;
    return s;
}

size_t gf_tab_name_length(const char *s)
{
    size_t n = 0;
    while ((s[n] >= 'A' && s[n] <= 'Z') || (s[n] >= 'a' && s[n] <= 'z') || s[n] == '_' ||
           (n && s[n] >= '0' && s[n] <= '9'))
        n++;
    return n;
}

bool gf_tab_name_is(const char *s, size_t len, const char *name)
{
    return len == strlen(name) && memcmp(s, name, len) == 0;
}

size_t gf_tab_word_length(const char *s)
{
    size_t n = 0;
    while (s[n] && !gf_tab_is_blank(s[n])) {
        if (s[n] == '\'' || s[n] == '"') {
            const char *close = strchr(s + n + 1, s[n]);
            if (!close)
                return strlen(s);
            n = (size_t)(close - s);
        }
        n++;
    }
    return n;
}

const char *gf_tab_unquoted(struct gf_tab_reader *r, const char *s, size_t len)
{
    if (len >= 2 && (s[0] == '\'' || s[0] == '"') && s[len - 1] == s[0]) {
        s++;
        len -= 2;
    }
    const char *p = gf_tab_keep(r->t, s, len);
    if (!p)
        r->nomem = true;
    return p;
}
