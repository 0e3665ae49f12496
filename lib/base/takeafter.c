/*
 * takeafter.c - attributes first, while the new file is 0600 and ours; then owner and group; last
 * the list or the mode, which open it.
 *
 * Where a file has an access control list, the bits of its mode for the group are the mask of that
 * list, and not what the group may. So a mode alone must not be copied from such a file: it would
 * give the group what only a named user had. And a new file in a directory with a default list has
 * named entries which a mask of 0 holds back, until a chmod lifts the mask: that list is taken away
 * before.
 *
 * Setting a list sets the mode in the same call, so there is no moment with the one and without the
 * other. The bytes of the attribute are little-endian: a version (2) in 32 bits, then for each
 * entry its tag and its permissions in 16 bits each, and an id in 32.
 */
#include "base/takeafter.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define ACL "system.posix_acl_access"

enum {
    MOST = 65536, /* XATTR_SIZE_MAX and XATTR_LIST_MAX of the kernel */
    HEAD = 4,
    ENTRY = 8,
    VERSION = 2
};

enum tag {
    USER_OBJ = 0x01,
    USER = 0x02,
    GROUP_OBJ = 0x04,
    GROUP = 0x08,
    MASK = 0x10,
    OTHER = 0x20
};

/* What is read of the old file. */
struct scratch {
    char names[MOST];
    char value[MOST];
    unsigned char acl[MOST];
    size_t acl_len;   /* 0: it has none */
    bool acl_unknown; /* it may have one */
};

/* Whether an attribute that cannot be set is passed by: for want of a right or of the attribute in
 * this file system, not for want of room. */
static bool is_passed_by(void)
{
    return errno != ENOSPC && errno != EDQUOT && errno != EIO && errno != ENOMEM;
}

/* ---- extended attributes --------------------------------------------------------------------- */

static bool begins(const char *name, const char *with)
{
    return strncmp(name, with, strlen(with)) == 0;
}

static bool is_kept(const char *name)
{
    static const char *const dropped[] = {"security.capability", "security.ima", "security.evm",
                                          "security.SMACK64EXEC", "security.SMACK64MMAP"};
    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++)
        if (strcmp(name, dropped[i]) == 0)
            return false;
    return begins(name, "user.") || begins(name, "security.") ||
           (begins(name, "trusted.") && !begins(name, "trusted.overlay."));
}

static int copy_attributes(int fd, int old, struct scratch *s)
{
    ssize_t len = flistxattr(old, s->names, sizeof s->names);
    for (ssize_t at = 0; at < len; at += (ssize_t)strlen(s->names + at) + 1) {
        const char *name = s->names + at;
        ssize_t n = is_kept(name) ? fgetxattr(old, name, s->value, sizeof s->value) : -1;
        if (n >= 0 && fsetxattr(fd, name, s->value, (size_t)n, 0) != 0 && !is_passed_by())
            return -1;
    }
    return 0;
}

/* ---- access control lists -------------------------------------------------------------------- */

static unsigned get16(const unsigned char *p)
{
    return p[0] | (unsigned)p[1] << 8;
}

/* The permissions (0 to 7) of all entries with one of the tags: what all of them have. `bits` when
 * there is none. */
static unsigned all_have(const struct scratch *s, unsigned tags, unsigned bits)
{
    for (size_t at = HEAD; at < s->acl_len; at += ENTRY)
        if (get16(s->acl + at) & tags)
            bits &= get16(s->acl + at + 2);
    return bits;
}

/* What the entries with the tag may do becomes at most `bits`. */
static void lower(struct scratch *s, enum tag tag, unsigned bits)
{
    for (size_t at = HEAD; at < s->acl_len; at += ENTRY)
        if (get16(s->acl + at) == tag)
            s->acl[at + 2] &= (unsigned char)bits;
}

static bool has(const struct scratch *s, enum tag tag)
{
    for (size_t at = HEAD; at < s->acl_len; at += ENTRY)
        if (get16(s->acl + at) == tag)
            return true;
    return false;
}

