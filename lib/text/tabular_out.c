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

/* So many bytes, fewer than a vector has: the first ones and the last ones, some of which may be
 * the same, and again. A copy of its exact size would be a call, and a load that waits for it. */
static lanes load_few(const char *p, size_t n)
{
    uint64_t half[2] = {0};
    uint32_t a, b;
    lanes v;
    if (n >= sizeof *half) {
        memcpy(&half[0], p, sizeof *half);
        memcpy(&half[1], p + n - sizeof *half, sizeof *half);
    } else if (n >= sizeof a) {
        memcpy(&a, p, sizeof a);
        memcpy(&b, p + n - sizeof b, sizeof b);
        half[0] = half[1] = (uint64_t)b << 32 | a;
    } else {
        unsigned char first = (unsigned char)p[0];
        half[0] = (uint64_t)first << 16 | (uint64_t)(unsigned char)p[n / 2] << 8 |
                  (unsigned char)p[n - 1];
        half[0] |= half[0] << 32 | (uint64_t)first << 56 | (uint64_t)first << 24;
        half[1] = half[0];
    }
    memcpy(&v, half, sizeof v);
    return v;
}

/* Where load_few took them from. */
static void store_few(char *out, lanes v, size_t n)
{
    uint64_t half[2];
    memcpy(half, &v, sizeof half);
    if (n >= sizeof *half) {
        memcpy(out, &half[0], sizeof *half);
        memcpy(out + n - sizeof *half, &half[1], sizeof *half);
    } else if (n >= sizeof(uint32_t)) {
        uint32_t a = (uint32_t)half[0], b = (uint32_t)(half[0] >> 32);
        memcpy(out, &a, sizeof a);
        memcpy(out + n - sizeof b, &b, sizeof b);
    } else {
        out[n - 1] = (char)half[0];
        out[n / 2] = (char)(half[0] >> 8);
        out[0] = (char)(half[0] >> 16);
    }
}

struct copy {
    struct odd odd;
    lanes unit, turn, line;
    lanes met, nul; /* odd bytes, and ends of records, so far */
};

/* As it is written. */
static inline lanes turned(struct copy *c, lanes v)
{
    lanes nul = (lanes)(v == 0);
    c->met |= is_odd(v, &c->odd);
    c->nul |= nul;
    return v ^ ((lanes)(v == c->unit) & c->turn) ^ (nul & c->line);
}

bool gf_tabular_plain(const struct gf_tabular_out *form, struct gf_slice run, char *out)
{
    struct copy c = {.odd = odd_of(form),
                     .unit = all(GF_TABULAR_UNIT),
                     .turn = all((char)(form->comma ^ GF_TABULAR_UNIT)),
                     .line = all('\n')};
    const char *p = run.data;
    size_t n = run.len;
    bool csv = form->kind == GF_TABULAR_CSV;
    if (form->crlf || (csv && (n == 0 || has_mark(p, n))))
        return false;
    if (n && n < sizeof(lanes))
        store_few(out, turned(&c, load_few(p, n)), n);
    for (size_t i = 0; n >= sizeof(lanes) && i < n; i += sizeof(lanes)) {
        lanes v;
        i = i + sizeof v <= n ? i : n - sizeof v; /* the last ones once more */
        memcpy(&v, p + i, sizeof v);
        v = turned(&c, v);
        memcpy(out + i, &v, sizeof v);
    }
    return !any(c.met) && !(csv && any(c.nul) && has_empty(p, n));
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
