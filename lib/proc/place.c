/*
 * place.c - one place: how it is spelt, and what stands there once it is filled.
 *
 * The mark is tried first, since the user may have chosen any text. Then a brace is read by tables:
 * the spellings that stand alone, a number or none with one of the parts behind it, a name with one
 * of the parts behind it. What fits none of these is a byte of text. The parts of a value are cut
 * at its last slash and at the last dot behind that slash.
 */
#include "proc/place.h"

#include <inttypes.h>
#include <string.h>

enum {
    MOST_VALUES = 1000000
};

static bool begins(const char *s, const char *with, size_t len)
{
    return strncmp(s, with, len) == 0;
}

/* What closes a place: } or one of the parts and }. Its length, or 0. */
static size_t part_at(const char *s, enum gf_place_part *part)
{
    static const struct {
        const char *spelt;
        enum gf_place_part part;
    } parts[] = {{"}", GF_PART_WHOLE},
                 {"/}", GF_PART_NO_DIR},
                 {"//}", GF_PART_DIR},
                 {".}", GF_PART_NO_EXT},
                 {"/.}", GF_PART_NAME}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        size_t len = strlen(parts[i].spelt);
        if (begins(s, parts[i].spelt, len)) {
            *part = parts[i].part;
            return len;
        }
    }
    return 0;
}

/* 3 or -1; its length, or 0. */
static size_t number_at(const char *s, int64_t *n)
{
    size_t sign = *s == '-', digits = strspn(s + sign, "0123456789");
    if (digits == 0 || digits > 7)
        return 0;
    int64_t value = 0;
    for (size_t i = 0; i < digits; i++)
        value = value * 10 + (s[sign + i] - '0');
    *n = sign ? -value : value;
    return value > 0 && value <= MOST_VALUES ? sign + digits : 0;
}

/* A name of a value and what closes the place behind it; the length of both, or 0. */
static size_t named_at(const struct gf_places *p, const char *s, struct gf_place *place)
{
    for (size_t i = 0; i < p->names; i++) {
        const struct gf_value *name = &p->name[i];
        size_t end = name->len && begins(s, name->text, name->len)
                         ? part_at(s + name->len, &place->part)
                         : 0;
        if (end) {
            place->n = (int64_t)i + 1;
            return name->len + end;
        }
    }
    return 0;
}

/* What stands at the start of s, which is a brace; how many bytes it is long, 0 when it is text. */
static size_t braced_at(const struct gf_places *p, const char *s, struct gf_place *place)
{
    static const struct {
        const char *spelt;
        enum gf_place_kind kind;
    } singles[] = {{"{{}", GF_PLACE_BRACE}, {"{#}", GF_PLACE_SEQ}, {"{%}", GF_PLACE_SLOT}};
    for (size_t i = 0; i < sizeof singles / sizeof singles[0]; i++)
        if (begins(s, singles[i].spelt, 3)) {
            place->kind = singles[i].kind;
            return 3;
        }
    size_t number = number_at(s + 1, &place->n);
    size_t end = part_at(s + 1 + number, &place->part);
    place->kind = number ? GF_PLACE_VALUE : GF_PLACE_ITEM;
    if (end &&
        (number || place->part != GF_PART_WHOLE)) /* {} is text where the user has another mark */
        return 1 + number + end;
    place->kind = GF_PLACE_VALUE;
    size_t name = named_at(p, s + 1, place);
    return name ? 1 + name : 0;
}

struct gf_place gf_place_at(const struct gf_places *p, const char *s, size_t *len)
{
    struct gf_place place = {.kind = GF_PLACE_ITEM};
    *len = strlen(p->mark);
    if (begins(s, p->mark, *len))
        return place;
    *len = s[0] == '{' ? braced_at(p, s, &place) : 0;
    if (*len == 0) {
        *len = 1;
        place.kind = GF_PLACE_TEXT;
    }
    return place;
}

/* Where the extension of s[from..len) starts; len when it has none. */
static size_t extension(const char *s, size_t from, size_t len)
{
    const char *dot = memrchr(s + from, '.', len - from);
    return dot ? (size_t)(dot - s) : len;
}

/* Where the name behind the last slash starts. */
static size_t name_start(const char *s, size_t len)
{
    const char *slash = memrchr(s, '/', len);
    return slash ? (size_t)(slash - s) + 1 : 0;
}

static void add_dir(struct gf_buf *b, const char *s, size_t name)
{
    if (name == 0)
        gf_buf_putc(b, '.');
    else
        gf_buf_add(b, s, name > 1 ? name - 1 : 1);
}

static void add_part(struct gf_buf *b, enum gf_place_part part, struct gf_value v)
{
    const char *s = v.text;
    size_t name = name_start(s, v.len);
    size_t ext = extension(s, name, v.len);
    switch (part) {
    case GF_PART_WHOLE:
        gf_buf_add(b, s, v.len);
        break;
    case GF_PART_NO_EXT:
        gf_buf_add(b, s, ext);
        break;
    case GF_PART_NO_DIR:
        gf_buf_add(b, s + name, v.len - name);
        break;
    case GF_PART_DIR:
        add_dir(b, s, name);
        break;
    case GF_PART_NAME:
        gf_buf_add(b, s + name, ext - name);
        break;
    }
}

static struct gf_value value_of(const struct gf_fill *f, int64_t n)
{
    int64_t i = n < 0 ? (int64_t)f->values + n : n - 1;
    if (i < 0 || (uint64_t)i >= f->values)
        return (struct gf_value){"", 0};
    return f->value[i];
}

void gf_place_add(struct gf_buf *b, struct gf_place place, const struct gf_fill *f, size_t item)
{
    switch (place.kind) {
    case GF_PLACE_TEXT:
        break;
    case GF_PLACE_BRACE:
        gf_buf_putc(b, '{');
        break;
    case GF_PLACE_ITEM:
        add_part(b, place.part, f->item[item]);
        break;
    case GF_PLACE_VALUE:
        add_part(b, place.part, value_of(f, place.n));
        break;
    case GF_PLACE_SEQ:
        gf_buf_printf(b, "%" PRIu64, f->seq);
        break;
    case GF_PLACE_SLOT:
        gf_buf_printf(b, "%u", f->slot);
        break;
    }
}
