/* replay.c - dead letters as input. */
#include "replay.h"

#include <string.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"
#include "flow.h"

int replay_open(const struct run *r)
{
    if (strcmp(r->opt->replay, "-") == 0)
        return STDIN_FILENO;
    int fd = gf_open_input(r->opt->replay);
    if (fd == -1)
        gf_error_errno("cannot open dead letters '%s'", r->opt->replay);
    return fd;
}

void replay_close(struct replay *p)
{
    gf_letter_release(&p->letter);
}

/* The stage of the letter; NULL after a message. */
static struct stage *stage_of(struct replay *p, struct run *r)
{
    const struct gf_buf *name = &p->letter.stage;
    for (size_t i = 0; i < r->nstages; i++)
        if (strlen(r->stage[i].plan->name) == name->len &&
            memcmp(r->stage[i].plan->name, name->data, name->len) == 0)
            return &r->stage[i];
    gf_error("'%s', line %llu: there is no stage '%.*s'", r->opt->replay,
             (unsigned long long)p->line, (int)name->len, name->len ? name->data : "");
    gf_hint("--replay without --from-stage lets the records go through all stages");
    run_fail(r, GF_EXIT_TOOL);
    return NULL;
}

/* Its record is not whole. */
static void refuse(struct replay *p, struct run *r, const char *line, size_t len)
{
    struct gf_buf copy = {0};
    gf_error("'%s', line %llu: record %llu was cut, and is not tried again", r->opt->replay,
             (unsigned long long)p->line, (unsigned long long)p->letter.seq);
    gf_hint("its offset says where it is in the input; --max-record sets the limit");
    r->some_failed = true;
    if (!r->dead.log.path)
        return;
    gf_buf_add(&copy, line, len);
    gf_buf_putc(&copy, '\n');
    gf_linelog_add(&r->dead.log, &copy); /* says by itself what is wrong */
    gf_buf_release(&copy);
}

void replay_letter(struct replay *p, struct run *r, const char *line, size_t len)
{
    struct gf_letter_read *l = &p->letter;
    struct stage *stage = NULL;
    p->line++;
    if (len == 0)
        return;
    if (gf_letter_parse(l, line, len, r->opt->from_stage) != 0) {
        if (!l->wrong) {
            run_no_memory(r);
            return;
        }
        gf_error("'%s', line %llu: %s", r->opt->replay, (unsigned long long)p->line, l->wrong);
        run_fail(r, GF_EXIT_TOOL);
        return;
    }
    if (l->truncated) {
        refuse(p, r, line, len);
        return;
    }
    if (r->opt->from_stage && l->stage.len && !(stage = stage_of(p, r)))
        return;
    if (gf_buf_putc(&l->record, r->opt->record_end) != 0) {
        run_no_memory(r);
        return;
    }
    struct flow *f = stage ? stage->flow : r->flow;
    flow_take_at(f, stage ? stage->number : f->first, l->record.data, l->record.len, f->ledger.end);
}
