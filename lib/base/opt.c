/*
 * opt.c - one word of the command line a call, and the letters of a cluster one by one.
 *
 * `cluster` points at the letters of -abc that are still to come; while there are any, no new word
 * is looked at. A value comes from the rest of the cluster, from behind the = or from the next
 * word. The tool's own table is searched before the common ones, so a tool may take a common
 * letter.
 */
#include "base/opt.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/escape.h"
#include "base/suggest.h"

const struct gf_opt gf_opt_common[] = {
    {GF_OPT_ID_HELP, 'h', "help", NULL, "show this help and exit", NULL, 0},
    {GF_OPT_ID_VERSION, 'V', "version", NULL, "show the version and exit", NULL, 0},
    {GF_OPT_ID_DUMP, 0, "gf-dump", NULL, "print the option table", NULL, GF_OPT_HIDDEN},
    {0},
};

const struct gf_opt gf_opt_voice[GF_OPT_VOICES + 1] = {
    {GF_OPT_ID_QUIET, 'q', "quiet", NULL, "print errors only, no warnings, notes, summaries", NULL,
     0},
    {GF_OPT_ID_VERBOSE, 'v', "verbose", NULL, "say more on standard error", NULL, 0},
    {GF_OPT_ID_COLOR, 0, "color", "WHEN", "colour: auto (a terminal only), always or never",
     "auto always never", GF_OPT_OPTIONAL},
    {GF_OPT_ID_NO_SANDBOX, 0, "no-sandbox", NULL, "run without the sandbox of gf(7)", NULL, 0},
    {0},
};

const struct gf_opt_rule gf_opt_voice_rules[] = {
    {GF_OPT_NOT_WITH, "--quiet", "--verbose",
     "the one asks for less to be said, the other for more"},
    {0},
};

struct gf_optparser gf_optparser(const struct gf_cli *cli, int argc, char *const *argv)
{
    return (struct gf_optparser){.cli = cli, .argc = argc, .argv = argv};
}

bool gf_opt_is_common(const struct gf_cli *cli, const struct gf_opt *row)
{
    return row->id != GF_OPT_ID_NO_SANDBOX || cli->walled;
}

/* Calls f for each option of the command, its own first. Returns the first that f accepts. */
static const struct gf_opt *find(const struct gf_cli *cli,
                                 bool (*f)(const struct gf_opt *, const void *), const void *arg)
{
    const struct gf_opt *tables[] = {cli->opts, cli->only_help ? NULL : gf_opt_voice,
                                     gf_opt_common};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const struct gf_opt *o = tables[i]; o && o->id; o++)
            if ((i == 0 || gf_opt_is_common(cli, o)) && f(o, arg))
                return o;
    return NULL;
}

static bool has_letter(const struct gf_opt *o, const void *letter)
{
    return o->letter && o->letter == *(const char *)letter;
}

struct name {
    const char *s;
    size_t len;
};

static bool has_name(const struct gf_opt *o, const void *arg)
{
    const struct name *n = arg;
    return o->name && strlen(o->name) == n->len && memcmp(o->name, n->s, n->len) == 0;
}

static bool offer(const struct gf_opt *o, const void *arg)
{
    if (o->name && !(o->flags & GF_OPT_HIDDEN))
        gf_suggest_offer((struct gf_suggest *)(size_t)arg, o->name);
    return false;
}

/* Copies text into a fixed field, escaped, cut with dots when it is too long. */
static void quote(char *out, size_t size, const char *s, size_t len)
{
    struct gf_buf b = GF_BUF_INIT(4096);
    gf_escape_term(&b, s, len < 60 ? len : 60);
    snprintf(out, size, "%s%s", b.data ? b.data : "", len > 60 ? "..." : "");
    gf_buf_release(&b);
}

/* Go's flags take one dash or two: -debug is told as --debug, too. */
static bool is_word(const char *name, const char *word, size_t len)
{
    bool one_dash = name[1] != '-' && name[1] && name[2];
    if (one_dash && len > 2 && word[1] == '-') {
        word++;
        len--;
    }
    return strlen(name) == len && memcmp(name, word, len) == 0;
}

