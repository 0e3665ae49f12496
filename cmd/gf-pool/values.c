/*
 * values.c - what the values of options mean.
 *
 * Each function reads the value of the option at hand into struct options. A bad value is shown
 * with a caret under the place that is wrong (base/perr.h).
 */
#include "options_parts.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/perr.h"
#include "base/slots.h"

extern char **environ;

int options_parse_slots(const struct gf_optparser *p, struct options *o)
{
    struct gf_perr e = {0};
    o->slots_given = true;
    o->slots_file = p->value[0] == '@' && p->value[1] ? p->value + 1 : NULL;
    o->slots_all = strcmp(p->value, "0") == 0; /* as xargs: one for each record */
    if (o->slots_all) {
        o->slots = MOST_SLOTS;
        return 0;
    }
    if (o->slots_file)
        return 0;
    uint64_t n;
    if (gf_parse_slots(p->value, strlen(p->value), MOST_SLOTS, &n, &e) == 0) {
        o->slots = (unsigned)n;
        return 0;
    }
    gf_error_parse("number of jobs", p->value, strlen(p->value), &e);
    return -1;
}

static bool is_true(const char *name)
{
    const char *value = getenv(name);
    return value && strcmp(value, "true") == 0;
}

int options_parse_ci(const struct gf_optparser *p, struct options *o)
{
    static const char *const systems[] = {"auto", "github", "gitlab", NULL};
    int choice = 0;
    if (gf_cli_choice(p, systems, &choice) != 0)
        return -1;
    o->ci = choice == 1                 ? CI_GITHUB
            : choice == 2               ? CI_GITLAB
            : is_true("GITHUB_ACTIONS") ? CI_GITHUB
            : is_true("GITLAB_CI")      ? CI_GITLAB
                                        : CI_NONE;
    return 0;
}

int options_parse_timeout(const struct gf_optparser *p, struct options *o)
{
    size_t len = strlen(p->value);
    o->timeout = o->timeout_percent = 0;
    if (len && p->value[len - 1] == '%') {
        struct gf_perr e = {0};
        uint64_t n;
        if (gf_parse_count(p->value, len - 1, 101, MOST_PERCENT, &n, &e) != 0) {
            e.hint = "more than 100%, the median itself";
            gf_error_parse("value of -t", p->value, len, &e);
            return -1;
        }
        o->timeout_percent = (unsigned)n;
        return 0;
    }
    if (gf_cli_duration(p, &o->timeout) != 0)
        return -1;
    if (o->timeout > 0)
        return 0;
    gf_error("a timeout of 0 would end every job at once");
    gf_hint("leave -t out for no limit");
    return -1;
}

/* Exit statuses with commas between; 124 is a time limit, 128 + n the end by signal n. */
/* The word at s that one of `words` (NULL-terminated) is; its place, or -1. */
int options_one_of(const char *s, size_t len, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (strlen(words[i]) == len && memcmp(words[i], s, len) == 0)
            return i;
    return -1;
}

/* now|soon,fail|success|done=N|N% */
int options_parse_halt(const struct gf_optparser *p, struct halt *out)
{
    static const char *const whens[] = {"soon", "now", NULL};
    static const char *const whats[] = {"fail", "success", "done", NULL};
    const char *s = p->value;
    size_t len = strlen(s), comma = strcspn(s, ",="), equal = strcspn(s, "=");
    struct gf_perr e = {0};
    uint64_t n = 0;
    int when = options_one_of(s, comma, whens);
    size_t what_at = comma < equal ? comma + 1 : comma;
    int what = options_one_of(s + what_at, equal - what_at, whats);
    bool percent = len > equal && s[len - 1] == '%';
    size_t number_at = equal < len ? equal + 1 : len;
    int bad = 0;
    if (when == -1)
        bad = gf_perr_set(&e, 0, comma, NULL, "it starts with now or soon");
    else if (what == -1)
        bad = gf_perr_set(&e, what_at, equal - what_at, NULL, "it waits for fail, success or done");
    else if ((bad = gf_parse_count(s + number_at, len - number_at - percent, 1,
                                   percent ? 100 : INT64_MAX, &n, &e)) != 0)
        e.col += number_at;
    if (bad) {
        e.hint = "write soon,fail=1 or now,success=1 or soon,fail=10%";
        gf_error_parse("value of --halt", s, len, &e);
        return -1;
    }
    *out = (struct halt){.on = (enum halt_on)(what + 1),
                         .now = when == 1,
                         .number = percent ? 0 : n,
                         .percent = percent ? (unsigned)n : 0};
    return 0;
}

int options_add_file(struct options *o, const char *name)
{
    const char **files = realloc(o->files, (o->nfiles + 1) * sizeof *files);
    if (!files) {
        gf_error_nomem();
        return -1;
    }
    o->files = files;
    o->files[o->nfiles++] = name;
    return 0;
}

