/*
 * tabular_out.c - most records are written as they are, but for the bytes between their fields.
 *
 * They are copied by vectors, which also tell whether a byte was among them that cannot stand by
 * itself; where one was, the caller goes through the fields.
 */
#include <string.h>

#include "text/tabular.h"

typedef uint8_t lanes __attribute__((vector_size(16)));

static lanes all(char c)
{
    lanes v;
    memset(&v, c, sizeof v);
    return v;
}

/* The bytes that no field can have as they are. */
struct odd {
    lanes comma, quote, cr, line, code;
};

static struct odd odd_of(const struct gf_tabular_out *form)
{
    bool csv = form->kind == GF_TABULAR_CSV;
    return (struct odd){all(form->comma), all(csv ? '"' : '\\'), all('\r'), all('\n'), all('\x1e')};
}

static lanes is_odd(lanes v, const struct odd *o)
{
    return (lanes)(v == o->comma) | (lanes)(v == o->quote) | (lanes)(v == o->cr) |
           (lanes)(v == o->line) | (lanes)(v == o->code);
}

static bool any(lanes v)
{
    uint64_t half[2];
    memcpy(half, &v, sizeof half);
    return half[0] | half[1];
}

/* Whether a reader would take the first bytes for a byte order mark. */
static bool has_mark(const char *p, size_t n)
{
    static const char mark[] = "\xef\xbb\xbf";
    return n >= sizeof mark - 1 && memcmp(p, mark, sizeof mark - 1) == 0;
}

/* Whether a record has no byte at all, which CSV writes as "". */
static bool has_empty(const char *p, size_t n)
{
    if (n == 0 || p[0] == '\0')
        return true;
    for (const char *nul = memchr(p, '\0', n); nul && nul + 1 < p + n;
         nul = memchr(nul + 1, '\0', (size_t)(p + n - nul - 1)))
        if (nul[1] == '\0')
            return true;
    return false;
}

bool gf_tabular_plain(const struct gf_tabular_out *form, struct gf_slice run, char *out)
{
    const struct odd odd = odd_of(form);
    const lanes unit = all(GF_TABULAR_UNIT), turn = all((char)(form->comma ^ GF_TABULAR_UNIT)),
                line = all('\n'), nul = {0};
    const char *p = run.data;
    size_t n = run.len, i = 0;
    lanes met = {0};
    if (form->crlf || (form->kind == GF_TABULAR_CSV && (has_empty(p, n) || has_mark(p, n))))
        return false;
    for (; i < n; i += sizeof(lanes)) {
        lanes v;
        if (n < sizeof v) {
            char tail[sizeof v] = {0};
            memcpy(tail, p, n);
            memcpy(&v, tail, sizeof v);
        } else {
            i = i + sizeof v <= n ? i : n - sizeof v; /* the last ones once more */
            memcpy(&v, p + i, sizeof v);
        }
        met |= is_odd(v, &odd);
        v ^= ((lanes)(v == unit) & turn) ^ ((lanes)(v == nul) & line);
        memcpy(out + i, &v, sizeof v);
    }
    return !any(met);
}

/* ---- field by field -------------------------------------------------------------------------- */

static bool has_any(struct gf_slice s, const char *bytes)
{
    for (; *bytes; bytes++)
        if (s.len && memchr(s.data, *bytes, s.len))
            return true;
    return false;
}

/* `first`: it is the first of its record; `alone`: the only one. */
static bool needs_quotes(const struct gf_tabular_out *form, struct gf_slice field, bool first,
                         bool alone)
{
    const char odd[] = {'"', '\r', '\n', form->comma, '\0'};
    if (form->kind != GF_TABULAR_CSV)
        return false;
    if (first && has_mark(field.data, field.len))
        return true;
    return field.len ? has_any(field, odd) : alone;
}

/* The letter of an escape of TSV; 0: the byte stands for itself. */
static char letter(char c)
{
    switch (c) {
    case '\t':
        return 't';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\\':
        return '\\';
    default:
        return 0;
    }
}

/* Writes the bytes of a field to `to`, where there is room for twice as many. Behind them. */
static char *put_bytes(const struct gf_tabular_out *form, struct gf_slice field, char *to)
{
    bool tsv = form->kind == GF_TABULAR_TSV;
    for (size_t i = 0; i < field.len; i++) {
        char c = field.data[i];
        if (c == '\x1e' && i + 1 < field.len) {
            *to++ = (char)(field.data[++i] ^ 0x40);
        } else if (tsv && letter(c)) {
            *to++ = '\\';
            *to++ = letter(c);
        } else {
            if (c == '"' && !tsv)
                *to++ = '"';
            *to++ = c;
        }
    }
    return to;
}

static int add_field(const struct gf_tabular_out *form, struct gf_slice field, bool quoted,
                     struct gf_buf *out)
{
    if (gf_buf_reserve(out, 2 * field.len + 2) != 0)
        return -1;
    char *to = out->data + out->len;
    if (quoted)
        *to++ = '"';
    to = put_bytes(form, field, to);
    if (quoted)
        *to++ = '"';
    out->len = (size_t)(to - out->data);
    return 0;
}

int gf_tabular_add(const struct gf_tabular_out *form, struct gf_slice rec, struct gf_buf *out)
{
    const char *p = rec.data, *end = rec.data + rec.len, *unit = p;
    for (bool first = true; unit; first = false) {
        unit = p < end ? memchr(p, GF_TABULAR_UNIT, (size_t)(end - p)) : NULL;
        struct gf_slice field = {p, (size_t)((unit ? unit : end) - p)};
        bool quoted = needs_quotes(form, field, first, first && !unit);
        if (add_field(form, field, quoted, out) != 0 ||
            (unit && gf_buf_putc(out, form->comma) != 0))
            return -1;
        p = unit ? unit + 1 : end;
    }
    return gf_buf_puts(out, form->crlf ? "\r\n" : "\n");
}
