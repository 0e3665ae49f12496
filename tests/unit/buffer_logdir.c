/* A directory of logs: names that never go back, what is taken up, who may have it, what others do
 * to `current`. Beside it: buffer_logdir_keep.c and buffer_logdir_kill.c. */
#include "logdir_rig.h"

#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/random.h"

/* ---- names ----------------------------------------------------------------------------------- */

TEST(buffer_logdir, first)
{
    char name[GF_LOGDIR_NAME], text[64] = "";
    struct stat st;
    rig_enter();
    const struct gf_logdir_config config = rig_config();
    struct gf_logdir *d = rig_open(&config, T0);
    REQUIRE(d);
    CHECK(stat("logs", &st) == 0 && (st.st_mode & 07777 & ~0750u) == 0);
    CHECK_INT(gf_logdir_size(d), 0);
    CHECK_INT(gf_logdir_began_wall(d), 0);
    CHECK_INT(gf_logdir_rotate(d, T0), 0); /* it is empty */
    CHECK_INT(gf_logdir_archives(d), 0);
    rig_write(d, "one\n", T0 + 1);
    rig_write(d, "two\n", T0 + 2);
    CHECK_INT(gf_logdir_size(d), 8);
    CHECK_INT(gf_logdir_began_wall(d), T0 + 1);
    CHECK_INT(gf_logdir_rotate(d, T0 + GF_S), 0);
    CHECK_INT(gf_logdir_size(d), 0);
    CHECK_INT(gf_logdir_began_wall(d), 0);
    CHECK_INT(gf_logdir_archives(d), 1);
    CHECK_INT(gf_logdir_waiting(d), 0);
    CHECK(!gf_logdir_unprocessed(d));
    rig_newest(name);
    CHECK_STR(name, "20260921T141321Z-0000000001");
    rig_write(d, "three\n", T0 + 2 * GF_S);
    rig_all(text, sizeof text);
    CHECK_STR(text, "one\ntwo\nthree\n");
    CHECK_INT(fstatat(gf_logdir_dir(d), "current", &st, 0), 0);
    gf_logdir_close(d);
    gf_logdir_close(NULL);
    rig_leave();
}

TEST(buffer_logdir, names_never_go_back)
{
    char last[GF_LOGDIR_NAME] = "", name[GF_LOGDIR_NAME];
    uint64_t seed = 7;
    rig_enter();
    const struct gf_logdir_config config = rig_config();
    struct gf_logdir *d = rig_open(&config, T0);
    REQUIRE(d);
    gf_ns now = T0;
    for (int i = 0; i < 400; i++) {
        now += (gf_ns)gf_random_seeded(&seed, 200) * GF_S - 100 * GF_S;
        uint64_t what = gf_random_seeded(&seed, 9);
        if (what == 0)
            now = i % 3 == 0 ? -5 * GF_S : T0; /* before 1970, too */
        if (what == 1) { /* the archives were taken away, and the process starts again */
            rig_clear("moved");
            CHECK_INT(mkdir("moved", 0700), 0);
            rig_sh("mv logs/2* moved 2>/dev/null; true");
        }
        if (what <= 2) {
            gf_logdir_close(d);
            d = rig_open(&config, now);
            REQUIRE(d);
        }
        rig_write(d, "x\n", now);
        CHECK_INT(gf_logdir_rotate(d, now), 0);
        rig_newest(name);
        CHECK_ROW(strcmp(name, last) > 0, "%d: %s behind %s", i, name, last);
        CHECK_ROW(strcmp(name + 17, last[0] ? last + 17 : "") > 0, "%d: the number of %s", i, name);
        memcpy(last, name, sizeof last);
    }
    CHECK_STR(last + 17, "0000000400");
    gf_logdir_close(d);
    rig_leave();
}

