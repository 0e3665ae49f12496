/* A directory of logs: what is kept, what waits to be processed, and the file `state`. */
#include "logdir_rig.h"

#include "base/random.h"

#define DAY (86400 * GF_S)

/* ---- pruning --------------------------------------------------------------------------------- */

TEST(buffer_logdir_keep, count)
{
    char name[GF_LOGDIR_NAME];
    bool over;
    uint64_t n, bytes;
    rig_enter();
    struct gf_logdir_config config = rig_config();
    config.keep = 3;
    struct gf_logdir *d = rig_open(&config, T0);
    REQUIRE(d);
    for (int i = 0; i < 5; i++)
        rig_rotate(d, 10, T0, name);
    CHECK_INT(rig_count("logs/2*"), 5);
    rig_puts("logs/20260921T141320Z-0000000001.zst", "z");
    rig_puts("logs/20260921T141320Z-0000000001.zst.sig", "z");
    rig_puts("logs/20260921T141320Z-0000000003.zst", "z");
    CHECK_INT(symlink("../nowhere", "logs/20260921T141320Z-0000000002.link"), 0);
    CHECK_INT(mkdir("logs/20260921T141320Z-0000000002.d", 0700), 0);
    CHECK_INT(gf_logdir_prune(d, T0, &over, &n, &bytes), 0);
    CHECK(!over && n == 0 && bytes == 0);
    CHECK_INT(gf_logdir_archives(d), 3);
    CHECK_INT(rig_count("logs/*-0000000001*"), 0);
    CHECK_INT(rig_count("logs/*-0000000002*"), 1); /* the directory */
    CHECK_INT(rig_count("logs/*-0000000003*"), 2);
    CHECK_INT(rig_count("logs/*-0000000005"), 1);
    CHECK_INT(gf_logdir_prune(d, T0, &over, &n, &bytes), 0);
    CHECK_INT(gf_logdir_archives(d), 3);
    gf_logdir_close(d);
    d = rig_open(&config, T0);
    REQUIRE(d);
    CHECK_INT(gf_logdir_archives(d), 3);
    gf_logdir_close(d);
    rig_leave();
}

TEST(buffer_logdir_keep, age)
{
    char name[GF_LOGDIR_NAME];
    bool over;
    uint64_t n, bytes;
    rig_enter();
    struct gf_logdir_config config = rig_config();
    config.keep_age = 10 * GF_S;
    struct gf_logdir *d = rig_open(&config, T0);
    REQUIRE(d);
    for (int i = 0; i < 5; i++)
        rig_rotate(d, 10, T0 + i * GF_S, name);
    CHECK_INT(gf_logdir_prune(d, T0 + 10 * GF_S, &over, &n, &bytes), 0);
    CHECK_INT(gf_logdir_archives(d), 5);
    CHECK_INT(gf_logdir_prune(d, T0 + 12 * GF_S, &over, &n, &bytes), 0);
    CHECK_INT(gf_logdir_archives(d), 3);
    CHECK_INT(gf_logdir_prune(d, T0 - 100 * DAY, &over, &n, &bytes), 0); /* set back */
    CHECK_INT(gf_logdir_archives(d), 3);
    CHECK_INT(gf_logdir_prune(d, 1, &over, &n, &bytes), 0); /* less than the age itself */
    CHECK_INT(gf_logdir_archives(d), 3);
    rig_write(d, "x\n", T0);
    CHECK_INT(gf_logdir_prune(d, T0 + 100 * DAY, &over, &n, &bytes), 0);
    CHECK_INT(gf_logdir_archives(d), 0);
    CHECK_INT(gf_logdir_size(d), 2);
    CHECK_INT(rig_count("logs/current"), 1); /* however old */
    CHECK(!over);
    gf_logdir_close(d);
    rig_leave();
}

/* What the model knows of an archive. */
struct kept {
    char name[GF_LOGDIR_NAME];
    gf_ns time;
    uint64_t bytes;
    bool whole, waits;
};

struct model {
    struct kept all[2000];
    size_t n;
    uint64_t lost, lost_bytes;
    bool over;
};

static uint64_t model_bytes(const struct model *m)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < m->n; i++)
        sum += m->all[i].bytes;
    return sum;
}

