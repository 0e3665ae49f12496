/*
 * gf-stream - lazy chains of operations over line streams.
 *
 * Reads its own options, then the chain (lib/stream/chain.h); opens everything the chain names;
 * pulls records through it and prints them. Output is written when the buffer is full and before
 * any read that would wait, so it is immediate on slow input and in blocks on fast input.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"
#include "base/sig.h"
#include "base/stats.h"
#include "stream/chain.h"
#include "stream/source.h"

enum {
    OUTPUT = 128 * 1024,
    DIRECT = 32 * 1024, /* a run this long is not copied */
    INPUTS_MAX = 1024,
    CHAIN_MAX = 1 << 20
};

struct options {
    struct gf_settings set;
    struct gf_sep joiner;
    struct gf_input *in;
    size_t nin;
    const char *dirs[GF_RUNFILE_DIRS];
    const char *chain_file, *stats_file;
    bool explain, no_fuse, fields_set, joiner_set, stats;
    bool helped; /* help was printed, and stdout closed behind it */
    int stats_format;
};

struct output {
    char *buf;
    size_t used;
    const struct gf_stage *last; /* of the chain */
    struct gf_stream *stream;
};

static volatile sig_atomic_t ended_by, status_wanted;

static void on_end(int sig)
{
    if (ended_by)
        gf_die_by(sig);
    ended_by = sig;
}

static void on_status(int sig)
{
    status_wanted = sig;
}

/*
 * A request for status before there is anything to say waits until the chain runs: it neither ends
 * the tool nor interrupts the opening of a fifo.
 */
static void hold_status_requests(void)
{
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, SIGUSR1);
    sigprocmask(SIG_BLOCK, &one, NULL);
}

/* ---- defaults ----------------------------------------------------------------------------------
 */

static uint64_t number_in(const char *path)
{
    char text[32];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        return UINT64_MAX;
    ssize_t n = gf_read(fd, text, sizeof text - 1);
    close(fd);
    text[n > 0 ? n : 0] = '\0';
    return text[0] >= '0' && text[0] <= '9' ? strtoull(text, NULL, 10) : UINT64_MAX;
}

/* A quarter of memory, or of what the control group may use. */
static uint64_t default_memory(void)
{
    uint64_t all = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t group = number_in("/sys/fs/cgroup/memory.max");
    if (group == UINT64_MAX)
        group = number_in("/sys/fs/cgroup/memory/memory.limit_in_bytes");
    return (all < group ? all : group) / 4;
}

static void set_defaults(struct options *o)
{
    const char *dir = getenv("TMPDIR");
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    *o = (struct options){.set = {.separator = '\n',
                                  .memory = default_memory(),
                                  .max_record = 64 << 20,
                                  .threads = cpus > 0 ? (unsigned)cpus : 1,
                                  .dirs = o->dirs}};
    o->dirs[0] = dir && *dir ? dir : "/var/tmp";
    if (getrandom(&o->set.seed, sizeof o->set.seed, 0) != sizeof o->set.seed)
        o->set.seed = (uint64_t)gf_now_mono();
}

/* ---- options -----------------------------------------------------------------------------------
 */

static int add_input(struct options *o, const char *name)
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