bool gf_opt_from_elsewhere(const struct gf_cli *cli, const char *word, size_t len, char *hint,
                           size_t size)
{
    for (const struct gf_opt_elsewhere *e = cli->elsewhere; e && e->word; e++)
        if (is_word(e->word, word, len)) {
            bool itself = strcmp(e->word, e->tool) == 0;
            snprintf(hint, size, "%s%s%s %s", e->word, itself ? "" : " of ", itself ? "" : e->tool,
                     e->here);
            return true;
        }
    return false;
}

static bool from_elsewhere(struct gf_optparser *p, const char *word, size_t len)
{
    return gf_opt_from_elsewhere(p->cli, word, len, p->hint, sizeof p->hint);
}

/* The first command among the words to come, or NULL. */
static const struct gf_cli *command_to_come(const struct gf_optparser *p)
{
    for (int i = p->next; p->cli->subs && i < p->argc; i++)
        for (size_t k = 0; p->cli->subs[k]; k++)
            if (strcmp(p->cli->subs[k]->name, p->argv[i]) == 0)
                return p->cli->subs[k];
    return NULL;
}

/* What is said of an unknown option: that it belongs behind the command to come, or what has its
 * place here, or in that command. `find` finds it by `is` and `arg`. */
static bool knows_of(struct gf_optparser *p, const char *word, size_t len,
                     bool (*is)(const struct gf_opt *, const void *), const void *arg)
{
    const struct gf_cli *sub = command_to_come(p);
    if (sub && find(sub, is, arg)) {
        snprintf(p->hint, sizeof p->hint, "options of '%s' stand behind it: %s %s %.*s", sub->name,
                 p->cli->name, sub->name, (int)len, word);
        return true;
    }
    return from_elsewhere(p, word, len) ||
           (sub && gf_opt_from_elsewhere(sub, word, len, p->hint, sizeof p->hint));
}

static enum gf_opt_event unknown_long(struct gf_optparser *p, const struct name *n)
{
    char word[100];
    quote(word, sizeof word, n->s, n->len);
    snprintf(p->error, sizeof p->error, "unknown option '--%s'", word);
    if (knows_of(p, n->s - 2, n->len + 2, has_name, n))
        return GF_OPT_ERROR;
    struct gf_suggest s;
    gf_suggest_init(&s, n->s, n->len);
    find(p->cli, offer, &s);
    if (s.best)
        snprintf(p->hint, sizeof p->hint, "did you mean '--%s'?", s.best);
    else
        snprintf(p->hint, sizeof p->hint, "--help lists the options");
    return GF_OPT_ERROR;
}

static enum gf_opt_event missing_argument(struct gf_optparser *p)
{
    char spelt[64];
    gf_opt_spell(p, spelt);
    snprintf(p->error, sizeof p->error, "option '%s' needs an argument: %s", spelt, p->opt->arg);
    return GF_OPT_ERROR;
}

static enum gf_opt_event unknown_letter(struct gf_optparser *p, char letter)
{
    const char alone[] = {'-', letter, '\0'};
    char word[100];
    quote(word, sizeof word, &letter, 1);
    snprintf(p->error, sizeof p->error, "unknown option '-%s'", word);
    if (!knows_of(p, alone, 2, has_letter, &letter))
        snprintf(p->hint, sizeof p->hint, "--help lists the options");
    return GF_OPT_ERROR;
}

/* Remembers that the option was given. One with an argument that does not add up is refused when it
 * comes again: the first value would be passed over in silence. */
