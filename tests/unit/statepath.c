/* statepath.c - names to paths, and what is refused. */
#include "base/statepath.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

TEST(statepath, find)
{
    static const struct {
        const char *value, *xdg, *home, *want;
    } rows[] = {
        {"db", "/x", "/h", "/x/gf/db.sem"},
        {"db", NULL, "/h", "/h/.local/state/gf/db.sem"},
        {"db", "", "/h", "/h/.local/state/gf/db.sem"},
        {"db", "rel/x", "/h", "/h/.local/state/gf/db.sem"},
        {"a b", "/x", NULL, "/x/gf/a b.sem"},
        {"/run/db", "/x", "/h", "/run/db"},
        {"./db", "/x", "/h", "./db"},
        {"d/b", NULL, NULL, "d/b"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_statepath p;
        const char *why = NULL;
        CHECK_INT(gf_statepath_find(&p, rows[i].value, ".sem", rows[i].xdg, rows[i].home, &why), 0);
        CHECK_STR(p.path, rows[i].want);
        CHECK(p.by_name == !strchr(rows[i].value, '/'));
    }
}

TEST(statepath, find_without_home_asks_the_password_file)
{
    struct gf_statepath p;
    const char *why = NULL;
    if (gf_statepath_find(&p, "db", "", NULL, NULL, &why) != 0)
        SKIP("this user has no home");
    CHECK(p.path[0] == '/');
    CHECK(strstr(p.path, "/.local/state/gf/db") != NULL);
    struct gf_statepath q;
    CHECK_INT(gf_statepath_find(&q, "db", "", "rel", "rel", &why), 0);
    CHECK_STR(q.path, p.path);
}

TEST(statepath, bad_names)
{
    char longest[202];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    const char *const bad[] = {"", ".", "..", ".x", "-n", "a\nb", "a\x7f", longest};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct gf_statepath p;
        const char *why = NULL;
        CHECK_ROW(gf_statepath_find(&p, bad[i], ".sem", "/x", "/h", &why) == -1, "row %zu", i);
        CHECK_INT(errno, EINVAL);
        CHECK(why != NULL);
    }
    struct gf_statepath p;
    const char *why = NULL;
    CHECK_INT(gf_statepath_find(&p, longest + 1, ".sem", "/x", "/h", &why), 0);
}

TEST(statepath, too_long)
{
    static char longest[PATH_MAX + 10];
    memset(longest, '/', sizeof longest - 1);
    struct gf_statepath p;
    const char *why = NULL;
    CHECK_INT(gf_statepath_find(&p, longest, "", NULL, NULL, &why), -1);
    CHECK_INT(errno, ENAMETOOLONG);
    CHECK_INT(gf_statepath_find(&p, "db", "", longest, NULL, &why), -1);
    CHECK_INT(errno, ENAMETOOLONG);
}

/* ---- in a scratch directory ------------------------------------------------------------------ */

static char scratch[64];

