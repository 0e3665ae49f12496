/*
 * context.c - schedules, tables and times are read in a context, with messages about mistakes.
 *
 * Each zone is opened once and kept in the list of the context, so that schedules with one zone
 * share its data. A table is read whole into memory before it is parsed. The parser in lib/cron
 * cannot ask the machine, so it calls back (inquiry.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cron.h"
#include "cron/hash.h"
#include "inputs.h"
#include "inquiry.h"

#include "base/exit.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/msg.h"
#include "base/wall.h"

enum {
    TABLE_MAX = 64 << 20, /* bytes of a table: far more than 10,000 lines of any use */
    READ_STEP = 64 * 1024,
};

int cron_context_option(struct cron_context *p, const struct gf_optparser *o)
{
    switch (o->opt->id) {
    case OPT_TZ:
        p->tz = o->value;
        if (*p->tz)
            return 0;
        gf_error("bad time zone '': UTC has a name: UTC");
        return -1;
    case OPT_DST:
        return gf_cli_choice(o, gf_dst_words, &p->dst);
    case OPT_PERCENT:
        p->vixie_percent = true;
        return 0;
    default:
        return 1;
    }
}

void cron_context_now(struct cron_context *p)
{
    gf_ns wall = gf_now_wall();
    p->now = wall / GF_S;
    p->now_up = (wall + GF_S - 1) / GF_S;
}

int cron_zone_unreadable(const char *name, const struct gf_perr *e)
{
    bool closed = name && errno == EACCES && gf_wall_closes(name);
    if (errno == ENOMEM)
        gf_error_nomem();
    else if (name)
        gf_error("cannot read the time zone '%s': %s", name, e->what);
    else
        gf_error("cannot read the time zone of the machine: %s", e->what);
    if (errno != ENOMEM && !name)
        gf_hint("--tz, or TZ, names another zone");
    else if (closed)
        gf_hint("the sandbox reads no zone outside of the directories of zones: --no-sandbox does");
    return GF_EXIT_TOOL;
}

int cron_context_open(struct cron_context *p)
{
    struct gf_perr e = {0};
    const char *name = p->tz ? p->tz : getenv("TZ");
    p->zones.dir = getenv("TZDIR");
    if (name && name[0] == ':')
        name++;
    cron_context_now(p);
    if (gf_zones_get(&p->zones, name, &p->zone, &e) == 0)
        return 0;
    if (errno != EINVAL)
        return cron_zone_unreadable(name, &e);
    gf_error_parse(p->tz ? "time zone" : "time zone in TZ", name ? name : "",
                   name ? strlen(name) : 0, &e);
    return GF_EXIT_USAGE;
}

/* Where the zone was named: in the command line, the environment or a table, or nowhere. */
static const char *who_named(const struct cron_context *p, const struct gf_zone *z)
{
    if (z != p->zone)
        return "CRON_TZ or GF_TZ";
    return p->tz ? "--tz" : getenv("TZ") ? "TZ" : "the machine";
}

static void say_zone(const struct cron_context *p, const struct gf_zone *z)
{
    const char *file = gf_zone_file(z), *name = gf_zone_name(z), *who = who_named(p, z);
    char *path = file ? realpath(file, NULL) : NULL; /* the file of the machine's zone is a link */
    if (!*name)
        name = "/etc/localtime";
    if (file)
        gf_detail("zone %s, set by %s: data from %s", name, who, path ? path : file);
    else
        gf_detail("zone %s, set by %s: needs no zone file", name, who);
    free(path);
}

void cron_say_zones(const struct cron_context *p)
{
    for (size_t i = 0; i < p->zones.n && gf_msg_is_verbose(); i++)
        say_zone(p, p->zones.list[i]);
}

void cron_context_release(struct cron_context *p)
{
    gf_zones_release(&p->zones);
}

/* `CRON_TZ=zone ` at the front of text: its zone, and in *rest what follows. 0, or the exit status
 * after a message. */
static int take_zone(struct cron_context *p, const char *text, struct gf_zone **zone,
                     const char **rest)
{
    static const char lead[] = "CRON_TZ=";
    struct gf_perr e = {0};
    char name[256];
    *zone = p->zone;
    *rest = text;
    if (strncmp(text, lead, sizeof lead - 1) != 0)
        return GF_EXIT_OK;
    const char *from = text + sizeof lead - 1;
    size_t len = strcspn(from, " \t");
    *rest = from + len;
    if (len == 0) {
        gf_perr_say(&e, 0, 0, "UTC has a name: UTC", "a time zone's name is missing");
    } else if (len < sizeof name) {
        memcpy(name, from, len);
        name[len] = '\0';
        if (gf_zones_get(&p->zones, name, zone, &e) == 0)
            return GF_EXIT_OK;
        if (errno != EINVAL)
            return cron_zone_unreadable(name, &e);
    } else {
        gf_perr_say(&e, 0, len, NULL, "unknown time zone");
    }
    e.col += sizeof lead - 1;
    gf_error_parse("schedule", text, strlen(text), &e);
    return GF_EXIT_USAGE;
}

int cron_schedule_parse(struct cron_context *p, const char *text, const char *id, struct gf_cron *c,
                        struct gf_zone **zone)
{
    struct gf_perr e = {0};
    const char *s;
    int status = take_zone(p, text, zone, &s);
    if (status != GF_EXIT_OK)
        return status;
    if (!id)
        id = s;
    struct gf_cron_context ctx = {
        .id = id, .id_len = strlen(id), .now = p->now_up, .more = p->more};
    if (gf_cron_parse(c, s, strlen(s), &ctx, &e) == 0) {
        for (struct gf_cron *each = c; each; each = each->also)
            each->at += (size_t)(s - text);
        return GF_EXIT_OK;
    }
    e.col += (size_t)(s - text);
    gf_error_parse("schedule", text, strlen(text), &e);
    return GF_EXIT_USAGE;
}

