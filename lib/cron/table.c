/*
 * table.c - see table.h.
 *
 * A reader walks the text line by line with what is in force (zone, number of fields, defaults).
 * Strings are copied into a chain of blocks that grows with the text.
 */
#include "cron/table.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "cron/hash.h"
#include "cron/next.h"
#include "cron/option.h"

struct gf_text_block {
    struct gf_text_block *next;
    size_t used, cap;
    char data[];
};

struct reader {
    struct gf_table *t;
    const struct gf_table_context *ctx;
    const char *line; /* a copy, NUL-terminated */
    size_t len, number;
    struct gf_zone *zone;
    int fields;
    struct gf_job_options defaults;
    struct gf_job **ids; /* hash table over the ids, GF_TABLE_JOBS_MAX * 2 places */
    bool nomem;
};

static const struct gf_job_options plain = {
    .queue = 1,
    .kill_after = 10 * GF_S,
    .retry_delay = GF_S,
};

/* ---- storage --------------------------------------------------------------------------------- */

static char *keep(struct gf_table *t, const char *s, size_t len)
{
    struct gf_text_block *b = t->texts;
    if (!b || b->cap - b->used < len + 1) {
        size_t cap = len + 1 > 32768 ? len + 1 : 32768;
        b = malloc(sizeof *b + cap);
        if (!b)
            return NULL;
        b->next = t->texts;
        b->used = 0;
        b->cap = cap;
        t->texts = b;
    }
    char *p = b->data + b->used;
    memcpy(p, s, len);
    p[len] = '\0';
    b->used += len + 1;
    return p;
}

/* Room for one more of `size` bytes in a growing array. */
static bool grow(void **array, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return true;
    size_t want = *cap ? *cap * 2 : 16;
    void *p = realloc(*array, want * size);
    if (!p)
        return false;
    *array = p;
    *cap = want;
    return true;
}

static void note(struct reader *r, bool warning, const struct gf_perr *e)
{
    struct gf_table *t = r->t;
    if (!warning)
        t->faulty = true;
    if (t->n_notes == GF_TABLE_NOTES_MAX)
        return;
    if (!grow((void **)&t->notes, t->n_notes, &t->cap_notes, sizeof *t->notes)) {
        r->nomem = true;
        return;
    }
    t->notes[t->n_notes++] = (struct gf_table_note){r->number, warning, r->line, r->len, *e};
}

/* An error about r->line[from..from+len). */
static void fault(struct reader *r, const char *from, size_t len, const char *hint,
                  const char *what)
{
    struct gf_perr e;
    gf_perr_set(&e, (size_t)(from - r->line), len, hint, "%s", what);
    note(r, false, &e);
}

static void caution(struct reader *r, const char *from, size_t len, const char *hint,
                    const char *what)
{
    struct gf_perr e;
    gf_perr_set(&e, (size_t)(from - r->line), len, hint, "%s", what);
    note(r, true, &e);
}

/* An error of a parser that was given the text at `from`. */
static void pass_on(struct reader *r, const char *from, struct gf_perr *e)
{
    if (errno == ENOMEM) {
        r->nomem = true;
        return;
    }
    e->col += (size_t)(from - r->line);
    note(r, false, e);
}

/* ---- words ----------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static const char *skip_blanks(const char *s)
{
    while (is_blank(*s))
        s++;
    return s;
}

static size_t name_length(const char *s)
{
    size_t n = 0;
    while ((s[n] >= 'A' && s[n] <= 'Z') || (s[n] >= 'a' && s[n] <= 'z') || s[n] == '_' ||
           (n && s[n] >= '0' && s[n] <= '9'))
        n++;
    return n;
}

static bool name_is(const char *s, size_t len, const char *name)
{
    return len == strlen(name) && memcmp(s, name, len) == 0;
}

/* The length of the word at s, quotes as in sh (no escapes inside them). */
static size_t word_length(const char *s)
{
    size_t n = 0;
    while (s[n] && !is_blank(s[n])) {
        if (s[n] == '\'' || s[n] == '"') {
            const char *close = strchr(s + n + 1, s[n]);
            if (!close)
                return strlen(s);
            n = (size_t)(close - s);
        }
        n++;
    }
    return n;
}

/* A copy of s[0..len) without a pair of quotes around it. NULL: no memory. */
static const char *unquoted(struct reader *r, const char *s, size_t len)
{
    if (len >= 2 && (s[0] == '\'' || s[0] == '"') && s[len - 1] == s[0]) {
        s++;
        len -= 2;
    }
    const char *p = keep(r->t, s, len);
    if (!p)
        r->nomem = true;
    return p;
}

