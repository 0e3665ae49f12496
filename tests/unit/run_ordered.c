/* run/ordered: turns, lines, spilled output and a full disk, over files and over pipes that are
 * full. */
#include "run/ordered.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "loop.h"
#include "test.h"

enum {
    STREAMS = GF_ORDERED_STREAMS
};

/* ---- descriptors 1 and 2, replaced ----------------------------------------------------------- */

/* The checks of a test print to descriptor 1, so they come when `restore` has been called. */
struct stage {
    int saved[STREAMS], read[STREAMS];
    bool pipes;
};

static void replace(struct stage *s, bool pipes)
{
    s->pipes = pipes;
    for (int i = 0; i < STREAMS; i++) {
        int p[2];
        s->saved[i] = fcntl(i + 1, F_DUPFD_CLOEXEC, 10);
        if (!pipes) {
            s->read[i] = gf_tmpfile("/tmp");
            dup2(s->read[i], i + 1);
            continue;
        }
        if (pipe2(p, O_CLOEXEC) != 0)
            abort();
        fcntl(p[1], F_SETPIPE_SZ, 4096);
        fcntl(p[0], F_SETFL, O_NONBLOCK);
        s->read[i] = p[0];
        dup2(p[1], i + 1);
        close(p[1]);
    }
}

static void restore(struct stage *s)
{
    for (int i = 0; i < STREAMS; i++) {
        dup2(s->saved[i], i + 1);
        close(s->saved[i]);
    }
}

/* What there is to read now, behind what `b` holds. */
static void take_in(const struct stage *s, int stream, struct gf_buf *b)
{
    char data[4096];
    ssize_t n;
    if (!s->pipes)
        lseek(s->read[stream], (off_t)b->len, SEEK_SET);
    while ((n = read(s->read[stream], data, sizeof data)) > 0)
        gf_buf_add(b, data, (size_t)n);
}

/* ---- an owner -------------------------------------------------------------------------------- */

static struct {
    int pauses, resumes, rooms, changes, written, begins, ends, lost_turns;
    int failures[4];
    int failed_errno;
    size_t lost;
    struct gf_turn *order[64];
    bool paused[64]; /* by the turn's place in `turns` */
} seen;

static struct gf_turn turns[64];

static void on_pause(struct gf_ordered *o, struct gf_turn *t, int stream)
{
    (void)o;
    (void)stream;
    seen.pauses++;
    seen.paused[t - turns] = true;
}

static void on_resume(struct gf_ordered *o, struct gf_turn *t)
{
    (void)o;
    seen.resumes++;
    seen.paused[t - turns] = false;
}

static void on_written(struct gf_ordered *o, struct gf_turn *t)
{
    (void)o;
    seen.order[seen.written++] = t;
    seen.lost_turns += t->lost;
}

static void on_room(struct gf_ordered *o)
{
    (void)o;
    seen.rooms++;
    memset(seen.paused, 0, sizeof seen.paused);
}

static void on_changed(struct gf_ordered *o)
{
    (void)o;
    seen.changes++;
}

static void on_failed(struct gf_ordered *o, enum gf_ordered_failure what, struct gf_turn *t,
                      int stream, size_t lost)
{
    (void)o;
    (void)t;
    (void)stream;
    seen.failed_errno = errno;
    seen.failures[what]++;
    seen.lost += lost;
}

static const struct gf_ordered_events events = {.pause = on_pause,
                                                .resume = on_resume,
                                                .written = on_written,
                                                .room = on_room,
                                                .changed = on_changed,
                                                .failed = on_failed};

static void take(struct gf_ordered *o, int turn, int stream, const char *text)
{
    gf_ordered_take(o, &turns[turn], stream, text, strlen(text));
}

static void release_all(struct gf_ordered *o)
{
    for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++)
        gf_turn_release(o, &turns[i]);
}

/* Restores, closes, and compares. */
static void check_files(struct gf_ordered *o, struct stage *s, struct ev_loop *loop,
                        const char *out, const char *err)
{
    struct gf_buf got[STREAMS] = {{0}, {0}};
    bool pending = gf_ordered_is_pending(o);
    release_all(o);
    size_t memory = o->store.memory;
    gf_ordered_close(o);
    restore(s);
    for (int i = 0; i < STREAMS; i++) {
        take_in(s, i, &got[i]);
        gf_buf_putc(&got[i], '\0');
        close(s->read[i]);
    }
    CHECK_STR(got[0].data, out);
    CHECK_STR(got[1].data, err);
    CHECK(!pending);
    CHECK_INT(memory, 0);
    gf_buf_release(&got[0]);
    gf_buf_release(&got[1]);
    ev_loop_destroy(loop);
}