/* A name that is taken is passed by, and the file that has it is as it was. */
TEST(buffer_logdir, taken)
{
    char text[64] = "", name[GF_LOGDIR_NAME];
    rig_enter();
    const struct gf_logdir_config config = rig_config();
    struct gf_logdir *d = rig_open(&config, T0);
    REQUIRE(d);
    rig_puts("logs/20260921T141320Z-0000000001", "theirs");
    CHECK_INT(mkdir("logs/20260921T141320Z-0000000003", 0700), 0);
    rig_write(d, "ours\n", T0);
    CHECK_INT(gf_logdir_rotate(d, T0), 0);
    rig_cat("logs/20260921T141320Z-0000000001", text, sizeof text);
    CHECK_STR(text, "theirs");
    rig_newest(name);
    CHECK_STR(name, "20260921T141320Z-0000000004");
    CHECK_INT(gf_logdir_archives(d), 2);
    gf_logdir_close(d);

    /* The name of an archive that is gone is not used again while a file beside it is there. */
    rig_puts("logs/20270101T000000Z-0000000009.zst", "z");
    d = rig_open(&config, T0);
    REQUIRE(d);
    rig_rotate(d, 1, T0, name);
    CHECK_STR(name, "20270101T000000Z-0000000010");
    gf_logdir_close(d);

    /* The last number. */
    rig_puts("logs/20270101T000000Z-9999999999", "z");
    d = rig_open(&config, T0);
    REQUIRE(d);
    rig_write(d, "x\n", T0);
    CHECK(gf_logdir_rotate(d, T0) == -1 && errno == EOVERFLOW);
    CHECK(gf_logdir_fd(d) != -1);
    CHECK_INT(gf_logdir_size(d), 2);
    gf_logdir_close(d);
    rig_leave();
}

TEST(buffer_logdir, names_that_are_none)
{
    static const char *const none[] = {
        "20260921T141320Z-00000000011", "20260921T141320Z-000000001",
        "20260921T141320-0000000001",   "20261321T141320Z-0000000001",
        "20260900T141320Z-0000000001",  "20260921T241320Z-0000000001",
        "20260921T146020Z-0000000001",  "x20260921T141320Z-000000001",
        "20260921t141320Z-0000000001",
    };
    rig_enter();
    struct gf_logdir_config config = rig_config();
    config.keep_bytes = 1;
    CHECK_INT(mkdir("logs", 0700), 0);
    CHECK_INT(chdir("logs"), 0);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        rig_puts(none[i], "xxxx");
    CHECK_INT(chdir(".."), 0);
    struct gf_logdir *d = rig_open(&config, T0);
    REQUIRE(d);
    bool over;
    uint64_t n, bytes;
    CHECK_INT(gf_logdir_archives(d), 0);
    CHECK_INT(gf_logdir_prune(d, T0 + GF_S * 86400 * 365, &over, &n, &bytes), 0);
    gf_logdir_close(d);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        char path[64];
        snprintf(path, sizeof path, "logs/%s", none[i]);
        CHECK_ROW(access(path, F_OK) == 0, "%s was removed", none[i]);
    }
    rig_leave();
}

/* ---- `current` ------------------------------------------------------------------------------- */