static void model_remove(struct model *m, size_t i)
{
    memmove(&m->all[i], &m->all[i + 1], (m->n - i - 1) * sizeof m->all[0]);
    m->n--;
}

/* As the page will say it: the oldest that may be removed goes, until all bounds hold. */
static void model_prune(struct model *m, const struct gf_logdir_config *c, gf_ns now,
                        uint64_t current)
{
    m->lost = m->lost_bytes = 0;
    if (current < c->room)
        current = c->room;
    for (bool more = true; more;) {
        more = false;
        bool many = c->keep && m->n > c->keep;
        bool large = c->keep_bytes && model_bytes(m) + current > c->keep_bytes;
        for (size_t i = 0; i < m->n && !more; i++) {
            bool old = c->keep_age && m->all[i].time < (now - c->keep_age) / GF_S * GF_S;
            if ((!many && !large && !old) || (m->all[i].waits && c->process && !c->keep_force))
                continue;
            m->lost += m->all[i].waits && c->process;
            m->lost_bytes += m->all[i].waits && c->process ? m->all[i].bytes : 0;
            model_remove(m, i);
            more = true;
        }
    }
    size_t waiting = 0;
    for (size_t i = 0; i < m->n; i++)
        waiting += m->all[i].waits && c->process;
    m->over = c->keep_bytes && model_bytes(m) + current > c->keep_bytes && waiting > 0;
}

static void compare(const struct model *m, struct gf_logdir *d, uint64_t seed, int step)
{
    size_t whole = 0, waiting = 0, oldest = m->n;
    for (size_t i = 0; i < m->n; i++) {
        char path[64];
        snprintf(path, sizeof path, "logs/%s", m->all[i].name);
        CHECK_ROW((access(path, F_OK) == 0) == m->all[i].whole, "seed %" PRIu64 " step %d: %s",
                  seed, step, path);
        whole += m->all[i].whole;
        waiting += m->all[i].waits;
        if (m->all[i].waits && oldest == m->n)
            oldest = i;
    }
    CHECK_ROW(rig_count(RIG_ARCHIVES) == whole, "seed %" PRIu64 " step %d: %zu files, not %zu",
              seed, step, rig_count(RIG_ARCHIVES), whole);
    CHECK_ROW(gf_logdir_archives(d) == m->n, "seed %" PRIu64 " step %d: %zu archives, not %zu",
              seed, step, gf_logdir_archives(d), m->n);
    CHECK_INT(gf_logdir_waiting(d), waiting);
    const char *name = gf_logdir_unprocessed(d);
    if (oldest < m->n)
        CHECK_STR(name, m->all[oldest].name);
    else
        CHECK(!name);
}

/* The command of --on-rotate: ARCHIVE becomes ARCHIVE.z of fewer bytes, or gets a neighbour. */
static void process(struct model *m, struct gf_logdir *d, bool removes)
{
    const char *name = gf_logdir_unprocessed(d);
    char path[64], beside[70];
    if (!name)
        return;
    size_t i = 0;
    while (i < m->n && strcmp(m->all[i].name, name) != 0)
        i++;
    REQUIRE(i < m->n);
    struct kept *a = &m->all[i];
    snprintf(path, sizeof path, "logs/%s", name);
    snprintf(beside, sizeof beside, "%s.z", path);
    rig_puts(beside, "zzz");
    if (removes)
        CHECK_INT(unlink(path), 0);
    a->bytes = removes ? 3 : a->bytes + 3;
    a->whole = !removes;
    a->waits = false;
    CHECK_INT(gf_logdir_processed(d, a->name), 0);
}