TEST(run_ordered, example)
{
    struct ev_loop *loop = loop_new();
    struct stage s;
    replace(&s, false);
    struct gf_ordered o = {
        .on = &events, .store = {.memory_max = 64 << 20, .each_max = 1 << 20, .spill.dir = "/tmp"}};
    gf_ordered_open(&o, loop);
    struct gf_turn t = {0};
    gf_ordered_queue(&o, &t);
    gf_ordered_take(&o, &t, 0, "bytes\n", 6);
    gf_ordered_closed(&o, &t, 0);
    gf_ordered_finish(&o, &t);
    gf_ordered_pump(&o);
    gf_turn_release(&o, &t);
    check_files(&o, &s, loop, "bytes\n", "");
    CHECK(seen.order[0] == &t && seen.written == 1);
    CHECK(seen.changes > 0);
}

TEST(run_ordered, zeroed)
{
    struct gf_ordered o = {0};
    struct gf_turn t = {0};
    CHECK(!gf_turn_holds(&t));
    CHECK(!gf_ordered_is_pending(&o));
    gf_turn_release(&o, &t);
    gf_ordered_forget(&o, &t);
    gf_ordered_close(&o);
    gf_ordered_close(&o);
}

TEST(run_ordered, in_the_order_of_the_queue)
{
    struct ev_loop *loop = loop_new();
    struct stage s;
    replace(&s, false);
    struct gf_ordered o = {.on = &events, .store = {.memory_max = 1 << 20, .each_max = 1 << 20}};
    gf_ordered_open(&o, loop);
    for (int i = 0; i < 4; i++)
        gf_ordered_queue(&o, &turns[i]);
    gf_ordered_queue(&o, &turns[0]); /* stays where it is */
    take(&o, 2, 0, "c\n");
    take(&o, 2, 1, "C\n");
    gf_ordered_finish(&o, &turns[2]);
    gf_ordered_pump(&o);
    int too_early = seen.written;
    take(&o, 1, 1, "B\n");
    take(&o, 0, 1, "A1\n");
    take(&o, 0, 0, "a\n");
    take(&o, 0, 1, "A2\n");
    gf_ordered_finish(&o, &turns[0]);
    gf_ordered_pump(&o);
    int first = seen.written;
    take(&o, 1, 0, "b\n");
    gf_ordered_finish(&o, &turns[1]);
    gf_ordered_finish(&o, &turns[3]); /* said nothing */
    gf_ordered_pump(&o);
    check_files(&o, &s, loop, "a\nb\nc\n", "A1\nA2\nB\nC\n");
    CHECK_INT(too_early, 0);
    CHECK_INT(first, 1);
    CHECK_INT(seen.written, 4);
    for (int i = 0; i < 4; i++)
        CHECK(seen.order[i] == &turns[i] && !turns[i].queued);
}

/* Queued when it is over: in the order of the ends. */
TEST(run_ordered, in_the_order_of_the_ends)
{
    struct ev_loop *loop = loop_new();
    struct stage s;
    replace(&s, false);
    struct gf_ordered o = {.on = &events, .store = {.memory_max = 1 << 20, .each_max = 1 << 20}};
    gf_ordered_open(&o, loop);
    take(&o, 0, 0, "a1 ");
    take(&o, 1, 0, "b1 ");
    take(&o, 0, 0, "a2 ");
    take(&o, 2, 0, "forgotten ");
    gf_ordered_finish(&o, &turns[1]);
    gf_ordered_finish(&o, &turns[2]);
    gf_ordered_forget(&o, &turns[2]);
    gf_ordered_finish(&o, &turns[0]);
    gf_ordered_pump(&o);
    take(&o, 1, 0, "late "); /* a process in the background wrote on */
    bool holds = gf_turn_holds(&turns[1]);
    gf_ordered_queue(&o, &turns[1]);
    gf_ordered_pump(&o);
    check_files(&o, &s, loop, "b1 a1 a2 late ", "");
    CHECK(holds);
    CHECK_INT(seen.written, 4);
    CHECK(seen.order[1] == &turns[2]);
}