TEST(buffer_logdir, torn_current)
{
    static const struct {
        const char *was, *becomes;
        char separator;
    } rows[] = {{"a\nb", "a\nb\n", '\n'},
                {"a\nb\n", "a\nb\n", '\n'},
                {"", "", '\n'},
                {"a\n", "a\n;", ';'},
                {"a;b;", "a;b;", ';'}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[64] = "";
        rig_enter();
        struct gf_logdir_config config = rig_config();
        config.separator = rows[i].separator;
        CHECK_INT(mkdir("logs", 0700), 0);
        rig_puts("logs/current", rows[i].was);
        struct gf_logdir *d = rig_open(&config, GF_NEVER - 1);
        REQUIRE(d);
        rig_cat("logs/current", text, sizeof text);
        CHECK_STR(text, rows[i].becomes);
        CHECK_INT(gf_logdir_size(d), strlen(rows[i].becomes));
        /* When the file was made: some time that is past, and not long ago. */
        gf_ns began = gf_logdir_began_wall(d);
        if (*rows[i].was)
            CHECK(began > gf_now_wall() - 3600 * GF_S && began <= gf_now_wall());
        else
            CHECK_INT(began, 0);
        gf_logdir_close(d);
        d = rig_open(&config, T0 / 2); /* a clock that was set back */
        REQUIRE(d);
        CHECK_INT(gf_logdir_began_wall(d), *rows[i].was ? T0 / 2 : 0);
        CHECK_INT(gf_logdir_size(d), strlen(rows[i].becomes));
        rig_write(d, "c\n", T0 / 2 - 5);
        CHECK_INT(gf_logdir_began_wall(d), T0 / 2 - 5);
        rig_write(d, "c\n", T0);
        CHECK_INT(gf_logdir_began_wall(d), T0 / 2 - 5);
        gf_logdir_close(d);
        rig_leave();
    }
}

TEST(buffer_logdir, current_is_gone)
{
    char text[64] = "", name[GF_LOGDIR_NAME];
    bool anew;
    rig_enter();
    const struct gf_logdir_config config = rig_config();
    struct gf_logdir *d = rig_open(&config, T0);
    REQUIRE(d);
    CHECK(gf_logdir_mend(d, &anew) == 0 && !anew);

    rig_write(d, "lost\n", T0); /* removed */
    CHECK_INT(unlink("logs/current"), 0);
    CHECK(gf_logdir_rotate(d, T0) == -1 && errno == ENOENT);
    CHECK(gf_logdir_mend(d, &anew) == 0 && anew);
    CHECK_INT(gf_logdir_size(d), 0);
    CHECK(gf_logdir_mend(d, &anew) == 0 && !anew);
    rig_write(d, "kept\n", T0);

    CHECK_INT(rename("logs/current", "logs/current.1"), 0); /* moved aside, and another one there */
    CHECK(gf_logdir_rotate(d, T0) == -1 && errno == ENOENT);
    rig_puts("logs/current", "other");
    CHECK(gf_logdir_rotate(d, T0) == -1 && errno == ESTALE);
    CHECK(gf_logdir_mend(d, &anew) == 0 && anew);
    CHECK_INT(gf_logdir_size(d), 6);
    rig_write(d, "ours\n", T0);
    rig_cat("logs/current", text, sizeof text);
    CHECK_STR(text, "other\nours\n");
    CHECK_INT(gf_logdir_rotate(d, T0), 0);
    rig_newest(name);
    CHECK_STR(name, "20260921T141320Z-0000000001"); /* what failed took no number */

    rig_write(d, "cut\n", T0); /* made shorter: there is nothing to put away */
    CHECK_INT(truncate("logs/current", 0), 0);
    CHECK_INT(gf_logdir_rotate(d, T0), 0);
    CHECK_INT(gf_logdir_archives(d), 1);
    CHECK_INT(gf_logdir_size(d), 0);
    gf_logdir_close(d);
    rig_leave();
}

static void make_link(void)
{
    CHECK_INT(symlink("../elsewhere", "logs/current"), 0);
}

static void make_dangling(void)
{
    CHECK_INT(symlink("nowhere", "logs/current"), 0);
}

static void make_directory(void)
{
    CHECK_INT(mkdir("logs/current", 0700), 0);
}

static void make_second_name(void)
{
    CHECK_INT(link("elsewhere", "logs/current"), 0);
}

static void make_fifo(void)
{
    CHECK_INT(mkfifo("logs/current", 0600), 0);
}

static void make_others(void)
{
    rig_puts("logs/current", "theirs");
    CHECK_INT(chown("logs/current", 12345, (gid_t)-1), 0);
}

