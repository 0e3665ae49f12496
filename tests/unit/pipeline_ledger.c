/*
 * pipeline_ledger.c - the ledger beside a plain model, which has a struct for each line: what was
 * read, where it begins, which lines it is among.
 *
 * The model keeps lines in an array in their order, each with the groups around it, and looks for
 * everything anew. Random walks take, split, set, merge and end, and compare after each step.
 */
#include "pipeline/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

enum {
    RECORDS = 400, /* read in one walk */
    LINES = 4000,  /* that may be at once */
    GROUPS = 4000,
    STEPS = 600
};

/* A group, or a record that was read, which has no lines but one thing that stands for it. */
struct node {
    int nmembers, member[64]; /* of a group: what it stands for */
    int open;                 /* lines, or groups of one, without a fate */
    enum gf_fate fate;
    bool is_record, has_fate;
    int seq;
};

struct line {
    struct gf_piece *piece;
    int node; /* what it stands for */
    char text[16];
    bool passed;
};

struct model {
    struct gf_ledger l;
    unsigned seed;
    struct node node[RECORDS + GROUPS];
    int nnodes;
    struct line line[LINES];
    int nlines;
    char read[RECORDS + 1][16]; /* by number */
    uint64_t offset[RECORDS + 2];
    int in;
    uint64_t fate[GF_FATES];
};

static unsigned any(struct model *m, unsigned n)
{
    m->seed = m->seed * 1103515245 + 12345;
    return (m->seed >> 8) % n;
}

static void settle(struct model *m, int i, enum gf_fate fate)
{
    struct node *n = &m->node[i];
    n->fate = fate > n->fate ? fate : n->fate;
    if (--n->open)
        return;
    n->has_fate = true;
    if (n->is_record)
        m->fate[n->fate]++;
    for (int k = 0; k < n->nmembers; k++)
        settle(m, n->member[k], n->fate);
}

/* ---- pieces and their lines ------------------------------------------------------------------ */

static int first_line(const struct model *m, const struct gf_piece *p)
{
    int i = 0;
    while (m->line[i].piece != p)
        i++;
    return i;
}

static int lines_of(const struct model *m, const struct gf_piece *p)
{
    int n = 0;
    for (int i = 0; i < m->nlines; i++)
        n += m->line[i].piece == p;
    return n;
}

static void remove_lines(struct model *m, const struct gf_piece *p)
{
    int to = 0;
    for (int i = 0; i < m->nlines; i++)
        if (m->line[i].piece != p)
            m->line[to++] = m->line[i];
    m->nlines = to;
}

static struct gf_piece *any_piece(struct model *m)
{
    return m->nlines ? m->line[any(m, (unsigned)m->nlines)].piece : NULL;
}

/* ---- steps ----------------------------------------------------------------------------------- */

static void take(struct model *m)
{
    char text[256];
    size_t len = 0;
    int n = 1 + (int)any(m, 9);
    if (m->in + n > RECORDS || m->nlines + n > LINES)
        return;
    uint64_t offset = m->offset[m->in];
    for (int i = 0; i < n; i++) {
        int seq = ++m->in, size = snprintf(m->read[seq], 16, "r%d%.*s", seq, (int)any(m, 4), "xxx");
        m->offset[seq] = m->offset[seq - 1] + (uint64_t)size + 1;
        m->node[m->nnodes] = (struct node){.is_record = true, .open = 1, .seq = seq};
        struct line *l = &m->line[m->nlines++];
        *l = (struct line){.node = m->nnodes++};
        memcpy(l->text, m->read[seq], 16);
        len += (size_t)snprintf(text + len, sizeof text - len, "%s\n", l->text);
    }
    struct gf_bytes *b = gf_bytes_new(&m->l, len);
    memcpy(b->data, text, len);
    struct gf_piece *p = gf_ledger_take(&m->l, b, offset, m->in);
    gf_bytes_drop(&m->l, b);
    for (int i = m->nlines - n; i < m->nlines; i++)
        m->line[i].piece = p;
}

static void split(struct model *m)
{
    struct gf_piece *p = any_piece(m);
    if (!p || p->n < 2)
        return;
    int n = 1 + (int)any(m, (unsigned)p->n - 1), at = first_line(m, p), all = lines_of(m, p);
    struct gf_piece *rest = gf_ledger_split(&m->l, p, (uint64_t)n);
    for (int i = n; i < all; i++)
        m->line[at + i].piece = rest;
}

static struct gf_bytes *answers(struct model *m, int n, char text[][16])
{
    size_t len = 0;
    struct gf_bytes *b = gf_bytes_new(&m->l, (size_t)n * 16);
    for (int i = 0; i < n; i++) {
        snprintf(text[i], 16, "a%u", any(m, 100000));
        size_t n_text = strlen(text[i]);
        memcpy(b->data + len, text[i], n_text);
        b->data[len + n_text] = '\n';
        len += n_text + 1;
    }
    b->data[len] = '\0';
    return b;
}

