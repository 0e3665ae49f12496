/*
 * template.c - the words of a command, one behind the other in one buffer.
 *
 * A word is looked through from its start each time it is expanded: words are short and a start of
 * a process is long, so no parsed form is kept. The buffer moves while it grows, so each word is
 * known by its offset, and the pointers for execve are made when the last byte is there. A word
 * with a place for items is gone through once for each item. What a command costs at most is added
 * up once, from the places of each kind.
 */
#include "proc/template.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "base/escape.h"
#include "base/sat.h"
#include "proc/shell.h"

enum {
    MOST_BYTES = 64 << 20 /* far over what the system lets a command have */
};

/* How many places of each kind a word holds. */
struct census {
    size_t items, values, numbers;
};

static struct census count_places(const struct gf_template *t, const char *word)
{
    struct census c = {0};
    for (size_t len; *word; word += len) {
        enum gf_place_kind kind = gf_place_at(&t->places, word, &len).kind;
        c.items += kind == GF_PLACE_ITEM;
        c.values += kind == GF_PLACE_VALUE;
        c.numbers += kind == GF_PLACE_SEQ || kind == GF_PLACE_SLOT;
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
        if (!gf_shell_is(t->words[i]))
            continue;
        size_t script = gf_shell_script(t->words, t->nwords, i);
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
    if (c.items + c.values > 0 && size > t->word)
        t->word = size;
    if (c.items + c.values > t->word_places)
        t->word_places = c.items + c.values;
}

size_t gf_template_cost(const struct gf_template *t, size_t len)
{
    if (t->appends)
        return gf_sat_add(len, 1 + sizeof(char *));
    return gf_sat_add(t->per_item, gf_sat_mul(t->spreads, len));
}

size_t gf_template_longest(const struct gf_template *t, size_t len)
{
    if (t->appends)
        return gf_sat_add(len, 1);
    return gf_sat_add(t->word, gf_sat_mul(t->word_places, len));
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

/* What fills a place. */
static void add_place(struct gf_template *t, struct gf_place place, const struct gf_fill *f,
                      size_t item)
{
    struct gf_buf value = {0};
    if (!t->shown) {
        gf_place_add(&t->bytes, place, f, item);
        return;
    }
    gf_place_add(&value, place, f, item);
    gf_escape_column(&t->bytes, value.data, value.len);
    gf_buf_inherit(&t->bytes, &value);
    gf_buf_release(&value);
}

/* The word for item number `item`; whether it holds a place for items. */
static bool add_word(struct gf_template *t, const char *word, const struct gf_fill *f, size_t item)
{
    const char *text = word;
    bool repeats = false;
    for (size_t len; *word; word += len) {
        struct gf_place place = gf_place_at(&t->places, word, &len);
        if (place.kind == GF_PLACE_TEXT)
            continue;
        repeats = repeats || place.kind == GF_PLACE_ITEM;
        gf_buf_add(&t->bytes, text, (size_t)(word - text));
        add_place(t, place, f, item);
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

/* The words that the user wrote, one behind the other in t->bytes. How many; -1: errno. */
static ssize_t add_written(struct gf_template *t, const struct gf_fill *f)
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
    return t->bytes.failed ? -1 : (ssize_t)n;
}

/* All words. How many; -1: errno. */
static ssize_t add_words(struct gf_template *t, const struct gf_fill *f)
{
    ssize_t written = add_written(t, f);
    if (written == -1)
        return -1;
    size_t n = (size_t)written;
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

int gf_template_text(struct gf_template *t, const struct gf_fill *fill, struct gf_buf *out)
{
    gf_buf_clear(&t->bytes);
    ssize_t n = add_written(t, fill);
    if (n == -1)
        return -1;
    for (ssize_t i = 1; i < n; i++)
        t->bytes.data[t->at[i] - 1] = ' ';
    return gf_buf_add(out, t->bytes.data, t->bytes.len - 1);
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
