/*
 * show.c - gf-cron show: a picture of which jobs start when.
 *
 * This file reads the command line and fills the picture; show_text.c and show_svg.c draw it. An
 * agenda (cron/agenda.h) counts starts by cells, which are equal stretches of the clock, and by
 * minutes. The cell is the shortest of a fixed list with which the picture is no wider than the
 * terminal, or than SVG_COLUMNS. Jobs beyond SHOW_LANES share the last lane.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "show.h"

#include "base/clash.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/outfile.h"

enum {
    OPT_DAYS = 700,
    TEXT_MIN = 32, /* columns of the text */
    TEXT_MAX = 400,
    NAMES_MAX = 14, /* columns that are kept free for names, at most */
    SVG_COLUMNS = 700,
};

enum form {
    FORM_TEXT,
    FORM_SVG,
};

static const char *const forms[] = {"text", "svg", NULL};

const struct gf_cli cron_show_cli = {
    .name = "show",
    .summary = "draw when the jobs of a crontab run",
    .usage = (const char *const[]){"[options] CRONTAB", NULL},
    .opts =
        (const struct gf_opt[]){
            {'o', 'o', "output", "FILE", "write the picture to FILE (default: stdout)", "@file", 0},
            {OPT_DAYS, 0, "days", "N", "draw N days (default: 7)", NULL, 0},
            {OPT_FROM, 0, "from", "TIME", "begin with the day of TIME (default: today)", NULL, 0},
            {OPT_FORMAT, 0, "format", "FORMAT", "text (default) or svg (default with -o)",
             "text svg", 0},
            CRON_OPT_TZ,
            CRON_OPT_DST,
            CRON_OPT_PERCENT,
            {0},
        },
    .examples =
        (const char *const[]){"printf '0 3 * * * GF_ID=backup a\\n' | gf-cron show -",
                              "echo '@hourly GF_ID=poll b' | gf-cron show --days 1 -",
                              "echo '*/5 9-17 * * 1-5 c' | gf-cron show -o week.svg -", NULL},
    .exits = (const int[]){GF_EXIT_OK, GF_EXIT_USAGE, GF_EXIT_TOOL, -1},
    .parent = &cron_cli,
    .walled = true,
    .operands = "@file",
};

struct ask {
    struct cron_context context;
    const char *path, *out;
    struct gf_stamp from;
    bool has_from, has_form;
    uint64_t days;
    int form;
};

/* ---- the picture ----------------------------------------------------------------------------- */

/* The shortest stretch of the clock that fits: at most `columns` of them, and with `bars`, one more
 * for each bar that stands before a day and at the end. */
static int64_t cell_for(int64_t days, int64_t columns, bool bars)
{
    static const int64_t cells[] = {300,    900,        1800,       3600,        7200,
                                    10800,  14400,      21600,      28800,       43200,
                                    GF_DAY, 2 * GF_DAY, 7 * GF_DAY, 14 * GF_DAY, 28 * GF_DAY};
    size_t i = 0;
    for (; i < sizeof cells / sizeof cells[0] - 1; i++) {
        int64_t n = (days * GF_DAY + cells[i] - 1) / cells[i];
        if (bars)
            n += cells[i] < GF_DAY ? days + 1 : 2;
        if (n <= columns)
            break;
    }
    return cells[i];
}

/* Columns of the text: COLUMNS, else those of the terminal on standard output, else 80. */
static size_t text_width(const struct ask *a)
{
    const char *s = getenv("COLUMNS");
    struct winsize w;
    uint64_t n;
    if (!s || gf_parse_count(s, strlen(s), 1, UINT16_MAX, &n, NULL) != 0)
        n = !a->out && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col ? w.ws_col : 80;
    return n < TEXT_MIN ? TEXT_MIN : n > TEXT_MAX ? TEXT_MAX : (size_t)n;
}

/* The cell for the form. In the text some columns are kept free for names: 14 of 80, 6 of 40. */
static int64_t choose_cell(const struct ask *a, size_t width)
{
    if (a->form == FORM_SVG)
        return cell_for((int64_t)a->days, SVG_COLUMNS, false);
    size_t names = width / 5 - 2 < NAMES_MAX ? width / 5 - 2 : NAMES_MAX;
    return cell_for((int64_t)a->days, (int64_t)(width - 1 - names), true);
}

/* The midnight at which the first day begins, on the clock. */
static int64_t first_midnight(const struct ask *a)
{
    struct gf_zone *z = a->context.zone;
    int64_t t = a->has_from ? gf_zone_instant(z, &a->from) : a->context.now;
    int64_t shown = t + gf_zone_span(z, t).off;
    return shown - gf_civil_of(shown).sod;
}