/* The lines at `at`, `had` of them, are n others, with these texts. */
static void replace(struct model *m, int at, int had, int n, char text[][16], struct line like)
{
    memmove(&m->line[at + n], &m->line[at + had],
            (size_t)(m->nlines - at - had) * sizeof m->line[0]);
    m->nlines += n - had;
    for (int i = 0; i < n; i++) {
        m->line[at + i] = like;
        memcpy(m->line[at + i].text, text[i], 16);
    }
}

/* A group of n lines, for what some lines stand for. */
static int new_group(struct model *m, int n)
{
    m->node[m->nnodes] = (struct node){.open = n};
    return m->nnodes++;
}

/* A node that several lines stand for is a member once: its lines end as one. */
static void add_member(struct model *m, int group, int node)
{
    struct node *g = &m->node[group];
    for (int i = 0; i < g->nmembers; i++)
        if (g->member[i] == node) {
            m->node[node].open--;
            return;
        }
    g->member[g->nmembers++] = node;
}

static void set(struct model *m)
{
    char text[32][16];
    struct gf_piece *p = any_piece(m);
    if (!p || m->nlines + 32 > LINES || m->nnodes + 2 > RECORDS + GROUPS)
        return;
    int had = (int)p->n, at = first_line(m, p), n = any(m, 2) ? had : 1 + (int)any(m, 12);
    struct gf_bytes *b = answers(m, n, text);
    CHECK_INT(gf_piece_set(&m->l, p, b, b->data, strlen(b->data), (uint64_t)n), 0);
    gf_bytes_drop(&m->l, b);
    if (n == had) {
        for (int i = 0; i < n; i++)
            memcpy(m->line[at + i].text, text[i], 16);
        return;
    }
    int g = new_group(m, n);
    for (int i = 0; i < had; i++)
        add_member(m, g, m->line[at + i].node);
    replace(m, at, had, n, text, (struct line){.piece = p, .node = g, .passed = p->passed});
}

/* Some pieces become one, at the place of the first; they need not be neighbours. */
static void merge(struct model *m)
{
    char text[32][16];
    struct gf_piece *first = NULL, *last = NULL;
    int records = 0;
    for (struct gf_piece *p = m->l.first; p && records < 40; p = p->next) {
        if (any(m, 3) || records + (int)p->n > 60)
            continue;
        p->behind = NULL;
        *(last ? &last->behind : &first) = p;
        last = p;
        records += (int)p->n;
    }
    if (!first || m->nlines + 32 > LINES || m->nnodes + 2 > RECORDS + GROUPS)
        return;
    int n = 1 + (int)any(m, 12), g = new_group(m, n), at = first_line(m, first);
    struct line like = {.piece = first, .node = g};
    struct gf_bytes *b = answers(m, n, text);
    for (const struct gf_piece *p = first, *behind; p; p = behind) {
        behind = p->behind;
        int from = first_line(m, p);
        like.passed = like.passed || p->passed;
        for (int i = 0; i < (int)p->n; i++)
            add_member(m, g, m->line[from + i].node);
        if (p != first)
            remove_lines(m, p);
    }
    int had = (int)first->n;
    CHECK_INT(gf_ledger_merge(&m->l, first, b, b->data, strlen(b->data), (uint64_t)n), 0);
    gf_bytes_drop(&m->l, b);
    replace(m, at, had, n, text, like);
}

static void pass(struct model *m)
{
    struct gf_piece *p = any_piece(m);
    if (!p)
        return;
    p->passed = true;
    for (int i = 0; i < m->nlines; i++)
        m->line[i].passed = m->line[i].passed || m->line[i].piece == p;
}

static void end(struct model *m)
{
    static const enum gf_fate fates[] = {GF_FATE_OUT, GF_FATE_OUT, GF_FATE_OUT, GF_FATE_DROPPED,
                                         GF_FATE_DEAD};
    struct gf_piece *p = any(m, 2) ? m->l.first : any_piece(m);
    if (!p)
        return;
    enum gf_fate fate = fates[any(m, 5)];
    for (int i = 0; i < m->nlines; i++)
        if (m->line[i].piece == p)
            settle(m, m->line[i].node,
                   fate == GF_FATE_OUT && m->line[i].passed ? GF_FATE_PASSED : fate);
    remove_lines(m, p);
    gf_ledger_end(&m->l, p, fate);
}

/* ---- what must be true ----------------------------------------------------------------------- */

/* The records that a node stands for, in the order in which its groups were made of them. */
static void records_of(const struct model *m, int node, bool *seen, int *list, int *n)
{
    const struct node *g = &m->node[node];
    if (seen[node])
        return;
    seen[node] = true;
    if (g->is_record)
        list[(*n)++] = g->seq;
    for (int i = 0; i < g->nmembers; i++)
        records_of(m, g->member[i], seen, list, n);
}