static enum gf_opt_event took(struct gf_optparser *p)
{
    const struct gf_opt *rows = p->cli->opts;
    size_t own = 0; /* its place among the rows of the command, counted from 1 */
    bool again = false;
    for (size_t i = 0; rows && rows[i].id && i < GF_OPT_ROWS; i++) {
        if (rows[i].id == p->opt->id)
            again = again || p->given[i];
        if (&rows[i] == p->opt)
            own = i + 1;
    }
    for (size_t i = 0; i < GF_OPT_VOICES; i++)
        p->given_voice[i] = p->given_voice[i] || p->opt == &gf_opt_voice[i];
    if (own == 0)
        return GF_OPT_OPTION; /* a common option */
    p->given[own - 1] = true;
    if (!again || !p->value || (p->opt->flags & GF_OPT_AGAIN))
        return GF_OPT_OPTION;
    char spelt[64];
    gf_opt_spell(p, spelt);
    snprintf(p->error, sizeof p->error, "option '%s' is given twice", spelt);
    snprintf(p->hint, sizeof p->hint, "leave one of them out");
    return GF_OPT_ERROR;
}

static enum gf_opt_event take_long(struct gf_optparser *p, const char *word)
{
    const char *eq = strchr(word, '=');
    struct name n = {word, eq ? (size_t)(eq - word) : strlen(word)};
    p->by_letter = false;
    p->opt = find(p->cli, has_name, &n);
    if (!p->opt)
        return unknown_long(p, &n);
    p->value = NULL;
    if (eq && !p->opt->arg) {
        snprintf(p->error, sizeof p->error, "option '--%s' takes no argument", p->opt->name);
        return GF_OPT_ERROR;
    }
    if (eq)
        p->value = eq + 1;
    else if (p->opt->arg && !(p->opt->flags & GF_OPT_OPTIONAL)) {
        if (p->next >= p->argc)
            return missing_argument(p);
        p->value = p->argv[p->next++];
    }
    return took(p);
}

static enum gf_opt_event take_letter(struct gf_optparser *p)
{
    char letter = *p->cluster++;
    p->by_letter = true;
    p->opt = find(p->cli, has_letter, &letter);
    if (!p->opt)
        return unknown_letter(p, letter);
    p->value = NULL;
    if (p->opt->arg && !(p->opt->flags & GF_OPT_OPTIONAL)) {
        if (*p->cluster) {
            p->value = p->cluster;
            p->cluster += strlen(p->cluster); /* all of the word is used up */
        } else if (p->next < p->argc) {
            p->value = p->argv[p->next++];
        } else {
            return missing_argument(p);
        }
    }
    return took(p);
}

/* -debug: a long name of another tool, which would be read as letters of ours. */
static bool is_long_with_one_dash(struct gf_optparser *p, const char *word)
{
    size_t len = strcspn(word, "=");
    if (len < 3 || !from_elsewhere(p, word, len))
        return false;
    snprintf(p->error, sizeof p->error, "unknown option '%.60s'", word);
    return true;
}

enum gf_opt_event gf_opt_next(struct gf_optparser *p)
{
    p->error[0] = p->hint[0] = '\0';
    if (p->cluster && *p->cluster)
        return take_letter(p);
    p->cluster = NULL;
    if (!p->ended && p->next < p->argc && strcmp(p->argv[p->next], "--") == 0) {
        p->ended = true;
        p->next++;
    }
    if (p->next >= p->argc)
        return GF_OPT_END;
    const char *word = p->argv[p->next];
    if (!p->ended && word[0] == '-' && word[1] != '\0') {
        p->next++;
        if (word[1] != '-') {
            if (is_long_with_one_dash(p, word))
                return GF_OPT_ERROR;
            p->cluster = word + 1;
            return take_letter(p);
        }
        return take_long(p, word + 2);
    }
    if (p->cli->stop_at_operand)
        return GF_OPT_END;
    p->value = word;
    p->next++;
    return GF_OPT_OPERAND;
}

void gf_opt_spell(const struct gf_optparser *p, char out[64])
{
    if (p->by_letter || !p->opt->name)
        snprintf(out, 64, "-%c", p->opt->letter);
    else
        snprintf(out, 64, "--%s", p->opt->name);
}