static int take_option(struct options *o, struct gf_optparser *p)
{
    uint64_t n;
    switch (p->opt->id) {
    case GF_STREAM_FROM:
        return add_input(o, p->value);
    case GF_STREAM_CHAIN:
        o->chain_file = p->value;
        return 0;
    case 'd':
        o->fields_set = true;
        return take_separator(&o->set.fields, p->value);
    case 'D':
        o->joiner_set = true;
        return *p->value ? take_separator(&o->joiner, p->value) : 0;
    case '0':
        o->set.separator = '\0';
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

static void settle(struct options *o)
{
    if (!o->fields_set)
        gf_sep_blanks(&o->set.fields, o->set.separator == '\0');
    const struct gf_sep *joiner = o->joiner_set ? &o->joiner : &o->set.fields;
    o->set.joiner = (struct gf_slice){joiner->bytes, joiner->len};
    if (o->set.ndirs == 0)
        o->set.ndirs = 1;
    if (o->stats_file)
        o->stats = true;
}

/* ---- faults ------------------------------------------------------------------------------------
 */

static int say(struct gf_fault *f)
{
    int status = f->status;
    if (f->kind[0])
        gf_error_parse(f->kind, f->subject, strlen(f->subject), &f->where);
    else
        gf_error("%s", f->text);
    if (f->hint[0])
        gf_hint("%s", f->hint);
    gf_fault_release(f);
    return status;
}

/* ---- the chain ---------------------------------------------------------------------------------
 */

static int read_chain_file(const char *path, struct gf_buf *text)
{
    int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = -1;
    text->max = CHAIN_MAX;
    if (fd == -1) {
        gf_error_errno("cannot open '%s'", path);
        return GF_EXIT_TOOL;
    }
    while (gf_buf_reserve(text, 4096) == 0 && (n = gf_read(fd, text->data + text->len, 4096)) > 0)
        text->len += (size_t)n;
    if (n != 0)
        gf_error_errno("cannot read '%s'", path);
    if (fd != STDIN_FILENO)
        close(fd);
    return n == 0 ? 0 : GF_EXIT_TOOL;
}

/* --help of an operation: its own table says it. */
static int show_help(const struct gf_cli *cli, const char *word)
{
    char arg[32];
    snprintf(arg, sizeof arg, "%s", strcmp(word, "--version") == 0 ? word : "--help");
    char *argv[] = {arg, NULL};
    struct gf_optparser p = gf_optparser(cli, 1, argv);
    gf_cli_next(&p);
    return p.status;
}

static int read_chain(struct gf_chain *c, char *const *words, size_t n, struct options *o)
{
    struct gf_fault f = {0};
    if (gf_chain_read(c, words, n, &o->set, &f) == 0)
        return -1;
    if (c->help) {
        o->helped = true;
        return show_help(c->help, c->help_word);
    }
    return say(&f);
}

/* ---- input and output --------------------------------------------------------------------------
 */

static int open_inputs(struct options *o)
{
    if (o->nin == 0 && add_input(o, "-") != 0)
        return GF_EXIT_TOOL;
    for (size_t i = 0; i < o->nin; i++) {
        struct gf_input *in = &o->in[i];
        bool std = strcmp(in->name, "-") == 0;
        in->fd = std ? STDIN_FILENO : open(in->name, O_RDONLY | O_CLOEXEC);
        if (in->fd == -1) {
            gf_error_errno("cannot open '%s'", in->name);
            return GF_EXIT_TOOL;
        }
        if (std) {
            in->name = "standard input";
            int mode = fcntl(STDIN_FILENO, F_GETFL);
            if (mode == -1 || (mode & O_ACCMODE) == O_WRONLY) {
                gf_error("cannot read 'standard input': %s", strerror(EBADF));
                return GF_EXIT_TOOL;
            }
        }
    }
    return 0;
}

/* A chain that holds data may need its temporary directories: they are tried before the first read.
 */
static int try_dirs(const struct gf_chain *c, const struct gf_settings *set)
{
    bool holds = false;
    for (size_t i = 0; i < c->n; i++)
        holds |= c->node[i].op->holds;
    for (size_t i = 0; holds && i < set->ndirs; i++) {
        int fd = gf_tmpfile(set->dirs[i]);
        if (fd == -1) {
            gf_error_errno("cannot make a temporary file in '%s'", set->dirs[i]);
            return GF_EXIT_TOOL;
        }
        close(fd);
    }
    return 0;
}

static int flush(struct output *out)
{
    size_t n = out->used;
    out->used = 0;
    if (n == 0 || gf_write_all(STDOUT_FILENO, out->buf, n) == 0)
        return 0;
    return gf_fault_errno(&out->stream->fault, GF_EXIT_TOOL, "write error");
}

static int idle(void *arg)
{
    return flush(arg);
}

static bool interrupted(void *arg)
{
    const struct output *out = arg;
    if (status_wanted) {
        status_wanted = 0;
        gf_note("%" PRIu64 " records out", out->last ? out->last->given : 0);
    }
    return ended_by != 0;
}

static int print_record(struct output *out, struct gf_slice rec, char separator)
{
    if (rec.len >= OUTPUT) {
        if (flush(out) != 0)
            return -1;
        if (gf_write_all(STDOUT_FILENO, rec.data, rec.len) != 0)
            return gf_fault_errno(&out->stream->fault, GF_EXIT_TOOL, "write error");
    } else {
        if (OUTPUT - out->used < rec.len + 1 && flush(out) != 0)
            return -1;
        if (rec.len)
            memcpy(out->buf + out->used, rec.data, rec.len);
        out->used += rec.len;
    }
    out->buf[out->used++] = separator;
    return out->used == OUTPUT ? flush(out) : 0;
}

/* Many records with their separators: a long run goes out from where it is. */
static int print_run(struct output *out, struct gf_slice run)
{
    if (run.len >= DIRECT || OUTPUT - out->used < run.len) {
        if (flush(out) != 0)
            return -1;
        if (run.len >= DIRECT && gf_write_all(STDOUT_FILENO, run.data, run.len) != 0)
            return gf_fault_errno(&out->stream->fault, GF_EXIT_TOOL, "write error");
        if (run.len >= DIRECT)
            return 0;
    }
    memcpy(out->buf + out->used, run.data, run.len);
    out->used += run.len;
    return 0;
}

static int pump(struct gf_stage *last, struct output *out)
{
    char separator = last->stream->set->separator;
    struct gf_slice run;
    int got;
    out->last = last;
    while ((got = gf_stage_run(last, &run)) == 1)
        if (print_run(out, run) != 0)
            return -1;
    if (got < 0)
        return -1;
    while ((got = gf_stage_pull(last, GF_BATCH)) == 1)
        for (size_t i = 0; i < last->n; i++)
            if (print_record(out, last->out[i], separator) != 0)
                return -1;
    return got;
}

/* ---- stats -------------------------------------------------------------------------------------
 */

enum {
    STATS = 3
};

static int emit_stats(const struct options *o, const struct gf_stage *last, size_t n)
{
    static const char *const parts[STATS] = {"in", "out", "time"};
    static const char *const helps[STATS] = {"records in", "records out",
                                             "time spent, with the operations before it"};
    struct gf_metric *m = calloc(n * STATS, sizeof *m);
    char(*name)[48] = calloc(n * STATS, sizeof *name);
    int r = -1;
    if (!m || !name) {
        gf_error_nomem();
        goto out;
    }
    const struct gf_stage *s = last;
    for (size_t i = n; i > 0; i--, s = s->up)
        for (size_t k = 0; k < STATS; k++) {
            size_t at = (i - 1) * STATS + k;
            snprintf(name[at], sizeof name[at], "%s_%zu_%s", s->name, i, parts[k]);
            for (char *p = name[at]; *p; p++)
                *p = *p == '-' ? '_' : *p;
            m[at] = (struct gf_metric){.name = name[at],
                                       .help = helps[k],
                                       .kind = k == 2 ? GF_METRIC_TIME : GF_METRIC_COUNTER,
                                       .value = k == 0 ? s->taken : s->given,
                                       .ns = s->spent};
        }
    r = gf_stats_emit((enum gf_stats_format)o->stats_format, o->stats_file, "gf-stream", m,
                      n * STATS);
out:
    free(m);
    free(name);
    return r;
}

/* ---- main --------------------------------------------------------------------------------------
 */

static int run(struct options *o, struct gf_chain *c)
{
    struct gf_stream st = {.set = &o->set,
                           .timed = o->stats,
                           .clock = gf_now_mono,
                           .spill = {.dirs = o->set.dirs, .ndirs = o->set.ndirs}};
    struct output out = {.buf = malloc(OUTPUT), .stream = &st};
    const struct gf_source_hooks hooks = {idle, interrupted, &out};
    gf_sig_catch(SIGINT, on_end);
    gf_sig_catch(SIGTERM, on_end);
    gf_sig_catch(SIGHUP, on_end);
    gf_sig_catch(SIGUSR1, on_status);
    struct gf_stage *source = NULL, *last = NULL;
    int status = GF_EXIT_TOOL;
    if (!out.buf)
        gf_fault_nomem(&st.fault);
    else if (c->node[0].merge)
        source = gf_source_open_merge(&st, o->in, o->nin, &c->node[0].keys, &hooks);
    else
        source = gf_source_open(&st, o->in, o->nin, &hooks);
    if (source)
        last = gf_chain_open(c, &st, source);
    if (last) {
        pump(last, &out);
        flush(&out);
        status = st.answer;
        if (o->stats && emit_stats(o, last, c->n) != 0)
            status = GF_EXIT_TOOL;
    }
    gf_stage_free_all(last ? last : source);
    gf_runfile_release(&st.spill);
    free(out.buf);
    if (st.bad)
        gf_note("%" PRIu64 " record%s passed over: no number", st.bad, st.bad == 1 ? "" : "s");
    return st.fault.status ? say(&st.fault) : status;
}

static int explain(const struct gf_chain *c, const struct options *o)
{
    struct gf_buf b = {0};
    int status = GF_EXIT_TOOL;
    if (gf_chain_explain(c, &o->set, &b) != 0)
        gf_error_nomem();
    else if (gf_tool_print(b.data, b.len) == 0)
        status = GF_EXIT_OK;
    gf_buf_release(&b);
    return status;
}

static int with_chain(struct options *o, char *const *words, size_t n)
{
    struct gf_chain c = {0};
    int status = read_chain(&c, words, n, o);
    if (status == -1) {
        if (!o->no_fuse)
            gf_chain_fuse(&c);
        status = o->explain ? explain(&c, o) : open_inputs(o);
        if (!o->explain && status == 0)
            status = try_dirs(&c, &o->set);
        if (!o->explain && status == 0)
            status = run(o, &c);
    }
    gf_chain_release(&c);
    return status;
}

static int with_chain_file(struct options *o)
{
    struct gf_buf text = {0};
    struct gf_fault f = {0};
    char **words = NULL;
    size_t n = 0;
    int status = read_chain_file(o->chain_file, &text);
    if (status == 0)
        status = gf_chain_split(text.data ? text.data : "", text.len, &words, &n, &f) == 0
                     ? with_chain(o, words, n)
                     : say(&f);
    for (size_t i = 0; i < n; i++)
        free(words[i]);
    free(words);
    gf_buf_release(&text);
    return status;
}

int main(int argc, char **argv)
{
    struct options o;
    gf_tool_start("gf-stream");
    set_defaults(&o);
    struct gf_optparser p = gf_optparser(&gf_stream_cli, argc - 1, argv + 1);
    enum gf_opt_event ev;
    while ((ev = gf_cli_next(&p)) != GF_OPT_END) {
        int bad = ev == GF_OPT_DONE ? p.status : take_option(&o, &p);
        if (ev == GF_OPT_DONE || bad) {
            free(o.in);
            return bad;
        }
    }
    settle(&o);
    if (o.chain_file && p.next < p.argc)
        return gf_cli_usage_error(&gf_stream_cli, "the chain is in '%s': no operation is expected",
                                  o.chain_file);
    hold_status_requests();
    int status = o.chain_file ? with_chain_file(&o)
                              : with_chain(&o, p.argv + p.next, (size_t)(p.argc - p.next));
    free(o.in);
    if (ended_by)
        gf_die_by(ended_by);
    return o.helped ? status : gf_tool_finish(status);
}
