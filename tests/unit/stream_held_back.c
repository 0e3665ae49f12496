/* Records that wait, in memory and in files: against an array of their numbers. */
#include "stream/held_back.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "stream_rig.h"

struct place {
    struct gf_stream st;
    struct gf_stage *s;
    struct gf_held_back q;
    uint64_t first, next; /* numbers of the oldest, and of what comes next */
    size_t longest;
    char text[4000];
};

static void place_init(struct place *p, size_t share, size_t longest)
{
    *p = (struct place){.st = {.share = share}, .longest = longest};
    p->st.spill = (struct gf_runfile){.dirs = rig_dirs, .ndirs = 1};
    p->s = gf_stage_new(&p->st, NULL, "tail", 0);
    if (!p->s)
        abort();
}

static void place_release(struct place *p)
{
    gf_held_back_release(&p->q);
    gf_held_back_release(&p->q);
    gf_runfile_release(&p->st.spill);
    gf_stage_free_all(p->s);
}

/* Record number n: that, and some x. */
static struct gf_slice record(struct place *p, uint64_t n)
{
    int len = snprintf(p->text, sizeof p->text, "%" PRIu64, n);
    size_t more = (size_t)(n * 7919 % p->longest);
    memset(p->text + len, 'x', more);
    return n % 5 ? (struct gf_slice){p->text, (size_t)len + more} : (struct gf_slice){"", 0};
}

static void push(struct place *p)
{
    CHECK_INT(gf_held_back_push(p->s, &p->q, record(p, p->next++)), 0);
}

static void pop(struct place *p)
{
    struct gf_slice got = {0}, want = record(p, p->first);
    int r = gf_held_back_pop(p->s, &p->q, &got);
    CHECK_INT(r, p->first < p->next);
    CHECK_ROW(!r || gf_slice_compare(got, want) == 0, "record %" PRIu64 ": '%.*s'", p->first,
              (int)got.len, got.data);
    p->first += (uint64_t)r;
}

static void drop(struct place *p)
{
    if (p->first == p->next)
        return;
    gf_held_back_drop(&p->q);
    p->first++;
}

TEST(stream_held_back, what_is_pushed_comes_out_in_order)
{
    uint64_t seed = 7;
    for (size_t share = 64; share <= 1 << 20; share *= 4)
        for (unsigned kind = 0; kind < 4; kind++) {
            struct place p;
            place_init(&p, share, share / 8 + 1 < 3900 ? share / 8 + 1 : 3900);
            for (int i = 0; i < 3000; i++) {
                uint64_t what = rig_random(&seed, 12);
                if (what < (kind ? 7 : 5))
                    push(&p);
                else if (kind == 1 || (kind != 2 && what < 9))
                    pop(&p);
                else
                    drop(&p);
                CHECK_INT(p.q.n, p.next - p.first);
            }
            while (p.first < p.next)
                rig_random(&seed, 3) ? pop(&p) : drop(&p);
            pop(&p);
            CHECK_INT(p.st.fault.status, 0);
            place_release(&p);
        }
}

/* The room in the file is given back, and what is dropped in memory is not kept. */
TEST(stream_held_back, only_what_waits_takes_room)
{
    struct place p;
    struct stat st;
    place_init(&p, 1 << 20, 100);
    for (int i = 0; i < 300000; i++) {
        push(&p);
        if (p.next - p.first > 10)
            drop(&p);
    }
    CHECK(p.q.text.cap < 200000 && p.q.cap < 20000 && p.st.spill.written == 0);
    for (int i = 0; i < 600000; i++) {
        push(&p);
        if (p.next - p.first > 20000)
            drop(&p);
    }
    CHECK(p.st.spill.written > 20 << 20);
    CHECK(p.q.parts < 10);
    int fd = p.st.spill.fd[0] - 1;
    CHECK_INT(fstat(fd, &st), 0);
    if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096) == 0)
        CHECK_ROW(st.st_blocks * 512 < 8 << 20, "%jd blocks", (intmax_t)st.st_blocks);
    while (p.first < p.next)
        pop(&p);
    place_release(&p);
}

TEST(stream_held_back, a_record_beyond_half_of_the_share)
{
    struct place p;
    struct gf_slice rec = {p.text, 500};
    place_init(&p, 1000, 1);
    CHECK_INT(gf_held_back_push(p.s, &p.q, rec), 0);
    CHECK_INT(gf_held_back_push(p.s, &p.q, rec), 0);
    CHECK_INT(p.q.parts, 1);
    rec.len++;
    CHECK_INT(gf_held_back_push(p.s, &p.q, rec), -1);
    CHECK_STR(p.st.fault.text, "tail: record 0 is larger than the memory it may use");
    CHECK_STR(p.st.fault.hint, "--memory sets the budget");
    place_release(&p);
}
