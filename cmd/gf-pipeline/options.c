/*
 * options.c - where each option of gf-pipeline goes.
 *
 * The words in front of the first --stage are read by one table; each stage is read by itself
 * (stages.c), with what was said for all as its defaults.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clash.h"
#include "base/cli.h"
#include "base/escape.h"
#include "base/exit.h"
#include "base/msg.h"
#include "options_parts.h"

/* An option without an argument; false when it is not one. */
static bool take_flag(struct options *o, int id)
{
    switch (id) {
    case ID_CHECK:
        return o->check = true;
    case ID_PRINT:
        return o->print = true;
    case ID_FROM_STAGE:
        return o->from_stage = true;
    case ID_UNORDERED:
        return o->unordered = true;
    case ID_FSYNC:
        return o->fsync = true;
    case ID_RESUME:
        return o->resume = true;
    case ID_SKIP_KNOWN:
        return o->skip_known = true;
    case '0':
        o->record_end = '\0';
        return true;
    default:
        return false;
    }
}

/* An option whose argument is kept as it is; NULL: it is none. */
static const char **text_of(struct options *o, int id)
{
    switch (id) {
    case ID_CHAIN:
        return &o->chain;
    case ID_SEP:
        return &o->separator;
    case ID_NAME:
        return &o->name;
    case ID_REPLAY:
        return &o->replay;
    case ID_DEAD:
        return &o->dead;
    case ID_COMMIT:
        return &o->commit;
    case ID_REPORT:
        return &o->report;
    case ID_EVENTS:
        return &o->events;
    case GF_OPT_ID_STATS_FILE:
        return &o->stats_file;
    default:
        return NULL;
    }
}

static int take_choice(struct options *o, const struct gf_optparser *p)
{
    static const char *const crash_loop[] = {"stop", "dead", NULL};
    int choice = 0;
    if (p->opt->id == ID_CRASH_LOOP) {
        if (gf_cli_choice(p, crash_loop, &choice) != 0)
            return -1;
        o->crash_loop_dead = choice == 1;
    } else if (p->opt->id == GF_OPT_ID_STATS) {
        o->stats = true;
        if (gf_cli_choice(p, gf_stats_formats, &choice) != 0)
            return -1;
        o->stats_format = (enum gf_stats_format)choice;
    } else {
        if (gf_cli_choice(p, gf_progress_modes, &choice) != 0)
            return -1;
        o->progress = (enum gf_progress_mode)choice;
    }
    return 0;
}

/* A time that is not 0. */
static int take_time(const struct gf_optparser *p, gf_ns *out)
{
    char spelt[64];
    if (gf_cli_duration(p, out) != 0)
        return -1;
    if (*out > 0)
        return 0;
    gf_opt_spell(p, spelt);
    gf_error("%s: the time is 0", spelt);
    return -1;
}

/* A size that is not 0. */
static int take_size(const struct gf_optparser *p, uint64_t *out)
{
    char spelt[64];
    if (gf_cli_size(p, out) != 0)
        return -1;
    if (*out > 0)
        return 0;
    gf_opt_spell(p, spelt);
    gf_error("%s: the size is 0", spelt);
    return -1;
}

/* An option with an argument that means something; -1 after a message. */
static int take_value(struct options *o, const struct gf_optparser *p)
{
    switch (p->opt->id) {
    case ID_MAX_RECORD:
        return take_size(p, &o->max_record);
    case ID_TOTAL_TIMEOUT:
        return take_time(p, &o->total_timeout);
    case ID_DRAIN:
        return gf_cli_duration(p, &o->drain);
    case ID_STATS_INTERVAL:
        return take_time(p, &o->stats_interval);
    default:
        return take_choice(o, p);
    }
}

/* The words up to the first stage. -1: go on at *at; else the exit status. */
static int parse_global(struct options *o, struct stage_plan *defaults, struct gf_optparser *p,
                        size_t *at)
{
    *at = (size_t)p->argc;
    for (;;) {
        enum gf_opt_event event = gf_cli_next(p);
        if (event == GF_OPT_DONE)
            return p->status;
        if (event == GF_OPT_END)
            break;
        if (p->opt->id == ID_STAGE) {
            bool apart = p->argv[p->next - 1] == p->value; /* not --stage=NAME */
            *at = (size_t)p->next - (apart ? 2 : 1);
            break;
        }
        const char **text = text_of(o, p->opt->id);
        if (p->opt->id == ID_TEE) {
            gf_error("--tee is of one stage: it stands behind a --stage");
            return GF_EXIT_USAGE;
        }
        if (text) {
            *text = p->value;
            continue;
        }
        if (take_flag(o, p->opt->id))
            continue;
        int taken = value_of_stage(defaults, p);
        if (taken < 0 || (taken > 0 && take_value(o, p) != 0))
            return GF_EXIT_USAGE;
    }
    if (*at == (size_t)p->argc && p->next < p->argc) {
        gf_error("'%s' is of no stage", p->argv[p->next]);
        gf_hint("--stage NAME -- %s ...", p->argv[p->next]);
        return GF_EXIT_USAGE;
    }
    int bad = gf_cli_check_rules(p, true);
    return bad ? bad : -1;
}

