/*
 * options_take.c - what each option puts into the options. table.c has the options; each
 * take_..._option knows one group of them, and passes any other on.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/account.h"
#include "base/cli.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/num.h"
#include "digest.h"
#include "options_parts.h"

static const char *const policies[] = {"block", "drop-newest", "drop-oldest",
                                       "error", "spill",       NULL};
static const char *const policy_facts[] = {"--when-full=block", "--when-full=drop-newest",
                                           "--when-full=drop-oldest", "--when-full=error",
                                           FACT_SPILL};
static const char *const then_policies[] = {"block", "drop-newest", "drop-oldest", "error", NULL};
static const char *const stamps[] = {"rfc3339", "epoch", "elapsed", NULL};
static const char *const formats[] = {"text", "json", NULL};

static int bad(struct parse *s, const struct gf_perr *e)
{
    char spelt[64], kind[80];
    gf_opt_spell(&s->p, spelt);
    snprintf(kind, sizeof kind, "value of %s", spelt);
    gf_error_parse(kind, s->p.value, strlen(s->p.value), e);
    return -1;
}

static int misfit(struct parse *s, const char *what)
{
    struct gf_perr e = {0};
    gf_perr_say(&e, 0, strlen(s->p.value), NULL, "%s", what);
    return bad(s, &e);
}

static int take_choice(struct parse *s, const char *const *words, int *out)
{
    return gf_cli_choice(&s->p, words, out);
}

static int take_size(struct parse *s, uint64_t *out)
{
    if (gf_cli_size(&s->p, out) != 0)
        return -1;
    return *out == 0 || *out > INT64_MAX ? misfit(s, "it must be from 1 byte to 8 EiB") : 0;
}

static int take_span(struct parse *s, gf_ns *out)
{
    if (gf_cli_duration(&s->p, out) != 0)
        return -1;
    return *out <= 0 ? misfit(s, "it must be longer than 0") : 0;
}

/* 80% or 4M */
static int take_share(struct parse *s, struct share *out)
{
    const char *text = s->p.value;
    size_t len = strlen(text);
    struct gf_perr e = {0};
    uint64_t n;
    *out = (struct share){0};
    if (len == 0 || text[len - 1] != '%')
        return take_size(s, &out->bytes);
    if (gf_parse_count(text, len - 1, 1, 100, &n, &e) != 0)
        return bad(s, &e);
    out->percent = (unsigned)n;
    return 0;
}

static int take_policy(struct parse *s)
{
    int word;
    if (take_choice(s, policies, &word) != 0)
        return -1;
    s->o->buffer.when_full = (enum full)word;
    gf_opt_fact(&s->p, policy_facts[word], NULL);
    return 0;
}

static int take_fsync(struct parse *s)
{
    gf_ns *every = &s->o->output.fsync;
    if (strcmp(s->p.value, "never") == 0 || strcmp(s->p.value, "record") == 0) {
        *every = s->p.value[0] == 'n' ? FSYNC_NEVER : FSYNC_RECORD;
        if (*every == FSYNC_RECORD)
            gf_opt_fact(&s->p, FACT_EACH, NULL);
        return 0;
    }
    return take_span(s, every);
}

/* 0640 */
static int take_mode(struct parse *s)
{
    const char *text = s->p.value;
    char *end;
    unsigned long mode = strtoul(text, &end, 8);
    if (*text < '0' || *text > '7' || *end || end - text > 4 || mode > 0777)
        return misfit(s, "a mode is three octal digits, such as 0640");
    if ((mode & 0600) != 0600)
        return misfit(s, "the owner has to read and write the files");
    s->o->log.mode = (mode_t)mode;
    return 0;
}

