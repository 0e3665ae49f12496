/*
 * option.c - a table of name, setter and place in the struct.
 *
 * Most setters write through the offset in their row; those that fill several members ignore it. A
 * name that no row has is told apart from a bad value (1 and -1), since the line may know it
 * otherwise.
 */
#include "cron/option.h"

#include <stddef.h>
#include <string.h>

#include "base/duration.h"
#include "base/num.h"
#include "base/statepath.h"

struct row {
    const char *name;
    int (*set)(struct gf_job_options *o, size_t place, const char *v, struct gf_perr *e);
    size_t place; /* offset in gf_job_options */
};

static int set_span(struct gf_job_options *o, size_t place, const char *v, struct gf_perr *e)
{
    return gf_parse_duration(v, strlen(v), (gf_ns *)((char *)o + place), e);
}

static int set_count(struct gf_job_options *o, size_t place, const char *v, struct gf_perr *e)
{
    uint64_t n;
    if (gf_parse_count(v, strlen(v), 0, 1000, &n, e) != 0)
        return -1;
    *(unsigned *)((char *)o + place) = (unsigned)n;
    return 0;
}

static int set_times(struct gf_job_options *o, size_t place, const char *v, struct gf_perr *e)
{
    (void)place;
    return gf_parse_count(v, strlen(v), 1, 1000000000, &o->times, e);
}

static int set_bool(struct gf_job_options *o, size_t place, const char *v, struct gf_perr *e)
{
    if (strcmp(v, "0") != 0 && strcmp(v, "1") != 0)
        return gf_perr_set(e, 0, strlen(v), NULL, "is 0 or 1");
    *(bool *)((char *)o + place) = v[0] == '1';
    return 0;
}

static int set_text(struct gf_job_options *o, size_t place, const char *v, struct gf_perr *e)
{
    if (!*v)
        return gf_perr_set(e, 0, 0, NULL, "a value is missing");
    *(const char **)((char *)o + place) = v;
    return 0;
}

/* A name or a path, as gf-sem -S takes it. Where a name lies depends on the environment of whoever
 * runs the job, which is not asked here. */
static int set_lock(struct gf_job_options *o, size_t place, const char *v, struct gf_perr *e)
{
    struct gf_statepath path;
    const char *why = "the path is too long";
    (void)place;
    if (gf_statepath_find(&path, v, ".sem", NULL, "/", &why) != 0)
        return gf_perr_set(e, 0, strlen(v),
                           "a lock has the name of a semaphore of gf-sem, or its path", "%s", why);
    o->lock = v;
    return 0;
}

/* skip, allow, replace, queue, queue:N */
static int set_overlap(struct gf_job_options *o, size_t place, const char *v, struct gf_perr *e)
{
    static const char *const words[] = {"skip", "allow", "queue", "replace"};
    uint64_t n = 1;
    size_t len = strcspn(v, ":");
    (void)place;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i]) != len || memcmp(words[i], v, len) != 0)
            continue;
        if (v[len] && (i != GF_OVERLAP_QUEUE ||
                       gf_parse_count(v + len + 1, strlen(v + len + 1), 1, 1000, &n, NULL) != 0))
            break;
        o->overlap = (enum gf_overlap)i;
        o->queue = (unsigned)n;
        return 0;
    }
    return gf_perr_set(e, 0, strlen(v), NULL, "is skip, allow, queue, queue:N or replace");
}

/* DUR, or fixed:DUR */
static int set_jitter(struct gf_job_options *o, size_t place, const char *v, struct gf_perr *e)
{
    size_t skip = strncmp(v, "fixed:", 6) == 0 ? 6 : 0;
    o->jitter_fixed = skip != 0;
    return set_span(o, place, v + skip, e);
}

/* Both of these are a time, and whether it was given. */
static int set_from(struct gf_job_options *o, size_t place, const char *v, struct gf_perr *e)
{
    (void)place;
    o->has_from = true;
    return gf_stamp_parse(v, strlen(v), &o->from, e);
}

static int set_until(struct gf_job_options *o, size_t place, const char *v, struct gf_perr *e)
{
    (void)place;
    o->has_until = true;
    return gf_stamp_parse(v, strlen(v), &o->until, e);
}

#define AT(field) offsetof(struct gf_job_options, field)

static const struct row rows[] = {
    {"GF_CATCHUP", set_span, AT(catchup)},
    {"GF_CATCHUP_INTERRUPTED", set_bool, AT(catchup_interrupted)},
    {"GF_EACH_HOST", set_bool, AT(each_host)},
    {"GF_ENV_CLEAN", set_bool, AT(env_clean)},
    {"GF_FROM", set_from, 0},
    {"GF_JITTER", set_jitter, AT(jitter)},
    {"GF_KILL_AFTER", set_span, AT(kill_after)},
    {"GF_LOCK", set_lock, 0},
    {"GF_LOG", set_text, AT(log)},
    {"GF_ON_FAILURE", set_text, AT(on_failure)},
    {"GF_OVERLAP", set_overlap, 0},
    {"GF_RETRIES", set_count, AT(retries)},
    {"GF_RETRY_DELAY", set_span, AT(retry_delay)},
    {"GF_SKEW", set_span, AT(skew)},
    {"GF_TIMEOUT", set_span, AT(timeout)},
    {"GF_TIMES", set_times, 0},
    {"GF_UNTIL", set_until, 0},
};

int gf_job_option_set(struct gf_job_options *o, const char *name, size_t name_len,
                      const char *value, struct gf_perr *e)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strlen(rows[i].name) == name_len && memcmp(rows[i].name, name, name_len) == 0)
            return rows[i].set(o, rows[i].place, value, e);
    return 1;
}

void gf_job_option_names(void (*offer)(void *arg, const char *name), void *arg)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        offer(arg, rows[i].name);
}