static bool enter_scratch(void)
{
    snprintf(scratch, sizeof scratch, "/tmp/gf-unit-XXXXXX");
    return mkdtemp(scratch) != NULL;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static void leave_scratch(void)
{
    CHECK_INT(nftw(scratch, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static struct gf_statepath in_scratch(const char *name)
{
    struct gf_statepath p = {.by_name = false};
    snprintf(p.path, sizeof p.path, "%s/%s", scratch, name);
    return p;
}

static mode_t mode_of(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

TEST(statepath, opendir_makes_0700_whatever_the_umask)
{
    REQUIRE(enter_scratch());
    struct gf_statepath p;
    const char *why = NULL;
    mode_t old = umask(0777);
    char xdg[80];
    snprintf(xdg, sizeof xdg, "%s/deep/er", scratch);
    CHECK_INT(gf_statepath_find(&p, "db", ".sem", xdg, NULL, &why), 0);
    CHECK_INT(gf_state_opendir(&p, false, &why), -1);
    CHECK_INT(errno, ENOENT);
    int fd = gf_state_opendir(&p, true, &why);
    CHECK(fd >= 0);
    CHECK_INT(mode_of(p.path), 0700);
    CHECK_INT(mode_of(xdg), 0700);
    CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    int file = gf_state_openat(fd, "x", O_RDWR | O_CREAT, NULL, &why);
    CHECK(file >= 0);
    struct stat st;
    CHECK_INT(fstat(file, &st), 0);
    CHECK_INT(st.st_mode & 07777, 0600);
    CHECK(fcntl(file, F_GETFD) & FD_CLOEXEC);
    umask(old);
    close(file);
    close(fd);
    leave_scratch();
}

TEST(statepath, a_path_needs_its_parents)
{
    REQUIRE(enter_scratch());
    struct gf_statepath p = in_scratch("no/db");
    const char *why = NULL;
    CHECK_INT(gf_state_opendir(&p, true, &why), -1);
    CHECK_INT(errno, ENOENT);
    leave_scratch();
}

static void check_dir_refused(const char *name, const char *want)
{
    struct gf_statepath p = in_scratch(name);
    const char *why = NULL;
    int fd = gf_state_opendir(&p, true, &why);
    CHECK_INT(fd, -1);
    CHECK_STR(why, want);
}

TEST(statepath, opendir_refuses)
{
    REQUIRE(enter_scratch());
    struct gf_statepath p = in_scratch("real");
    CHECK_INT(mkdir(p.path, 0700), 0);
    struct gf_statepath link = in_scratch("link");
    CHECK_INT(symlink(p.path, link.path), 0);
    check_dir_refused("link", "is a symbolic link");
    check_dir_refused("link/", "is a symbolic link");
    CHECK_INT(chmod(p.path, 0770), 0);
    check_dir_refused("real", "group or others may write to it");
    CHECK_INT(chmod(p.path, 0702), 0);
    check_dir_refused("real", "group or others may write to it");
    CHECK_INT(chmod(p.path, 0755), 0);
    const char *why = NULL;
    int fd = gf_state_opendir(&p, true, &why);
    CHECK(fd >= 0);
    close(fd);
    if (geteuid() == 0) {
        CHECK_INT(chown(p.path, 12345, 0), 0);
        check_dir_refused("real", "belongs to another user");
    }
    leave_scratch();
}

static void check_file_refused(const char *name, const char *want)
{
    struct gf_statepath p = in_scratch(name);
    const char *why = NULL;
    CHECK_INT(gf_state_openat(AT_FDCWD, p.path, O_RDWR | O_CREAT, NULL, &why), -1);
    CHECK_STR(why, want);
}

TEST(statepath, openat_refuses)
{
    REQUIRE(enter_scratch());
    struct gf_statepath real = in_scratch("real"), link = in_scratch("link"),
                        hard = in_scratch("hard"), fifo = in_scratch("fifo"),
                        loose = in_scratch("loose");
    const char *why = NULL;
    int fd = gf_state_openat(AT_FDCWD, real.path, O_RDWR, NULL, &why);
    CHECK_INT(fd, -1);
    CHECK_INT(errno, ENOENT);
    fd = gf_state_openat(AT_FDCWD, real.path, O_RDWR | O_CREAT, NULL, &why);
    CHECK(fd >= 0);
    close(fd);
    CHECK_INT(symlink(real.path, link.path), 0);
    CHECK_INT(mkfifo(fifo.path, 0600), 0);
    check_file_refused("link", "is a symbolic link");
    check_file_refused("fifo", "is not a regular file");
    fd = open(loose.path, O_CREAT | O_WRONLY, 0600);
    CHECK(fd >= 0);
    CHECK_INT(fchmod(fd, 0620), 0);
    close(fd);
    check_file_refused("loose", "group or others may write to it");
    CHECK_INT(rename(loose.path, hard.path), 0);
    CHECK_INT(chmod(hard.path, 0600), 0);
    struct gf_statepath second = in_scratch("second");
    CHECK_INT(linkat(AT_FDCWD, hard.path, AT_FDCWD, second.path, 0), 0);
    check_file_refused("second", "has a second name (a hard link)");
    leave_scratch();
}

static const char *cure_of(const char *path, int code, const char *why)
{
    static char text[GF_STATEPATH_CURE];
    const char *cure = gf_statepath_cure(path, code, why, text);
    return cure ? cure : "none";
}

TEST(statepath, cures)
{
    CHECK_STR(cure_of("/no-such/a/s", ENOENT, "x"),
              "the directory is missing: mkdir -p '/no-such/a'");
    CHECK_STR(cure_of("/s", ENOENT, "x"), "none");
    CHECK_STR(cure_of("s", ENOENT, "x"), "none");
    CHECK_STR(cure_of("", ENOENT, "x"), "none");
    CHECK_STR(cure_of("/tmp/s", EPERM, "belongs to another user"),
              "run as the owner of '/tmp/s', or name one of your own");
    CHECK_STR(cure_of("/tmp/s", EPERM, "lies on a network file system"),
              "name a path on a disk of this machine");
    CHECK_STR(cure_of("/tmp/d/s", EPERM, "others may write to its directory"),
              "name a file in a directory of its own (mkdir -m 0700); or, if that one is yours: "
              "chmod go-w '/tmp/d'");
}

TEST(statepath, a_place_for_files_that_are_found_by_name)
{
    static const struct {
        mode_t mode;
        const char *why;
    } rows[] = {
        {0700, NULL},
        {0755, NULL},
        {0775, "others may write to its directory"},
        {0757, "others may write to its directory"},
        {01777, "others may write to its directory"},
    };
    REQUIRE(enter_scratch());
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *why = NULL;
        CHECK_INT(chmod(scratch, rows[i].mode), 0);
        int fd = gf_state_open_around(scratch, &why);
        CHECK_ROW((fd == -1) == (rows[i].why != NULL), "mode %o", (unsigned)rows[i].mode);
        CHECK_STR(why ? why : "-", rows[i].why ? rows[i].why : "-");
        if (fd != -1)
            close(fd);
    }
    CHECK_INT(chmod(scratch, 0700), 0);
    leave_scratch();
}

TEST(statepath, a_file_beside_is_trusted_by_its_name)
{
    REQUIRE(enter_scratch());
    const char *why = NULL;
    int dir = gf_state_open_around(scratch, &why);
    REQUIRE(dir != -1);
    CHECK_INT(gf_state_trust_at(dir, "missing", &why), 0);
    int fd = gf_state_openat(dir, "mine", O_RDWR | O_CREAT, NULL, &why);
    CHECK(fd != -1);
    CHECK_INT(gf_state_trust_at(dir, "mine", &why), 0);
    CHECK_INT(symlinkat("mine", dir, "link"), 0);
    CHECK_INT(gf_state_trust_at(dir, "link", &why), -1);
    CHECK_STR(why, "is a symbolic link");
    CHECK_INT(mkdirat(dir, "d", 0700), 0);
    CHECK_INT(gf_state_trust_at(dir, "d", &why), -1);
    CHECK_STR(why, "is not a regular file");
    CHECK_INT(fchmod(fd, 0620), 0);
    CHECK_INT(gf_state_trust_at(dir, "mine", &why), -1);
    CHECK_STR(why, "group or others may write to it");
    CHECK_INT(fchmod(fd, 0600), 0);
    CHECK_INT(linkat(dir, "mine", dir, "second", 0), 0);
    CHECK_INT(gf_state_trust_at(dir, "mine", &why), -1);
    CHECK_STR(why, "has a second name (a hard link)");
    close(fd);
    close(dir);
    leave_scratch();
}

TEST(statepath, a_look_asks_for_no_owner)
{
    REQUIRE(enter_scratch());
    struct gf_statepath p = in_scratch("s"), link = in_scratch("link");
    const char *why = NULL;
    int fd = gf_state_openat(AT_FDCWD, p.path, O_RDWR | O_CREAT, NULL, &why);
    CHECK(fd >= 0);
    CHECK(fchmod(fd, 0444) == 0);
    if (geteuid() == 0)
        CHECK_INT(fchown(fd, 12345, 0), 0);
    close(fd);
    fd = gf_state_open_look(p.path, &why);
    CHECK(fd >= 0);
    CHECK_INT(write(fd, "x", 1), -1);
    close(fd);
    CHECK_INT(symlink(p.path, link.path), 0);
    CHECK_INT(gf_state_open_look(link.path, &why), -1);
    CHECK_STR(why, "is a symbolic link");
    leave_scratch();
}
