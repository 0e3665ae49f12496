/* The source: records out of descriptors, one input after the other or merged, runs of bytes, the
 * limit of a record, what the hooks can do; and filter, which searches the runs, against a naive
 * model. */
#include "stream/source.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/fd.h"
#include "stream_rig.h"

struct hooks {
    int idle_calls, idle_fails_at, interrupted_calls, interrupted_at;
};

static int idle(void *arg, int fd)
{
    (void)fd;
    struct hooks *h = arg;
    return ++h->idle_calls == h->idle_fails_at ? -1 : 0;
}

static bool interrupted(void *arg)
{
    struct hooks *h = arg;
    return ++h->interrupted_calls == h->interrupted_at;
}

enum {
    INPUTS = 3
};

struct files {
    struct gf_input in[INPUTS];
    struct hooks state;
    struct gf_source_hooks hooks;
};

static int file_of(const char *data, size_t len)
{
    int fd = gf_tmpfile("/tmp");
    if (fd == -1 || gf_write_all(fd, data, len) != 0 || lseek(fd, 0, SEEK_SET) != 0)
        abort();
    return fd;
}

static void files_init(struct files *f, const char *const *text, size_t n)
{
    static const char *const names[] = {"one", "two", "three"};
    *f = (struct files){.hooks = {.idle = idle, .interrupted = interrupted}};
    f->hooks.arg = &f->state;
    for (size_t i = 0; i < n; i++)
        f->in[i] = (struct gf_input){file_of(text[i], strlen(text[i])), names[i]};
}

static void files_close(struct files *f, size_t n)
{
    for (size_t i = 0; i < n; i++)
        CHECK_INT(close(f->in[i].fd), 0); /* the source left it open */
}

/* Runs the chain that r has read on the inputs; as the tool, with runs first, when asked to. */
static const char *work(struct rig *r, struct files *f, size_t n, bool runs, size_t ask)
{
    struct gf_slice run;
    int got = 0;
    gf_buf_clear(&r->out);
    gf_buf_puts(&r->out, "");
    r->how = (struct rig_how){.ask = ask};
    r->st = (struct gf_stream){.set = &r->set, .spill = {.dirs = r->set.dirs, .ndirs = 1}};
    r->source = gf_source_open(&r->st, f->in, n, &f->hooks);
    if (!r->source || (r->chain.n && r->chain.node[0].merge &&
                       gf_source_merge(r->source, &r->chain.node[0].keys) != 0))
        abort();
    r->last = gf_chain_open(&r->chain, &r->st, r->source);
    while (runs && r->last && (got = gf_stage_run(r->last, &run)) == 1)
        gf_buf_add(&r->out, run.data, run.len);
    if (r->last && got == 0)
        rig_drain(r);
    if (r->st.fault.status)
        rig_say(r, &r->st.fault);
    return r->out.data;
}