/* ---- tables ---------------------------------------------------------------------------------- */

static int read_all(int fd, struct gf_buf *b)
{
    for (;;) {
        if (gf_buf_reserve(b, READ_STEP) != 0)
            return -1;
        ssize_t n = gf_read(fd, b->data + b->len, READ_STEP);
        if (n <= 0)
            return (int)n;
        b->len += (size_t)n;
    }
}

static int slurp(const char *path, struct gf_buf *b)
{
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : gf_open(path, O_RDONLY, 0);
    if (is_stdin)
        gf_tool_waits(fd, "a crontab", NULL);
    int r = fd == -1 ? -1 : read_all(fd, b);
    int why = errno;
    if (fd != -1 && !is_stdin)
        close(fd);
    errno = why;
    return r;
}

static void say_notes(const struct gf_table *t, const char *path, enum gf_table_weight least)
{
    for (size_t i = 0; i < t->n_notes; i++) {
        const struct gf_table_note *n = &t->notes[i];
        char kind[112];
        if (n->weight > least)
            continue;
        if (n->weight != GF_TABLE_ERROR) {
            gf_note("line %zu of %s: %s%s%s%s", n->line, path, n->e.what, n->e.hint ? " (" : "",
                    n->e.hint ? n->e.hint : "", n->e.hint ? ")" : "");
        } else {
            snprintf(kind, sizeof kind, "line %zu, column %zu of %.40s", n->line, n->e.col + 1,
                     path);
            gf_error_parse(kind, n->text, n->len, &n->e);
        }
    }
    if (t->n_notes == GF_TABLE_NOTES_MAX && t->n_errors + t->n_warnings > t->n_notes)
        gf_error("%s: %zu errors and %zu warnings in all, only the first %d of them are said", path,
                 t->n_errors, t->n_warnings, GF_TABLE_NOTES_MAX);
}

int cron_table_parse(struct cron_context *p, const char *name, const char *text, size_t len,
                     bool has_users, enum gf_table_weight least, struct gf_table *t)
{
    struct gf_table_context ctx = {
        .zones = &p->zones,
        .zone = p->zone,
        .now = p->now_up,
        .vixie_percent = p->vixie_percent,
        .dst = (enum gf_dst)p->dst,
    };
    p->digest = gf_cron_hash(text, len);
    inquiry_answers(&ctx);
    if (!has_users)
        ctx.is_user = NULL;
    gf_table_init(t);
    int got = gf_table_parse(t, text, len, &ctx);
    if (got < 0) {
        gf_error_nomem();
        return GF_EXIT_TOOL;
    }
    say_notes(t, name, least);
    return got == GF_TABLE_UNREADABLE ? GF_EXIT_TOOL : got ? GF_EXIT_USAGE : GF_EXIT_OK;
}

int cron_table_read(struct cron_context *p, const char *path, enum gf_table_weight least,
                    struct gf_table *t)
{
    struct gf_buf b = GF_BUF_INIT(TABLE_MAX);
    int status = GF_EXIT_TOOL;
    gf_table_init(t);
    if (cron_prints_into(path))
        return GF_EXIT_USAGE;
    if (slurp(path, &b) == 0)
        status = cron_table_parse(p, path, b.data, b.len, true, least, t);
    else
        gf_error_errno("cannot read the table '%s'", path);
    if (status == GF_EXIT_OK && cron_logs_into(t, path))
        status = GF_EXIT_USAGE;
    gf_buf_release(&b);
    return status;
}

int cron_count_fields(const char *expr)
{
    static const char zone[] = "CRON_TZ=";
    int n = 0;
    expr += strspn(expr, " \t");
    if (strncmp(expr, zone, strlen(zone)) == 0)
        expr += strcspn(expr, " \t");
    for (bool is_word = false; *(expr += strspn(expr, " \t"));) {
        size_t len = strcspn(expr, " \t");
        bool is_bar = len == 1 && *expr == '|';
        if (is_bar && n)
            break;
        is_word = !is_bar && (is_word || *expr == '@');
        n += !is_bar && !is_word;
        expr += len;
    }
    return n >= 5 && n <= 7 ? n : 5;
}

void cron_quote(struct gf_buf *b, const char *word)
{
    gf_buf_putc(b, '\'');
    for (; *word; word++)
        if (*word == '\'')
            gf_buf_puts(b, "'\\''");
        else if (*word == '\n')
            gf_buf_puts(b, "'\"$" CRON_NEWLINE "\"'");
        else if (*word == '\\' && word[1] == '%')
            gf_buf_puts(b, "\\''");
        else
            gf_buf_putc(b, *word);
    gf_buf_putc(b, '\'');
}

/* ---- times ----------------------------------------------------------------------------------- */

int cron_time_option(struct cron_context *p, const struct gf_optparser *o, struct gf_stamp *out)
{
    struct gf_perr e = {0};
    (void)p;
    if (gf_stamp_parse(o->value, strlen(o->value), out, &e) == 0)
        return 0;
    gf_error_parse("time", o->value, strlen(o->value), &e);
    return -1;
}

void cron_local_text(struct gf_zone *z, int64_t t, char out[GF_STAMP_SIZE])
{
    gf_stamp_format(t, gf_zone_span(z, t).off, false, out);
}
