/*
 * options.c - the options of gf-stream itself, and the values that hold without them.
 *
 * Defaults are set first, then each option overwrites its value. Three defaults depend on which
 * options were given, so options_settle sets them when all were read: the separator of fields, the
 * string that joins fields, and the temporary directory, which stands in dirs[0] until the first -T
 * replaces it.
 */
#include "options.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clash.h"
#include "base/cli.h"
#include "base/clock.h"
#include "base/exit.h"
#include "base/machine.h"
#include "base/msg.h"
#include "base/random.h"
#include "base/stats.h"
#include "text/regex.h"

void options_default(struct options *o)
{
    const char *dir = getenv("TMPDIR");
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    *o = (struct options){.set = {.separator = '\n',
                                  .memory = gf_machine_memory() / 4,
                                  .max_record = 64 << 20,
                                  .threads = cpus > 0 ? (unsigned)cpus : 1,
                                  .dirs = o->dirs}};
    o->dirs[0] = dir && *dir ? dir : "/var/tmp";
    o->set.seed = gf_random();
    o->set.now_wall = gf_now_wall();
    o->set.zones = getenv("TZDIR");
}

void options_release(struct options *o)
{
    free(o->in);
    gf_regex_free(o->regex);
}

int options_add_input(struct options *o, const char *name)
{
    struct gf_input *more = realloc(o->in, (o->nin + 1) * sizeof *more);
    if (!more) {
        gf_error_nomem();
        return GF_EXIT_TOOL;
    }
    o->in = more;
    o->in[o->nin++] = (struct gf_input){-1, name};
    return 0;
}

static int take_separator(struct gf_sep *s, const char *word)
{
    struct gf_perr e = {0};
    if (gf_sep_parse(s, word, strlen(word), &e) == 0)
        return 0;
    gf_error_parse("separator", word, strlen(word), &e);
    return GF_EXIT_USAGE;
}

/* The fields are what is between matches of the pattern, and a space joins them again. */
static int settle_pattern(struct options *o)
{
    struct gf_perr e = {0};
    const char *word = o->separator_re;
    gf_sep_blanks(&o->set.fields, false);
    o->set.fields.blanks = false;
    o->regex = gf_regex_compile(word, strlen(word), o->set.utf8 ? GF_REGEX_UTF : 0, &e);
    o->splitter = gf_splitter_of(o->regex);
    o->set.fields.splitter = &o->splitter;
    if (o->regex)
        return 0;
    if (errno == ENOMEM)
        return gf_error_nomem(), GF_EXIT_TOOL;
    gf_error_parse("pattern of --separator-re", word, strlen(word), &e);
    return GF_EXIT_USAGE;
}

static int take_size(struct gf_optparser *p, uint64_t least, uint64_t *out)
{
    if (gf_cli_size(p, out) != 0)
        return GF_EXIT_USAGE;
    if (*out >= least)
        return 0;
    gf_error("value of --%s is too small: it is at least %s", p->opt->name,
             least == 1 ? "1" : "1M");
    return GF_EXIT_USAGE;
}

static int take_crlf(struct options *o, struct gf_optparser *p)
{
    static const char *const hows[] = {"auto", "keep", "strip",
                                       NULL}; /* as enum gf_crlf has them */
    int how;
    if (gf_cli_choice(p, hows, &how) != 0)
        return GF_EXIT_USAGE;
    o->set.crlf = (enum gf_crlf)how;
    return 0;
}

int options_take(struct options *o, struct gf_optparser *p)
{
    uint64_t n;
    switch (p->opt->id) {
    case GF_STREAM_FROM:
        return options_add_input(o, p->value);
    case 'o':
        o->output = gf_cli_output(p);
        return 0;
    case GF_STREAM_CHAIN:
        o->chain_file = p->value;
        return 0;
    case 'd':
        o->fields_set = true;
        return take_separator(&o->set.fields, p->value);
    case GF_STREAM_SEPARATOR_RE:
        o->fields_set = true;
        o->separator_re = p->value;
        return 0;
    case 'D':
        o->joiner_set = true;
        return *p->value ? take_separator(&o->joiner, p->value) : 0;
    case '0':
        o->set.separator = '\0';
        return 0;
    case GF_STREAM_CRLF:
        o->crlf_set = true;
        return take_crlf(o, p);
    case GF_STREAM_DECOMPRESS:
        o->decompress = true;
        return 0;
    case GF_STREAM_CSV:
        o->set.table.kind = GF_TABULAR_CSV;
        return 0;
    case GF_STREAM_TSV:
        o->set.table.kind = GF_TABULAR_TSV;
        return 0;
    case GF_STREAM_HEADER:
        o->set.header = true;
        return 0;
    case GF_STREAM_UTF8:
        o->set.utf8 = true;
        return 0;
    case GF_STREAM_MEMORY:
        return take_size(p, 1 << 20, &o->set.memory);
    case GF_STREAM_MAX_RECORD:
        return take_size(p, 1, &o->set.max_record);
    case 'T':
        if (o->set.ndirs == GF_RUNFILE_DIRS) {
            gf_error("more than %d temporary directories", GF_RUNFILE_DIRS);
            return GF_EXIT_USAGE;
        }
        o->dirs[o->set.ndirs++] = p->value;
        return 0;
    case 'j':
        if (gf_cli_count(p, 1, 1024, &n) != 0)
            return GF_EXIT_USAGE;
        o->set.threads = (unsigned)n;
        return 0;
    case GF_STREAM_EXPLAIN:
        o->explain = true;
        return 0;
    case GF_STREAM_NO_FUSE:
        o->no_fuse = true;
        return 0;
    case GF_OPT_ID_STATS:
        o->stats = true;
        return gf_cli_choice(p, gf_stats_formats, &o->stats_format) == 0 ? 0 : GF_EXIT_USAGE;
    default:
        o->stats_file = p->value;
        return 0;
    }
}