static void say(struct gf_ordered *o, struct gf_turn *t, const char *text)
{
    struct gf_buf b = {0};
    gf_buf_puts(&b, text);
    CHECK_INT(gf_ordered_say(o, t, &b), 0);
    gf_buf_release(&b);
}

/* Of a text that lacks its end nothing stands in front. */
static void say_part(struct gf_ordered *o, struct gf_turn *t)
{
    char text[] = "<";
    struct gf_buf part = {.data = text, .len = 1, .failed = EOVERFLOW};
    errno = 0;
    CHECK_INT(gf_ordered_say(o, t, &part), -1);
    CHECK_INT(errno, EOVERFLOW);
}

static void on_begin(struct gf_ordered *o, struct gf_turn *t)
{
    say_part(o, t);
    if (seen.begins++ == 0)
        say(o, t, "<");
}

static void on_end(struct gf_ordered *o, struct gf_turn *t)
{
    if (seen.ends++ == 0)
        say(o, t, ">");
}

TEST(run_ordered, said_in_front_and_behind)
{
    static struct gf_ordered_events saying;
    saying = events;
    saying.begin = on_begin;
    saying.end = on_end;
    struct ev_loop *loop = loop_new();
    struct stage s;
    replace(&s, false);
    struct gf_ordered o = {.on = &saying, .store = {.memory_max = 1 << 20, .each_max = 1 << 20}};
    gf_ordered_open(&o, loop);
    take(&o, 0, 0, "text");
    take(&o, 0, 1, "err");
    gf_ordered_finish(&o, &turns[0]);
    gf_ordered_pump(&o);
    check_files(&o, &s, loop, "<text>", "err");
    CHECK_INT(seen.ends, 1);
}

static void on_end_always(struct gf_ordered *o, struct gf_turn *t)
{
    static char text[20001];
    memset(text, '.', sizeof text - 1);
    seen.ends++;
    say(o, t, text);
}

/* What is put behind does not go out at once: `end` is called once all the same. */
TEST(run_ordered, said_behind_over_a_pipe_that_is_full)
{
    static struct gf_ordered_events saying;
    saying = events;
    saying.end = on_end_always;
    struct ev_loop *loop = loop_new();
    struct stage s;
    struct gf_buf got[STREAMS] = {{0}, {0}};
    replace(&s, true);
    struct gf_ordered o = {.on = &saying, .store = {.memory_max = 1 << 20, .each_max = 1 << 20}};
    gf_ordered_open(&o, loop);
    take(&o, 0, 0, "text");
    gf_ordered_finish(&o, &turns[0]);
    for (int i = 0; i < 50; i++) {
        gf_ordered_pump(&o);
        take_in(&s, 0, &got[0]);
    }
    release_all(&o);
    gf_ordered_close(&o);
    restore(&s);
    CHECK_INT(seen.ends, 1);
    CHECK_INT(got[0].len, 20004);
    gf_buf_release(&got[0]);
    ev_loop_destroy(loop);
}

TEST(run_ordered, lines)
{
    struct ev_loop *loop = loop_new();
    struct stage s;
    replace(&s, false);
    struct gf_ordered o = {
        .on = &events, .lines = true, .store = {.memory_max = 1 << 20, .each_max = 1 << 20}};
    gf_ordered_open(&o, loop);
    take(&o, 0, 0, "one ");
    take(&o, 1, 0, "two\nthree ");
    gf_ordered_pump(&o);
    take(&o, 0, 0, "line\nlast of 0");
    take(&o, 1, 1, "err");
    take(&o, 1, 0, "words\n");
    gf_ordered_pump(&o);
    take(&o, 2, 0, "");
    take(&o, 2, 0, "\n\n");
    gf_ordered_closed(&o, &turns[1], 0); /* nothing is held: no newline */
    gf_ordered_closed(&o, &turns[0], 0);
    gf_ordered_closed(&o, &turns[1], 1);
    for (int i = 0; i < 3; i++)
        gf_ordered_finish(&o, &turns[i]);
    gf_ordered_pump(&o);
    check_files(&o, &s, loop, "two\none line\nthree words\n\n\nlast of 0\n", "err\n");
    CHECK_INT(seen.written, 3);
    CHECK(seen.rooms > 0);
}

