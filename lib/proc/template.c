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

#include "base/escape.h"

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

enum place {
    TEXT,
    BRACE,
    RECORD,
    NO_EXT,
    NO_DIR,
    DIR,
    NAME,
    SEQ,
    SLOT
};

static const struct {
    const char *spelt;
    enum place place;
} places[] = {
    {"{{}", BRACE}, {"{.}", NO_EXT}, {"{/}", NO_DIR}, {"{//}", DIR},
    {"{/.}", NAME}, {"{#}", SEQ},    {"{%}", SLOT},
};

/* What stands at the start of s, and how many bytes it is long. */
static enum place place_at(const struct gf_template *t, const char *s, size_t *len)
{
    *len = strlen(t->mark);
    if (strncmp(s, t->mark, *len) == 0)
        return RECORD;
    for (size_t i = 0; s[0] == '{' && i < sizeof places / sizeof places[0]; i++) {
        *len = strlen(places[i].spelt);
        if (strncmp(s, places[i].spelt, *len) == 0)
            return places[i].place;
    }
    *len = 1;
    return TEXT;
}

static bool has_place(const struct gf_template *t, const char *word)
{
    for (size_t len; *word; word += len) {
        enum place place = place_at(t, word, &len);
        if (place != TEXT && place != BRACE)
            return true;
    }
    return false;
}

static bool has_number(const struct gf_template *t, const char *word)
{
    for (size_t len; *word; word += len) {
        enum place place = place_at(t, word, &len);
        if (place == SEQ || place == SLOT)
            return true;
    }
    return false;
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

enum gf_template_fault gf_template_init(struct gf_template *t, char *const *words, size_t nwords,
                                        const char *mark, size_t *where)
{
    *t = (struct gf_template){.words = words,
                              .nwords = nwords,
                              .mark = mark,
                              .appends = true,
                              .bytes = GF_BUF_INIT(MOST_BYTES)};
    if (!*mark)
        return GF_TEMPLATE_EMPTY_MARK;
    for (size_t i = 0; i < nwords; i++) {
        if (has_place(t, words[i]))
            t->appends = false;
        if (has_number(t, words[i]))
            t->numbered = true;
    }
    t->names_command = has_place(t, words[0]);
    enum gf_template_fault fault = check_scripts(t, where);
    if (fault != GF_TEMPLATE_OK)
        return fault;
    t->argv = calloc(nwords + 2, sizeof *t->argv);
    t->at = calloc(nwords + 2, sizeof *t->at);
    return t->argv && t->at ? GF_TEMPLATE_OK : GF_TEMPLATE_NOMEM;
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

static void add_place(struct gf_buf *b, enum place place, const struct gf_item *it)
{
    const char *s = it->text;
    size_t name = name_start(s, it->len);
    size_t ext = extension(s, name, it->len);
    switch (place) {
    case TEXT:
        break;
    case BRACE:
        gf_buf_putc(b, '{');
        break;
    case RECORD:
        gf_buf_add(b, s, it->len);
        break;
    case NO_EXT:
        gf_buf_add(b, s, ext);
        break;
    case NO_DIR:
        gf_buf_add(b, s + name, it->len - name);
        break;
    case DIR:
        add_dir(b, s, name);
        break;
    case NAME:
        gf_buf_add(b, s + name, ext - name);
        break;
    case SEQ:
        gf_buf_printf(b, "%" PRIu64, it->seq);
        break;
    case SLOT:
        gf_buf_printf(b, "%u", it->slot);
        break;
    }
}

static void add_word(struct gf_template *t, const char *word, const struct gf_item *it)
{
    const char *text = word;
    for (size_t len; *word; word += len) {
        enum place place = place_at(t, word, &len);
        if (place == TEXT)
            continue;
        gf_buf_add(&t->bytes, text, (size_t)(word - text));
        add_place(&t->bytes, place, it);
        text = word + len;
    }
    gf_buf_add(&t->bytes, text, (size_t)(word - text) + 1);
}

char **gf_template_expand(struct gf_template *t, const struct gf_item *item)
{
    if (memchr(item->text, '\0', item->len)) {
        errno = EILSEQ;
        return NULL;
    }
    gf_buf_clear(&t->bytes);
    size_t n = 0;
    for (; n < t->nwords; n++) {
        t->at[n] = t->bytes.len;
        add_word(t, t->words[n], item);
    }
    if (t->appends) {
        t->at[n++] = t->bytes.len;
        gf_buf_add(&t->bytes, item->text, item->len);
        gf_buf_putc(&t->bytes, '\0');
    }
    if (t->bytes.failed) {
        if (errno == EOVERFLOW) /* over our ceiling is far over the system's */
            errno = E2BIG;
        return NULL;
    }
    /* Only now: the bytes no longer move. */
    for (size_t i = 0; i < n; i++)
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
