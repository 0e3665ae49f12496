/*
 * template.c - see template.h.
 *
 * A word is looked through from its start each time it is expanded: for the mark, for {{}, for one
 * of the other places; anything else is text. Words are short and a start of a process is long, so
 * there is no parsed form to keep.
 */
#include "proc/template.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "base/escape.h"
#include "base/sat.h"

enum {
    MOST_BYTES = 64 << 20
}; /* far over what the system lets a command have */

static const char *base_name(const char *word)
{
    const char *slash = strrchr(word, '/');
    return slash ? slash + 1 : word;
}

static bool is_shell(const char *word)
{
    static const char *const shells[] = {"sh",  "bash", "dash", "zsh",   "ksh",  "mksh",
                                         "ash", "yash", "fish", "rbash", "ksh93"};
    const char *name = base_name(word);
    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++)
        if (strcmp(name, shells[i]) == 0)
            return true;
    return false;
}

/* Whether the option word of a shell is followed by a word of its own: -o NAME, +O NAME, --rcfile
 * F. */
static bool takes_word(const char *option)
{
    if (strcmp(option, "--rcfile") == 0 || strcmp(option, "--init-file") == 0)
        return true;
    size_t len = strlen(option);
    return option[1] != '-' && (option[len - 1] == 'o' || option[len - 1] == 'O');
}

/*
 * When the shell at words[i] is given -c: the index of its script word, which may be n (the next
 * word to come). 0 when it has none.
 */
static size_t script_word(char *const *words, size_t n, size_t i)
{
    bool has_c = false;
    size_t j = i + 1;
    for (; j < n && (words[j][0] == '-' || words[j][0] == '+') && words[j][1]; j++) {
        if (strcmp(words[j], "--") == 0) {
            j++;
            break;
        }
        if (words[j][0] == '-' && words[j][1] != '-' && strchr(words[j], 'c'))
            has_c = true;
        if (strcmp(words[j], "--command") == 0)
            has_c = true;
        if (takes_word(words[j]))
            j++;
    }
    return has_c ? j : 0;
}

/* ---- places ------------------------------------------------------------------------------- */

struct place {
    enum kind {
        TEXT,
        BRACE,
        ITEM,
        VALUE, /* number n */
        SEQ,
        SLOT
    } kind;
    enum part {
        WHOLE,
        NO_DIR,
        DIR,
        NO_EXT,
        NAME
    } part;
    int64_t n;
};

enum {
    MOST_VALUES = 1000000
};

static bool begins(const char *s, const char *with, size_t len)
{
    return strncmp(s, with, len) == 0;
}

