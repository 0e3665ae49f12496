/*
 * hint.c - the command line as it has to be written, for a word that is no operation.
 *
 * Such a word is a file behind the operation (the habit of grep and sort), a whole operation in
 * quotes, or an option of the tool behind an operation. The ways are tried in this order: files get
 * --from and go before the chain, words in quotes are split as a chain file is, options go before
 * the chain. Each word is quoted for sh, so that the line can be pasted.
 */
#include "hint.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/escape.h"
#include "base/msg.h"
#include "stream/chain.h"

static bool is_file(const char *word)
{
    struct stat st;
    return strcmp(word, "-") == 0 || (stat(word, &st) == 0 && !S_ISDIR(st.st_mode));
}

static void add_word(struct gf_buf *b, const char *word)
{
    gf_buf_putc(b, ' ');
    gf_quote_sh(b, word, strlen(word));
}

/* The words of a chain that was written in quotes, sorted for the new command line. */
struct apart {
    struct gf_buf files;      /* files, each with --from in front */
    struct gf_buf rest;       /* operations, and the arguments of each */
    const struct gf_op *last; /* the last operation in `rest`; NULL: none yet */
};

/* Sorts one word. The name of a file is an input, unless the operation before it takes files. */
static void put_apart(struct apart *a, const char *word)
{
    const struct gf_op *op = gf_op_find(word);
    if (strcmp(word, "|") == 0 || strcmp(word, "--from") == 0)
        return;
    bool takes_file = a->last && a->last->cli->operands;
    if (!op && is_file(word) && strcmp(word, "-") != 0 && !takes_file) {
        gf_buf_puts(&a->files, " --from");
        add_word(&a->files, word);
        return;
    }
    add_word(&a->rest, word);
    if (op)
        a->last = op;
}

/* Splits `word` and sorts its parts, if the first part is an operation. True: it is. */
static bool take_apart(struct apart *a, const char *word)
{
    struct gf_fault f = {0};
    char **part = NULL;
    size_t n = 0;
    bool whole = gf_chain_split(word, strlen(word), &part, &n, &f) == 0 && n &&
                 strcmp(part[0], word) != 0 && gf_op_find(part[0]) != NULL;
    for (size_t i = 0; i < n; i++) {
        if (whole)
            put_apart(a, part[i]);
        free(part[i]);
    }
    free(part);
    gf_fault_release(&f);
    return whole;
}

static void add_words(struct gf_buf *b, char *const *from, char *const *to)
{
    for (; from < to; from++)
        add_word(b, *from);
}

/* The tool's name and the options of its own, without the `--` that ends them. */
static void add_start(struct gf_buf *b, const struct gf_optparser *p)
{
    gf_buf_puts(b, p->cli->name);
    add_words(b, p->argv, p->argv + p->next - p->ended);
}

static bool with_files(struct gf_buf *b, const struct gf_optparser *p, char *const *unknown)
{
    char *const *end = p->argv + p->argc, *const *at = unknown;
    add_start(b, p);
    for (; at < end && is_file(*at); at++) {
        gf_buf_puts(b, " --from");
        add_word(b, *at);
    }
    add_words(b, p->argv + p->next, unknown);
    add_words(b, at, end);
    if (unknown == p->argv + p->next && at == end)
        gf_buf_puts(b, " OP ...");
    return at > unknown;
}

static bool with_words_apart(struct gf_buf *b, const struct gf_optparser *p, char *const *unknown)
{
    char *const *end = p->argv + p->argc, *const *at = unknown;
    struct apart a = {0};
    while (at < end && take_apart(&a, *at))
        at++;
    bool any = at > unknown;
    for (; at < end; at++)
        put_apart(&a, *at);
    add_start(b, p);
    gf_buf_join(b, &a.files);
    add_words(b, p->argv + p->next, unknown);
    gf_buf_join(b, &a.rest);
    gf_buf_release(&a.files);
    gf_buf_release(&a.rest);
    return any;
}

/* Options of the tool itself that stand behind an operation. */
static bool with_own_options(struct gf_buf *b, const struct gf_optparser *p, char *const *unknown)
{
    char *const *end = p->argv + p->argc;
    struct gf_optparser own = gf_optparser(&gf_stream_cli, (int)(end - unknown), unknown);
    int used = 0;
    while (gf_opt_next(&own) == GF_OPT_OPTION && own.opt->id != GF_OPT_ID_DUMP)
        if (!own.cluster || !*own.cluster)
            used = own.next;
    add_start(b, p);
    add_words(b, unknown, unknown + used);
    add_words(b, p->argv + p->next, unknown);
    add_words(b, unknown + used, end);
    return used > 0;
}

bool hint_command(const struct gf_optparser *p, char *const *unknown)
{
    static const struct {
        bool (*build)(struct gf_buf *, const struct gf_optparser *, char *const *);
        const char *text;
    } ways[] = {
        {with_files, "files are named before the chain"},
        {with_words_apart, "write the words apart"},
        {with_own_options, "options of gf-stream stand before the chain"},
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct gf_buf b = {0};
        bool found = ways[i].build(&b, p, unknown) && !b.failed;
        if (found)
            gf_hint("%s: %s", ways[i].text, b.data);
        gf_buf_release(&b);
        if (found)
            return true;
    }
    return false;
}
