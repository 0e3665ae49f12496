/*
 * tabular_in.c - blocks of 64 bytes, of which masks say where commas, line ends and everything else
 * that has a meaning are.
 *
 * Outside of quotes a block without quotes, carriage returns and control bytes is copied with its
 * commas and line ends replaced; the masks count the fields of each record. Else the bytes that
 * have a meaning are looked at in turn, with copies of what lies between them. So what a quote
 * means is known from what was made of the byte before it, and no second reading is needed where a
 * file is not as the RFC has it.
 */
#include <string.h>

#include "text/tabular.h"
#include "text/vectors.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
    BLOCK = 64
};

/* Where the next byte stands. */
enum state {
    PLAIN,
    QUOTED,
    BEHIND_QUOTE, /* behind a quote that ends the quoted field, or is the first of two */
};

/* Of one block. */
struct masks {
    uint64_t comma, line; /* LF */
    uint64_t quote;       /* in TSV a backslash */
    uint64_t coded;       /* NUL, 1E, 1F */
    uint64_t odd;         /* what cannot just be copied outside of quotes */
};

static uint64_t below(size_t n)
{
    return n >= BLOCK ? UINT64_MAX : (UINT64_C(1) << n) - 1;
}

#ifdef __SSE2__
static uint64_t where_is(const __m128i v[4], char c)
{
    const __m128i want = _mm_set1_epi8(c);
    uint64_t bits = 0;
    for (size_t k = 0; k < 4; k++)
        bits |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v[k], want)) << (16 * k);
    return bits;
}

static uint64_t controls(const __m128i v[4])
{
    const __m128i most = _mm_set1_epi8(0x1f);
    uint64_t bits = 0;
    for (size_t k = 0; k < 4; k++) {
        __m128i is = _mm_cmpeq_epi8(_mm_min_epu8(v[k], most), v[k]);
        bits |= (uint64_t)(unsigned)_mm_movemask_epi8(is) << (16 * k);
    }
    return bits;
}

static void look(const char *p, char comma, char quote, struct masks *m)
{
    __m128i v[4];
    for (size_t k = 0; k < 4; k++)
        v[k] = _mm_loadu_si128((const void *)(p + 16 * k));
    m->comma = where_is(v, comma);
    m->line = where_is(v, '\n');
    m->quote = where_is(v, quote);
    uint64_t control = controls(v) & ~m->line & ~m->comma;
    m->coded = control ? where_is(v, '\0') | where_is(v, '\x1e') | where_is(v, '\x1f') : 0;
    m->odd = m->quote | m->coded | (control ? where_is(v, '\r') : 0);
}
#else
static void look(const char *p, char comma, char quote, struct masks *m)
{
    *m = (struct masks){0};
    for (size_t i = 0; i < BLOCK; i++) {
        uint64_t bit = UINT64_C(1) << i;
        m->comma |= p[i] == comma ? bit : 0;
        m->line |= p[i] == '\n' ? bit : 0;
        m->quote |= p[i] == quote ? bit : 0;
        m->coded |= p[i] == '\0' || p[i] == '\x1e' || p[i] == '\x1f' ? bit : 0;
        m->odd |= p[i] == '\r' ? bit : 0;
    }
    m->odd |= m->quote | m->coded;
}
#endif

typedef uint8_t lanes __attribute__((vector_size(16)));

static lanes all(char c)
{
    lanes v;
    memset(&v, c, sizeof v);
    return v;
}

/* Copies n bytes with commas and line ends replaced; up to 15 more may be read and written. */
static void copy_plain(char *to, const char *p, size_t n, char comma)
{
    const lanes commas = all(comma), lines = all('\n'), turn = all((char)(comma ^ GF_TABULAR_UNIT));
    for (size_t i = 0; i < n; i += sizeof(lanes)) {
        lanes v;
        memcpy(&v, p + i, sizeof v);
        v ^= ((lanes)(v == commas) & turn) ^ ((lanes)(v == lines) & lines);
        memcpy(to + i, &v, sizeof v);
    }
}