/* Finds the changes of the clock in the picture's days. */
static void find_changes(struct picture *p)
{
    const struct gf_agenda *a = &p->agenda;
    struct gf_span before = gf_zone_span(a->zone, a->start);
    while (before.end < a->stop && p->n_changes < SHOW_CHANGES) {
        struct gf_span after = gf_zone_span(a->zone, before.end);
        int64_t old = after.start + before.off - a->from, new = after.start + after.off - a->from;
        if (old != new)
            p->changes[p->n_changes++] = (struct show_change){.from = old < new ? old
                                                                      : new > 0 ? new
                                                                                : 0,
                                                              .to = old < new ? new : old,
                                                              .twice = new < old};
        before = after;
    }
}

static void fill(struct picture *p)
{
    for (size_t i = 0; i < p->table->n_jobs; i++) {
        const struct gf_job *job = &p->table->jobs[i];
        size_t lane = i < p->agenda.n_lanes ? i : p->agenda.n_lanes - 1;
        gf_agenda_add(&p->agenda, lane, &job->when, job->zone, p->dst);
    }
    gf_agenda_finish(&p->agenda);
    p->n_fullest = gf_agenda_fullest(&p->agenda, p->fullest, SHOW_FULLEST);
}

static int draw(struct ask *a, const struct gf_table *t, struct gf_buf *out)
{
    struct picture p = {.name = strcmp(a->path, "-") == 0 ? "standard input" : a->path,
                        .table = t,
                        .dst = (enum gf_dst)a->context.dst,
                        .days = (int)a->days,
                        .width = text_width(a),
                        .out = out};
    size_t lanes = t->n_jobs < SHOW_LANES ? t->n_jobs : SHOW_LANES;
    if (gf_agenda_open(&p.agenda, a->context.zone, first_midnight(a), p.days,
                       choose_cell(a, p.width), lanes) != 0)
        return -1;
    find_changes(&p);
    fill(&p);
    int r = a->form == FORM_SVG ? show_svg(&p) : show_text(&p);
    gf_agenda_release(&p.agenda);
    return r;
}

static int put(const struct ask *a, const struct gf_buf *out)
{
    if (!a->out)
        return gf_tool_print(out) == 0 ? GF_EXIT_OK : GF_EXIT_TOOL;
    struct gf_outfile file;
    if (gf_tool_output(&file, a->out) != 0)
        return GF_EXIT_TOOL;
    int status = GF_EXIT_OK;
    if (gf_write_buf(file.fd, out) != 0) {
        gf_error_errno("cannot write to '%s'", a->out);
        status = GF_EXIT_TOOL;
    }
    return gf_tool_output_end(&file, a->out, status);
}

static int show(struct ask *a)
{
    struct gf_table t = {0};
    struct gf_buf out = {0};
    struct gf_clash c = {0};
    gf_clash_reads(&c, a->path);
    int bad = gf_clash_writes(&c, a->out, "-o");
    gf_clash_release(&c);
    if (bad)
        return GF_EXIT_USAGE;
    int status = cron_table_read(&a->context, a->path, GF_TABLE_ERROR, &t);
    if (status == GF_EXIT_OK && draw(a, &t, &out) != 0) {
        gf_error_nomem();
        status = GF_EXIT_TOOL;
    }
    if (status == GF_EXIT_OK)
        status = put(a, &out);
    gf_buf_release(&out);
    gf_table_release(&t);
    return status;
}

/* ---- main ------------------------------------------------------------------------------------ */

static int take_option(struct ask *a, const struct gf_optparser *p)
{
    switch (p->opt->id) {
    case 'o':
        a->out = gf_cli_output(p);
        a->form = a->has_form ? a->form : FORM_SVG;
        return 0;
    case OPT_DAYS:
        return gf_cli_count(p, 1, GF_AGENDA_DAYS_MAX, &a->days);
    case OPT_FROM:
        a->has_from = true;
        return cron_time_option(&a->context, p, &a->from);
    case OPT_FORMAT:
        a->has_form = true;
        return gf_cli_choice(p, forms, &a->form);
    default:
        return cron_context_option(&a->context, p);
    }
}

int cron_show_main(int argc, char **argv)
{
    struct ask a = {.days = 7};
    struct gf_optparser p = gf_optparser(&cron_show_cli, argc, argv);
    enum gf_opt_event ev;
    while ((ev = gf_cli_next(&p)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE)
            return p.status;
        if (ev == GF_OPT_OPTION) {
            if (take_option(&a, &p) != 0)
                return GF_EXIT_USAGE;
        } else if (a.path) {
            return gf_cli_usage_error(&cron_show_cli, "more than one crontab: '%s'", p.value);
        } else {
            a.path = p.value;
        }
    }
    if (!a.path)
        return gf_cli_usage_error(&cron_show_cli, "no crontab was given");
    int status = cron_context_open(&a.context);
    if (status == GF_EXIT_OK)
        cron_wall_raise(&a.context, a.path, a.out);
    if (status == GF_EXIT_OK)
        status = show(&a);
    if (status != GF_EXIT_USAGE)
        cron_say_zones(&a.context);
    cron_context_release(&a.context);
    return gf_tool_finish(status);
}
