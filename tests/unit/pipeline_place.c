/*
 * pipeline_place.c - what is in front of the first piece of a ledger is done, also where records
 * come together that did not stand in their order; and whether what was written ends in front of
 * it.
 */
#include <string.h>

#include "pipeline/ledger.h"
#include "test.h"

/* Five records of two bytes, each a piece. */
static void take(struct gf_ledger *l, struct gf_piece *p[5])
{
    *l = (struct gf_ledger){.separator = '\n'};
    struct gf_bytes *b = gf_bytes_new(l, 10);
    memcpy(b->data, "a\nb\nc\nd\ne\n", 10);
    p[0] = gf_ledger_take(l, b, 0, 1);
    gf_bytes_drop(l, b);
    for (int i = 1; i < 5; i++)
        p[i] = gf_ledger_split(l, p[i - 1], 1);
}

/* The pieces, in this order, have an answer of n lines together. */
static struct gf_piece *merge(struct gf_ledger *l, uint64_t n, struct gf_piece *first,
                              struct gf_piece *second)
{
    struct gf_bytes *b = gf_bytes_new(l, n * 2);
    for (size_t i = 0; i < n; i++)
        memcpy(b->data + i * 2, "x\n", 2);
    first->behind = second;
    CHECK_INT(gf_ledger_merge(l, first, b, b->data, b->len, n), 0);
    gf_bytes_drop(l, b);
    return first;
}

TEST(pipeline_place, group_stands_where_its_earliest_record_does)
{
    struct gf_ledger l;
    struct gf_piece *p[5];
    take(&l, p);
    struct gf_piece *g = merge(&l, 1, p[3], p[1]); /* d and b */
    CHECK_INT(gf_piece_seq(g), 2);
    gf_ledger_end(&l, p[0], GF_FATE_OUT);
    CHECK(l.first == g && g->next == p[2] && p[2]->prev == g && p[2]->next == p[4]);
    CHECK_INT(gf_ledger_done(&l), 2);
    gf_ledger_end(&l, p[2], GF_FATE_OUT);
    CHECK_INT(gf_ledger_done(&l), 2);
    /* A group of it, too. */
    g = merge(&l, 1, p[4], g);
    CHECK_INT(gf_piece_seq(g), 2);
    CHECK_INT(gf_piece_records(g), 3);
    CHECK_INT(gf_ledger_done(&l), 2);
    gf_ledger_end(&l, g, GF_FATE_OUT);
    CHECK_INT(gf_ledger_done(&l), 10);
    CHECK_INT(l.fate[GF_FATE_OUT], 5);
    CHECK(gf_ledger_holds(&l));
    gf_ledger_release(&l);
}

TEST(pipeline_place, lines_of_what_was_written_in_part)
{
    struct gf_ledger l;
    struct gf_piece *p[5];
    take(&l, p);
    struct gf_piece *g = merge(&l, 3, p[0], p[1]);
    CHECK(!gf_piece_is_begun(g) && !gf_piece_is_begun(p[2]));
    struct gf_piece *rest = gf_ledger_split(&l, g, 1);
    gf_piece_begin(g);
    CHECK(gf_piece_is_begun(rest));
    gf_ledger_end(&l, g, GF_FATE_OUT);
    CHECK(gf_piece_is_begun(rest) && !gf_piece_is_begun(p[2]));
    /* What it becomes a part of stands for them as well, also behind another record. */
    struct gf_piece *last = gf_ledger_split(&l, rest, 1);
    struct gf_piece *more = merge(&l, 2, last, p[2]);
    CHECK(gf_piece_is_begun(more));
    gf_piece_begin(more);
    CHECK(!gf_piece_is_begun(p[3]));
    gf_ledger_release(&l);
}

TEST(pipeline_place, a_group_below_is_begun_with_the_one_above)
{
    struct gf_ledger l;
    struct gf_piece *p[5];
    take(&l, p);
    struct gf_piece *two = merge(&l, 2, p[1], p[2]), *half = gf_ledger_split(&l, two, 1);
    struct gf_piece *g = merge(&l, 1, p[0], two);
    gf_piece_begin(g);
    gf_ledger_end(&l, g, GF_FATE_OUT);
    CHECK(gf_piece_is_begun(half));
    gf_ledger_release(&l);
}