static void copy_as_it_is(char *to, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i += sizeof(lanes))
        memcpy(to + i, p + i, sizeof(lanes));
}

/* A record has ended, in line `lines`. */
static void end_record(struct gf_tabular_in *in)
{
    uint64_t fields = in->fields + 1;
    in->fields = 0;
    in->quoted = false;
    in->records++;
    if (!in->columns)
        in->columns = fields;
    if (fields == in->columns)
        return;
    if (in->ragged++)
        return;
    in->ragged_line = in->lines;
    in->ragged_fields = fields;
}

/* Counts fields, records and lines of plain bytes, of which these are the commas and line ends. */
static void count_plain(struct gf_tabular_in *in, uint64_t commas, uint64_t lines)
{
    for (; lines; lines &= lines - 1) {
        uint64_t before = (lines & -lines) - 1;
        in->fields += (uint64_t)__builtin_popcountll(commas & before);
        commas &= ~before;
        in->lines++;
        end_record(in);
    }
    in->fields += (uint64_t)__builtin_popcountll(commas);
}

/* Whether the next byte is the first of a record. */
static bool at_record(const struct gf_tabular_in *in)
{
    return in->before == '\0' && !in->quoted;
}

/* ---- one byte that has a meaning ------------------------------------------------------------- */

struct walk {
    struct gf_tabular_in *in;
    const char *p, *end; /* what is to be read */
    char *to;
    bool last, held; /* nothing follows; the bytes at p wait for what follows */
};

static void put(struct walk *w, char c)
{
    *w->to++ = w->in->before = c;
}

static void put_coded(struct walk *w, char c)
{
    *w->to++ = '\x1e';
    put(w, (char)(c ^ 0x40));
}

/* A CR: of a line end, or data. */
static void take_return(struct walk *w)
{
    if (w->p + 1 == w->end && !w->last) {
        w->held = true;
        return;
    }
    bool ends = w->p + 1 < w->end && w->p[1] == '\n';
    w->p++;
    if (!ends) {
        put(w, '\r');
        return;
    }
    w->in->crlf |= w->in->records == 0;
    if (w->in->kind == GF_TABULAR_CSV && at_record(w->in)) {
        w->in->lines++;
        w->p++; /* a line without a byte */
    }
}

/* A backslash of TSV. */
static void take_backslash(struct walk *w)
{
    static const char letters[] = "tnr\\", meant[] = "\t\n\r\\";
    if (w->p + 1 == w->end && !w->last) {
        w->held = true;
        return;
    }
    const char *is = w->p + 1 < w->end && w->p[1] ? strchr(letters, w->p[1]) : NULL;
    put(w, is ? meant[is - letters] : '\\');
    w->p += is ? 2 : 1;
}

static void take_quote(struct walk *w)
{
    struct gf_tabular_in *in = w->in;
    w->p++;
    if (in->before != '\0' && in->before != GF_TABULAR_UNIT) {
        put(w, '"');
        return;
    }
    in->state = QUOTED;
    in->quoted = true;
    in->quote_line = in->lines + 1;
}