static void run_against_model(uint64_t seed)
{
    static struct model m;
    uint64_t state = seed;
    m.n = 0;
    rig_enter();
    struct gf_logdir_config config = rig_config();
    config.process = gf_random_seeded(&state, 1);
    config.keep_force = gf_random_seeded(&state, 3) == 0;
    config.keep = gf_random_seeded(&state, 1) * gf_random_seeded(&state, 12);
    config.keep_bytes = gf_random_seeded(&state, 1) * gf_random_seeded(&state, 600);
    config.room = gf_random_seeded(&state, 1) * gf_random_seeded(&state, 100);
    config.keep_age = (gf_ns)(gf_random_seeded(&state, 1) * gf_random_seeded(&state, 90)) * GF_S;
    struct gf_logdir *d = rig_open(&config, T0);
    REQUIRE(d);
    gf_ns now = T0;
    for (int step = 0; step < 120; step++) {
        now += (gf_ns)gf_random_seeded(&state, 8000) * GF_MS;
        uint64_t what = gf_random_seeded(&state, 9);
        if (what < 5) {
            struct kept *a = &m.all[m.n++];
            *a = (struct kept){.time = now / GF_S * GF_S,
                               .bytes = 1 + gf_random_seeded(&state, 99),
                               .whole = true,
                               .waits = config.process};
            rig_rotate(d, a->bytes, now, a->name);
        } else if (what < 8) {
            process(&m, d, gf_random_seeded(&state, 1));
        } else if (what == 8) {
            gf_logdir_close(d);
            d = rig_open(&config, now);
            REQUIRE(d);
        }
        bool over;
        uint64_t n, bytes, current = 0;
        if (gf_random_seeded(&state, 3) == 0) {
            rig_write(d, "now and then\n", now);
            current = 13;
        }
        CHECK_INT(gf_logdir_prune(d, now, &over, &n, &bytes), 0);
        model_prune(&m, &config, now, current);
        CHECK_ROW(over == m.over, "seed %" PRIu64 " step %d: over is %d", seed, step, over);
        CHECK_ROW(n == m.lost && bytes == m.lost_bytes, "seed %" PRIu64 " step %d: %" PRIu64, seed,
                  step, n);
        compare(&m, d, seed, step);
        if (current) { /* what follows knows the size of each archive */
            CHECK_INT(truncate("logs/current", 0), 0);
            CHECK_INT(gf_logdir_rotate(d, now), 0);
        }
    }
    gf_logdir_close(d);
    rig_leave();
}

TEST(buffer_logdir_keep, against_a_model)
{
    for (uint64_t seed = 1; seed <= 30; seed++)
        run_against_model(seed);
}

/* ---- processing ------------------------------------------------------------------------------ */

TEST(buffer_logdir_keep, unprocessed_is_kept)
{
    char first[GF_LOGDIR_NAME], name[GF_LOGDIR_NAME];
    bool over;
    uint64_t n, bytes;
    rig_enter();
    struct gf_logdir_config config = rig_config();
    config.process = true;
    config.keep = 1;
    config.keep_bytes = 25;
    config.keep_age = GF_S;
    struct gf_logdir *d = rig_open(&config, T0);
    REQUIRE(d);
    rig_rotate(d, 10, T0, first);
    rig_rotate(d, 10, T0, name);
    CHECK_INT(gf_logdir_prune(d, T0 + DAY, &over, &n, &bytes), 0);
    CHECK(!over);
    rig_write(d, "12345\n", T0);
    CHECK_INT(gf_logdir_prune(d, T0 + DAY, &over, &n, &bytes), 0);
    CHECK(over && n == 0 && bytes == 0);
    CHECK_INT(gf_logdir_archives(d), 2);
    CHECK_INT(gf_logdir_waiting(d), 2);
    CHECK_STR(gf_logdir_unprocessed(d), first);
    CHECK_STR(gf_logdir_unprocessed(d), first); /* until it was processed: it may have failed */
    gf_logdir_close(d);
    d = rig_open(&config, T0);
    REQUIRE(d);
    CHECK_STR(gf_logdir_unprocessed(d), first);
    CHECK(gf_logdir_processed(d, "20260921T141320Z-0000000009") == -1 && errno == ENOENT);
    CHECK(gf_logdir_processed(d, "nonsense") == -1 && errno == ENOENT);
    CHECK_INT(gf_logdir_processed(d, first), 0);
    CHECK(gf_logdir_processed(d, first) == -1 && errno == ENOENT);
    CHECK_STR(gf_logdir_unprocessed(d), name);
    CHECK_INT(gf_logdir_prune(d, T0 + DAY, &over, &n, &bytes), 0);
    CHECK(!over);
    CHECK_INT(rig_count(RIG_ARCHIVES), 1);
    gf_logdir_close(d);

    config.process = false; /* nothing waits where nobody processes, but it is not forgotten */
    config.keep = config.keep_bytes = 0;
    config.keep_age = 0;
    d = rig_open(&config, T0);
    REQUIRE(d);
    CHECK_INT(gf_logdir_waiting(d), 0);
    CHECK(!gf_logdir_unprocessed(d));
    rig_rotate(d, 10, T0, first);
    rig_rotate(d, 10, T0, first);
    CHECK_INT(gf_logdir_archives(d), 3);
    gf_logdir_close(d);
    config.process = true;
    d = rig_open(&config, T0);
    REQUIRE(d);
    CHECK_INT(gf_logdir_waiting(d), 1);
    CHECK_STR(gf_logdir_unprocessed(d), name);
    gf_logdir_close(d);
    rig_leave();
}