/* What is no file of ours is refused, by the open as by mend, and nothing is written to it. */
TEST(buffer_logdir, current_is_replaced)
{
    static const struct {
        void (*make)(void);
        int code;
        const char *why;
        bool as_root;
    } rows[] = {
        {make_link, ELOOP, "is a symbolic link", false},
        {make_dangling, ELOOP, "is a symbolic link", false},
        {make_directory, EISDIR, "Is a directory", false},
        {make_second_name, EPERM, "has a second name (a hard link)", false},
        {make_fifo, EPERM, "is not a regular file", false},
        {make_others, EPERM, "belongs to another user", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[64] = "";
        bool anew;
        struct gf_logdir_refusal no;
        if (rows[i].as_root && geteuid() != 0)
            continue;
        rig_enter();
        const struct gf_logdir_config config = rig_config();
        rig_puts("elsewhere", "untouched");
        struct gf_logdir *d = rig_open(&config, T0);
        REQUIRE(d);
        CHECK_INT(unlink("logs/current"), 0);
        rows[i].make();
        CHECK(gf_logdir_rotate(d, T0) == -1 && errno == ESTALE);
        CHECK(gf_logdir_mend(d, &anew) == -1);
        CHECK_ROW(errno == rows[i].code && !anew, "row %zu: errno is %d", i, errno);
        CHECK_INT(gf_logdir_fd(d), -1);
        CHECK_INT(gf_logdir_size(d), 0);
        CHECK(gf_logdir_rotate(d, T0) == -1);
        CHECK(gf_logdir_mend(d, &anew) == -1);
        gf_logdir_close(d);

        d = gf_logdir_open("logs", &config, T0, &no);
        CHECK_ROW(!d && errno == rows[i].code, "row %zu: errno is %d", i, errno);
        CHECK_STR(no.file, "current");
        CHECK_STR(no.why, rows[i].why);
        rig_cat("elsewhere", text, sizeof text);
        CHECK_STR(text, "untouched");

        CHECK_INT(remove("logs/current"), 0); /* and it heals */
        d = rig_open(&config, T0);
        REQUIRE(d);
        gf_logdir_close(d);
        rig_leave();
    }
}

TEST(buffer_logdir, directory_is_gone)
{
    bool anew, over;
    uint64_t n, bytes;
    char name[GF_LOGDIR_NAME];
    rig_enter();
    struct gf_logdir_config config = rig_config();
    config.process = true;
    struct gf_logdir *d = rig_open(&config, T0);
    REQUIRE(d);
    rig_rotate(d, 10, T0, name);
    CHECK_INT(rename("logs", "renamed"), 0); /* goes on there */
    rig_write(d, "x\n", T0);
    CHECK_INT(gf_logdir_rotate(d, T0), 0);
    CHECK_INT(rig_count("renamed/2*"), 2);
    CHECK_INT(rig_count("logs*"), 0);

    rig_write(d, "x\n", T0);
    rig_clear("renamed");
    CHECK(gf_logdir_rotate(d, T0) == -1 && errno == ENOENT);
    CHECK(gf_logdir_mend(d, &anew) == -1 && errno == ENOENT && !anew);
    CHECK_INT(gf_logdir_fd(d), -1);
    CHECK(!gf_logdir_unprocessed(d));
    CHECK_INT(gf_logdir_prune(d, T0, &over, &n, &bytes), 0);
    CHECK_INT(gf_logdir_archives(d), 0);
    CHECK(gf_logdir_processed(d, name) == -1 && errno == ENOENT);
    gf_logdir_close(d);
    rig_leave();
}

/* A limit on the size of files stands for a disk that is full: `state` cannot be written, and the
 * rotation does nothing. */
TEST(buffer_logdir, no_room_for_a_rotation)
{
    char text[64] = "";
    rig_enter();
    const struct gf_logdir_config config = rig_config();
    struct gf_logdir *d = rig_open(&config, T0);
    REQUIRE(d);
    rig_write(d, "one\n", T0);
    pid_t pid = fork();
    if (pid == 0) {
        struct rlimit none = {4, 4};
        struct sigaction ignored = {.sa_handler = SIG_IGN};
        bool ok = setrlimit(RLIMIT_FSIZE, &none) == 0 && sigaction(SIGXFSZ, &ignored, NULL) == 0 &&
                  gf_logdir_rotate(d, T0) == -1 && errno == EFBIG && gf_logdir_fd(d) != -1 &&
                  gf_logdir_size(d) == 4 && gf_logdir_archives(d) == 0;
        _exit(ok ? 0 : 1);
    }
    int status;
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK_INT(rig_count("logs/2*"), 0);
    rig_all(text, sizeof text);
    CHECK_STR(text, "one\n");
    gf_logdir_close(d);
    rig_leave();
}

/* ---- who may have it ------------------------------------------------------------------------- */

TEST(buffer_logdir, lock)
{
    struct gf_logdir_refusal no;
    char name[GF_LOGDIR_NAME];
    rig_enter();
    const struct gf_logdir_config config = rig_config();
    struct gf_logdir *d = rig_open(&config, T0);
    REQUIRE(d);
    CHECK(!gf_logdir_open("logs", &config, T0, &no) && errno == EBUSY);
    CHECK_INT(no.holder, getpid());
    CHECK(!no.file);
    CHECK_INT(unlink("logs/lock"), 0); /* the lock is not on this file */
    CHECK(!gf_logdir_open("logs", &config, T0, &no) && errno == EBUSY);
    CHECK_INT(no.holder, 0);
    static const char *const bad[] = {
        "", "\n", "12", "x\n", "-5\n", "0\n", "99999999999999999999999\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        rig_puts("logs/lock", bad[i]);
        CHECK(!gf_logdir_open("logs", &config, T0, &no) && errno == EBUSY);
        CHECK_INT(no.holder, 0);
    }
    rig_rotate(d, 3, T0, name);
    gf_logdir_close(d);
    d = rig_open(&config, T0);
    REQUIRE(d);
    pid_t pid = fork(); /* a child that has not closed it yet is no second holder */
    if (pid == 0)
        _exit(gf_logdir_open("logs", &config, T0, &no) || errno != EBUSY || no.holder != getppid());
    int status;
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    gf_logdir_close(d);
    rig_leave();
}

TEST(buffer_logdir, refused)
{
    static const struct {
        const char *made_by, *file, *why;
        int code;
    } rows[] = {
        {"mkdir real; ln -s real logs", NULL, "is a symbolic link", ELOOP},
        {": >logs", NULL, "Not a directory", ENOTDIR},
        {"mkdir -m 0770 logs", NULL, "group or others may write to it", EPERM},
        {"mkdir -m 1777 logs", NULL, "group or others may write to it", EPERM},
        {"mkdir logs; ln -s x logs/lock", "lock", "is a symbolic link", ELOOP},
        {"mkdir -p logs/lock", "lock", "Is a directory", EISDIR},
        {"mkdir -p logs/state", "state", "is not a regular file", EPERM},
        {"mkdir logs; ln -s x logs/state", "state", "is a symbolic link", ELOOP},
        {"mkdir logs; : >logs/state; chmod 0666 logs/state", "state",
         "group or others may write to it", EPERM},
        {"mkdir logs; chown 12345 logs", NULL, "belongs to another user", EPERM},
    };
    struct gf_logdir_refusal no;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strstr(rows[i].made_by, "chown") && geteuid() != 0)
            continue;
        rig_enter();
        const struct gf_logdir_config config = rig_config();
        rig_sh(rows[i].made_by);
        struct gf_logdir *d = gf_logdir_open("logs/", &config, T0, &no);
        CHECK_ROW(!d && errno == rows[i].code, "row %zu: errno is %d", i, errno);
        CHECK_STR(no.why, rows[i].why);
        if (rows[i].file)
            CHECK_STR(no.file, rows[i].file);
        else
            CHECK(!no.file);
        gf_logdir_close(d);
        rig_leave();
    }
    const struct gf_logdir_config config = rig_config();
    CHECK(!gf_logdir_open("/nowhere/at/all", &config, T0, &no) && errno == ENOENT);
    CHECK(!gf_logdir_open("", &config, T0, &no) && errno == ENOENT);
    char path[PATH_MAX + 10];
    memset(path, 'a', sizeof path);
    path[sizeof path - 1] = '\0';
    CHECK(!gf_logdir_open(path, &config, T0, &no) && errno == ENAMETOOLONG);
}

