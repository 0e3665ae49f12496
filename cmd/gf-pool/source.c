/*
 * source.c - where records come from.
 *
 * A stream is read through text/reader.h, one file behind the other; a record stays in the buffer
 * of the reader until the next one is taken. Where records end with more than a byte, each file has
 * a framer of its own (text/framing.h), so no record goes from one file into the next. A
 * combination of lists is computed from its number: the digits of the number, in a base of the
 * lengths of the lists, say which value of each list it has.
 */
#include "source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/fd.h"
#include "base/msg.h"
#include "base/sat.h"
#include "source_fault.h"

enum {
    LIST_MOST = 1 << 30 /* bytes of a file that is a list */
};

/* ---- the stream ------------------------------------------------------------------------------ */

static bool is_open(const struct source *s)
{
    return s->reader.fd != -1;
}

static void close_file(struct source *s)
{
    if (s->reader.fd != STDIN_FILENO && is_open(s))
        close(s->reader.fd); /* it was read; there is nothing that a close could say */
    gf_reader_release(&s->reader);
    s->reader.fd = -1;
}

static int open_named(const char *name, const struct options *o)
{
    int fd = strcmp(name, "-") == 0 ? STDIN_FILENO : gf_open_input(name);
    if (fd == STDIN_FILENO)
        gf_tool_waits(fd, "records", o->pipe ? NULL : "give them after :::");
    if (fd == -1)
        gf_error_errno("cannot open '%s'", name);
    return fd;
}

static void start_reader(struct gf_reader *r, struct gf_framer *f, int fd, const struct options *o)
{
    gf_reader_init(r, fd, o->separator, o->max_record);
    if (o->framing.kind == GF_FRAME_BYTE)
        return;
    gf_framer_init(f, &o->framing);
    r->framer = f;
}

static int open_next(struct source *s)
{
    static const char *const only_stdin[] = {"-"};
    const char *const *files = s->opt->files ? s->opt->files : only_stdin;
    s->name = files[s->next_file++];
    int fd = open_named(s->name, s->opt);
    start_reader(&s->reader, &s->framer, fd, s->opt);
    return fd == -1 ? -1 : 0;
}

static bool more_files(const struct source *s)
{
    return s->next_file < (s->opt->files ? s->opt->nfiles : 1);
}

static bool strip_cr(struct gf_value *v)
{
    bool has_cr = v->len && v->text[v->len - 1] == '\r';
    v->len -= has_cr;
    return has_cr;
}

/* Takes off what is around the names. Whether lines end with CR LF. */
static bool strip_header(const struct source *s, struct gf_value *v)
{
    if (v->len >= 3 && memcmp(v->text, "\xef\xbb\xbf", 3) == 0)
        *v = (struct gf_value){v->text + 3, v->len - 3};
    return s->opt->framing.kind == GF_FRAME_BYTE && s->opt->separator == '\n' && strip_cr(v);
}

/* Whether a CR between the record and the LF behind it was taken off. */
static bool ends_with_cr(const struct source *s)
{
    return (s->opt->framing.kind == GF_FRAME_CSV || s->crlf) && s->whole > s->record.len + 1;
}

static int take_from_stream(struct source *s, const struct gf_value **out)
{
    while (is_open(s)) {
        struct gf_record rec;
        int got = gf_reader_take(&s->reader, &rec);
        if (got == 1) {
            s->record = (struct gf_value){rec.data, rec.len};
            s->whole = rec.whole;
            s->open = !rec.terminated;
            if (s->crlf)
                strip_cr(&s->record);
            if (rec.terminated)
                s->ended_crlf = ends_with_cr(s);
            *out = &s->record;
        }
        if (got == -1)
            source_cannot_read(&s->reader, s->name);
        if (got != GF_READER_END)
            return got;
        close_file(s);
    }
    return more_files(s) ? 0 : GF_READER_END;
}

int source_take_run(struct source *s, struct gf_slice *out, bool *open)
{
    const struct gf_value *v;
    *open = false;
    if (is_open(s)) {
        gf_reader_take_run(&s->reader, out);
        if (out->len)
            return 1;
    }
    int got = take_from_stream(s, &v);
    if (got == 1) {
        *out = (struct gf_slice){v->text, s->whole};
        *open = s->open;
    }
    return got;
}

int source_fill(struct source *s)
{
    if (!is_open(s))
        return open_next(s);
    if (gf_reader_fill(&s->reader) == 1 || errno == EINTR)
        return 0;
    source_cannot_read(&s->reader, s->name);
    return -1;
}

bool source_waits(const struct source *s)
{
    return is_open(s) && gf_reader_waits(&s->reader);
}

/* ---- lists ----------------------------------------------------------------------------------- */

static int add_value(struct list *l, const char *text, size_t len)
{
    if (l->n == l->cap) {
        size_t cap = l->cap ? gf_sat_mul(l->cap, 2) : 16;
        struct gf_value *v = realloc(l->value, gf_sat_mul(cap, sizeof *v));
        if (!v)
            return -1;
        l->value = v;
        l->cap = cap;
    }
    l->value[l->n++] = (struct gf_value){text, len};
    return 0;
}

/* The records' bytes move while they are gathered, so a value holds its place among them first. */
static int add_record(struct list *l, const struct gf_record *rec)
{
    const char *place = (const char *)(uintptr_t)l->bytes.len;
    if (gf_buf_add(&l->bytes, rec->data, rec->len) != 0 || add_value(l, place, rec->len) != 0) {
        errno = l->bytes.len + rec->len > LIST_MOST ? EFBIG : ENOMEM;
        return -1;
    }
    return 0;
}