static int take_group(struct parse *s)
{
    if (gf_account_group(s->p.value, &s->o->log.group) == 0)
        return 0;
    if (errno == ENOENT)
        return misfit(s, "there is no such group");
    gf_error_errno("cannot look up group '%s'", s->p.value);
    s->status = GF_EXIT_TOOL;
    return -1;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int take_sha256(struct parse *s)
{
    const char *text = s->p.value;
    unsigned char *sum = s->o->atomic.sha256;
    bool good = strlen(text) == 64;
    for (size_t i = 0; good && i < 32; i++) {
        good = hex(text[2 * i]) >= 0 && hex(text[2 * i + 1]) >= 0;
        sum[i] = good ? (unsigned char)(hex(text[2 * i]) << 4 | hex(text[2 * i + 1])) : 0;
    }
    s->o->atomic.has_sha256 = true;
    if (!DIGEST_IS_THERE)
        return misfit(s, "this gf-buffer was built without nettle, and knows no SHA-256");
    return good ? 0 : misfit(s, "a SHA-256 is 64 hexadecimal digits");
}

static int take_backup(struct parse *s)
{
    const char *suffix = s->p.value ? s->p.value : "~";
    s->o->atomic.backup = suffix;
    if (*suffix && !strchr(suffix, '/'))
        return 0;
    return misfit(s, "a suffix has a character or more, and no slash");
}

static int take_tee(struct parse *s)
{
    struct output_options *out = &s->o->output;
    const char **more = realloc((void *)(size_t)out->tee, (out->ntee + 1) * sizeof *more);
    if (!more) {
        gf_error_nomem();
        s->status = GF_EXIT_TOOL;
        return -1;
    }
    more[out->ntee++] = s->p.value;
    out->tee = more;
    return 0;
}

static int take_other_option(struct parse *s)
{
    struct options *o = s->o;
    int word;
    switch (s->p.opt->id) {
    case ID_SPOOL:
        o->spool.dir = s->p.value;
        return 0;
    case ID_DURABLE:
        o->spool.durable = true;
        return 0;
    case ID_SPOOL_MAX:
        return take_size(s, &o->spool.max);
    case ID_THEN:
        if (take_choice(s, then_policies, &word) != 0)
            return -1;
        o->buffer.then = (enum full)word;
        return 0;
    case ID_STATUS:
        o->status = s->p.value;
        return 0;
    case ID_FORMAT:
        if (take_choice(s, formats, &word) != 0)
            return -1;
        o->json = word == 1;
        return 0;
    case GF_OPT_ID_PROGRESS:
        return take_choice(s, gf_progress_modes, &o->progress);
    case GF_OPT_ID_STATS:
        o->stats = true;
        return take_choice(s, gf_stats_formats, &o->stats_format);
    case GF_OPT_ID_STATS_FILE:
        o->stats = true;
        o->stats_file = s->p.value;
        return 0;
    case ID_STATS_INTERVAL:
        return take_span(s, &o->stats_interval);
    }
    return 0;
}

static int take_atomic_option(struct parse *s)
{
    struct atomic_options *a = &s->o->atomic;
    switch (s->p.opt->id) {
    case ID_ATOMIC:
        a->file = s->p.value;
        return 0;
    case ID_OK_STATUS:
        return gf_cli_statuses(&s->p, a->ok_status);
    case ID_EXPECT_BYTES:
        a->has_bytes = true;
        return gf_cli_count(&s->p, 0, INT64_MAX, &a->bytes);
    case ID_EXPECT_SHA256:
        return take_sha256(s);
    case ID_COMMIT_ON_EOF:
        a->on_eof = true;
        return 0;
    case ID_ALLOW_EMPTY:
        a->allow_empty = true;
        return 0;
    case ID_IF_CHANGED:
        a->if_changed = true;
        return 0;
    case ID_BACKUP:
        return take_backup(s);
    case ID_NO_FOLLOW:
        a->no_follow = true;
        return 0;
    default:
        return take_other_option(s);
    }
}

static int take_log_option(struct parse *s)
{
    struct log_options *l = &s->o->log;
    switch (s->p.opt->id) {
    case ID_LOG_DIR:
        l->dir = s->p.value;
        return 0;
    case ID_ROTATE_SIZE:
        return take_size(s, &l->rotate_size);
    case ID_ROTATE_AGE:
        return take_span(s, &l->rotate_age);
    case ID_KEEP:
        return gf_cli_count(&s->p, 1, UINT32_MAX, &l->keep);
    case ID_KEEP_BYTES:
        return take_size(s, &l->keep_bytes);
    case ID_KEEP_AGE:
        return take_span(s, &l->keep_age);
    case ID_ON_ROTATE:
        l->on_rotate = s->p.value;
        return 0;
    case ID_KEEP_FORCE:
        l->keep_force = true;
        return 0;
    case ID_MODE:
        return take_mode(s);
    case ID_GROUP:
        return take_group(s);
    default:
        return take_atomic_option(s);
    }
}

static int take_output_option(struct parse *s)
{
    struct output_options *out = &s->o->output;
    switch (s->p.opt->id) {
    case ID_APPEND:
        out->append = s->p.value;
        return 0;
    case ID_TEE:
        return take_tee(s);
    case ID_FLUSH_SIZE:
        return take_size(s, &out->flush_size);
    case ID_FLUSH_INTERVAL:
        return gf_cli_duration(&s->p, &out->flush_interval);
    case ID_FSYNC:
        return take_fsync(s);
    case ID_RETRIES:
        out->gives_up = true;
        return gf_cli_count(&s->p, 0, UINT32_MAX, &out->retries);
    case ID_RETRY_FOR:
        out->gives_up = true;
        return gf_cli_duration(&s->p, &out->retry_for);
    case ID_DRAIN:
        return gf_cli_duration(&s->p, &out->drain);
    default:
        return take_log_option(s);
    }
}

int take_option(struct parse *s)
{
    struct buffer_options *b = &s->o->buffer;
    int word;
    switch (s->p.opt->id) {
    case 'm':
        return take_size(s, &b->memory);
    case ID_RECORDS:
        return gf_cli_count(&s->p, 1, INT64_MAX, &b->records);
    case ID_WHEN_FULL:
        return take_policy(s);
    case ID_DROP_MARKER:
        b->marks = true;
        return 0;
    case ID_BYTES:
        b->by_bytes = true;
        return 0;
    case '0':
        b->separator = '\0';
        return 0;
    case ID_TIMESTAMP:
        if (take_choice(s, stamps, &word) != 0)
            return -1;
        b->stamp = (enum stamp)word;
        return 0;
    case ID_START_AT:
        return take_share(s, &b->start_at);
    case ID_RESUME_AT:
        return take_share(s, &b->resume_at);
    default:
        return take_output_option(s);
    }
}