/* An archive that waits and that somebody has removed is nothing to be processed. */
TEST(buffer_logdir_keep, unprocessed_is_removed)
{
    char name[3][GF_LOGDIR_NAME], path[64];
    rig_enter();
    struct gf_logdir_config config = rig_config();
    config.process = true;
    struct gf_logdir *d = rig_open(&config, T0);
    REQUIRE(d);
    for (int i = 0; i < 3; i++)
        rig_rotate(d, 10, T0, name[i]);
    snprintf(path, sizeof path, "logs/%s", name[0]);
    CHECK_INT(unlink(path), 0);
    CHECK_STR(gf_logdir_unprocessed(d), name[1]);
    CHECK_INT(gf_logdir_waiting(d), 2);
    gf_logdir_close(d);
    snprintf(path, sizeof path, "logs/%s", name[1]);
    CHECK_INT(unlink(path), 0);
    d = rig_open(&config, T0);
    REQUIRE(d);
    CHECK_INT(gf_logdir_waiting(d), 1);
    CHECK_STR(gf_logdir_unprocessed(d), name[2]);
    gf_logdir_close(d);
    rig_leave();
}

TEST(buffer_logdir_keep, force)
{
    char name[GF_LOGDIR_NAME];
    bool over;
    uint64_t n, bytes;
    rig_enter();
    struct gf_logdir_config config = rig_config();
    config.process = true;
    config.keep_force = true;
    config.keep = 2;
    struct gf_logdir *d = rig_open(&config, T0);
    REQUIRE(d);
    for (int i = 0; i < 3; i++)
        rig_rotate(d, 10, T0, name);
    CHECK_INT(gf_logdir_processed(d, gf_logdir_unprocessed(d)), 0);
    for (int i = 0; i < 3; i++)
        rig_rotate(d, 10, T0, name);
    CHECK_INT(gf_logdir_prune(d, T0, &over, &n, &bytes), 0);
    CHECK(!over);
    CHECK_INT(n, 3); /* the first was processed */
    CHECK_INT(bytes, 30);
    CHECK_INT(gf_logdir_waiting(d), 2);
    gf_logdir_close(d);
    rig_leave();
}

/* A file that grows beside an archive counts as soon as the directory is read again, and no later
 * than after as many prunes as an eighth of the archives. */
TEST(buffer_logdir_keep, what_grows)
{
    char name[GF_LOGDIR_NAME];
    bool over;
    uint64_t n, bytes;
    rig_enter();
    struct gf_logdir_config config = rig_config();
    config.keep_bytes = 1000;
    struct gf_logdir *d = rig_open(&config, T0);
    REQUIRE(d);
    for (int i = 0; i < 80; i++)
        rig_rotate(d, 10, T0, name);
    rig_puts("logs/20260921T141320Z-0000000001.log", "");
    CHECK_INT(gf_logdir_prune(d, T0, &over, &n, &bytes), 0);
    CHECK_INT(gf_logdir_archives(d), 80);
    CHECK_INT(truncate("logs/20260921T141320Z-0000000001.log", 300), 0);
    for (int i = 0; i <= 80 / 8; i++)
        CHECK_INT(gf_logdir_prune(d, T0, &over, &n, &bytes), 0);
    CHECK_INT(gf_logdir_archives(d), 79);
    CHECK_INT(rig_count("logs/*-0000000001*"), 0);

    /* A file that is new counts at once. The sleep is longer than a tick of the file system. */
    gf_sleep_until(gf_now_mono() + 50 * GF_MS);
    rig_puts("logs/20260921T141320Z-0000000002.log", "");
    CHECK_INT(truncate("logs/20260921T141320Z-0000000002.log", 300), 0);
    CHECK_INT(gf_logdir_prune(d, T0, &over, &n, &bytes), 0);
    CHECK_INT(gf_logdir_archives(d), 78);
    gf_logdir_close(d);
    rig_leave();
}