TEST(stream_source, records_of_all_inputs)
{
    static const struct {
        const char *in[INPUTS];
        size_t n;
        const char *want;
    } rows[] = {
        {{0}, 0, ""},
        {{""}, 1, ""},
        {{"a"}, 1, "a\n"},
        {{"a\n"}, 1, "a\n"},
        {{"\n"}, 1, "\n"},
        {{"a\n\nb"}, 1, "a\n\nb\n"},
        {{"a", "b\n", "c"}, 3, "a\nb\nc\n"}, /* a record ends with its file */
        {{"", "", "c\n"}, 3, "c\n"},
        {{"a\nb\n", "", "c\nd"}, 3, "a\nb\nc\nd\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t way = 0; way < 6; way++) {
            struct rig r;
            struct files f;
            char count[16];
            size_t records = 0;
            rig_init(&r);
            files_init(&f, rows[i].in, rows[i].n);
            work(&r, &f, rows[i].n, way % 2, way / 2);
            CHECK_ROW(strcmp(r.out.data, rows[i].want) == 0, "row %zu, way %zu: \"%s\"", i, way,
                      r.out.data);
            for (const char *p = rows[i].want; *p; p++)
                records += *p == '\n';
            CHECK_ROW(r.source->given == records, "row %zu, way %zu: %llu given", i, way,
                      (unsigned long long)r.source->given);
            snprintf(count, sizeof count, "%zu\n", records);
            rig_reset(&r);
            for (size_t k = 0; k < rows[i].n; k++)
                lseek(f.in[k].fd, 0, SEEK_SET);
            REQUIRE(rig_read(&r, "count") == 0);
            CHECK_STR(work(&r, &f, rows[i].n, way % 2, way / 2), count);
            files_close(&f, rows[i].n);
            rig_release(&r);
        }
}

TEST(stream_source, other_separators)
{
    struct rig r;
    struct files f;
    static const char text[] = "a\nb\0\0c";
    rig_init(&r);
    files_init(&f, NULL, 0);
    f.in[0] = (struct gf_input){file_of(text, sizeof text - 1), "one"};
    r.set.separator = '\0';
    work(&r, &f, 1, false, 0);
    CHECK(r.out.len == 7 && memcmp(r.out.data, "a\nb\n\nc\n", 7) == 0);
    files_close(&f, 1);
    rig_release(&r);
}

TEST(stream_source, a_record_over_the_limit)
{
    static const struct {
        const char *in[INPUTS];
        size_t n;
        const char *want;
    } rows[] = {
        {{"12345678\n"}, 1, "12345678\n"},
        {{"123456789\n"}, 1, "!125 record 1 of 'one' is longer than 8"},
        {{"a\nb\n123456789\nc\n"}, 1, "a\nb\n!125 record 3 of 'one' is longer than 8"},
        {{"a\n", "b\n123456789"}, 2, "a\nb\n!125 record 2 of 'two' is longer than 8"},
        {{"a\n", "b\n12345678"}, 2, "a\nb\n12345678\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t way = 0; way < 6; way++) {
            struct rig r;
            struct files f;
            rig_init(&r);
            r.set.max_record = 8;
            files_init(&f, rows[i].in, rows[i].n);
            work(&r, &f, rows[i].n, way % 2, way / 2);
            CHECK_ROW(strncmp(r.out.data, rows[i].want, strlen(rows[i].want)) == 0,
                      "row %zu, way %zu: \"%s\"", i, way, r.out.data);
            CHECK_ROW(!r.st.fault.status ||
                          strcmp(r.st.fault.hint, "--max-record sets the limit") == 0,
                      "row %zu: %s", i, r.st.fault.hint);
            CHECK_INT(gf_stage_pull(r.source, 1), r.st.fault.status ? -1 : 0);
            files_close(&f, rows[i].n);
            rig_release(&r);
        }
}

TEST(stream_source, what_cannot_be_read)
{
    struct rig r;
    struct files f;
    rig_init(&r);
    files_init(&f, NULL, 0);
    f.in[0] = (struct gf_input){open("/", O_RDONLY | O_CLOEXEC), "root"};
    for (int runs = 0; runs < 2; runs++) {
        CHECK_STR(work(&r, &f, 1, runs, 0), "!125 cannot read 'root': Is a directory");
        rig_reset(&r);
    }
    files_close(&f, 1);
    rig_release(&r);
}

TEST(stream_source, before_a_read_that_would_wait_idle_is_called)
{
    struct rig r;
    struct files f;
    int pipes[2];
    rig_init(&r);
    files_init(&f, NULL, 0);
    REQUIRE(pipe(pipes) == 0);
    f.in[0] = (struct gf_input){pipes[0], "pipe"};
    f.state.idle_fails_at = 1; /* else the read would never end */
    REQUIRE(write(pipes[1], "a\nb", 3) == 3);
    work(&r, &f, 1, false, 0);
    CHECK_STR(r.out.data, "a\n"); /* the fault is the output's, which has said it */
    CHECK_INT(f.state.idle_calls, 1);
    CHECK_INT(r.st.fault.status, 0);
    rig_reset(&r);
    f.state = (struct hooks){0};
    REQUIRE(write(pipes[1], "a\nb", 3) == 3);
    close(pipes[1]);
    CHECK_STR(work(&r, &f, 1, false, 0), "a\nb\n"); /* nothing would wait at the end */
    CHECK_INT(f.state.idle_calls, 0);
    files_close(&f, 1);
    rig_release(&r);
}

TEST(stream_source, stopped_as_if_the_input_had_ended)
{
    static const char *const text[] = {"a\nb\n", "c\n", "d\n"};
    for (int runs = 0; runs < 2; runs++) {
        struct rig r;
        struct files f;
        rig_init(&r);
        files_init(&f, text, 3);
        f.state.interrupted_at = 3; /* looked at after each read: the first file is two reads */
        work(&r, &f, 3, runs, 0);
        CHECK_ROW(strstr(text[0], "a\nb\n") && strncmp(r.out.data, "a\nb\n", 4) == 0, "\"%s\"",
                  r.out.data);
        CHECK_ROW(strchr(r.out.data, 'd') == NULL, "\"%s\"", r.out.data);
        CHECK_INT(r.st.fault.status, 0);
        CHECK_INT(gf_stage_pull(r.last, 1), 0);
        files_close(&f, 3);
        rig_release(&r);
    }
}

TEST(stream_source, merge)
{
    static const struct {
        const char *words;
        const char *in[INPUTS];
        const char *want;
    } rows[] = {
        {"sort --merge", {"", "", ""}, ""},
        {"sort --merge", {"a\nc\n", "b\nd", ""}, "a\nb\nc\nd\n"},
        {"sort --merge -n", {"1\n10\n", "2\n", "3\n20"}, "1\n2\n3\n10\n20\n"},
        {"sort --merge -f 1", {"a 1\nb 1\n", "a 2\nb 2\n", "b 3"}, "a 1\na 2\nb 1\nb 2\nb 3\n"},
        {"sort --merge -u -f 1", {"a 1\nb 1\n", "a 2\nb 2\n", "c 3"}, "a 1\nb 1\nc 3\n"},
        {"sort --merge -r", {"c\na\n", "b\n", "d\n"}, "d\nc\nb\na\n"},
        {"sort --merge", {"a\n123456789\n", "b\n", ""}, "!125 record 2 of 'one' is longer than 8"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t ask = 0; ask < 3; ask++) {
            struct rig r;
            struct files f;
            rig_init(&r);
            r.set.max_record = 8;
            REQUIRE(rig_read(&r, rows[i].words) == 0);
            files_init(&f, rows[i].in, INPUTS);
            work(&r, &f, INPUTS, true, ask);
            const char *fault = strchr(r.out.data, '!');
            CHECK_ROW(strncmp(fault ? fault : r.out.data, rows[i].want, strlen(rows[i].want)) ==
                              0 &&
                          (fault || strlen(r.out.data) == strlen(rows[i].want)),
                      "%s: \"%s\", not \"%s\"", rows[i].words, r.out.data, rows[i].want);
            files_close(&f, INPUTS);
            rig_release(&r);
        }
}

/* ---- filter over runs ------------------------------------------------------------------------ */

static const struct {
    const char *words;
    const char *needle; /* in the record (of letters, without regard to case), or a whole one */
    bool invert, whole;
} filters[] = {
    {"filter ab", "ab", false, false},    {"reject ab", "ab", true, false},
    {"filter -F a", "a", false, false},   {"reject -i A", "a", true, false},
    {"filter -x ''", "", false, true},    {"reject -x ''", "", true, true},
    {"filter '^ab$'", "ab", false, true}, {"reject 'a[b]'", "ab", true, false},
    {"filter ''", "", false, false},      {"reject ''", "", true, false},
    {"filter 'z'", "z", false, false},    {"reject z", "z", true, false},
};

TEST(stream_source, filter_searches_the_runs)
{
    enum {
        FILTERS = sizeof filters / sizeof *filters
    };
    uint64_t seed = 301029995663981195u;
    for (int round = 0; round < 1200; round++) {
        static char text[INPUTS][3000];
        const char *in[INPUTS];
        struct gf_buf want = {0};
        struct rig r;
        struct files f;
        size_t kept = 0, all = 0, n = 1 + rig_random(&seed, INPUTS);
        size_t which = rig_random(&seed, FILTERS), records = rig_random(&seed, 2) ? 8 : 600;
        gf_buf_puts(&want, "");
        for (size_t i = 0; i < n; i++) {
            size_t len = 0;
            for (size_t k = rig_random(&seed, records); k; k--) {
                size_t from = len;
                for (size_t l = rig_random(&seed, 4); l; l--)
                    text[i][len++] = "ab."[rig_random(&seed, 3)];
                text[i][len] = '\0';
                bool hit = filters[which].whole
                               ? strcmp(text[i] + from, filters[which].needle) == 0
                               : strstr(text[i] + from, filters[which].needle) != 0;
                bool last = k == 1 && len > from && rig_random(&seed, 2);
                if (hit != filters[which].invert)
                    gf_buf_printf(&want, "%s\n", text[i] + from), kept++;
                all++;
                if (!last)
                    text[i][len++] = '\n';
                text[i][len] = '\0';
            }
            text[i][len] = '\0';
            in[i] = text[i];
        }
        rig_init(&r);
        files_init(&f, in, n);
        REQUIRE(rig_read(&r, filters[which].words) == 0);
        work(&r, &f, n, round % 2, rig_random(&seed, 5));
        CHECK_ROW(strcmp(r.out.data, want.data) == 0, "%s: \"%.200s\", not \"%.200s\"",
                  filters[which].words, r.out.data, want.data);
        CHECK_ROW(r.last->given == kept && r.last->taken == all,
                  "%s: %llu of %llu given, not %zu of %zu", filters[which].words,
                  (unsigned long long)r.last->given, (unsigned long long)r.last->taken, kept, all);
        files_close(&f, n);
        gf_buf_release(&want);
        rig_release(&r);
    }
}