/* The lines of the first turn go out as they come, those of the others when it is theirs. */
TEST(run_ordered, live)
{
    struct ev_loop *loop = loop_new();
    struct stage s;
    struct gf_buf early = {0};
    replace(&s, false);
    struct gf_ordered o = {
        .on = &events, .live = true, .store = {.memory_max = 1 << 20, .each_max = 1 << 20}};
    gf_ordered_open(&o, loop);
    for (int i = 0; i < 3; i++)
        gf_ordered_queue(&o, &turns[i]);
    take(&o, 1, 0, "second\nhalf");
    take(&o, 0, 0, "first\nbe");
    take(&o, 0, 1, "err\n");
    int changes = seen.changes;
    gf_ordered_pump(&o);
    take_in(&s, 0, &early);
    take(&o, 2, 0, "no newline");
    gf_ordered_closed(&o, &turns[2], 0);
    gf_ordered_finish(&o, &turns[2]);
    take(&o, 0, 0, "gun\nend");
    gf_ordered_closed(&o, &turns[0], 0);
    gf_ordered_finish(&o, &turns[0]);
    gf_ordered_pump(&o);
    take_in(&s, 0, &early);
    take(&o, 1, 0, " line\n");
    gf_ordered_finish(&o, &turns[1]);
    gf_ordered_pump(&o);
    gf_buf_putc(&early, '\0');
    check_files(&o, &s, loop, "first\nbegun\nend\nsecond\nhalf line\nno newline\n", "err\n");
    CHECK(changes > 0);
    CHECK_STR(early.data, "first\nbegun\nend\nsecond\n");
    CHECK_INT(seen.written, 3);
    gf_buf_release(&early);
}

/* What a turn holds of an unfinished line is dropped; one that began to be written is ended. */
TEST(run_ordered, cut)
{
    struct ev_loop *loop = loop_new();
    struct stage s;
    replace(&s, false);
    struct gf_ordered o = {.on = &events, .store = {.memory_max = 1 << 20, .each_max = 1 << 20}};
    gf_ordered_open(&o, loop);
    for (int i = 0; i < 3; i++)
        gf_ordered_queue(&o, &turns[i]);
    take(&o, 0, 0, "a\nhalf");
    take(&o, 0, 0, " a line");
    take(&o, 0, 1, "A\n");
    gf_ordered_cut(&o, &turns[0]);
    turns[1].streaming = true;
    take(&o, 1, 0, "be");
    gf_ordered_finish(&o, &turns[0]);
    gf_ordered_pump(&o);
    take(&o, 1, 0, "gun");
    gf_ordered_cut(&o, &turns[1]);
    gf_ordered_finish(&o, &turns[1]);
    take(&o, 2, 0, "nothing");
    gf_ordered_cut(&o, &turns[2]);
    gf_ordered_finish(&o, &turns[2]);
    gf_ordered_pump(&o);
    check_files(&o, &s, loop, "a\nbe\n", "A\n");
}

/* ---- much, over pipes ------------------------------------------------------------------------ */

static char byte_at(int turn, int stream, size_t n)
{
    return (char)((n * 2654435761u + (size_t)turn * 97 + (size_t)stream * 31) >> 9);
}

static void take_much(struct gf_ordered *o, int turn, int stream, size_t *at, size_t len)
{
    static char data[65536];
    for (size_t i = 0; i < len; i++)
        data[i] = byte_at(turn, stream, *at + i);
    *at += len;
    gf_ordered_take(o, &turns[turn], stream, data, len);
}

/* Reads both pipes slowly and pumps until nothing is pending. */
static void drain(struct gf_ordered *o, const struct stage *s, struct ev_loop *loop,
                  struct gf_buf got[STREAMS])
{
    for (int i = 0; i < 20000; i++) {
        ev_run(loop, EVRUN_NOWAIT);
        gf_ordered_pump(o);
        take_in(s, 0, &got[0]);
        take_in(s, 1, &got[1]);
        if (!gf_ordered_is_pending(o))
            break;
    }
    take_in(s, 0, &got[0]);
    take_in(s, 1, &got[1]);
}

