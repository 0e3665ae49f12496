/* takeafter.c - what a new file has of the old one, and that it is never open to more. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/takeafter.h"
#include "test.h"

#define ACL "system.posix_acl_access"

static char dir[64];

/* Takes the place of libc's: refuses attributes whose names begin with `refused`, and notes whether
 * the file had any bits for group and others when one was set. */
static const char *refused = "none";
static int refusal = EPERM;
static mode_t open_to;

int fsetxattr(int fd, const char *name, const void *value, size_t size, int flags)
{
    struct stat st = {0};
    CHECK_INT(fstat(fd, &st), 0);
    open_to |= st.st_mode & 0077;
    if (strncmp(name, refused, strlen(refused)) == 0) {
        errno = refusal;
        return -1;
    }
    return (int)syscall(SYS_fsetxattr, fd, name, value, size, flags);
}

static bool enter(void)
{
    snprintf(dir, sizeof dir, "/tmp/gf-takeafter-XXXXXX");
    return mkdtemp(dir) != NULL && chdir(dir) == 0;
}

static void leave(void)
{
    unlink("old");
    unlink("new");
    CHECK_INT(chdir("/"), 0);
    CHECK_INT(rmdir(dir), 0);
}

/* A list in words: `u` `g` `m` `o` and their permissions; U and G are named ones of the id 1234. */
static size_t list_of(const char *words, unsigned char list[64])
{
    static const char letters[] = "uUgGmo";
    size_t len = 4;
    memset(list, 0, 64);
    list[0] = 2;
    for (; *words; words += 2, len += 8) {
        const char *at = strchr(letters, *words);
        if (!at)
            return 0;
        list[len] = (unsigned char)(1 << (at - letters));
        list[len + 2] = (unsigned char)(words[1] - '0');
        memset(list + len + 4, 0xff, 4);
        if (*words == 'U' || *words == 'G') {
            list[len + 4] = 1234 & 0xff;
            list[len + 5] = 1234 >> 8;
            list[len + 6] = list[len + 7] = 0;
        }
    }
    return len;
}

static int set_list(const char *file, const char *name, const char *words)
{
    unsigned char list[64];
    size_t len = list_of(words, list);
    return setxattr(file, name, list, len, 0);
}

/* The list is the one in words; NULL: there is none. */
static bool has_list(const char *file, const char *words)
{
    unsigned char want[64], got[64];
    ssize_t n = getxattr(file, ACL, got, sizeof got);
    if (!words)
        return n == -1 && (errno == ENODATA || errno == EOPNOTSUPP);
    size_t len = list_of(words, want);
    return n == (ssize_t)len && memcmp(got, want, len) == 0;
}

static bool has_attributes(void)
{
    int fd = open("old", O_WRONLY | O_CREAT, 0600);
    close(fd);
    return setxattr("old", "user.gf", "1", 1, 0) == 0 && set_list("old", ACL, "u6U4g0m4o0") == 0 &&
           unlink("old") == 0;
}

#define NEED_ATTRIBUTES()                                                                          \
    do {                                                                                           \
        REQUIRE(enter());                                                                          \
        if (!has_attributes()) {                                                                   \
            leave();                                                                               \
            SKIP("no attributes or access control lists here");                                    \
        }                                                                                          \
    } while (0)

static int make(const char *name, mode_t mode)
{
    unlink(name);
    int fd = open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    CHECK_INT(fchmod(fd, mode), 0);
    return fd;
}

static mode_t mode_of(const char *name)
{
    struct stat st = {0};
    CHECK_INT(stat(name, &st), 0);
    return st.st_mode & 07777;
}

/* New takes after old, which is opened with `flags`. */
static int take(int flags)
{
    int old = open("old", flags), fd = make("new", 0600);
    open_to = 0;
    int result = gf_take_after(fd, old);
    close(fd);
    close(old);
    CHECK_INT(open_to, 0);
    return result;
}

TEST(takeafter, list_and_mode)
{
    static const struct {
        const char *list; /* of the old file */
        mode_t mode;      /* of the new one, with the list */
        mode_t without;   /* and where it cannot be set */
    } rows[] = {
        {"u6U6g0m6o0", 0660, 0600}, /* what the mode says of the group is the mask */
        {"u6U4g4m4o0", 0640, 0640}, /* a named user has what the group has */
        {"u6U6g4m6o4", 0664, 0644},
        {"u6U0g4m4o4", 0644, 0600}, /* who is refused may be in the group, or one of the others */
        {"u6g6G2m6o6", 0666, 0622},
        {"u6U7g7m4o0", 0640, 0640}, /* the mask counts for the named */
        {"u6g4m4o0", 0640, 0640},
    };
    NEED_ATTRIBUTES();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        close(make("old", 0600));
        CHECK_INT(set_list("old", ACL, rows[i].list), 0);
        refused = "none";
        CHECK_INT(take(O_RDONLY), 0);
        CHECK_ROW(has_list("new", rows[i].list), "row %zu: another list", i);
        CHECK_ROW(mode_of("new") == rows[i].mode, "row %zu: mode %o", i, mode_of("new"));
        CHECK_INT(take(O_WRONLY), 0);
        CHECK_ROW(has_list("new", rows[i].list), "row %zu: another list", i);
        refused = ACL;
        CHECK_INT(take(O_RDONLY), 0);
        CHECK_ROW(has_list("new", NULL), "row %zu: a list", i);
        CHECK_ROW(mode_of("new") == rows[i].without, "row %zu: mode %o", i, mode_of("new"));
    }
    refused = "none";
    CHECK_INT(take(O_PATH), 0); /* there may be a list, which cannot be read */
    CHECK_INT(mode_of("new"), 0600);
    leave();
}

