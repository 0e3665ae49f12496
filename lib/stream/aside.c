/*
 * aside.c - two sorters: by key to choose, then by place to give.
 *
 * A record carries its place in the input as eight big-endian bytes, which the first sorter takes
 * for a tag and the second one for the key. The walk over the first knows equal records by their
 * key, which it makes again and keeps a copy of. A count is put between place and record.
 */
#include "stream/aside.h"

#include "base/num.h"

static void put_place(char *to, uint64_t place)
{
    for (int i = 0; i < 8; i++)
        to[i] = (char)(place >> (56 - 8 * i));
}

static int add_placed(struct gf_stage *s, struct gf_aside *a, struct gf_sorter *to, uint64_t place,
                      uint64_t count, struct gf_slice rec)
{
    char head[8 + GF_UINT_SIZE];
    struct gf_slice join = s->stream->set->behind_number;
    put_place(head, place);
    gf_buf_clear(&a->item);
    gf_buf_add(&a->item, head, 8 + (count ? gf_format_uint(count, head + 8) : 0));
    if (count)
        gf_buf_add(&a->item, join.data, join.len);
    if (gf_buf_add(&a->item, rec.data, rec.len) != 0)
        return gf_fault_nomem(&s->stream->fault);
    return gf_sorter_add(to, (struct gf_slice){a->item.data, a->item.len}) == 0
               ? 0
               : gf_stage_storage(s);
}

int gf_aside_add(struct gf_stage *s, struct gf_aside *a, const struct gf_keyspec *keys,
                 uint64_t place, struct gf_slice rec)
{
    struct gf_sorter_conf conf = {.keys = keys,
                                  .tag = true,
                                  .budget = a->budget,
                                  .spill = &s->stream->spill,
                                  .threads = s->stream->set->threads};
    if (!a->open && gf_sorter_open(&a->by_key, &conf) != 0)
        return gf_stage_storage(s);
    a->open = true;
    return add_placed(s, a, &a->by_key, place, 0, rec);
}

/* What is given in the end, in the order of its place. */
static int open_by_place(struct gf_stage *s, struct gf_aside *a)
{
    if (a->placed)
        return 0;
    struct gf_sorter_conf conf = {.tag = true,
                                  .budget = a->budget,
                                  .spill = &s->stream->spill,
                                  .threads = s->stream->set->threads};
    if (gf_sorter_open(&a->by_place, &conf) != 0)
        return gf_stage_storage(s);
    a->placed = true;
    return 0;
}

int gf_aside_give_later(struct gf_stage *s, struct gf_aside *a, uint64_t place, struct gf_slice rec)
{
    return open_by_place(s, a) == 0 ? add_placed(s, a, &a->by_place, place, 0, rec) : -1;
}

/* A run of equal keys as it is walked. */
struct equal_run {
    struct gf_buf key, rec;
    uint64_t place, n;
};

struct choosing {
    struct gf_aside *aside;
    const struct gf_choice *choice;
    struct equal_run run;
};

/* A record that was chosen, behind how many were equal where that is not 0. */
static int give_chosen(struct gf_stage *s, struct gf_aside *a, uint64_t place, uint64_t count,
                       struct gf_slice rec)
{
    return open_by_place(s, a) == 0 ? add_placed(s, a, &a->by_place, place, count, rec) : -1;
}

static int end_equal_run(struct gf_stage *s, const struct choosing *all)
{
    const struct equal_run *r = &all->run;
    if (r->n == 0 || !gf_choice_at_end(all->choice, r->n))
        return 0;
    return give_chosen(s, all->aside, r->place, all->choice->counts ? r->n : 0,
                       (struct gf_slice){r->rec.data, r->rec.len});
}