/* Whether `got` is what turns 0 to n - 1 wrote, one behind the other. */
static bool is_whole(const struct gf_buf *got, int stream, const size_t *len, int n)
{
    size_t at = 0;
    for (int turn = 0; turn < n; turn++)
        for (size_t i = 0; i < len[turn]; i++, at++)
            if (at >= got->len || got->data[at] != byte_at(turn, stream, i))
                return false;
    return at == got->len;
}

/* Random amounts by four turns that run at once; the reader comes later. */
static void much(struct gf_ordered *o, bool *whole)
{
    struct ev_loop *loop = loop_new();
    struct stage s;
    struct gf_buf got[STREAMS] = {{0}, {0}};
    size_t len[STREAMS][4] = {{0}};
    unsigned seed = 17;
    replace(&s, true);
    gf_ordered_open(o, loop);
    for (int i = 0; i < 4; i++)
        gf_ordered_queue(o, &turns[i]);
    for (int n = 0; n < 200; n++) {
        seed = seed * 1103515245u + 12345u;
        int turn = (int)(seed >> 29) % 4, stream = (int)(seed >> 28 & 1);
        if (!seen.paused[turn])
            take_much(o, turn, stream, &len[stream][turn], (seed >> 8) % 20000);
        gf_ordered_pump(o);
    }
    for (int i = 3; i >= 0; i--)
        gf_ordered_finish(o, &turns[i]);
    drain(o, &s, loop, got);
    bool pending = gf_ordered_is_pending(o);
    release_all(o);
    gf_ordered_close(o);
    restore(&s);
    CHECK(!pending);
    CHECK_INT(seen.written, 4);
    whole[0] = is_whole(&got[0], 0, len[0], 4);
    whole[1] = is_whole(&got[1], 1, len[1], 4);
    gf_buf_release(&got[0]);
    gf_buf_release(&got[1]);
    ev_loop_destroy(loop);
}

TEST(run_ordered, a_reader_that_comes_later)
{
    static const struct {
        size_t memory_max, each_max;
    } rows[] = {
        {64 << 20, 64 << 20}, {1 << 20, 10000}, {1, 1}}; /* in memory; spilled; all spilled */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_ordered o = {.on = &events,
                               .store = {.memory_max = rows[i].memory_max,
                                         .each_max = rows[i].each_max,
                                         .spill.dir = "/tmp"}};
        bool whole[STREAMS];
        memset(&seen, 0, sizeof seen);
        memset(turns, 0, sizeof turns);
        much(&o, whole);
        CHECK_ROW(whole[0] && whole[1], "row %zu: %d %d", i, whole[0], whole[1]);
        CHECK_INT(o.store.memory, 0);
        CHECK_INT(o.store.spill.used, 0);
        CHECK_INT(seen.pauses, 0);
    }
}

/* No room on disk: those that write too much are paused, then pass through; nothing is lost. */
TEST(run_ordered, no_room_on_disk)
{
    struct gf_ordered o = {.on = &events,
                           .store = {.memory_max = 1, .each_max = 1, .spill.dir = "/nonexistent"}};
    bool whole[STREAMS];
    much(&o, whole);
    CHECK(whole[0] && whole[1]);
    CHECK(seen.pauses > 0);
    CHECK(seen.failures[GF_ORDERED_NO_ROOM] > 0);
    CHECK_INT(seen.failed_errno, ENOENT);
    CHECK_INT(seen.failures[GF_ORDERED_LOST], 0);
    CHECK_INT(o.store.memory, 0);
}

/* The ceiling of the store does the same, with an errno of its own. */
TEST(run_ordered, ceiling)
{
    struct gf_ordered o = {.on = &events,
                           .store = {.memory_max = 1,
                                     .each_max = 1,
                                     .spill = {.dir = "/tmp", .most = GF_SPILL_BLOCK}}};
    bool whole[STREAMS];
    much(&o, whole);
    CHECK(whole[0] && whole[1]);
    CHECK(seen.failures[GF_ORDERED_NO_ROOM] > 0);
    CHECK_INT(seen.failed_errno, ENOBUFS);
    CHECK_INT(seen.failures[GF_ORDERED_LOST], 0);
    CHECK_INT(o.store.memory, 0);
    CHECK_INT(o.store.spill.used, 0);
}