static int load_file(struct list *l, const char *name, const struct options *o)
{
    struct gf_reader r;
    struct gf_framer framer;
    struct gf_record rec;
    int fd = open_named(name, o), got = 0;
    if (fd == -1)
        return -1;
    start_reader(&r, &framer, fd, o);
    l->bytes = (struct gf_buf)GF_BUF_INIT(LIST_MOST);
    while (got >= 0 && (got = gf_reader_take(&r, &rec)) != GF_READER_END)
        if ((got == 1 && add_record(l, &rec) != 0) || (got == 0 && gf_reader_fill_on(&r) != 1))
            got = -1;
    if (got < 0)
        source_cannot_read(&r, name);
    gf_reader_release(&r);
    if (fd != STDIN_FILENO)
        close(fd);
    for (size_t i = 0; i < l->n; i++)
        l->value[i].text = l->bytes.data + (uintptr_t)l->value[i].text;
    return got < 0 ? -1 : 0;
}

/* A word beside a file of CSV is a record of it, too. */
static int check_quotes(const struct options *o, const char *word)
{
    struct gf_csv_scan scan = {.comma = o->framing.comma};
    if (o->framing.kind != GF_FRAME_CSV || gf_csv_scan_on(&scan, word, strlen(word)) ||
        !gf_csv_scan_is_open(&scan))
        return 0;
    gf_error("item '%s': quotes are not closed", word);
    return -1;
}

static int load_words(struct list *l, const struct options *o, char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (check_quotes(o, words[i]) != 0)
            return -1;
        if (add_value(l, words[i], strlen(words[i])) != 0) {
            gf_error_nomem();
            return -1;
        }
    }
    return 0;
}

static int open_lists(struct source *s)
{
    const struct options *o = s->opt;
    s->lists = calloc(o->nlists, sizeof *s->lists);
    s->values = calloc(o->nlists, sizeof *s->values);
    if (!s->lists || !s->values) {
        gf_error_nomem();
        return -1;
    }
    for (; s->width < o->nlists; s->width++) {
        const struct list_words *from = &o->lists[s->width];
        struct list *l = &s->lists[s->width];
        l->linked = from->linked;
        int r = from->is_file ? load_file(l, from->words[0], o)
                              : load_words(l, o, from->words, from->nwords);
        if (r != 0) {
            s->width++; /* what it has is released with the others */
            return -1;
        }
    }
    return 0;
}

static size_t length_of(const struct source *s, size_t i)
{
    size_t n = s->lists[i].n;
    return n > s->names ? n - s->names : 0;
}

/* The lists from `first` on that are linked: how many lists, and the length of the shortest. */
static size_t linked_lists(const struct source *s, size_t first, size_t *length)
{
    size_t n = 1;
    *length = length_of(s, first);
    for (; first + n < s->width && s->lists[first + n].linked; n++)
        if (length_of(s, first + n) < *length)
            *length = length_of(s, first + n);
    return n;
}

uint64_t source_total(const struct source *s)
{
    if (s->width == 0)
        return 0;
    uint64_t total = 1;
    for (size_t i = 0, length; i < s->width;) {
        i += linked_lists(s, i, &length);
        total = gf_sat_mul(total, length);
    }
    return total;
}

/* The digits of its number, the last list's lowest, say which value of each list it has. */
static int take_combination(struct source *s, const struct gf_value **out)
{
    if (s->number >= source_total(s))
        return GF_READER_END;
    uint64_t rest = s->number++;
    for (size_t end = s->width; end > 0;) {
        size_t first = end - 1, length;
        while (s->lists[first].linked && first > 0)
            first--;
        (void)linked_lists(s, first, &length);
        for (size_t i = first; i < end; i++)
            s->values[i] = s->lists[i].value[s->names + rest % length];
        rest /= length;
        end = first;
    }
    *out = s->values;
    return 1;
}

static void strip_list(const struct source *s, size_t i)
{
    struct list *l = &s->lists[i];
    bool crlf = s->opt->lists[i].is_file && l->n && strip_header(s, &l->value[0]);
    for (size_t k = 1; crlf && k < l->n; k++)
        strip_cr(&l->value[k]);
}

static int take_names(struct source *s, const struct gf_value **out)
{
    s->names = 1;
    for (size_t i = 0; i < s->width; i++)
        strip_list(s, i);
    for (size_t i = 0; i < s->width; i++) {
        if (s->lists[i].n == 0)
            return GF_READER_END;
        s->values[i] = s->lists[i].value[0];
    }
    *out = s->values;
    return 1;
}

/* ---------------------------------------------------------------------------------------------- */

int source_open(struct source *s, const struct options *o)
{
    *s = (struct source){.opt = o, .reader = {.fd = -1}};
    return o->nlists ? open_lists(s) : 0;
}

size_t source_width(const struct source *s)
{
    return s->width ? s->width : 1;
}

int source_take(struct source *s, const struct gf_value **out)
{
    return s->width ? take_combination(s, out) : take_from_stream(s, out);
}

int source_take_header(struct source *s, const struct gf_value **out)
{
    if (s->width)
        return take_names(s, out);
    int got = take_from_stream(s, out);
    if (got == 1 && !s->opt->pipe) {
        const char *text = s->record.text;
        s->crlf = strip_header(s, &s->record);
        s->whole -= (size_t)(s->record.text - text);
        s->ended_crlf = s->ended_crlf || s->crlf;
    }
    return got;
}

void source_close(struct source *s)
{
    close_file(s);
    for (size_t i = 0; i < s->width; i++) {
        free(s->lists[i].value);
        gf_buf_release(&s->lists[i].bytes);
    }
    free(s->lists);
    free(s->values);
    *s = (struct source){.reader = {.fd = -1}};
}