/* ---- `state` --------------------------------------------------------------------------------- */

/* Five archives: 1 was processed and has a neighbour, 2 was processed and has none, 3 to 5 wait. */
static void make_five(struct gf_logdir_config *config)
{
    char name[GF_LOGDIR_NAME];
    *config = rig_config();
    config->process = true;
    struct gf_logdir *d = rig_open(config, T0);
    REQUIRE(d);
    for (int i = 0; i < 5; i++)
        rig_rotate(d, 10, T0, name);
    rig_puts("logs/20260921T141320Z-0000000001.z", "z");
    CHECK_INT(gf_logdir_processed(d, "20260921T141320Z-0000000001"), 0);
    CHECK_INT(gf_logdir_processed(d, "20260921T141320Z-0000000002"), 0);
    gf_logdir_close(d);
}

/* Whatever is in the file: with a good one 3 wait, else the 4 without a neighbour; and the next
 * name is a new one. */
static void check_five(const struct gf_logdir_config *config, size_t waiting, const char *oldest)
{
    struct gf_logdir_refusal no;
    struct gf_logdir *d = gf_logdir_open("logs", config, 0, &no);
    REQUIRE(d);
    CHECK_INT(gf_logdir_archives(d), 5);
    CHECK_INT(gf_logdir_waiting(d), waiting);
    CHECK_STR(gf_logdir_unprocessed(d), oldest);
    gf_logdir_close(d);
}

TEST(buffer_logdir_keep, damaged_state)
{
    struct gf_logdir_config config;
    char good[1000] = "", bad[1000], name[GF_LOGDIR_NAME];
    uint64_t seed = 3;
    rig_enter();
    make_five(&config);
    rig_cat("logs/state", good, sizeof good);
    size_t len = strlen(good);
    CHECK(strstr(good, "\nwait 20260921T141320Z-0000000003 20260921T141320Z-0000000005\n"));
    check_five(&config, 3, "20260921T141320Z-0000000003");
    for (size_t i = 0; i < len; i++) { /* each prefix */
        rig_put("logs/state", good, i);
        check_five(&config, 4, "20260921T141320Z-0000000002");
    }
    for (size_t i = 0; i < len; i++) { /* each byte */
        memcpy(bad, good, len);
        bad[i] = (char)(bad[i] ^ 1 << gf_random_seeded(&seed, 7));
        rig_put("logs/state", bad, len);
        check_five(&config, 4, "20260921T141320Z-0000000002");
    }
    for (int i = 0; i < 300; i++) { /* any bytes, and a good one with more behind it */
        size_t n = gf_random_seeded(&seed, 300);
        memcpy(bad, good, len);
        for (size_t j = 0; j < n; j++)
            bad[i % 2 ? j : len + j] = (char)gf_random_seeded(&seed, 255);
        rig_put("logs/state", bad, i % 2 ? n : len + n + 1);
        check_five(&config, 4, "20260921T141320Z-0000000002");
    }
    int fd = open("logs/state", O_WRONLY | O_CLOEXEC); /* bounded when it is read */
    CHECK(fd != -1 && ftruncate(fd, (off_t)1 << 40) == 0);
    close(fd);
    check_five(&config, 4, "20260921T141320Z-0000000002");
    check_five(&config, 4, "20260921T141320Z-0000000002"); /* it was written anew */
    CHECK_INT(unlink("logs/state"), 0);
    struct gf_logdir *d = rig_open(&config, 0);
    REQUIRE(d);
    rig_rotate(d, 10, 0, name);
    CHECK_STR(name, "20260921T141320Z-0000000006");
    CHECK_INT(gf_logdir_waiting(d), 5);
    gf_logdir_close(d);
    CHECK_INT(rig_count("logs/.gf-*"), 0);
    rig_leave();
}