/* ---- options and variables ------------------------------------------------------------------- */

static void offer(void *arg, const char *name)
{
    gf_suggest_offer(arg, name);
}

static void unknown_option(struct reader *r, const char *name, size_t len)
{
    struct gf_suggest s;
    struct gf_perr e;
    gf_suggest_init(&s, name, len);
    gf_job_option_names(offer, &s);
    offer(&s, "GF_ID");
    offer(&s, "GF_TZ");
    offer(&s, "GF_FIELDS");
    gf_perr_set(&e, (size_t)(name - r->line), len, NULL, "unknown option of a job%s%s%s",
                s.best ? ": did you mean " : "", s.best ? s.best : "", s.best ? "?" : "");
    note(r, false, &e);
}

static void set_zone(struct reader *r, struct gf_zone **zone, const char *at, const char *value)
{
    struct gf_perr e = {0};
    if (gf_zones_get(r->ctx->zones, value, zone, &e) == 0)
        return;
    e.len = strlen(value);
    pass_on(r, at, &e);
}

/* What is not of the jobs' environment but ours. */
static void set_option(struct reader *r, struct gf_job_options *o, struct gf_zone **zone,
                       const char *name, size_t name_len, const char *at, const char *value)
{
    struct gf_perr e = {0};
    if (name_is(name, name_len, "GF_TZ")) {
        set_zone(r, zone, at, value);
        return;
    }
    int got = gf_job_option_set(o, name, name_len, value, &e);
    if (got == 1)
        unknown_option(r, name, name_len);
    else if (got != 0)
        pass_on(r, at, &e);
}

static void add_variable(struct reader *r, const char *name, size_t name_len, const char *value)
{
    struct gf_table *t = r->t;
    if (t->n_vars == GF_TABLE_VARS_MAX) {
        fault(r, name, name_len, NULL, "more than 1000 variables");
        return;
    }
    const char *copy = keep(t, name, name_len);
    if (!copy || !grow((void **)&t->vars, t->n_vars, &t->cap_vars, sizeof *t->vars)) {
        r->nomem = true;
        return;
    }
    t->vars[t->n_vars++] = (struct gf_table_var){copy, value};
}

/* NAME=value: the value is s[0..len). */
static void assign(struct reader *r, const char *name, size_t name_len, const char *s, size_t len)
{
    const char *value = unquoted(r, s, len);
    if (!value)
        return;
    if (name_is(name, name_len, "CRON_TZ"))
        set_zone(r, &r->zone, s, value);
    else if (name_is(name, name_len, "MAILTO") || name_is(name, name_len, "MAILFROM"))
        fault(r, name, name_len, "GF_ON_FAILURE=command runs a command when a job fails",
              "no mail is sent");
    else if (name_is(name, name_len, "GF_FIELDS")) {
        if (len != 1 || *value < '5' || *value > '7')
            fault(r, s, len, NULL, "GF_FIELDS is 5, 6 or 7");
        else
            r->fields = *value - '0';
    } else if (name_is(name, name_len, "GF_ID"))
        fault(r, name, name_len, "put it behind the schedule", "GF_ID belongs to one job");
    else if (strncmp(name, "GF_", 3) == 0)
        set_option(r, &r->defaults, &r->zone, name, name_len, s, value);
    else
        add_variable(r, name, name_len, value);
}

/* ---- jobs ------------------------------------------------------------------------------------ */

/* Where the id is, or would go. */
static struct gf_job **place_of(struct reader *r, const char *id)
{
    size_t mask = 32768 - 1, i = gf_cron_hash(id, strlen(id)) & mask;
    while (r->ids[i] && strcmp(r->ids[i]->id, id) != 0)
        i = (i + 1) & mask;
    return &r->ids[i];
}

static bool is_id(const char *s)
{
    size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:@+-");
    return n && !s[n] && n <= GF_JOB_ID_MAX;
}