TEST(buffer_logdir, mode_and_group)
{
    char name[GF_LOGDIR_NAME], path[64];
    struct stat st;
    gid_t groups[64];
    bool anew;
    rig_enter();
    struct gf_logdir_config config = rig_config();
    config.mode = 0664;
    int n = getgroups(64, groups);
    config.group = geteuid() == 0 ? 12345 : n > 0 ? groups[n - 1] : getegid();
    umask(077);
    struct gf_logdir *d = rig_open(&config, T0);
    REQUIRE(d);
    CHECK(stat("logs", &st) == 0 && st.st_gid == config.group && (st.st_mode & 07777) == 0700);
    CHECK(stat("logs/current", &st) == 0 && st.st_gid == config.group);
    CHECK_INT(st.st_mode & 07777, 0664);
    rig_rotate(d, 5, T0, name);
    CHECK(stat("logs/current", &st) == 0 && st.st_gid == config.group);
    CHECK_INT(st.st_mode & 07777, 0664);
    snprintf(path, sizeof path, "logs/%s", name);
    CHECK(stat(path, &st) == 0 && st.st_gid == config.group);
    CHECK_INT(st.st_mode & 07777, 0664);
    CHECK_INT(unlink("logs/current"), 0);
    CHECK(gf_logdir_mend(d, &anew) == 0 && anew);
    CHECK(stat("logs/current", &st) == 0 && st.st_gid == config.group);
    CHECK_INT(st.st_mode & 07777, 0664);
    gf_logdir_close(d);
    config.mode = 0600; /* one that is there gets it, too */
    d = rig_open(&config, T0);
    REQUIRE(d);
    CHECK(stat("logs/current", &st) == 0 && (st.st_mode & 07777) == 0600);
    CHECK(stat("logs/state", &st) == 0 && (st.st_mode & 07777) == 0600);
    CHECK(fcntl(gf_logdir_fd(d), F_GETFL) & O_APPEND);
    CHECK(fcntl(gf_logdir_fd(d), F_GETFD) & FD_CLOEXEC);
    CHECK(fcntl(gf_logdir_dir(d), F_GETFD) & FD_CLOEXEC);
    gf_logdir_close(d);
    rig_leave();
}

/* A group that cannot be given: the open says so, and leaves no directory behind. */
TEST(buffer_logdir, group_of_others)
{
    struct gf_logdir_refusal no;
    rig_enter();
    CHECK_INT(chmod(rig_scratch, 0777), 0);
    struct gf_logdir_config config = rig_config();
    config.group = 12345;
    pid_t pid = fork();
    if (pid == 0) {
        if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(23456) != 0 || setuid(23456) != 0))
            _exit(2);
        bool ok = !gf_logdir_open("logs", &config, T0, &no) && errno == EPERM && !no.file &&
                  access("logs", F_OK) != 0;
        struct gf_logdir_config plain = rig_config();
        struct gf_logdir *d = ok ? gf_logdir_open("logs", &plain, T0, &no) : NULL;
        if (!d)
            _exit(3);
        gf_logdir_close(d);
        d = gf_logdir_open("logs", &config, T0, &no);
        _exit(d || errno != EPERM || strcmp(no.file, "current") != 0);
    }
    int status;
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), 0);
    rig_leave();
}