/* An older `state` is put back: what it does not know waits, unless it has a neighbour. */
TEST(buffer_logdir_keep, older_state)
{
    struct gf_logdir_config config;
    char good[1000] = "", name[GF_LOGDIR_NAME];
    rig_enter();
    make_five(&config);
    rig_cat("logs/state", good, sizeof good);
    struct gf_logdir *d = rig_open(&config, T0);
    REQUIRE(d);
    for (int i = 0; i < 3; i++)
        rig_rotate(d, 10, T0, name);
    gf_logdir_close(d);
    rig_puts("logs/20260921T141320Z-0000000007.z", "z");
    rig_puts("logs/state", good);
    d = rig_open(&config, T0);
    REQUIRE(d);
    CHECK_INT(gf_logdir_archives(d), 8);
    CHECK_INT(gf_logdir_waiting(d), 5); /* 3, 4, 5, 6, 8 */
    rig_rotate(d, 10, 0, name);
    CHECK_STR(name, "20260921T141320Z-0000000009");
    gf_logdir_close(d);
    rig_leave();
}

/* More rows than the file may have: none is forgotten, however those that wait lie. */
TEST(buffer_logdir_keep, many_that_wait)
{
    enum {
        MANY = 6000
    };
    char name[64], last[GF_LOGDIR_NAME];
    struct stat st;
    rig_enter();
    struct gf_logdir_config config = rig_config();
    config.process = true;
    CHECK_INT(mkdir("logs", 0700), 0);
    for (int i = 1; i <= MANY; i++) {
        snprintf(name, sizeof name, "logs/20260101T000000Z-%010d", i);
        rig_puts(name, "x");
        snprintf(name, sizeof name, "logs/20260101T000000Z-%010d.z", i);
        if (i % 2)
            rig_puts(name, "x");
    }
    struct gf_logdir *d = rig_open(&config, T0);
    REQUIRE(d);
    CHECK_INT(gf_logdir_archives(d), MANY);
    CHECK_INT(gf_logdir_waiting(d), MANY / 2);
    rig_rotate(d, 10, T0, last);
    CHECK_INT(gf_logdir_waiting(d), MANY / 2 + 1);
    gf_logdir_close(d);
    CHECK(stat("logs/state", &st) == 0 && st.st_size < 65536);
    d = rig_open(&config, T0);
    REQUIRE(d);
    CHECK(gf_logdir_waiting(d) >= MANY / 2 + 1);
    size_t seen = 0;
    const char *next;
    int want = 2;
    while (seen < 300 && (next = gf_logdir_unprocessed(d))) { /* in order, and each of them */
        snprintf(name, sizeof name, "20260101T000000Z-%010d", want);
        CHECK_STR(next, name);
        CHECK_INT(gf_logdir_processed(d, next), 0);
        seen++;
        want += 2;
    }
    gf_logdir_close(d);
    rig_leave();
}

/* A neighbour of 10 000 archives: what a prune costs does not grow with them. */
TEST(buffer_logdir_keep, many_archives)
{
    enum {
        MANY = 10000
    };
    char name[64];
    bool over;
    uint64_t n, bytes;
    rig_enter();
    struct gf_logdir_config config = rig_config();
    CHECK_INT(mkdir("logs", 0700), 0);
    for (int i = 1; i <= MANY; i++) {
        snprintf(name, sizeof name, "logs/20260101T000000Z-%010d", i);
        CHECK_INT(mknod(name, S_IFREG | 0600, 0), 0);
    }
    config.keep = MANY;
    struct gf_logdir *d = rig_open(&config, T0);
    REQUIRE(d);
    CHECK_INT(gf_logdir_archives(d), MANY);
    for (int i = 0; i < 3000; i++) {
        rig_write(d, "x\n", T0);
        CHECK_INT(gf_logdir_rotate(d, T0), 0);
        CHECK_INT(gf_logdir_prune(d, T0, &over, &n, &bytes), 0);
    }
    CHECK_INT(gf_logdir_archives(d), MANY);
    gf_logdir_close(d);
    config.keep = 10;
    d = rig_open(&config, T0);
    REQUIRE(d);
    CHECK_INT(gf_logdir_prune(d, T0, &over, &n, &bytes), 0);
    CHECK_INT(gf_logdir_archives(d), 10);
    CHECK_INT(rig_count("logs/2*"), 10);
    gf_logdir_close(d);
    rig_leave();
}