/* The command's name and a hash of the line, and -2 and so on for lines that are the same. */
static void make_id(struct reader *r, char id[GF_JOB_ID_MAX + 1], const char *line,
                    const char *command)
{
    size_t n = strcspn(command, " \t;|&<>");
    const char *base = command;
    for (size_t i = 0; i < n; i++)
        if (command[i] == '/')
            base = command + i + 1;
    char name[33];
    size_t used = 0;
    for (const char *p = base; p < command + n && used < sizeof name - 1; p++) {
        char one[2] = {*p, '\0'};
        name[used++] = is_id(one) ? *p : '_';
    }
    name[used] = '\0';
    int len = snprintf(id, GF_JOB_ID_MAX - 8, "%s-%06" PRIx64, name,
                       gf_cron_hash(line, strlen(line)) & 0xffffff);
    struct gf_job *first = *place_of(r, id);
    while (first && *place_of(r, id))
        snprintf(id + len, (size_t)(GF_JOB_ID_MAX + 1 - len), "-%u", 2 + first->twins++);
}

/* `command`, cut at the first % that no backslash stands before; the rest is its input, each
 * further % a newline. */
static int cut_percent(struct reader *r, struct gf_job *job)
{
    char *copy = keep(r->t, job->command, strlen(job->command));
    if (!copy)
        return -1;
    char *to = copy;
    job->command = copy;
    for (const char *p = copy; *p; p++) {
        if (*p == '\\' && p[1] == '%')
            *to++ = *++p;
        else if (*p == '%' && !job->input) {
            *to++ = '\0';
            job->input = to;
        } else
            *to++ = *p == '%' ? '\n' : *p;
    }
    *to = '\0';
    return 0;
}

/* Leading GF_NAME=value words. Returns what follows them. */
static const char *take_options(struct reader *r, struct gf_job *job, const char *s)
{
    for (;;) {
        size_t name_len = name_length(s);
        if (strncmp(s, "GF_", 3) != 0 || s[name_len] != '=')
            return s;
        const char *at = s + name_len + 1;
        size_t len = word_length(at);
        const char *value = unquoted(r, at, len);
        if (!value)
            return s;
        if (!name_is(s, name_len, "GF_ID"))
            set_option(r, &job->opt, &job->zone, s, name_len, at, value);
        else if (is_id(value))
            job->id = value;
        else
            fault(r, at, len, "letters, digits and ._:@+-, at most 64", "not an id");
        s = skip_blanks(at + len);
    }
}

static void lint(struct reader *r, const struct gf_job *job, const char *s, size_t len)
{
    int64_t t;
    if (!gf_cron_possible(&job->when)) {
        fault(r, s, len, NULL, "this day never comes");
        return;
    }
    if (job->when.both_days)
        caution(r, s, len, "a + before the day of week means both: 13 * +FRI",
                "either the day of month or the day of week is enough");
    if (job->when.big_step)
        caution(r, s, len, NULL, "a step is as large as its range: it selects one value");
    if (job->when.kind == GF_CRON_START)
        return;
    int got = gf_cron_next(&job->when, job->zone, GF_DST_DEBIAN, r->ctx->now, &t);
    if (got == GF_CRON_NEVER)
        caution(r, s, len, NULL, "no time is left for this in the future");
    else if (got < 0)
        r->nomem = true;
}

/* Puts the job into the table; its id is given or made. */
static void add_job(struct reader *r, struct gf_job *job, const char *schedule, size_t len)
{
    char made[GF_JOB_ID_MAX + 1];
    if (!job->id) {
        make_id(r, made, schedule, job->command);
        job->id = keep(r->t, made, strlen(made));
    }
    job->command = keep(r->t, job->command, strlen(job->command));
    job->schedule = keep(r->t, schedule, len);
    if (!job->id || !job->command || !job->schedule ||
        (r->ctx->vixie_percent && cut_percent(r, job) != 0)) {
        r->nomem = true;
        return;
    }
    struct gf_job **place = place_of(r, job->id);
    if (*place) {
        struct gf_perr e;
        gf_perr_set(&e, (size_t)(schedule - r->line), 0, NULL, "the id '%s' is that of line %zu",
                    job->id, (*place)->line);
        note(r, false, &e);
        return;
    }
    r->t->jobs[r->t->n_jobs] = *job;
    *place = &r->t->jobs[r->t->n_jobs++];
}