/* The byte at w->p, which is odd, outside of quotes. */
static void take_odd(struct walk *w)
{
    char c = *w->p;
    if (c == '\r') {
        take_return(w);
    } else if (c == '\n') { /* a line without a byte */
        w->in->lines++;
        w->p++;
    } else if (c == '"' && w->in->kind == GF_TABULAR_CSV) {
        take_quote(w);
    } else if (c == '\\') {
        take_backslash(w);
    } else {
        put_coded(w, c);
        w->p++;
    }
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* Up to the next byte of `stops` from w->p on, or to the end of the block, as it stands there. */
static size_t until(const struct walk *w, const char *block, size_t n, uint64_t stops)
{
    size_t at = (size_t)(w->p - block);
    stops &= ~below(at);
    size_t to = stops ? (size_t)__builtin_ctzll(stops) : n;
    return (to < n ? to : n) - at;
}

static void walk_quoted(struct walk *w, const char *block, size_t n, const struct masks *m)
{
    size_t len = until(w, block, n, m->quote | m->coded), at = (size_t)(w->p - block);
    copy_as_it_is(w->to, w->p, len);
    w->in->lines += (uint64_t)__builtin_popcountll(m->line & below(at + len) & ~below(at));
    w->to += len;
    w->p += len;
    if (len)
        w->in->before = w->p[-1]; /* no control byte that has a meaning */
    if (w->p == block + n)
        return;
    if (*w->p == '"')
        w->in->state = BEHIND_QUOTE;
    else
        put_coded(w, *w->p);
    w->p++;
}

static void walk_plain(struct walk *w, const char *block, size_t n, const struct masks *m)
{
    size_t at = (size_t)(w->p - block), len = until(w, block, n, m->odd);
    if (len) {
        uint64_t these = below(at + len) & ~below(at);
        copy_plain(w->to, w->p, len, w->in->comma);
        count_plain(w->in, m->comma & these, m->line & these);
        w->to += len;
        w->p += len;
        w->in->before = w->to[-1];
    }
    if (w->p < block + n)
        take_odd(w);
}

/* Behind a quote that may have ended its field. */
static void walk_behind(struct walk *w)
{
    bool doubled = *w->p == '"';
    if (doubled) {
        put(w, '"');
        w->p++;
    }
    w->in->state = doubled ? QUOTED : PLAIN;
}

static void walk_block(struct walk *w, size_t n)
{
    const char *block = w->p;
    bool csv = w->in->kind == GF_TABULAR_CSV;
    struct masks m;
    look(block, w->in->comma, csv ? '"' : '\\', &m);
    if (csv) /* an LF behind another, or at the beginning of a record, ends no record */
        m.odd |= m.line & ((m.line << 1) | (w->in->state == PLAIN && at_record(w->in)));
    if (!(m.odd & below(n)) && w->in->state == PLAIN) {
        copy_plain(w->to, block, n, w->in->comma);
        count_plain(w->in, m.comma & below(n), m.line & below(n));
        w->to += n;
        w->p += n;
        w->in->before = w->to[-1];
        return;
    }
    while (w->p < block + n && !w->held) {
        if (w->in->state == PLAIN)
            walk_plain(w, block, n, &m);
        else if (w->in->state == QUOTED)
            walk_quoted(w, block, n, &m);
        else
            walk_behind(w);
    }
}

/* The byte order mark; whether the first bytes are known. */
static bool take_mark(struct walk *w)
{
    static const char mark[] = "\xef\xbb\xbf";
    size_t n = (size_t)(w->end - w->p), len = sizeof mark - 1;
    if (w->in->begun || memcmp(w->p, mark, n < len ? n : len) != 0 || (n < len && w->last))
        return true;
    if (n < len)
        return false;
    w->p += len;
    return true;
}

size_t gf_tabular_read(struct gf_tabular_in *in, const char *raw, size_t n, bool last, char *out,
                       size_t *used)
{
    struct walk w = {in, raw, raw + n, out, last, false};
    if (n && !take_mark(&w))
        w.held = true;
    else
        in->begun |= n > 0;
    while (w.p < w.end && !w.held) {
        size_t left = (size_t)(w.end - w.p);
        walk_block(&w, left < BLOCK ? left : BLOCK);
    }
    *used = (size_t)(w.p - raw);
    if (last && in->state != QUOTED && !at_record(in)) { /* its last line has no end */
        in->lines++;
        end_record(in);
        put(&w, '\0');
    }
    return (size_t)(w.to - out);
}

bool gf_tabular_is_open(const struct gf_tabular_in *in)
{
    return in->state == QUOTED;
}
