/* Faults: the first one stays, with its hint; texts are cut; what is owned is released. */
#include "stream/fault.h"

#include <errno.h>
#include <string.h>

#include "base/exit.h"
#include "stream/sidework.h"
#include "test.h"

TEST(stream_fault, the_first_stays)
{
    struct gf_fault f = {0};
    struct gf_perr e = {1, 2, "why", "a way"};
    CHECK_INT(gf_fault_set(&f, GF_EXIT_SOME, "%s %d", "first", 1), -1);
    CHECK_INT(gf_fault_set(&f, GF_EXIT_TOOL, "second"), -1);
    CHECK_INT(gf_fault_errno(&f, GF_EXIT_TOOL, "third"), -1);
    CHECK_INT(gf_fault_nomem(&f), -1);
    CHECK_INT(gf_fault_parse(&f, "kind", "subject", &e), -1);
    CHECK_INT(f.status, GF_EXIT_SOME);
    CHECK_STR(f.text, "first 1");
    CHECK_STR(f.kind, "");
    CHECK(f.subject == NULL);
    gf_fault_release(&f);
    CHECK_INT(f.status, 0);
    CHECK_STR(f.text, "");
    gf_fault_release(&f);
}

TEST(stream_fault, the_first_hint_stays)
{
    struct gf_fault f = {0};
    CHECK_INT(gf_fault_hint(&f, "do %s", "this"), -1);
    CHECK_INT(gf_fault_hint(&f, "do that"), -1);
    CHECK_STR(f.hint, "do this");
    CHECK_INT(f.status, 0); /* a hint alone is no fault */
    gf_fault_release(&f);
}

TEST(stream_fault, errno_is_said)
{
    struct gf_fault f = {0};
    errno = ENOENT;
    CHECK_INT(gf_fault_errno(&f, GF_EXIT_TOOL, "cannot open '%s'", "x"), -1);
    CHECK_STR(f.text, "cannot open 'x': No such file or directory");
    CHECK_INT(f.status, GF_EXIT_TOOL);
    gf_fault_release(&f);
    CHECK_INT(gf_fault_nomem(&f), -1);
    CHECK_INT(f.status, GF_EXIT_TOOL);
    CHECK_STR(f.text, "out of memory");
    gf_fault_release(&f);
}

TEST(stream_fault, parse)
{
    struct gf_fault f = {0};
    char subject[] = "abc";
    struct gf_perr e = {1, 2, "why", "a way"};
    CHECK_INT(gf_fault_parse(&f, "thing", subject, &e), -1);
    subject[0] = 'x'; /* a copy is kept */
    e.col = 9;
    CHECK_INT(f.status, GF_EXIT_USAGE);
    CHECK_STR(f.kind, "thing");
    CHECK_STR(f.subject, "abc");
    CHECK_STR(f.where.what, "why");
    CHECK_STR(f.where.hint, "a way");
    CHECK(f.where.col == 1 && f.where.len == 2);
    gf_fault_release(&f);
    CHECK(f.subject == NULL);
}

TEST(stream_fault, long_texts_are_cut)
{
    char text[2000];
    struct gf_fault f = {0};
    struct gf_perr e = {0};
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    errno = EIO;
    gf_fault_errno(&f, GF_EXIT_TOOL, "%s", text);
    gf_fault_hint(&f, "%s", text);
    CHECK_INT(strlen(f.text), sizeof f.text - 1);
    CHECK_INT(strlen(f.hint), sizeof f.hint - 1);
    gf_fault_release(&f);
    gf_fault_parse(&f, text, text, &e);
    CHECK_INT(strlen(f.kind), sizeof f.kind - 1);
    CHECK_STR(f.subject, text);
    gf_fault_release(&f);
}

/* An operation that cannot be opened, with a fault that owns something. */
static struct gf_stage *open_never(const struct gf_node *n, struct gf_stream *st,
                                   struct gf_stage *up)
{
    struct gf_perr e = {1, 2, "why", "a way"};
    (void)n;
    (void)up;
    gf_fault_parse(&st->fault, "kind", "subject", &e);
    return NULL;
}

TEST(stream_fault, of_a_worker_that_cannot_be_opened)
{
    const struct gf_op never = {.open = open_never};
    const struct gf_node node = {.op = &never};
    const struct gf_settings set = {0};
    struct gf_stream st = {.set = &set};
    struct gf_sidework w;
    CHECK_INT(gf_sidework_open(&w, &st, &node, 1, NULL), -1);
    gf_sidework_close(&w);
    CHECK_INT(st.fault.status, GF_EXIT_USAGE);
    CHECK_STR(st.fault.subject, "subject");
    gf_fault_release(&st.fault);
}