/* H and ~ hash the id, which stands behind the schedule: with one, the schedule is read again. */
static void read_job(struct reader *r, const char *s, struct gf_zone *zone)
{
    struct gf_job job = {.zone = zone, .line = r->number, .opt = r->defaults};
    struct gf_cron_context ctx = {.id = s, .id_len = strlen(s), .now = r->ctx->now};
    struct gf_perr e = {0};
    size_t used;
    size_t notes = r->t->n_notes;
    bool faulty = r->t->faulty;
    if (r->t->n_jobs == GF_TABLE_JOBS_MAX) {
        fault(r, s, strlen(s), NULL, "more than 10000 jobs");
        return;
    }
    if (gf_cron_parse_front(&job.when, s, strlen(s), r->fields, &ctx, &used, &e) != 0) {
        pass_on(r, s, &e);
        return;
    }
    job.command = take_options(r, &job, skip_blanks(s + used));
    if (job.id) {
        ctx.id = job.id;
        ctx.id_len = strlen(job.id);
        gf_cron_parse_front(&job.when, s, strlen(s), r->fields, &ctx, &used, &e);
    }
    if (!*job.command) {
        fault(r, r->line + r->len, 0, NULL, "a command is missing");
        return;
    }
    size_t word = strcspn(job.command, " \t");
    if (r->ctx->is_user && job.command[word] && r->ctx->is_user(job.command, word)) {
        fault(r, job.command, word, "jobs run as the user who runs the table: leave it out",
              "a user's name stands before the command");
        return;
    }
    job.n_vars = r->t->n_vars;
    lint(r, &job, s, used);
    if (r->t->faulty == faulty || notes == r->t->n_notes)
        add_job(r, &job, s, used);
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* `CRON_TZ=zone schedule command`: the zone of one line. */
static void read_zoned_job(struct reader *r, const char *value, size_t len)
{
    struct gf_zone *zone = r->zone;
    const char *name = unquoted(r, value, len);
    if (!name)
        return;
    set_zone(r, &zone, value, name);
    read_job(r, skip_blanks(value + len), zone);
}

static void read_line(struct reader *r)
{
    const char *s = skip_blanks(r->line);
    if (!*s || *s == '#')
        return;
    size_t name_len = name_length(s);
    const char *eq = skip_blanks(s + name_len);
    if (!name_len || *eq != '=') {
        read_job(r, s, r->zone);
        return;
    }
    const char *value = skip_blanks(eq + 1);
    size_t word = word_length(value), len = strlen(value);
    while (len && is_blank(value[len - 1]))
        len--;
    if (name_is(s, name_len, "CRON_TZ") && word < len)
        read_zoned_job(r, value, word);
    else
        assign(r, s, name_len, value, len);
}

static void check_and_read(struct reader *r, const char *s, size_t len)
{
    size_t shown = len < GF_TABLE_LINE_MAX ? len : 80;
    r->line = keep(r->t, s, shown);
    r->len = shown;
    if (!r->line) {
        r->nomem = true;
        return;
    }
    const char *nul = memchr(s, '\0', shown);
    if (len > GF_TABLE_LINE_MAX)
        fault(r, r->line, shown, NULL, "a line of more than 64 KiB");
    else if (nul)
        fault(r, r->line + (nul - s), 1, NULL, "a NUL byte");
    else if (len && s[len - 1] == '\r')
        fault(r, r->line + len - 1, 1, "the file has DOS line ends: tr -d '\\r' takes them away",
              "a carriage return ends the line");
    else
        read_line(r);
}

void gf_table_init(struct gf_table *t)
{
    *t = (struct gf_table){0};
}

int gf_table_parse(struct gf_table *t, const char *s, size_t len,
                   const struct gf_table_context *ctx)
{
    struct reader r = {.t = t, .ctx = ctx, .zone = ctx->zone, .fields = 5, .defaults = plain};
    const char *end = s + len;
    /* All at once: the hash table points into it. Untouched pages cost nothing. */
    t->jobs = calloc(GF_TABLE_JOBS_MAX, sizeof *t->jobs);
    r.ids = calloc(32768, sizeof *r.ids);
    r.nomem = !t->jobs || !r.ids;
    while (s < end && !r.nomem) {
        const char *nl = memchr(s, '\n', (size_t)(end - s));
        r.number++;
        check_and_read(&r, s, (size_t)((nl ? nl : end) - s));
        s = nl ? nl + 1 : end;
    }
    free(r.ids);
    if (r.nomem) {
        errno = ENOMEM;
        return -1;
    }
    return t->faulty;
}

void gf_table_release(struct gf_table *t)
{
    while (t->texts) {
        struct gf_text_block *next = t->texts->next;
        free(t->texts);
        t->texts = next;
    }
    free(t->jobs);
    free(t->vars);
    free(t->notes);
    gf_table_init(t);
}
