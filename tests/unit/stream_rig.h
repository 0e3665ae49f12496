/*
 * stream_rig.h - a chain of gf-stream's operations at work inside a test: words in, records in,
 * records out, without a process or a descriptor.
 *
 *     struct rig r;
 *     rig_init(&r);                                     r.set may be changed now
 *     CHECK_STR(rig_run(&r, "filter a limit 1", "a\nb\na\n", (struct rig_how){0}), "a\n");
 *     rig_release(&r);
 *
 * The records come out of an array, by a stage that gives no more than it is asked for and that
 * counts what it gave. What comes out is each record and a newline; a fault is one more line,
 * `!STATUS TEXT`, or `!STATUS KIND COL+LEN WHAT` for an error of parsing.
 */
#ifndef GF_TESTS_UNIT_STREAM_RIG_H
#define GF_TESTS_UNIT_STREAM_RIG_H

#include <stdlib.h>
#include <string.h>

#include "base/exit.h"
#include "stream/chain.h"
#include "test.h"

struct rig_how {
    size_t step;     /* records that the source gives at most at once; 0: a batch */
    size_t ask;      /* records asked of the last stage at once; 0: a batch */
    bool careful;    /* the source may not be asked for more than is needed */
    bool fuse;       /* the planner is asked */
    size_t fault_at; /* the source faults behind so many records; 0: never */
};

struct rig {
    struct gf_settings set;
    struct gf_stream st;
    struct gf_chain chain;
    struct gf_fault fault; /* of reading the chain */
    char **words;
    size_t nwords;
    struct gf_stage *source, *last;
    struct gf_slice *rec; /* the input */
    size_t n, cap, at;
    struct rig_how how;
    struct gf_buf out;
};

static const char *const rig_dirs[] = {"/tmp"};

static inline void rig_init(struct rig *r)
{
    *r = (struct rig){
        .set = {.separator = '\n',
                .joiner = {" ", 1},
                .behind_number = {"\t", 1},
                .memory = 1 << 20,
                .max_record = 1 << 20,
                .threads = 1,
                .seed = 1,
                .dirs = rig_dirs,
                .ndirs = 1},
    };
    gf_sep_blanks(&r->set.fields, false);
}

/* -d SEP, which joins the fields again. */
static inline void rig_separate(struct rig *r, const char *sep)
{
    if (gf_sep_parse(&r->set.fields, sep, strlen(sep), NULL) != 0)
        abort();
    r->set.joiner = (struct gf_slice){r->set.fields.bytes, r->set.fields.len};
    r->set.behind_number = r->set.joiner;
}

/* The words of a chain, quoted as in a chain file. As gf_chain_read. */
static inline int rig_read(struct rig *r, const char *words)
{
    if (gf_chain_split(words, strlen(words), &r->words, &r->nwords, &r->fault) != 0)
        abort();
    return gf_chain_read(&r->chain, r->words, r->nwords, &r->set, NULL, &r->fault);
}

/* One more record of the input; its bytes are borrowed. */
static inline void rig_add(struct rig *r, const char *data, size_t len)
{
    if (r->n == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 64;
        r->rec = realloc(r->rec, r->cap * sizeof *r->rec);
        if (!r->rec)
            abort();
    }
    r->rec[r->n++] = (struct gf_slice){data, len};
}

/* Lines; the last one with or without its newline. */
static inline void rig_lines(struct rig *r, const char *text)
{
    while (*text) {
        size_t len = strcspn(text, "\n");
        rig_add(r, text, len);
        text += len + (text[len] == '\n');
    }
}

static inline int rig_pull(struct gf_stage *s, size_t max)
{
    struct rig *r = *(struct rig **)s->state;
    size_t step = r->how.step ? r->how.step : GF_BATCH;
    while (s->n < max && s->n < step && r->at < r->n) {
        if (r->how.fault_at && r->at == r->how.fault_at)
            return gf_fault_set(&s->stream->fault, GF_EXIT_TOOL, "the source is broken");
        s->out[s->n++] = r->rec[r->at++];
    }
    return s->n ? 1 : 0;
}

static inline int rig_open(struct rig *r, struct rig_how how)
{
    r->how = how;
    r->at = 0;
    r->st = (struct gf_stream){.set = &r->set, .spill = {.dirs = r->set.dirs, .ndirs = 1}};
    r->source = gf_stage_new(&r->st, NULL, "input", sizeof r);
    if (!r->source)
        abort();
    *(struct rig **)r->source->state = r;
    r->source->pull = rig_pull;
    r->source->source = !how.careful;
    r->last = gf_chain_open(&r->chain, &r->st, r->source);
    return r->last ? 0 : -1;
}