static bool agrees_on_origin(const struct model *m, const struct gf_piece *p, int at)
{
    char want[RECORDS * 17] = "";
    struct gf_buf got = {0};
    size_t len = 0;
    int list[RECORDS], n = 0;
    bool seen[RECORDS + GROUPS] = {false};
    for (int i = 0; i < (int)p->n; i++)
        records_of(m, m->line[at + i].node, seen, list, &n);
    for (int i = 0; i < n; i++)
        len += (size_t)snprintf(want + len, sizeof want - len, "%s%s", i ? "\n" : "",
                                m->read[list[i]]);
    bool same = gf_piece_seq(p) == (uint64_t)list[0] && gf_piece_records(p) == (uint64_t)n &&
                gf_piece_offset(p, '\n') == m->offset[list[0] - 1] &&
                gf_piece_origin(p, '\n', &got) == 0 && got.len == len &&
                memcmp(got.data, want, len) == 0;
    gf_buf_release(&got);
    return same;
}

/* Whether the list of pieces is that of the lines, text by text. */
static bool agrees_on_lines(const struct model *m)
{
    int at = 0;
    const struct gf_piece *before = NULL;
    for (const struct gf_piece *p = m->l.first; p; p = p->next) {
        const char *text = p->data;
        if (p->prev != before || at + (int)p->n > m->nlines)
            return false;
        for (int i = 0; i < (int)p->n; i++) {
            const struct line *l = &m->line[at + i];
            size_t len = strlen(l->text);
            if (l->piece != p || memcmp(text, l->text, len) != 0 || text[len] != '\n')
                return false;
            text += len + 1;
        }
        if (text != p->data + p->len || !agrees_on_origin(m, p, at))
            return false;
        at += (int)p->n;
        before = p;
    }
    return m->l.last == before && at == m->nlines && m->l.lines == (uint64_t)m->nlines;
}

static bool agrees_on_fates(const struct model *m)
{
    uint64_t all = 0;
    for (int i = 0; i < GF_FATES; i++) {
        all += m->fate[i];
        if (m->l.fate[i] != m->fate[i])
            return false;
    }
    return m->l.in == (uint64_t)m->in && gf_ledger_inside(&m->l) == (uint64_t)m->in - all &&
           gf_ledger_holds(&m->l) && m->l.end == m->offset[m->in];
}

static void walk(unsigned seed, bool merges)
{
    static struct model m;
    static void (*const steps[])(struct model *) = {take,  split, split, set, set,
                                                    merge, pass,  end,   end, end};
    m = (struct model){.l = {.separator = '\n'}, .seed = seed};
    for (int i = 0; i < STEPS; i++) {
        void (*step)(struct model *) = steps[any(&m, sizeof steps / sizeof steps[0])];
        if (step == merge && !merges)
            step = split;
        step(&m);
        bool lines = agrees_on_lines(&m), fates = agrees_on_fates(&m);
        CHECK_ROW(lines && fates, "seed %u, step %d: lines %d, fates %d", seed, i, lines, fates);
        if (!lines || !fates)
            break;
        /* In the order of the input nothing in front of the first line's record is open. */
        if (!merges && m.nlines)
            CHECK_INT(gf_ledger_done(&m.l), gf_piece_offset(m.l.first, '\n'));
    }
    while (m.l.first)
        end(&m);
    CHECK_INT(agrees_on_fates(&m), true);
    CHECK_INT(gf_ledger_done(&m.l), m.offset[m.in]);
    CHECK_INT(m.l.held, 0);
    gf_ledger_release(&m.l);
}

TEST(pipeline_ledger, agrees_with_a_model)
{
    for (unsigned seed = 1; seed <= 60; seed++)
        walk(seed, false);
}

TEST(pipeline_ledger, agrees_with_a_model_that_merges)
{
    for (unsigned seed = 1; seed <= 60; seed++)
        walk(seed * 7919, true);
}

TEST(pipeline_ledger, counts_from_what_was_before)
{
    struct gf_ledger l = {.separator = '\0', .before = 41};
    struct gf_bytes *b = gf_bytes_new(&l, 4);
    memcpy(b->data, "a\0b", 4);
    struct gf_piece *p = gf_ledger_take(&l, b, 1000, 5);
    gf_bytes_drop(&l, b);
    CHECK_INT(p->n, 2);
    CHECK_INT(gf_piece_seq(p), 42);
    struct gf_piece *rest = gf_ledger_split(&l, p, 1);
    CHECK_INT(gf_piece_seq(rest), 43);
    CHECK_INT(gf_piece_offset(rest, '\0'), 1002);
    CHECK_INT(rest->read_mono, 5);
    gf_ledger_end(&l, rest, GF_FATE_OUT);
    CHECK_INT(gf_ledger_done(&l), 1000);
    gf_ledger_end(&l, p, GF_FATE_DEAD);
    CHECK_INT(gf_ledger_done(&l), 1004);
    CHECK_INT(gf_ledger_holds(&l), true);
    gf_ledger_release(&l);
}