/* No output is an input, or another output, a standard one too; asked before any is opened. */
static int check_outputs(const struct options *o)
{
    const struct {
        const char *name, *option;
    } file[] = {{o->dead, "--dead"},
                {o->commit, "--commit"},
                {o->report, "--report"},
                {o->events, "--events"},
                {o->stats_file, "--stats-file"}};
    enum {
        FILES = sizeof file / sizeof *file
    };
    struct gf_clash in = {0}, out = {.role = "output"};
    int bad = 0;
    gf_clash_reads(&in, o->replay ? o->replay : "-");
    gf_clash_reads(&in, o->chain);
    for (size_t i = 0; i < FILES + o->nstages && !bad; i++) {
        const char *name = i < FILES ? file[i].name : o->stage[i - FILES].tee;
        const char *option = i < FILES ? file[i].option : "--tee";
        bad = gf_clash_writes(&in, name, option);
        bad = bad ? bad : gf_clash_writes(&out, name, option);
        for (size_t k = 0; k < i && !bad; k++)
            bad = gf_clash_names(k < FILES ? file[k].name : o->stage[k - FILES].tee, name, option);
        bool appends = strcmp(option, "--dead") == 0 || strcmp(option, "--events") == 0;
        bad = bad ? bad : gf_clash_standard(name, option, appends);
        gf_clash_reads(&out, name);
    }
    bad = bad ? bad : gf_clash_writes_fd(&in, STDOUT_FILENO, "standard output");
    if (o->stats && !o->stats_file && !bad)
        bad = gf_clash_writes_fd(&in, STDERR_FILENO, "standard error");
    gf_clash_release(&in);
    gf_clash_release(&out);
    return bad ? GF_EXIT_USAGE : -1;
}

/* The option whose file is called '-', as a file would be that nobody meant; NULL: none. */
static const char *names_no_file(const struct options *o)
{
    const struct {
        const char *name, *option;
    } file[] = {{o->dead, "--dead"},
                {o->commit, "--commit"},
                {o->report, "--report"},
                {o->events, "--events"},
                {o->stats_file, "--stats-file"}};
    for (size_t i = 0; i < sizeof file / sizeof *file; i++)
        if (file[i].name && strcmp(file[i].name, "-") == 0)
            return file[i].option;
    for (size_t i = 0; i < o->nstages; i++)
        if (o->stage[i].tee && strcmp(o->stage[i].tee, "-") == 0)
            return "--tee";
    return NULL;
}

static int check(const struct options *o)
{
    int bad = stages_check(o);
    const char *no_file = names_no_file(o);
    if (bad == -1 && no_file) {
        gf_error("%s writes to a file, and '-' names none", no_file);
        gf_hint("/dev/stdout names standard output");
        bad = GF_EXIT_USAGE;
    }
    if (bad == -1 && o->stats_interval && !gf_outfile_is_whole(o->stats_file)) {
        gf_error("--stats-interval replaces a file, and '%s' is none that can be replaced",
                 o->stats_file);
        bad = GF_EXIT_USAGE;
    }
    return bad == -1 ? check_outputs(o) : bad;
}

static int parse_stages(struct options *o, const struct stage_plan *defaults, int argc,
                        char *const *argv, size_t at)
{
    if (o->chain && strcmp(o->chain, "-") == 0 && !o->replay && !o->check && !o->print) {
        gf_error("--chain - reads the stages from standard input, which the records come from");
        return GF_EXIT_USAGE;
    }
    if (o->chain)
        return stages_parse_file(o, defaults);
    if (at < (size_t)argc)
        return stages_parse(o, defaults, argc - (int)at, argv + at);
    return -1;
}

/* The command line as a shell would take it. */
static int quote_line(struct gf_buf *out, int argc, char *const *argv)
{
    gf_buf_puts(out, gf_pipeline_cli.name);
    gf_buf_putc(out, ' ');
    if (gf_quote_sh_words(out, argv, (size_t)argc) == 0)
        return 0;
    gf_error_nomem();
    return -1;
}

int options_parse(struct options *o, int argc, char *const *argv)
{
    struct stage_plan defaults;
    size_t at;
    *o = (struct options){
        .record_end = '\n', .max_record = MAX_RECORD, .name = "gf-pipeline", .drain = 30 * GF_S};
    struct gf_optparser p = gf_optparser(&gf_pipeline_cli, argc, argv);
    stage_defaults(&defaults);
    int bad = parse_global(o, &defaults, &p, &at);
    if (bad != -1)
        return bad;
    o->stats = o->stats || o->stats_file;
    if (o->report && quote_line(&o->asked, argc, argv) != 0)
        return GF_EXIT_TOOL;
    bad = parse_stages(o, &defaults, argc, argv, at);
    if (bad == GF_EXIT_OK || bad == GF_EXIT_TOOL || (bad != -1 && !o->check))
        return bad;
    int more = check(o);
    bad = bad == -1 ? more : bad;
    if (bad == -1)
        bad = stages_check_defaults(o, &p);
    more = bad == -1 || o->check ? stages_find_commands(o) : -1;
    bad = bad == -1 ? more : bad;
    if (bad != -1)
        return bad;
    if (o->print)
        return stages_print(o);
    return o->check ? GF_EXIT_OK : -1;
}

void options_release(struct options *o)
{
    free(o->stage);
    free(o->argv);
    gf_buf_release(&o->asked);
    gf_linewords_release(&o->words);
}

bool options_see_stages(const struct options *o)
{
    return o->stats || o->report || o->events || o->progress == GF_PROGRESS_ALWAYS;
}
