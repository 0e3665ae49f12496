/* Records that wait in a bounded ring: none is cut, all are accounted for, what is missing is
 * known. */
#include "buffer/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

static uint64_t state;

static uint64_t draw(uint64_t n)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return n ? (state >> 33) % n : 0;
}

/* Puts text in as one read, in as many pieces as the ring needs. */
static size_t put(struct gf_store *s, const char *text)
{
    size_t done = 0, len = strlen(text), room;
    while (done < len) {
        char *to = gf_store_room(s, &room);
        if (!to)
            break;
        size_t n = room < len - done ? room : len - done;
        memcpy(to, text + done, n);
        gf_store_filled(s, n, 0);
        done += n;
    }
    return done;
}

/* All that may go out, as one text; [N] where N records are missing. */
static const char *take(struct gf_store *s, char *out, size_t size)
{
    size_t n = 0, len;
    for (;;) {
        uint64_t missing = gf_store_missing(s);
        if (missing) {
            n += (size_t)snprintf(out + n, size - n, "[%llu]", (unsigned long long)missing);
            gf_store_said_missing(s);
        }
        const char *p = gf_store_next(s, &len);
        if (!p)
            break;
        CHECK(n + len < size);
        memcpy(out + n, p, len);
        n += len;
        gf_store_wrote(s, len);
    }
    out[n] = '\0';
    return out;
}

/* One record of some that are waiting goes out in part. */
static void take_some(struct gf_store *s, size_t n)
{
    size_t len;
    const char *p = gf_store_next(s, &len);
    CHECK(p && len >= n);
    gf_store_wrote(s, n);
}