/* The last one is written; those in front of it are earlier ones. */
int options_add_joblog(struct options *o, const char *name)
{
    if (o->joblog) {
        const char **earlier = realloc(o->earlier, (o->nearlier + 1) * sizeof *earlier);
        if (!earlier) {
            gf_error_nomem();
            return -1;
        }
        o->earlier = earlier;
        o->earlier[o->nearlier++] = o->joblog;
    }
    o->joblog = name;
    return 0;
}

const char *options_kept_variable(const char *name, size_t len)
{
    for (char **e = environ; *e; e++)
        if (strncmp(*e, name, len) == 0 && (*e)[len] == '=')
            return *e;
    return NULL;
}

/* K=V, or K for the value that it has here. */
int options_add_env(struct options *o, const char *text)
{
    size_t len = strcspn(text, "=");
    if (len == 0 || (!text[len] && !getenv(text))) {
        gf_error(len ? "--env %s: there is no such variable here" : "--env %s: a name is missing",
                 text);
        gf_hint("write NAME=VALUE");
        return -1;
    }
    const char **env = realloc(o->env, (o->nenv + 1) * sizeof *env);
    if (!env) {
        gf_error_nomem();
        return -1;
    }
    o->env = env;
    o->env[o->nenv++] = text[len] ? text : options_kept_variable(text, len);
    return 0;
}

/* The last one of a kind counts. Soft and hard alike, so that a job cannot raise it. */
int options_add_limit(struct options *o, int resource, uint64_t most)
{
    size_t i = 0;
    while (i < o->nlimits && o->limits[i].resource != resource)
        i++;
    o->limits[i] = (struct gf_spawn_limit){resource, {most, most}};
    o->nlimits += i == o->nlimits;
    return 0;
}

/* In whole seconds; SIGXCPU at that time, SIGKILL a second later. */
int options_parse_limit_cpu(const struct gf_optparser *p, struct options *o)
{
    gf_ns d;
    if (gf_cli_duration(p, &d) != 0)
        return -1;
    uint64_t seconds = (uint64_t)(d / GF_S) + (d % GF_S != 0);
    options_add_limit(o, RLIMIT_CPU, seconds ? seconds : 1);
    for (size_t i = 0; i < o->nlimits; i++)
        if (o->limits[i].resource == RLIMIT_CPU)
            o->limits[i].limit.rlim_max++;
    return 0;
}

int options_parse_nice(const struct gf_optparser *p, struct options *o)
{
    struct gf_perr e = {0};
    int64_t n;
    if (gf_parse_int(p->value, strlen(p->value), -40, 40, &n, &e) == 0) {
        o->nice = (int)n;
        return 0;
    }
    gf_error_parse("value of --nice", p->value, strlen(p->value), &e);
    return -1;
}

int options_parse_columns(const struct gf_optparser *p, struct options *o)
{
    struct gf_perr e = {0};
    o->has_columns = true;
    if (gf_sep_parse(&o->columns, p->value, strlen(p->value), &e) == 0)
        return 0;
    gf_error_parse("value of -d", p->value, strlen(p->value), &e);
    return -1;
}

/* One byte, as it is or as an escape. */
int options_parse_delimiter(const struct gf_optparser *p, struct options *o)
{
    struct gf_buf b = {0};
    struct gf_perr e = {0};
    int r = gf_unescape(&b, p->value, strlen(p->value), &e);
    if (r == 0 && b.len != 1)
        r = gf_perr_set(&e, 0, strlen(p->value), "a byte is C, or an escape: \\t \\0 \\x1e",
                        "it must be one byte");
    if (r == 0)
        o->separator = b.data[0];
    else
        gf_error_parse("value of --delimiter", p->value, strlen(p->value), &e);
    gf_buf_release(&b);
    return r;
}

/* What ends or begins a record. */
int options_parse_mark(const struct gf_optparser *p, struct options *o, struct gf_sep *out)
{
    struct gf_perr e = {0};
    o->framing.kind = GF_FRAME_MARKS;
    if (gf_sep_parse(out, p->value, strlen(p->value), &e) == 0)
        return 0;
    gf_error_parse(p->opt->id == ID_RECEND ? "value of --recend" : "value of --recstart", p->value,
                   strlen(p->value), &e);
    return -1;
}

int options_parse_spill_max(const struct gf_optparser *p, struct options *o)
{
    if (gf_cli_size(p, &o->spill_max) != 0)
        return -1;
    if (o->spill_max)
        return 0;
    gf_error("--spill-max is at least 1: output has to be held somewhere");
    gf_hint("-u and --line-buffer hold none");
    return -1;
}

int options_parse_block(const struct gf_optparser *p, struct options *o)
{
    if (gf_cli_size(p, &o->block) != 0)
        return -1;
    if (o->block >= 1 && o->block <= MOST_BLOCK)
        return 0;
    gf_error("--block %s: a block is from 1 byte to 1G", p->value);
    return -1;
}
