/*
 * options.c - the command line of gf-buffer: its order, and what no rule of the table can say.
 */
#include "options.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/exit.h"
#include "base/msg.h"
#include "options_parts.h"

enum {
    LEAST_SPOOL = 16 << 10
};

uint64_t options_share(const struct options *o, const struct share *s)
{
    uint64_t all = o->buffer.memory;
    if (!s->percent)
        return s->bytes;
    return all / 100 * s->percent + all % 100 * s->percent / 100;
}

/* What no rule of the table can say. 0, or the exit status after a message. */
static int settle(struct parse *s)
{
    struct options *o = s->o;
    struct atomic_options *a = &o->atomic;
    if (options_share(o, &o->buffer.start_at) > o->buffer.memory ||
        options_share(o, &o->buffer.resume_at) > o->buffer.memory)
        return gf_cli_usage_error(&gf_buffer_cli,
                                  "--start-at and --resume-at are parts of the buffer, which has "
                                  "%llu bytes",
                                  (unsigned long long)o->buffer.memory);
    if (o->log.keep_bytes && o->log.keep_bytes <= o->log.rotate_size)
        return gf_cli_usage_error(&gf_buffer_cli,
                                  "--keep-bytes has to be more than --rotate-size, which is the "
                                  "file that is written");
    if (o->spool.max && o->spool.max < LEAST_SPOOL)
        return gf_cli_usage_error(&gf_buffer_cli,
                                  "--spool-max has to be at least 16K: a record goes through it "
                                  "in parts of some size");
    if (o->spool.dir)
        o->buffer.when_full = FULL_SPILL;
    if (!a->file || a->command || a->on_eof || a->has_bytes || a->has_sha256)
        return 0;
    gf_error("--atomic: the end of the input is no proof that all of it came");
    gf_hint("gf-buffer --atomic %s -- COMMAND makes the status of COMMAND the proof; else "
            "--expect-bytes, --expect-sha256 or --commit-on-eof",
            a->file);
    return GF_EXIT_USAGE;
}

static int operand(struct parse *s, char **argv)
{
    struct options *o = s->o;
    if (s->p.ended) {
        o->atomic.command = argv + s->p.next - 1;
        gf_opt_fact(&s->p, FACT_COMMAND, o->atomic.command[0]);
        return -1;
    }
    gf_error("unexpected operand '%s'", s->p.value);
    if (o->atomic.file)
        gf_hint("a command follows --: gf-buffer --atomic %s -- %s ...", o->atomic.file,
                s->p.value);
    else
        gf_hint("the input is standard input: gf-buffer <%s", s->p.value);
    return GF_EXIT_USAGE;
}

/* An output that cannot be looked at is no mistake of the command line: sink_open tells of it. */
static void add_facts(struct parse *s)
{
    struct stat st;
    if (fstat(STDOUT_FILENO, &st) != 0 || S_ISREG(st.st_mode))
        gf_opt_fact(&s->p, FACT_FILE, NULL);
}

static int parse(struct parse *s, char **argv)
{
    enum gf_opt_event ev;
    add_facts(s);
    while ((ev = gf_cli_next(&s->p)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE)
            return s->p.status;
        if (ev == GF_OPT_OPTION) {
            if (take_option(s) != 0)
                return s->status;
            continue;
        }
        int status = operand(s, argv);
        if (status != -1)
            return status;
        break;
    }
    int status = gf_cli_check_rules(&s->p, true);
    if (status == 0)
        status = settle(s);
    return status == 0 ? -1 : status;
}

int options_parse(struct options *o, int argc, char **argv)
{
    *o = (struct options){
        .buffer = {.memory = 16 << 20, .separator = '\n', .stamp = STAMP_NONE},
        .output = {.flush_size = 64 << 10,
                   .flush_interval = GF_S,
                   .fsync = FSYNC_NEVER,
                   .retries = UINT64_MAX,
                   .retry_for = GF_NEVER,
                   .drain = 10 * GF_S},
        .log = {.mode = 0640, .group = (gid_t)-1},
        .atomic = {.ok_status = {1}},
    };
    struct parse s = {
        .p = gf_optparser(&gf_buffer_cli, argc, argv), .o = o, .status = GF_EXIT_USAGE};
    return parse(&s, argv);
}

void options_release(struct options *o)
{
    free((void *)(size_t)o->output.tee);
    *o = (struct options){0};
}