/* A separator of CSV is one byte, which neither quotes fields nor ends records. -1: it is none,
 * after a message. */
static int take_comma(const struct gf_sep *s, bool is_set, const char *option, char *comma)
{
    unsigned char c = (unsigned char)(s->len ? s->bytes[0] : 0);
    if (!is_set)
        return 0;
    bool of_mark = c && strchr("\xef\xbb\xbf", c);
    if (s->len != 1 || c == '"' || (c < ' ' && c != '\t') || of_mark) {
        gf_error(
            "%s: a separator of --csv is one byte: no quote, no control byte, and none of a byte "
            "order mark",
            option);
        return -1;
    }
    *comma = (char)c;
    return 0;
}

/* Records of tables are of the form of text/tabular.h: fields and records end with bytes of its
 * own.
 */
static int settle_table(struct options *o)
{
    static const struct gf_sep unit = {.len = 1, .bytes = {GF_TABULAR_UNIT}};
    char *comma = &o->set.table.comma;
    if (o->set.table.kind == GF_TABULAR_NONE)
        return 0;
    *comma = o->set.table.kind == GF_TABULAR_CSV ? ',' : '\t';
    if (take_comma(&o->set.fields, o->fields_set, "-d", comma) != 0)
        return GF_EXIT_USAGE;
    o->set.comma = *comma;
    if (take_comma(&o->joiner, o->joiner_set, "-D", comma) != 0)
        return GF_EXIT_USAGE;
    o->set.separator = '\0';
    o->set.fields = unit;
    o->fields_set = true;
    o->joiner_set = false;
    return 0;
}

int options_settle(struct options *o)
{
    int bad = settle_table(o);
    bool newline_blank = o->set.separator == '\0';
    if (o->separator_re && !bad)
        bad = settle_pattern(o);
    if (!o->fields_set)
        gf_sep_blanks(&o->set.fields, newline_blank);
    o->set.fields.newline_blank = newline_blank;
    const struct gf_sep *d = &o->set.fields;
    bool cr_is_other = o->set.separator == '\0' || d->bytes[d->len - 1] == '\r';
    if (cr_is_other && o->set.crlf == GF_CRLF_AUTO)
        o->set.crlf = GF_CRLF_KEEP;
    o->set.fields.crlf = o->set.crlf == GF_CRLF_AUTO;
    const struct gf_sep *joiner = o->joiner_set ? &o->joiner : &o->set.fields;
    o->set.joiner = (struct gf_slice){joiner->bytes, joiner->len};
    o->set.behind_number =
        joiner->blanks || joiner->splitter ? (struct gf_slice){"\t", 1} : o->set.joiner;
    if (o->set.ndirs == 0)
        o->set.ndirs = 1;
    if (o->stats_file)
        o->stats = true;
    return bad;
}

int options_check_chain(const struct options *o, const struct gf_chain *c)
{
    gf_chain_facts(c, o->p);
    return gf_cli_check_rules(o->p, true) == 0 ? -1 : GF_EXIT_USAGE;
}

int options_check_outputs(const struct options *o, const struct gf_chain *c)
{
    struct gf_clash clash = {0};
    gf_clash_reads(&clash, o->chain_file);
    int bad = gf_clash_writes(&clash, o->output, "-o"); /* may be what has records, not the chain */
    for (size_t i = 0; i < o->nin; i++)
        gf_clash_reads(&clash, o->in[i].name);
    if (o->nin == 0)
        gf_clash_reads(&clash, "-");
    gf_chain_reads(c, &clash);
    bad = bad ? bad : gf_clash_writes_whole(&clash, o->output);
    bad = bad ? bad : gf_chain_writes(c, &clash);
    if (!o->output && !bad)
        bad = gf_clash_writes_fd(&clash, STDOUT_FILENO, "standard output");
    bad = bad ? bad : gf_clash_writes(&clash, o->stats_file, "--stats-file");
    bad = bad ? bad : gf_clash_standard(o->stats_file, "--stats-file", false);
    if (o->stats && !o->stats_file && !bad)
        bad = gf_clash_writes_fd(&clash, STDERR_FILENO, "standard error");
    gf_clash_release(&clash);
    return bad ? GF_EXIT_USAGE : -1;
}
