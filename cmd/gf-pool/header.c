/*
 * header.c - words in braces that are no name of the header, or not one alone, and numbers that no
 * column can have.
 *
 * Each text is gone through as when it is filled, so that what is a place is none of these, and
 * neither is what a brace was escaped for. In the script of -s no place may be, so there nobody is
 * told of text; and behind a dollar sign a brace is the shell's.
 */
#include "header.h"

#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/suggest.h"

struct search {
    struct gf_places places;
    struct gf_slice line; /* --pipe: the header, which is not cut */
    bool in_script;
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

/* Whether that name and the word differ by blanks around the name alone. */
static bool is_padded(const char *name, const char *word, size_t len)
{
    size_t lead = strspn(name, " \t");
    size_t tail = strlen(name + lead);
    while (tail > 0 && (name[lead + tail - 1] == ' ' || name[lead + tail - 1] == '\t'))
        tail--;
    return tail == len && strlen(name) > len && memcmp(name + lead, word, len) == 0;
}

static const char *padded(const struct gf_places *p, const char *word, size_t len)
{
    for (size_t i = 0; i < p->names; i++)
        if (is_padded(p->name[i].text, word, len))
            return p->name[i].text;
    return NULL;
}

/* Whether the word stands by itself in a line that is not cut. */
static bool is_word_of(struct gf_slice line, const char *word, size_t len)
{
    for (size_t at = 0; at + len <= line.len; at++)
        if (memcmp(line.data + at, word, len) == 0 &&
            (at == 0 || !continues_word(line.data[at - 1])) &&
            (at + len == line.len || !continues_word(line.data[at + len])))
            return true;
    return false;
}

/* Text in braces that is a number, but that of no column: how many bytes are inside; else 0. */
static size_t excessive_number(const char *s)
{
    size_t sign = s[1] == '-', digits = strspn(s + 1 + sign, "0123456789"), n = sign + digits;
    if (digits == 0 || strspn(s + 1 + sign, "0") == digits)
        return 0;
    size_t part = strspn(s + 1 + n, "/.");
    return part <= 2 && s[1 + n + part] == '}' ? n + part : 0;
}

static int refuse_number(const char *s, size_t inside)
{
    gf_error("'%.*s': no record has so many columns", (int)inside + 2, s);
    gf_hint("columns are {1} to {1000000}; {{}%.*s is text", (int)inside + 1, s + 1);
    return GF_EXIT_USAGE;
}

/* Two columns of that name: which one is meant, the place does not say. */
static int check_single(const struct search *f, const char *s, size_t len, int64_t first)
{
    const struct gf_value *name = f->places.name;
    size_t i = (size_t)first - 1, k = i + 1;
    if (first < 1 || i >= f->places.names || strncmp(s + 1, name[i].text, name[i].len) != 0)
        return -1;
    while (k < f->places.names &&
           (name[k].len != name[i].len || strcmp(name[k].text, name[i].text) != 0))
        k++;
    if (k == f->places.names || strspn(name[i].text, "-0123456789") == name[i].len)
        return -1;
    gf_error("'%.*s' is the name of columns %zu and %zu of the header", (int)len, s, i + 1, k + 1);
    gf_hint("write {%zu} or {%zu}", i + 1, k + 1);
    return GF_EXIT_USAGE;
}

/* Why the word in braces at s is refused was said: the exit status; else -1. */
static int look_at(struct search *f, const char *s)
{
    size_t number = f->in_script ? 0 : excessive_number(s);
    if (number)
        return refuse_number(s, number);
    size_t len, inside = braced_word(s, &len);
    int whole = (int)inside + 2;
    if (inside && f->line.len && !f->in_script && is_word_of(f->line, s + 1, len)) {
        gf_error("'%.*s': with --pipe the header is passed on, and names no columns", whole, s);
        gf_hint("{#} is the number of the block; {{}%.*s is text", whole - 1, s + 1);
        return GF_EXIT_USAGE;
    }
    const char *name = inside ? padded(&f->places, s + 1, len) : NULL;
    if (name) {
        gf_error("'%.*s' is no name of the header: that one has blanks around it, '%s'", whole, s,
                 name);
        gf_hint("write {%s}", name);
        return GF_EXIT_USAGE;
    }
    name = inside ? nearest(&f->places, s + 1, len) : NULL;
    if (name) {
        gf_error("'%.*s' is no name of the header", whole, s);
        gf_hint("did you mean {%s}? {{}%.*s is text", name, whole - 1, s + 1);
        return GF_EXIT_USAGE;
    }
    if (inside && f->places.names && !f->told && !f->in_script && !memchr(s + 1, ' ', len)) {
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
    for (size_t len; text && *text && status == -1; text += len) {
        struct gf_place place = gf_place_at(&f->places, text, &len);
        if (place.kind == GF_PLACE_VALUE)
            status = check_single(f, text, len, place.n);
        else if (place.kind == GF_PLACE_TEXT && *text == '{' && before != '$')
            status = look_at(f, text);
        before = *text;
    }
    return status;
}

/* A place in the value of an option that is no template. The mark of -I is any text, and so is what
 * it says there. */
static bool holds_place(const struct search *f, const char *text)
{
    struct gf_places places = f->places;
    if (strcmp(places.mark, "{}") != 0)
        places.mark = "\1";
    for (size_t len; *text; text += len) {
        enum gf_place_kind kind = gf_place_at(&places, text, &len).kind;
        if (kind != GF_PLACE_TEXT && kind != GF_PLACE_BRACE)
            return true;
    }
    return false;
}

/* --env and --chdir are the same for all jobs. A directory of that name, and a value that the
 * variable has already, are meant as they are. */
static int check_plain(const struct search *f, const struct options *o)
{
    for (size_t i = 0; i < o->nenv; i++) {
        const char *text = o->env[i], *value = strchr(text, '=') + 1;
        int name = (int)(value - text) - 1;
        if (text == options_kept_variable(text, (size_t)name) || !holds_place(f, value))
            continue;
        gf_error("--env %s: a placeholder, but all jobs get the same value", text);
        gf_hint("in the command: env %s COMMAND ...; %.*s='...' gf-pool --env %.*s takes any text",
                text, name, text, name, text);
        return GF_EXIT_USAGE;
    }
    if (!o->chdir || !holds_place(f, o->chdir) || access(o->chdir, F_OK) == 0)
        return -1;
    gf_error("--chdir %s: a placeholder, but all jobs run in the same directory", o->chdir);
    gf_hint("a script can change it: -s 'cd -- \"$1\" && ...'");
    return GF_EXIT_USAGE;
}

int header_check(const struct options *o, const struct intake *in)
{
    const struct gf_buf *line = &in->blocks.header;
    struct search f = {
        .places = {.mark = o->placeholder, .name = in->names, .names = in->nnames},
        .line = {line->data, line->len},
        .in_script = o->script,
    };
    int status = -1;
    for (size_t i = 0; i < o->nwords && !o->rerun && status == -1; i++)
        status = look_through(&f, o->words[i]);
    f.in_script = false;
    if (status == -1)
        status = look_through(&f, o->tagstring);
    if (status == -1)
        status = look_through(&f, o->results);
    return status != -1 ? status : check_plain(&f, o);
}