TEST(takeafter, the_list_of_the_directory_is_not_that_of_the_file)
{
    NEED_ATTRIBUTES();
    close(make("old", 0660));
    CHECK_INT(set_list(".", "system.posix_acl_default", "u7U7g7m7o0"), 0);
    CHECK_INT(take(O_RDONLY), 0);
    CHECK_INT(mode_of("new"), 0660);
    CHECK(has_list("new", NULL)); /* a mask of 6 would let user 1234 in */
    CHECK_INT(set_list("old", ACL, "u6g4G4m4o0"), 0);
    CHECK_INT(take(O_RDONLY), 0);
    CHECK(has_list("new", "u6g4G4m4o0"));
    refused = ACL;
    CHECK_INT(take(O_RDONLY), 0);
    CHECK(has_list("new", NULL));
    CHECK_INT(mode_of("new"), 0640);
    leave();
}

/* Who may not give the file to its group. */
TEST(takeafter, list_of_a_group_that_is_not_kept)
{
    static const struct {
        const char *old, *kept;
        mode_t without;
    } rows[] = {
        {"u6U6g4m6o0", "u6U6g0m6o0", 0600}, /* our group has nothing */
        {"u6U4g0m4o4", "u6U4g0m4o0", 0600}, /* the old one counts among the others */
        {"u6U6g6m6o6", "u6U6g0m6o6", 0666},
    };
    if (geteuid() != 0) /* only root can make a file of another user */
        return;
    NEED_ATTRIBUTES();
    CHECK_INT(chmod(".", 0777), 0);
    CHECK_INT(setgid(3456), 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        close(make("old", 0600));
        CHECK_INT(set_list("old", ACL, rows[i].old), 0);
        CHECK_INT(chown("old", 2345, 2345), 0);
        int old = open("old", O_RDONLY);
        for (int set = 0; set < 2; set++) {
            unlink("new");
            refused = set ? "none" : ACL;
            CHECK_INT(seteuid(3456), 0);
            int fd = make("new", 0600);
            CHECK_INT(gf_take_after(fd, old), 0);
            close(fd);
            CHECK_INT(seteuid(0), 0);
            CHECK_ROW(has_list("new", set ? rows[i].kept : NULL), "row %zu: another list", i);
            CHECK_ROW(set || mode_of("new") == rows[i].without, "row %zu: %o", i, mode_of("new"));
        }
        close(old);
    }
    leave();
}

static bool has_attribute(const char *name, const char *want)
{
    char got[64];
    ssize_t n = getxattr("new", name, got, sizeof got);
    return want ? n == (ssize_t)strlen(want) && memcmp(got, want, (size_t)n) == 0
                : n == -1 && errno == ENODATA;
}

TEST(takeafter, attributes)
{
    /* of a program that may bind low ports: version 2, effective, CAP_NET_BIND_SERVICE */
    static const unsigned char capability[20] = {1, 0, 0, 2, 0, 4};
    NEED_ATTRIBUTES();
    close(make("old", 0644));
    CHECK_INT(setxattr("old", "user.a", "one", 3, 0), 0);
    CHECK_INT(setxattr("old", "user.empty", "", 0, 0), 0);
    /* these take rights which root of a container may lack */
    bool trusted = setxattr("old", "trusted.gf", "two", 3, 0) == 0 &&
                   setxattr("old", "trusted.overlay.gf", "three", 5, 0) == 0;
    bool secure = setxattr("old", "security.gf", "four", 4, 0) == 0;
    (void)setxattr("old", "security.capability", capability, sizeof capability, 0);
    CHECK_INT(take(O_RDONLY), 0);
    CHECK(has_attribute("user.a", "one"));
    CHECK(has_attribute("user.empty", ""));
    CHECK(has_attribute("trusted.gf", trusted ? "two" : NULL));
    CHECK(has_attribute("security.gf", secure ? "four" : NULL));
    CHECK(has_attribute("trusted.overlay.gf", NULL));
    CHECK(has_attribute("security.capability", NULL));
    CHECK_INT(mode_of("new"), 0644);
    refused = "user.";
    CHECK_INT(take(O_RDONLY), 0);
    CHECK(has_attribute("user.a", NULL));
    CHECK_INT(mode_of("new"), 0644);
    refusal = ENOSPC; /* it may be set, and is not */
    CHECK_INT(take(O_RDONLY), -1);
    CHECK_INT(errno, ENOSPC);
    CHECK_INT(mode_of("new"), 0600);
    leave();
}

TEST(takeafter, no_bits_but_those_of_modes)
{
    REQUIRE(enter());
    close(make("old", 07751));
    CHECK_INT(take(O_RDONLY), 0);
    CHECK_INT(mode_of("new"), 0751);
    leave();
}