/* One that is not queued moves to the front, behind the head, and streams while its task runs: it
 * is resumed each time that all it had is out. */
TEST(run_ordered, streams_while_it_runs)
{
    struct gf_ordered o = {.on = &events,
                           .store = {.memory_max = 1, .each_max = 1, .spill.dir = "/nonexistent"}};
    struct ev_loop *loop = loop_new();
    struct stage s;
    struct gf_buf got[STREAMS] = {{0}, {0}};
    size_t len = 0, before = 0, chunks = 0;
    replace(&s, true);
    gf_ordered_open(&o, loop);
    take(&o, 3, 0, "");
    gf_ordered_finish(&o, &turns[3]); /* a head that has nothing */
    for (int i = 0; i < 20000 && chunks < 40; i++) {
        if (!seen.paused[0]) {
            take_much(&o, 0, 0, &len, 60000);
            chunks++;
        }
        gf_ordered_pump(&o);
        take_in(&s, 0, &got[0]);
        ev_run(loop, EVRUN_NOWAIT);
    }
    before = got[0].len; /* it has not finished, and most of it is out */
    gf_ordered_finish(&o, &turns[0]);
    drain(&o, &s, loop, got);
    release_all(&o);
    gf_ordered_close(&o);
    restore(&s);
    CHECK_INT(chunks, 40);
    CHECK(before > len / 2);
    CHECK(seen.resumes > 10 && seen.pauses > 10);
    CHECK(is_whole(&got[0], 0, &len, 1));
    CHECK_INT(seen.written, 2);
    gf_buf_release(&got[0]);
    gf_buf_release(&got[1]);
    ev_loop_destroy(loop);
}

/* A head that is half written stays the head; one that waits for its task lets it pass. */
TEST(run_ordered, streams_behind_the_head)
{
    struct gf_ordered o = {.on = &events,
                           .store = {.memory_max = 1, .each_max = 1, .spill.dir = "/nonexistent"}};
    struct ev_loop *loop = loop_new();
    struct stage s;
    struct gf_buf got[STREAMS] = {{0}, {0}};
    size_t len[3] = {0};
    replace(&s, true);
    gf_ordered_open(&o, loop);
    gf_ordered_queue(&o, &turns[0]);
    gf_ordered_queue(&o, &turns[2]);
    take_much(&o, 0, 0, &len[0], 9000);
    take_much(&o, 2, 0, &len[2], 100);
    gf_ordered_finish(&o, &turns[0]);
    gf_ordered_pump(&o); /* the pipe is full */
    while (!seen.paused[1] && len[1] < 1000000)
        take_much(&o, 1, 0, &len[1], 60000);
    gf_ordered_finish(&o, &turns[2]);
    gf_ordered_finish(&o, &turns[1]);
    drain(&o, &s, loop, got);
    release_all(&o);
    gf_ordered_close(&o);
    restore(&s);
    CHECK_INT(seen.written, 3);
    for (int i = 0; i < 3; i++)
        CHECK(seen.order[i] == &turns[i]);
    CHECK(is_whole(&got[0], 0, len, 3));
    gf_buf_release(&got[0]);
    gf_buf_release(&got[1]);
    ev_loop_destroy(loop);
}

/* Lines that nobody reads stop the reading of their task, and all come when there is a reader. */
TEST(run_ordered, lines_that_nobody_reads)
{
    struct gf_ordered o = {
        .on = &events, .lines = true, .store = {.memory_max = 64 << 20, .each_max = 64 << 20}};
    struct ev_loop *loop = loop_new();
    struct stage s;
    struct gf_buf got[STREAMS] = {{0}, {0}};
    size_t lines = 0, back = 0;
    replace(&s, true);
    gf_ordered_open(&o, loop);
    static char line[1000];
    memset(line, 'x', sizeof line);
    line[999] = '\n';
    while (!seen.paused[0] && lines < 100000) {
        gf_ordered_take(&o, &turns[0], 0, line, sizeof line);
        lines++;
        if (lines % 10 == 0)
            gf_ordered_pump(&o);
    }
    int rooms = seen.rooms;
    gf_ordered_pump(&o);
    bool still = seen.paused[0] && seen.rooms == rooms;
    gf_ordered_finish(&o, &turns[0]);
    gf_ordered_pump(&o);
    int early = seen.written;
    drain(&o, &s, loop, got);
    release_all(&o);
    gf_ordered_close(&o);
    restore(&s);
    CHECK_INT(early, 0);
    CHECK_INT(seen.written, 1);
    CHECK_INT(seen.lost_turns, 0);
    CHECK(lines > 1000 && lines < 2000);
    CHECK(still);
    CHECK(!seen.paused[0]);
    for (size_t i = 0; i < got[0].len; i++)
        back += got[0].data[i] == '\n';
    CHECK_INT(back, lines);
    CHECK_INT(got[0].len, lines * 1000);
    gf_buf_release(&got[0]);
    gf_buf_release(&got[1]);
    ev_loop_destroy(loop);
}