static void read_acl(int old, struct scratch *s)
{
    ssize_t n = fgetxattr(old, ACL, s->acl, sizeof s->acl);
    s->acl_len = n > 0 ? (size_t)n : 0;
    s->acl_unknown = n == -1 && errno != ENODATA && errno != EOPNOTSUPP;
    if (s->acl_len && (s->acl_len < HEAD || (s->acl_len - HEAD) % ENTRY || s->acl[0] != VERSION ||
                       s->acl[1] || s->acl[2] || s->acl[3])) {
        s->acl_len = 0;
        s->acl_unknown = true;
    }
}

/* The mode that a file with this list has. */
static mode_t mode_of(const struct scratch *s)
{
    return (mode_t)(all_have(s, USER_OBJ, 7) << 6 |
                    all_have(s, has(s, MASK) ? MASK : GROUP_OBJ, 7) << 3 | all_have(s, OTHER, 7));
}

/* A mode without a list that gives nobody more: a named user or a member of a named group may be
 * one of the group or of the others, and has less there than they have. */
static mode_t mode_without(const struct scratch *s)
{
    unsigned named = all_have(s, USER | GROUP, 7);
    if (has(s, USER) || has(s, GROUP))
        named &= all_have(s, MASK, 7);
    return (mode_t)(all_have(s, USER_OBJ, 7) << 6 |
                    (all_have(s, GROUP_OBJ | MASK, 7) & named) << 3 |
                    (all_have(s, OTHER, 7) & named));
}

/* The group is another one: who was in the old one counts among the others now, and who is in the
 * new one may be in a named group that has less. */
static void forget_group(struct scratch *s)
{
    lower(s, OTHER, all_have(s, GROUP_OBJ | MASK, 7));
    lower(s, GROUP_OBJ, 0);
}

/* ---- all of it ------------------------------------------------------------------------------- */

static mode_t both_have(mode_t mode)
{
    mode_t both = mode >> 3 & mode & 07;
    return (mode & 0700) | both << 3 | both;
}

/* Takes the list from the new file that its directory has given. -1: one may be left. */
static int drop_inherited(int fd)
{
    return fremovexattr(fd, ACL) == 0 || errno == ENODATA || errno == EOPNOTSUPP ? 0 : -1;
}

/* Whether the file has the group of the old one. */
static bool give(int fd, const struct stat *now, const struct stat *was)
{
    return (now->st_uid == was->st_uid && now->st_gid == was->st_gid) ||
           fchown(fd, was->st_uid, was->st_gid) == 0 || fchown(fd, (uid_t)-1, was->st_gid) == 0;
}

/* Sets the list; *mode is what the file then has to have. */
static int set_acl(int fd, struct scratch *s, bool same_group, mode_t *mode)
{
    mode_t without = mode_without(s);
    if (!same_group)
        forget_group(s);
    *mode = mode_of(s);
    if (fsetxattr(fd, ACL, s->acl, s->acl_len, 0) == 0)
        return 0;
    *mode = same_group ? without : both_have(without);
    return is_passed_by() ? 0 : -1;
}

/* A file system without modes gives each file the same, and refuses to change it. */
static int set_mode(int fd, mode_t mode)
{
    struct stat now;
    if (fstat(fd, &now) != 0)
        return -1;
    return (now.st_mode & 07777) == mode ? 0 : fchmod(fd, mode);
}

static int take_after(int fd, int old, struct scratch *s)
{
    struct stat was, now;
    if (fstat(old, &was) != 0 || fstat(fd, &now) != 0 || copy_attributes(fd, old, s) != 0)
        return -1;
    mode_t mode = was.st_mode & 0777;
    read_acl(old, s);
    if (drop_inherited(fd) != 0 || s->acl_unknown)
        mode &= 0700;
    bool same_group = give(fd, &now, &was);
    if (s->acl_len) {
        if (set_acl(fd, s, same_group, &mode) != 0)
            return -1;
    } else if (!same_group) {
        mode = both_have(mode);
    }
    return set_mode(fd, mode);
}

int gf_take_after(int fd, int old)
{
    struct scratch *s = malloc(sizeof *s);
    if (!s)
        return -1;
    int result = take_after(fd, old, s);
    int keep = errno;
    free(s);
    errno = keep;
    return result;
}