TEST(buffer_store, policies)
{
    static const struct {
        enum gf_store_full when_full;
        size_t bytes;
        uint64_t records;
        const char *in, *out;
        uint64_t dropped, dropped_bytes;
    } rows[] = {
        {GF_STORE_DROP_NEWEST, 100, 3, "1\n2\n3\n4\n5\n", "1\n2\n3\n[2]", 2, 4},
        {GF_STORE_DROP_NEWEST, 6, 0, "1\n2\n3\n4\n5\n", "1\n2\n3\n[2]", 2, 4},
        {GF_STORE_DROP_NEWEST, 7, 0, "1\n2\n33333\n4\n5\n", "1\n2\n[1]4\n[1]", 2, 8},
        {GF_STORE_DROP_NEWEST, 7, 0, "123456789", "[1]", 1, 9},
        {GF_STORE_DROP_NEWEST, 7, 0, "123456", "123456", 0, 0},
        {GF_STORE_DROP_OLDEST, 100, 3, "1\n2\n3\n4\n5\n", "[2]3\n4\n5\n", 2, 4},
        {GF_STORE_DROP_OLDEST, 6, 0, "1\n2\n3\n4\n5\n", "[2]3\n4\n5\n", 2, 4},
        {GF_STORE_DROP_OLDEST, 7, 0, "1\n2\n3\n4\n5\n", "[2]3\n4\n5\n", 2, 4},
        {GF_STORE_DROP_OLDEST, 7, 0, "1\n2\nlonger than 7\n4\n", "1\n2\n[1]4\n", 1, 14},
        {GF_STORE_DROP_OLDEST, 7, 0, "1\n2\nlonger than 7", "1\n2\n[1]", 1, 13},
        {GF_STORE_DROP_OLDEST, 7, 0, "1\n2\n345678\n", "[2]345678\n", 2, 4},
        {GF_STORE_DROP_OLDEST, 4, 1, "a\nb\nc", "[2]c", 2, 4},
        {GF_STORE_BLOCK, 100, 0, "1\n2\n3", "1\n2\n3", 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char out[200];
        struct gf_store s;
        const struct gf_store_config config = {.bytes = rows[i].bytes,
                                               .records = rows[i].records,
                                               .separator = '\n',
                                               .marks = true,
                                               .when_full = rows[i].when_full};
        CHECK(gf_store_open(&s, &config) == 0);
        CHECK(put(&s, rows[i].in) == strlen(rows[i].in));
        gf_store_end(&s);
        CHECK_STR(take(&s, out, sizeof out), rows[i].out);
        CHECK(s.dropped == rows[i].dropped);
        CHECK(s.dropped_bytes == rows[i].dropped_bytes);
        gf_store_close(&s);
    }
}

/* A record of which a part went out stays to its end. */
TEST(buffer_store, no_record_is_cut)
{
    char out[200];
    struct gf_store s;
    const struct gf_store_config config = {
        .bytes = 8, .separator = '\n', .marks = true, .when_full = GF_STORE_DROP_OLDEST};
    CHECK(gf_store_open(&s, &config) == 0);
    put(&s, "abc\n1\n2\n");
    take_some(&s, 2);
    put(&s, "3\n4\n5\n6\n");
    CHECK(gf_store_bytes(&s) <= 8);
    CHECK_STR(take(&s, out, sizeof out), "c\n[3]4\n5\n6\n");
    put(&s, "abcdef\n");
    take_some(&s, 1);
    put(&s, "12345678"); /* no room beside what has to stay */
    put(&s, "9\nx");
    CHECK_STR(take(&s, out, sizeof out), "bcdef\n[1]");
    gf_store_end(&s);
    CHECK_STR(take(&s, out, sizeof out), "x");
    gf_store_close(&s);
}

TEST(buffer_store, block)
{
    char out[200];
    size_t len;
    struct gf_store s;
    const struct gf_store_config config = {.bytes = 6, .separator = '\n'};
    CHECK(gf_store_open(&s, &config) == 0);
    CHECK(put(&s, "12\n345678") == 6);
    CHECK(!gf_store_room(&s, &len));
    CHECK(gf_store_records(&s) == 2 || gf_store_records(&s) == 1);
    take_some(&s, 2);
    CHECK(put(&s, "9\nab") == 2); /* around the end of the ring */
    CHECK_STR(take(&s, out, sizeof out), "\n3459\n");
    gf_store_close(&s);
    CHECK(!s.data);
}

TEST(buffer_store, excess)
{
    char out[200];
    size_t len;
    struct gf_store s;
    const struct gf_store_config config = {
        .bytes = 6, .separator = '\n', .when_full = GF_STORE_EXCESS};
    CHECK(gf_store_open(&s, &config) == 0);
    put(&s, "1\n2\n3\n4\n55");
    CHECK(!gf_store_room(&s, &len));
    const char *p = gf_store_excess(&s, &len);
    CHECK(p && len == 4 && memcmp(p, "4\n55", 4) == 0);
    gf_store_took(&s, 2);
    p = gf_store_excess(&s, &len);
    CHECK(p && len == 2 && memcmp(p, "55", 2) == 0);
    gf_store_took(&s, 2);
    CHECK(!gf_store_excess(&s, &len));
    CHECK_STR(take(&s, out, sizeof out), "1\n2\n3\n");
    gf_store_close(&s);
}

TEST(buffer_store, by_bytes)
{
    char out[200];
    struct gf_store s;
    struct gf_store_config config = {
        .bytes = 4, .by_bytes = true, .when_full = GF_STORE_DROP_OLDEST};
    CHECK(gf_store_open(&s, &config) == 0);
    put(&s, "1\n2\n3\n");
    CHECK_STR(take(&s, out, sizeof out), "2\n3\n");
    CHECK(s.dropped_bytes == 2);
    gf_store_close(&s);
    config.when_full = GF_STORE_DROP_NEWEST;
    CHECK(gf_store_open(&s, &config) == 0);
    put(&s, "1\n2\n3\n");
    CHECK_STR(take(&s, out, sizeof out), "1\n2\n");
    gf_store_close(&s);
}

TEST(buffer_store, age)
{
    size_t len;
    struct gf_store s;
    const struct gf_store_config config = {.bytes = 1000, .separator = '\n'};
    CHECK(gf_store_open(&s, &config) == 0);
    CHECK(gf_store_oldest_mono(&s) == GF_NEVER);
    for (int i = 1; i <= 9; i++) {
        char *to = gf_store_room(&s, &len);
        memset(to, 'x', 100);
        to[99] = '\n';
        gf_store_filled(&s, 100, i);
    }
    for (int i = 1; i <= 9; i++) {
        CHECK(gf_store_oldest_mono(&s) == i);
        gf_store_wrote(&s, 100);
    }
    CHECK(gf_store_oldest_mono(&s) == GF_NEVER);
    gf_store_close(&s);
}

/* ---- at random ------------------------------------------------------------------------------- */

/* Records "NUMBER x...x\n": those that come out are whole, in order, and the marks between them say
 * how many are missing. */
struct reader {
    uint64_t next;    /* the number that is due */
    uint64_t missing; /* that was said */
    uint64_t len;     /* of the record that is being read */
    char text[32];    /* its beginning */
    uint64_t records, bytes;
};

static uint64_t length_of(uint64_t number, uint64_t longest)
{
    uint64_t h = number * UINT64_C(0x9E3779B97F4A7C15);
    return 12 + (h >> 40) % longest;
}

static void read_byte(struct reader *r, char c, bool exact, uint64_t longest)
{
    r->bytes++;
    if (r->len < sizeof r->text)
        r->text[r->len] = c;
    r->len++;
    if (c != '\n')
        return;
    uint64_t number = strtoull(r->text, NULL, 10);
    CHECK(r->len == length_of(number, longest));
    CHECK(number >= r->next);
    if (exact)
        CHECK(number - r->next == r->missing);
    r->next = number + 1;
    r->missing = 0;
    r->records++;
    r->len = 0;
}

static void run_at_random(const struct gf_store_config *config, uint64_t longest, uint64_t seed)
{
    struct gf_store s;
    struct reader r = {0};
    uint64_t number = 0, at = 0, in = 0, in_bytes = 0;
    char head[32];
    state = seed;
    CHECK(gf_store_open(&s, config) == 0);
    for (int step = 0; step < 20000; step++) {
        size_t len;
        char *to = draw(3) ? gf_store_room(&s, &len) : NULL;
        if (to) {
            size_t n = 1 + (size_t)draw(len < 3 * longest ? len : 3 * longest);
            for (size_t i = 0; i < n; i++) {
                if (at == 0)
                    snprintf(head, sizeof head, "%llu ", (unsigned long long)number);
                uint64_t size = length_of(number, longest);
                to[i] = at + 1 == size ? '\n' : at < strlen(head) ? head[at] : 'x';
                at = at + 1 == size ? 0 : at + 1;
                number += at == 0;
                in += at == 0;
            }
            in_bytes += n;
            gf_store_filled(&s, n, step);
            CHECK(gf_store_bytes(&s) <= config->bytes);
        }
        while (draw(4) == 0) {
            uint64_t missing = gf_store_missing(&s);
            if (missing) {
                r.missing += missing;
                gf_store_said_missing(&s);
            }
            const char *p = gf_store_next(&s, &len);
            if (!p)
                break;
            size_t n = 1 + (size_t)draw(len);
            for (size_t i = 0; i < n; i++)
                read_byte(&r, p[i], config->marks, longest);
            gf_store_wrote(&s, n);
        }
        CHECK(in_bytes == r.bytes + s.dropped_bytes + gf_store_bytes(&s));
        CHECK(in == r.records + s.dropped + s.records);
    }
    gf_store_close(&s);
}

static void fill(struct gf_store *s, size_t n)
{
    size_t room;
    while (n) {
        char *to = gf_store_room(s, &room);
        CHECK(to != NULL);
        room = room < n ? room : n;
        memset(to, 'x', room);
        gf_store_filled(s, room, 0);
        n -= room;
    }
}

static void drain(struct gf_store *s)
{
    size_t len;
    while (gf_store_next(s, &len))
        gf_store_wrote(s, len);
}

/* What was not used between two calls of trim loses its memory, and reads as zeros. */
TEST(buffer_store, trim)
{
    enum {
        BIG = 12 << 20
    };
    struct gf_store s;
    const struct gf_store_config config = {.bytes = 16 << 20, .separator = '\n'};
    CHECK_INT(gf_store_open(&s, &config), 0);
    fill(&s, 1000);
    CHECK(!gf_store_can_trim(&s)); /* so little is never given back */
    drain(&s);
    fill(&s, BIG);
    gf_store_trim(&s); /* it was used, and is */
    drain(&s);
    CHECK(gf_store_can_trim(&s));
    fill(&s, 1); /* it begins anew, and keeps what was used since the trim before */
    drain(&s);
    CHECK(gf_store_can_trim(&s));
    CHECK_INT(s.data[BIG - 1], 'x');
    gf_store_trim(&s);
    CHECK(!gf_store_can_trim(&s));
    CHECK_INT(s.data[BIG - 1], 0);

    fill(&s, BIG); /* what is used again and again stays */
    for (int i = 0; i < 5; i++) {
        for (int k = 0; k < 3; k++) {
            drain(&s);
            fill(&s, 1);
            CHECK_INT(s.data[BIG - 1], 'x');
        }
        fill(&s, BIG - 1);
        gf_store_trim(&s);
    }
    drain(&s);
    CHECK_INT(s.data[BIG - 1], 'x');

    fill(&s, 1000); /* while something is held nothing is taken away, but as soon as nothing is */
    gf_store_trim(&s);
    CHECK(gf_store_can_trim(&s));
    drain(&s);
    fill(&s, 1);
    CHECK(!gf_store_can_trim(&s));
    CHECK_INT(s.data[BIG - 1], 0);
    gf_store_close(&s);
}

TEST(buffer_store, at_random)
{
    static const enum gf_store_full policies[] = {GF_STORE_BLOCK, GF_STORE_DROP_NEWEST,
                                                  GF_STORE_DROP_OLDEST};
    for (size_t p = 0; p < 3; p++)
        for (uint64_t seed = 1; seed <= 12; seed++) {
            struct gf_store_config config = {.bytes = 20 + (size_t)(seed * seed * seed * 7),
                                             .records = seed % 3 == 0 ? seed : 0,
                                             .separator = '\n',
                                             .marks = true,
                                             .when_full = policies[p]};
            run_at_random(&config, seed % 2 ? 10 : 300, seed);
        }
}
