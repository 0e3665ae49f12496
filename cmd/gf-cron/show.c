/* gf-cron show: a picture of what runs when, so that people see what piles up. */
#include <stdio.h>
#include <string.h>

#include "show.h"

#include "base/exit.h"
#include "base/msg.h"
#include "base/replace.h"
#include "cron/field.h"

enum {
    OPT_DAYS = 700,
    NAMES_SHOWN = 6,
    TEXT_COLUMNS = 64,
    SVG_COLUMNS = 700,
};

enum form {
    FORM_TEXT,
    FORM_SVG,
};

static const char *const forms[] = {"text", "svg", NULL};

const struct gf_cli cron_show_cli = {
    .name = "show",
    .summary = "draw what a crontab runs when",
    .usage = (const char *const[]){"[options] CRONTAB", NULL},
    .opts =
        (const struct gf_opt[]){
            {'o', 'o', "output", "FILE", "write the picture to FILE (default: standard output)",
             "@file", 0},
            {OPT_DAYS, 0, "days", "N", "so many days (default 7)", NULL, 0},
            {OPT_FROM, 0, "from", "TIME", "from the day of this time on (default today)", NULL, 0},
            {OPT_FORMAT, 0, "format", "FORMAT", "svg (default with -o) or text", "text svg", 0},
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
    .operands = "@file",
};

struct ask {
    struct cron_place place;
    const char *path, *out;
    struct gf_stamp from;
    bool has_from, has_form;
    uint64_t days;
    int form;
};

/* ---- what both forms say --------------------------------------------------------------------- */

void show_lane_name(const struct picture *p, size_t lane, struct gf_buf *b)
{
    size_t n = p->table->n_jobs;
    if (lane == SHOW_LANES - 1 && n > SHOW_LANES)
        gf_buf_printf(b, "and %zu more", n - lane);
    else
        gf_buf_puts(b, p->table->jobs[lane].id);
}

struct gf_civil show_day(const struct picture *p, int n, const char **weekday)
{
    int64_t midnight = p->agenda.from + n * GF_DAY;
    *weekday = gf_cron_day_names[gf_civil_weekday(midnight / GF_DAY)];
    return gf_civil_of(midnight);
}

/* Whether the job starts in the minute from t on: 1, 0, or -1 without memory. */
static int starts_in(const struct picture *p, const struct gf_job *job, int64_t t)
{
    int64_t due;
    int got = gf_cron_next(&job->when, job->zone, p->dst, t - 1, &due);
    return got < 0 ? -1 : got == GF_CRON_FOUND && due < t + 60;
}

int show_full(const struct picture *p, size_t minute, struct gf_buf *b)
{
    char when[GF_STAMP_SIZE];
    int64_t t = p->agenda.start + (int64_t)minute * 60;
    unsigned n = p->agenda.minutes[minute], said = 0;
    if (cron_local_text(p->agenda.zone, t, when) != 0)
        return -1;
    gf_buf_printf(b, "%.16s%s  %u jobs: ", when, when + 19, n);
    for (size_t i = 0; i < p->table->n_jobs && said < NAMES_SHOWN; i++) {
        int got = starts_in(p, &p->table->jobs[i], t);
        if (got < 0)
            return -1;
        if (got)
            gf_buf_printf(b, "%s%s", said++ ? ", " : "", p->table->jobs[i].id);
    }
    if (n > said)
        gf_buf_printf(b, " and %u more", n - said);
    return b->failed ? -1 : 0;
}

/* ---- the picture ----------------------------------------------------------------------------- */

/* The shortest stretch of the clock of which at most `columns` are enough. */
static int64_t cell_for(uint64_t days, uint64_t columns)
{
    static const int64_t cells[] = {300,   900,   1800,  3600,      7200,     10800,
                                    21600, 43200, 86400, 2 * 86400, 7 * 86400};
    size_t i = 0;
    while (i < sizeof cells / sizeof cells[0] - 1 && days * GF_DAY > columns * (uint64_t)cells[i])
        i++;
    return cells[i];
}

/* The midnight at which the first day begins, on the clock. */
static int first_midnight(struct ask *a, int64_t *midnight)
{
    struct gf_span s;
    int64_t t = a->place.now;
    if (a->has_from && cron_instant(a->place.zone, &a->from, &t) != 0)
        return -1;
    if (gf_zone_span(a->place.zone, t, &s) != 0)
        return -1;
    *midnight = t + s.off - gf_civil_of(t + s.off).sod;
    return 0;
}

static int fill(struct picture *p)
{
    for (size_t i = 0; i < p->table->n_jobs; i++) {
        const struct gf_job *job = &p->table->jobs[i];
        size_t lane = i < p->agenda.n_lanes ? i : p->agenda.n_lanes - 1;
        if (gf_agenda_add(&p->agenda, lane, &job->when, job->zone, p->dst) != 0)
            return -1;
    }
    if (gf_agenda_finish(&p->agenda) != 0)
        return -1;
    p->n_fullest = gf_agenda_fullest(&p->agenda, p->fullest, SHOW_FULLEST);
    return 0;
}

static int draw(struct ask *a, const struct gf_table *t, struct gf_buf *out)
{
    struct picture p = {.name = strcmp(a->path, "-") == 0 ? "standard input" : a->path,
                        .table = t,
                        .dst = (enum gf_dst)a->place.dst,
                        .days = (int)a->days,
                        .out = out};
    size_t lanes = t->n_jobs < SHOW_LANES ? t->n_jobs : SHOW_LANES;
    int64_t midnight;
    bool is_svg = a->form == FORM_SVG;
    if (first_midnight(a, &midnight) != 0 ||
        gf_agenda_open(&p.agenda, a->place.zone, midnight, p.days,
                       cell_for(a->days, is_svg ? SVG_COLUMNS : TEXT_COLUMNS), lanes) != 0)
        return -1;
    int r = fill(&p);
    if (r == 0)
        r = is_svg ? show_svg(&p) : show_text(&p);
    gf_agenda_release(&p.agenda);
    return r;
}

static int put(const struct ask *a, const struct gf_buf *out)
{
    if (!a->out)
        return gf_tool_print(out->data, out->len) == 0 ? GF_EXIT_OK : GF_EXIT_TOOL;
    if (gf_replace_file(a->out, out->data, out->len) == 0)
        return GF_EXIT_OK;
    gf_error_errno("cannot write '%s'", a->out);
    return GF_EXIT_TOOL;
}

static int show(struct ask *a)
{
    struct gf_table t = {0};
    struct gf_buf out = {0};
    int status = cron_table_read(&a->place, a->path, GF_TABLE_ERROR, &t);
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
        a->out = p->value;
        return 0;
    case OPT_DAYS:
        return gf_cli_count(p, 1, GF_AGENDA_DAYS_MAX, &a->days);
    case OPT_FROM:
        a->has_from = true;
        return cron_time_option(&a->place, p, &a->from);
    case OPT_FORMAT:
        a->has_form = true;
        return gf_cli_choice(p, forms, &a->form);
    default:
        return cron_place_option(&a->place, p);
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
    if (a.out && !a.has_form)
        a.form = FORM_SVG;
    int status = cron_place_open(&a.place);
    if (status == GF_EXIT_OK)
        status = show(&a);
    cron_place_release(&a.place);
    return gf_tool_finish(status);
}