static inline void rig_say(struct rig *r, const struct gf_fault *f)
{
    if (f->kind[0])
        gf_buf_printf(&r->out, "!%d %s %zu+%zu %s", f->status, f->kind, f->where.col, f->where.len,
                      f->where.what);
    else
        gf_buf_printf(&r->out, "!%d %s", f->status, f->text);
}

/* Pulls to the end. The last result: 0 or -1. */
static inline int rig_drain(struct rig *r)
{
    int got;
    size_t ask = r->how.ask ? r->how.ask : GF_BATCH;
    while ((got = gf_stage_pull(r->last, ask)) == 1) {
        if (r->last->n > ask)
            test_failed(__FILE__, __LINE__, "%zu records, but %zu were asked for", r->last->n, ask);
        for (size_t i = 0; i < r->last->n; i++) {
            gf_buf_add(&r->out, r->last->out[i].data, r->last->out[i].len);
            gf_buf_putc(&r->out, '\n');
        }
    }
    return got;
}

static inline void rig_close(struct rig *r)
{
    gf_stage_free_all(r->last ? r->last : r->source);
    r->source = r->last = NULL;
    gf_runfile_release(&r->st.spill);
    gf_fault_release(&r->st.fault);
}

/* Forgets the chain and the input; the settings stay. */
static inline void rig_reset(struct rig *r)
{
    rig_close(r);
    gf_chain_release(&r->chain);
    gf_fault_release(&r->fault);
    for (size_t i = 0; i < r->nwords; i++)
        free(r->words[i]);
    free(r->words);
    r->words = NULL;
    r->nwords = r->n = 0;
}

static inline void rig_release(struct rig *r)
{
    rig_reset(r);
    free(r->rec);
    gf_buf_release(&r->out);
}

/* Opens what was read, runs it on what was added, closes it. */
static inline const char *rig_work(struct rig *r, struct rig_how how)
{
    gf_buf_clear(&r->out);
    gf_buf_puts(&r->out, "");
    if (rig_open(r, how) == 0)
        rig_drain(r);
    if (r->st.fault.status)
        rig_say(r, &r->st.fault);
    int answer = r->st.answer;
    rig_close(r);
    r->st.answer = answer;
    return r->out.data;
}

/* Words and lines to what comes out; valid until the next call. */
static inline const char *rig_run(struct rig *r, const char *words, const char *lines,
                                  struct rig_how how)
{
    rig_reset(r);
    gf_buf_clear(&r->out);
    gf_buf_puts(&r->out, "");
    if (rig_read(r, words) != 0) {
        rig_say(r, &r->fault);
        return r->out.data;
    }
    if (how.fuse)
        gf_chain_fuse(&r->chain);
    rig_lines(r, lines);
    return rig_work(r, how);
}

/* Ways to run one chain that must not make a difference. */
static const struct rig_how rig_hows[] = {
    {0},
    {.ask = 1},
    {.step = 1},
    {.step = 1, .ask = 1, .careful = true},
    {.step = 3, .ask = 2},
    {.step = 2, .ask = 3, .careful = true},
    {.fuse = true},
};

enum {
    RIG_HOWS = sizeof rig_hows / sizeof *rig_hows
};

/* One row of a table of chains. */
struct rig_case {
    const char *words, *lines, *want;
};

static inline void rig_check(struct rig *r, const struct rig_case *c, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < RIG_HOWS; k++) {
            const char *got = rig_run(r, c[i].words, c[i].lines, rig_hows[k]);
            CHECK_ROW(strcmp(got, c[i].want) == 0, "%s: way %zu gives \"%s\", not \"%s\"",
                      c[i].words, k, got, c[i].want);
        }
}

#define RIG_CHECK(r, cases) rig_check(r, cases, sizeof(cases) / sizeof *(cases))

/* xorshift64 (Marsaglia, J Stat Softw 8(14), 2003); `below` is small. */
static inline uint64_t rig_random(uint64_t *seed, uint64_t below)
{
    *seed ^= *seed << 13, *seed ^= *seed >> 7, *seed ^= *seed << 17;
    return (*seed >> 11) % below;
}

#endif