/* What closes a place: } or one of the parts and }. Its length, or 0. */
static size_t part_at(const char *s, enum part *part)
{
    static const struct {
        const char *spelt;
        enum part part;
    } parts[] = {{"}", WHOLE}, {"/}", NO_DIR}, {"//}", DIR}, {".}", NO_EXT}, {"/.}", NAME}};
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
static size_t named_at(const struct gf_template *t, const char *s, struct place *place)
{
    for (size_t i = 0; i < t->places.names; i++) {
        const struct gf_value *name = &t->places.name[i];
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
static size_t braced_at(const struct gf_template *t, const char *s, struct place *place)
{
    static const struct {
        const char *spelt;
        enum kind kind;
    } singles[] = {{"{{}", BRACE}, {"{#}", SEQ}, {"{%}", SLOT}};
    for (size_t i = 0; i < sizeof singles / sizeof singles[0]; i++)
        if (begins(s, singles[i].spelt, 3)) {
            place->kind = singles[i].kind;
            return 3;
        }
    size_t number = number_at(s + 1, &place->n);
    size_t end = part_at(s + 1 + number, &place->part);
    place->kind = number ? VALUE : ITEM;
    if (end && (number || place->part != WHOLE)) /* {} is text where the user has another mark */
        return 1 + number + end;
    place->kind = VALUE;
    size_t name = named_at(t, s + 1, place);
    return name ? 1 + name : 0;
}

/* What stands at the start of s, and how many bytes it is long. */
static struct place place_at(const struct gf_template *t, const char *s, size_t *len)
{
    struct place place = {.kind = ITEM};
    *len = strlen(t->places.mark);
    if (begins(s, t->places.mark, *len))
        return place;
    *len = s[0] == '{' ? braced_at(t, s, &place) : 0;
    if (*len == 0) {
        *len = 1;
        place.kind = TEXT;
    }
    return place;
}

/* How many places of each kind a word holds. */
struct census {
    size_t items, values, numbers;
};

static struct census count_places(const struct gf_template *t, const char *word)
{
    struct census c = {0};
    for (size_t len; *word; word += len) {
        enum kind kind = place_at(t, word, &len).kind;
        c.items += kind == ITEM;
        c.values += kind == VALUE;
        c.numbers += kind == SEQ || kind == SLOT;
    }
    return c;
}

static bool has_place(const struct gf_template *t, const char *word)
{
    struct census c = count_places(t, word);
    return c.items + c.values + c.numbers > 0;
}

static enum gf_template_fault check_scripts(const struct gf_template *t, size_t *where)
{
    for (size_t i = 0; i < t->nwords; i++) {
        if (!is_shell(t->words[i]))
            continue;
        size_t script = script_word(t->words, t->nwords, i);
        if (script == 0)
            continue;
        *where = script;
        if (script >= t->nwords)
            return t->appends ? GF_TEMPLATE_AS_SCRIPT : GF_TEMPLATE_OK;
        if (has_place(t, t->words[script]))
            return GF_TEMPLATE_IN_SCRIPT;
    }
    return GF_TEMPLATE_OK;
}

enum {
    NUMBER_MOST = 20 /* digits of {#} */
};

/* What a word is to the commands: where it is counted. */
static void measure(struct gf_template *t, const char *word)
{
    struct census c = count_places(t, word);
    size_t size = strlen(word) + 1 + sizeof(char *) + NUMBER_MOST * c.numbers;
    if (c.items + c.values + c.numbers > 0)
        t->appends = false;
    if (c.numbers)
        t->numbered = true;
    if (c.items || c.values)
        t->holds_record = true;
    if (c.items)
        t->per_item += size;
    else
        t->fixed += size;
    t->spreads += c.items + c.values;
}

size_t gf_template_cost(const struct gf_template *t, size_t len)
{
    if (t->appends)
        return gf_sat_add(len, 1 + sizeof(char *));
    return gf_sat_add(t->per_item, gf_sat_mul(t->spreads, len));
}

enum gf_template_fault gf_template_init(struct gf_template *t, char *const *words, size_t nwords,
                                        const struct gf_places *places, size_t *where)
{
    *t = (struct gf_template){.words = words,
                              .nwords = nwords,
                              .places = *places,
                              .appends = !places->no_record,
                              .fixed = sizeof(char *),
                              .bytes = GF_BUF_INIT(MOST_BYTES)};
    if (!*places->mark)
        return GF_TEMPLATE_EMPTY_MARK;
    for (size_t i = 0; i < nwords; i++)
        measure(t, words[i]);
    t->names_command = has_place(t, words[0]);
    return check_scripts(t, where);
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

static void add_part(struct gf_buf *b, enum part part, struct gf_value v)
{
    const char *s = v.text;
    size_t name = name_start(s, v.len);
    size_t ext = extension(s, name, v.len);
    switch (part) {
    case WHOLE:
        gf_buf_add(b, s, v.len);
        break;
    case NO_EXT:
        gf_buf_add(b, s, ext);
        break;
    case NO_DIR:
        gf_buf_add(b, s + name, v.len - name);
        break;
    case DIR:
        add_dir(b, s, name);
        break;
    case NAME:
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

static void add_place(struct gf_buf *b, struct place place, const struct gf_fill *f, size_t item)
{
    switch (place.kind) {
    case TEXT:
        break;
    case BRACE:
        gf_buf_putc(b, '{');
        break;
    case ITEM:
        add_part(b, place.part, f->item[item]);
        break;
    case VALUE:
        add_part(b, place.part, value_of(f, place.n));
        break;
    case SEQ:
        gf_buf_printf(b, "%" PRIu64, f->seq);
        break;
    case SLOT:
        gf_buf_printf(b, "%u", f->slot);
        break;
    }
}

/* One word more. -1: memory is out. */
static int begin_word(struct gf_template *t, size_t n)
{
    if (n + 1 >= t->room) {
        size_t room = t->room ? gf_sat_mul(t->room, 2) : 32;
        char **argv = realloc(t->argv, gf_sat_mul(room, sizeof *argv));
        if (argv)
            t->argv = argv;
        size_t *at = argv ? realloc(t->at, gf_sat_mul(room, sizeof *at)) : NULL;
        if (!at) {
            errno = ENOMEM;
            return -1;
        }
        t->at = at;
        t->room = room;
    }
    t->at[n] = t->bytes.len;
    return 0;
}

/* The word for item number `item`; whether it holds a place for items. */
static bool add_word(struct gf_template *t, const char *word, const struct gf_fill *f, size_t item)
{
    const char *text = word;
    bool repeats = false;
    for (size_t len; *word; word += len) {
        struct place place = place_at(t, word, &len);
        if (place.kind == TEXT)
            continue;
        repeats = repeats || place.kind == ITEM;
        gf_buf_add(&t->bytes, text, (size_t)(word - text));
        add_place(&t->bytes, place, f, item);
        text = word + len;
    }
    gf_buf_add(&t->bytes, text, (size_t)(word - text) + 1);
    return repeats;
}

static bool has_nul(const struct gf_value *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].len && memchr(v[i].text, '\0', v[i].len))
            return true;
    return false;
}

/* All words, one behind the other in t->bytes. How many; -1: errno. */
static ssize_t add_words(struct gf_template *t, const struct gf_fill *f)
{
    size_t n = 0;
    for (size_t i = 0; i < t->nwords; i++) {
        bool repeats = true;
        for (size_t item = 0; repeats && (item == 0 || item < f->items); item++) {
            if (t->bytes.failed || begin_word(t, n++) != 0)
                return -1;
            repeats = add_word(t, t->words[i], f, item);
        }
    }
    for (size_t i = 0; t->appends && i < f->values; i++) {
        if (t->bytes.failed || begin_word(t, n++) != 0)
            return -1;
        gf_buf_add(&t->bytes, f->value[i].text, f->value[i].len);
        gf_buf_putc(&t->bytes, '\0');
    }
    return t->bytes.failed ? -1 : (ssize_t)n;
}

char **gf_template_expand(struct gf_template *t, const struct gf_fill *fill)
{
    if (has_nul(fill->item, fill->items) || has_nul(fill->value, fill->values)) {
        errno = EILSEQ;
        return NULL;
    }
    gf_buf_clear(&t->bytes);
    ssize_t n = add_words(t, fill);
    if (n == -1) {
        if (errno == EOVERFLOW) /* over our ceiling is far over the system's */
            errno = E2BIG;
        return NULL;
    }
    /* Only now: the bytes no longer move. */
    for (ssize_t i = 0; i < n; i++)
        t->argv[i] = t->bytes.data + t->at[i];
    t->argv[n] = NULL;
    return t->argv;
}

int gf_template_quote(const struct gf_template *t, struct gf_buf *out)
{
    for (char **w = t->argv; *w; w++) {
        if (w > t->argv)
            gf_buf_putc(out, ' ');
        gf_quote_sh(out, *w, strlen(*w));
    }
    return out->failed ? -1 : 0;
}

void gf_template_release(struct gf_template *t)
{
    free(t->argv);
    free(t->at);
    gf_buf_release(&t->bytes);
    *t = (struct gf_template){0};
}