/* A descriptor whose reader is gone takes everything: the turns go on, and the other one is
 * written. */
TEST(run_ordered, reader_is_gone)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    struct gf_ordered o = {.on = &events, .store = {.memory_max = 1 << 20, .each_max = 1 << 20}};
    struct ev_loop *loop = loop_new();
    struct stage s;
    struct gf_buf got[STREAMS] = {{0}, {0}};
    replace(&s, true);
    gf_ordered_open(&o, loop);
    close(s.read[0]);
    for (int i = 0; i < 10; i++) {
        take(&o, i, 0, "lost\n");
        take(&o, i, 1, "e\n");
        gf_ordered_finish(&o, &turns[i]);
        gf_ordered_pump(&o);
        take_in(&s, 1, &got[1]); /* a pipe of one page that holds anything may count as full */
    }
    bool pending = gf_ordered_is_pending(&o);
    release_all(&o);
    gf_ordered_close(&o);
    restore(&s);
    CHECK(!pending);
    CHECK_INT(seen.failures[GF_ORDERED_WRITE], 1);
    CHECK_INT(seen.failed_errno, EPIPE);
    CHECK_INT(seen.written, 10);
    CHECK_INT(seen.lost_turns, 10);
    CHECK_INT(got[1].len, 20);
    CHECK_INT(o.store.memory, 0);
    gf_buf_release(&got[1]);
    ev_loop_destroy(loop);
}

/* With lines it is the turns that had lines there which have lost something. */
TEST(run_ordered, reader_of_lines_is_gone)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    struct gf_ordered o = {
        .on = &events, .lines = true, .store = {.memory_max = 1 << 20, .each_max = 1 << 20}};
    struct ev_loop *loop = loop_new();
    struct stage s;
    replace(&s, true);
    gf_ordered_open(&o, loop);
    close(s.read[0]);
    take(&o, 0, 0, "lost\n");
    take(&o, 1, 1, "e\n");
    for (int i = 0; i < 3; i++) {
        gf_ordered_finish(&o, &turns[i]);
        gf_ordered_pump(&o);
    }
    bool lost[] = {turns[0].lost, turns[1].lost, turns[2].lost};
    release_all(&o);
    gf_ordered_close(&o);
    restore(&s);
    close(s.read[1]);
    CHECK_INT(seen.written, 3);
    CHECK(lost[0] && !lost[1] && !lost[2]);
    ev_loop_destroy(loop);
}

/* `written` hands the turn back: here it is on the heap, and freed there. */
static void on_written_free(struct gf_ordered *o, struct gf_turn *t)
{
    seen.written++;
    gf_turn_release(o, t);
    free(t);
}

TEST(run_ordered, freed_when_it_is_written)
{
    static struct gf_ordered_events freeing;
    freeing = events;
    freeing.written = on_written_free;
    struct ev_loop *loop = loop_new();
    struct stage s;
    replace(&s, false);
    struct gf_ordered o = {.on = &freeing, .store = {.memory_max = 1 << 20, .each_max = 1 << 20}};
    gf_ordered_open(&o, loop);
    for (int i = 0; i < 5; i++) {
        struct gf_turn *t = calloc(1, sizeof *t);
        if (!t)
            abort();
        gf_ordered_queue(&o, t);
        gf_ordered_take(&o, t, 0, "x\n", 2);
        gf_ordered_finish(&o, t);
    }
    gf_ordered_pump(&o);
    check_files(&o, &s, loop, "x\nx\nx\nx\nx\n", "");
    CHECK_INT(seen.written, 5);
}