static int walk_one(struct gf_stage *s, struct choosing *all, uint64_t place, struct gf_slice key,
                    struct gf_slice rec)
{
    struct equal_run *r = &all->run;
    bool same = r->n && gf_slice_compare(key, (struct gf_slice){r->key.data, r->key.len}) == 0;
    if (!same) {
        if (end_equal_run(s, all) != 0)
            return -1;
        r->n = 0;
        gf_buf_clear(&r->key);
        gf_buf_add(&r->key, key.data, key.len);
    }
    r->n++;
    if (gf_choice_at_once(all->choice, r->n))
        return give_chosen(s, all->aside, place, 0, rec);
    if (r->n == 1 || all->choice->last) {
        r->place = place;
        gf_buf_clear(&r->rec);
        gf_buf_add(&r->rec, rec.data, rec.len);
    }
    return r->key.failed || r->rec.failed ? gf_fault_nomem(&s->stream->fault) : 0;
}

int gf_aside_walk(struct gf_stage *s, struct gf_aside *a, const struct gf_keyspec *keys,
                  gf_aside_each *each, void *arg)
{
    struct gf_key_maker maker;
    struct gf_slice item, key;
    int got = -1;
    if (!a->open)
        return 0;
    gf_key_maker_init(&maker, keys);
    if (gf_sorter_end(&a->by_key) == 0)
        while ((got = gf_sorter_next(&a->by_key, &item)) == 1) {
            struct gf_slice rec = {item.data + 8, item.len - 8};
            got = -1;
            if (gf_keyspec_of(keys, &maker, rec, &key) != 0 ||
                each(s, arg, gf_key_prefix(item.data, 8, 0), key, rec) != 0)
                break;
        }
    gf_key_maker_release(&maker);
    return got == 0 ? 0 : gf_stage_storage(s);
}

int gf_aside_end(struct gf_stage *s, struct gf_aside *a)
{
    a->sorted = true;
    return !a->placed || gf_sorter_end(&a->by_place) == 0 ? 0 : gf_stage_storage(s);
}

static int choose(struct gf_stage *s, void *arg, uint64_t place, struct gf_slice key,
                  struct gf_slice rec)
{
    struct choosing *c = arg;
    return walk_one(s, c, place, key, rec);
}

/* All were set aside: chooses, and sorts what was chosen by place. */
int gf_aside_sort(struct gf_stage *s, struct gf_aside *a, const struct gf_keyspec *keys,
                  const struct gf_choice *c)
{
    struct choosing all = {.aside = a, .choice = c};
    int r = gf_aside_walk(s, a, keys, choose, &all);
    if (r == 0)
        r = end_equal_run(s, &all);
    gf_buf_release(&all.run.key);
    gf_buf_release(&all.run.rec);
    return r == 0 ? gf_aside_end(s, a) : r;
}

struct testing {
    struct gf_aside *aside;
    gf_aside_test *test;
    void *arg;
};

static int test_one(struct gf_stage *s, void *arg, uint64_t place, struct gf_slice key,
                    struct gf_slice rec)
{
    const struct testing *t = arg;
    int keep = t->test(t->arg, key);
    return keep == 1 ? gf_aside_give_later(s, t->aside, place, rec) : keep;
}

int gf_aside_keep(struct gf_stage *s, struct gf_aside *a, const struct gf_keyspec *keys,
                  gf_aside_test *test, void *arg)
{
    struct testing t = {a, test, arg};
    return gf_aside_walk(s, a, keys, test_one, &t) == 0 ? gf_aside_end(s, a) : -1;
}

int gf_aside_give(struct gf_stage *s, struct gf_aside *a, size_t max)
{
    while (a->placed && gf_stage_room(s, max)) {
        struct gf_slice item;
        int got = gf_sorter_next(&a->by_place, &item);
        if (got < 0)
            return gf_stage_storage(s);
        if (got == 0)
            break;
        if (gf_stage_emit_copy(s, item.data + 8, item.len - 8) != 0)
            return -1;
    }
    return s->n ? 1 : 0;
}

void gf_aside_release(struct gf_aside *a)
{
    gf_sorter_release(&a->by_key);
    gf_sorter_release(&a->by_place);
    gf_buf_release(&a->item);
}
