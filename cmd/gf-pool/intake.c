/*
 * intake.c - which job comes next.
 *
 * One record makes one job, or with -n and -X several: records are gathered until the next one does
 * not fit. That one stays in the source until the job has started. A record that no command may be
 * able to have, whatever is beside it, is a job by itself: its start tells, and if that fails, no
 * other record fails with it.
 */
#include "intake.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/sat.h"

static int no_memory(void)
{
    gf_error_nomem();
    return -1;
}

/* ---- the next job ------------------------------------------------------------------------- */

static bool all_empty(const struct gf_value *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].len)
            return false;
    return true;
}

/* The next record that counts: 1, 0, GF_READER_END as source_take. */
static int next_record(struct intake *in, const struct gf_value **v)
{
    for (;;) {
        int got = shuffle_take(&in->shuffle, &in->source, v);
        if (got != 1 || !in->opt->skip_empty || !all_empty(*v, source_width(&in->source)))
            return got;
    }
}

/* Whether a command with this record may be more than the system takes, or has a NUL byte. */
static bool is_doubtful(const struct intake *in, struct gf_value v)
{
    return (v.len && memchr(v.text, '\0', v.len)) ||
           gf_template_longest(in->command, v.len) > in->word_room ||
           gf_sat_add(in->command->fixed, gf_template_cost(in->command, v.len)) > in->room;
}

/* Whether the record may go with those gathered. The first one always may. */
static bool fits(struct intake *in, struct gf_value v, bool alone)
{
    size_t more = gf_template_cost(in->command, v.len);
    if (in->work.items && (alone || gf_sat_add(in->gathered, more) > in->room ||
                           (in->opt->batch && in->work.items >= in->opt->batch)))
        return false;
    in->gathered = gf_sat_add(in->gathered, more);
    return true;
}

static int gathered_work(struct intake *in)
{
    return work_end(&in->work) == 0 ? 1 : no_memory();
}

/* -n and -X. */
static int gather_work(struct intake *in)
{
    if (in->gathered == 0) {
        work_begin(&in->work);
        in->gathered = in->command->fixed;
    }
    for (;;) {
        const struct gf_value *v = &in->overflow;
        int got = in->has_overflow ? 1 : next_record(in, &v);
        if (got == GF_READER_END)
            return in->work.items ? gathered_work(in) : got;
        if (got != 1)
            return got;
        bool alone = is_doubtful(in, *v);
        in->has_overflow = !fits(in, *v, alone);
        if (in->has_overflow) {
            in->overflow = *v;
            return gathered_work(in);
        }
        if (work_add(&in->work, *v) != 0)
            return no_memory();
        if (alone || in->work.items == in->opt->batch)
            return gathered_work(in);
    }
}

int intake_next(struct intake *in)
{
    const struct gf_value *v;
    int got;
    if (in->opt->pipe) {
        got = blocks_next(&in->blocks, &in->source);
    } else if (in->opt->batch > 1 || in->opt->fill_command) {
        got = gather_work(in);
        if (got == 1)
            in->gathered = 0;
    } else {
        got = next_record(in, &v);
        if (got == 1 && work_set(&in->work, v, source_width(&in->source)) != 0)
            got = no_memory();
    }
    in->seq += got == 1;
    return got;
}

/* A part of what the system lets a command have is left for what the kernel adds. */
void intake_measure(struct intake *in, size_t environment)
{
    enum {
        KERNELS = 4096,
        LEAST = 4096,
        WORD_PAGES = 32 /* MAX_ARG_STRLEN */
    };
    long most = sysconf(_SC_ARG_MAX);
    size_t room = most > 0 ? (size_t)most : 128 * 1024, used = gf_sat_add(environment, KERNELS);
    long page = sysconf(_SC_PAGESIZE);
    in->word_room = WORD_PAGES * (page > 0 ? (size_t)page : 4096);
    in->room = room > gf_sat_add(used, LEAST) ? room - used : LEAST;
}

/* The first record is the names of the columns, or of the lists. */
static int read_header(struct intake *in)
{
    const struct gf_value *v;
    int got;
    while ((got = source_take_header(&in->source, &v)) == 0)
        if (source_fill(&in->source) != 0)
            return -1;
    if (got == GF_READER_END)
        return 0;
    if (got == -1)
        return -1;
    if (in->opt->pipe)
        return blocks_header(&in->blocks, &in->source) == 0 ? 0 : no_memory();
    if (work_set(&in->work, v, source_width(&in->source)) != 0)
        return no_memory();
    struct gf_fill f = work_fill(&in->work, 0, 0);
    if (f.values == 0)
        return 0;
    in->names = calloc(f.values, sizeof *in->names);
    if (!in->names)
        return no_memory();
    for (size_t i = 0; i < f.values; i++)
        if (gf_buf_add(&in->name_bytes, f.value[i].text, f.value[i].len) != 0 ||
            gf_buf_putc(&in->name_bytes, '\0') != 0)
            return no_memory();
    const char *at = in->name_bytes.data;
    for (in->nnames = 0; in->nnames < f.values; in->nnames++) {
        in->names[in->nnames] = (struct gf_value){at, f.value[in->nnames].len};
        at += f.value[in->nnames].len + 1;
    }
    return 0;
}

int intake_open(struct intake *in, const struct options *o)
{
    in->opt = in->blocks.opt = in->shuffle.opt = o;
    work_init(&in->work, o);
    if (source_open(&in->source, o) != 0)
        return -1;
    return o->header ? read_header(in) : 0;
}

void intake_release(struct intake *in)
{
    source_close(&in->source);
    work_release(&in->work);
    blocks_release(&in->blocks);
    shuffle_release(&in->shuffle);
    gf_buf_release(&in->name_bytes);
    free(in->names);
}
