/*
 * header.c - words in braces that are no name of the header.
 *
 * Each text is gone through as when it is filled, so that what is a place is none of these, and
 * neither is what a brace was escaped for. In the script of -s no place may be, so there nobody is
 * told of text; and behind a dollar sign a brace is the shell's.
 */
#include "header.h"

#include <string.h>
#include <strings.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/suggest.h"

struct search {
    const struct options *opt;
    struct gf_places places;
    bool told;
};

static bool begins_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static bool continues_word(char c)
{
    return begins_word(c) || c == '-' || c == '.' || c == ' ';
}

/* `{word}` or `{word/.}` at s, a brace: how many bytes are inside, and how many of them may be a
 * name. 0: something else. */
static size_t braced_word(const char *s, size_t *name)
{
    size_t inside = strcspn(s + 1, "{}"), n = inside;
    if (s[1 + inside] != '}')
        return 0;
    while (n > 0 && (s[n] == '/' || s[n] == '.'))
        n--;
    *name = n;
    if (n == 0 || !begins_word(s[1]))
        return 0;
    for (size_t i = 2; i <= n; i++)
        if (!continues_word(s[i]))
            return 0;
    return inside;
}

/* The name that may have been meant. One letter is near to everything. */
static const char *nearest(const struct gf_places *p, const char *word, size_t len)
{
    struct gf_suggest s;
    gf_suggest_init(&s, word, len);
    for (size_t i = 0; i < p->names; i++) {
        const struct gf_value *name = &p->name[i];
        if (name->len == len && strncasecmp(name->text, word, len) == 0)
            return name->text;
        if (name->len && len > 1)
            gf_suggest_offer(&s, name->text);
    }
    return s.best;
}

/* Why the word in braces at s is refused was said: the exit status; else -1. */
static int look_at(struct search *f, const char *s)
{
    size_t len, inside = braced_word(s, &len);
    const char *near = inside ? nearest(&f->places, s + 1, len) : NULL;
    int whole = (int)inside + 2;
    if (near) {
        gf_error("'%.*s' is no name of the header", whole, s);
        gf_hint("did you mean {%s}? {{}%.*s is text", near, whole - 1, s + 1);
        return GF_EXIT_USAGE;
    }
    if (inside && !f->told && !f->opt->script && !memchr(s + 1, ' ', len)) {
        f->told = true;
        gf_note("'%.*s' is no name of the header, and stays text", whole, s);
        gf_note_hint("{{}%.*s is that text, without this message", whole - 1, s + 1);
    }
    return -1;
}

static int look_through(struct search *f, const char *text)
{
    char before = '\0';
    int status = -1;
    for (size_t len; *text && status == -1; text += len) {
        enum gf_place_kind kind = gf_place_at(&f->places, text, &len).kind;
        if (kind == GF_PLACE_TEXT && *text == '{' && before != '$')
            status = look_at(f, text);
        before = *text;
    }
    return status;
}

int header_check(const struct options *o, const struct gf_value *names, size_t nnames)
{
    struct search f = {.opt = o,
                       .places = {.mark = o->placeholder, .name = names, .names = nnames}};
    int status = -1;
    for (size_t i = 0; nnames && i < o->nwords && status == -1; i++)
        status = look_through(&f, o->words[i]);
    if (nnames && o->tagstring && status == -1)
        status = look_through(&f, o->tagstring);
    if (nnames && o->results && status == -1)
        status = look_through(&f, o->results);
    return status;
}
