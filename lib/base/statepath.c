/*
 * statepath.c - by name the path is found, by descriptor it is trusted.
 *
 * Trust is decided on the open descriptor, never on the name, so nothing can be swapped between
 * the look and the use. The owner must be ourselves, root included: state that another user can
 * change is an order from that user. On a network file system locks and mapped words are not
 * shared between hosts, or not at all, so a budget kept there would not be one.
 */
#include "base/statepath.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/account.h"
#include "base/file.h"
#include "base/own.h"

enum {
    NAME_LONGEST = 200
};

/* What is refused beside what is not ours (base/own.h), and what the user can do. */
static const struct refusal {
    const char *what;
    const char *cure, *behind; /* around the path; behind is NULL where the path is not named */
    bool around;               /* the path that is named is that of the directory */
} refusals[] = {
    {"lies on a network file system", "name a path on a disk of this machine", NULL, false},
    {"does not belong to the group", "chgrp the group of --group to '", "', or name another state",
     false},
    {"others may write to it", "if nobody else has changed it: chmod o-w '", "'", false},
    {"others may write to its directory",
     "name a file in a directory of its own (mkdir -m 0700); or, if that one is yours: chmod go-w "
     "'",
     "'", true},
    {"its directory belongs to another user",
     "name a file in a directory of its own: mkdir -m 0700", NULL, false},
    {"root has the home directory of another user",
     "name a path, as in -S /root/state, or set HOME to a directory of root", NULL, false},
};
enum {
    NETWORK,
    GROUP,
    OTHERS,
    AROUND_MODE,
    AROUND_OWNER,
    HOME
};

/* ---- where it is ----------------------------------------------------------------------------- */

static const char *bad_name(const char *name)
{
    if (!*name)
        return "the name is empty";
    if (*name == '.' || *name == '-')
        return "a name does not begin with a dot or a dash";
    if (strlen(name) > NAME_LONGEST)
        return "the name is longer than 200 bytes";
    for (const char *p = name; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            return "the name holds a control character";
    return NULL;
}

static bool absolute(const char *s)
{
    return s && *s == '/';
}

/* snprintf into the path, with the one error it can have. */
static int put(struct gf_statepath *p, const char **why, const char *a, const char *b,
               const char *c, const char *suffix)
{
    int n = snprintf(p->path, sizeof p->path, "%s%s%s%s", a, b, c, suffix);
    if (n < 0 || (size_t)n >= sizeof p->path)
        return gf_own_refuse(why, ENAMETOOLONG, "the path is too long");
    return 0;
}

static int put_in_password_home(struct gf_statepath *p, const char *name, const char *suffix,
                                const char **why)
{
    char home[PATH_MAX];
    if (gf_account_home(geteuid(), home, sizeof home) != 0)
        return gf_own_refuse(why, ENOENT, "there is no home directory to keep it in");
    return put(p, why, home, "/.local/state/gf/", name, suffix);
}

/* sudo may leave HOME as it was: then what root makes there is in the way of its user for good. */
static bool is_of_another(const char *dir)
{
    struct stat st;
    return geteuid() == 0 && stat(dir, &st) == 0 && st.st_uid != 0;
}

/* Whether that holds for a directory on the way to the path, below its first `len` bytes. */
static bool any_below_is_of_another(char *path, size_t len)
{
    bool found = false;
    for (char *slash = strchr(path + len + 1, '/'); slash && !found;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        found = is_of_another(path);
        *slash = '/';
    }
    return found;
}

int gf_statepath_find(struct gf_statepath *p, const char *value, const char *suffix,
                      const char *xdg, const char *home, const char **why)
{
    p->by_name = !strchr(value, '/');
    p->shared = false;
    if (!p->by_name)
        return put(p, why, value, "", "", "");
    const char *bad = bad_name(value);
    if (bad)
        return gf_own_refuse(why, EINVAL, bad);
    const char *from_environment = absolute(xdg) ? xdg : home;
    if (!absolute(from_environment))
        return put_in_password_home(p, value, suffix, why);
    if (is_of_another(from_environment))
        return gf_own_refuse(why, ENOENT, refusals[HOME].what);
    if (put(p, why, from_environment, absolute(xdg) ? "/gf/" : "/.local/state/gf/", value,
            suffix) != 0)
        return -1;
    if (any_below_is_of_another(p->path, strlen(from_environment)))
        return gf_own_refuse(why, ENOENT, refusals[HOME].what);
    return 0;
}

int gf_statepath_here(struct gf_statepath *p, const char *value, const char *suffix,
                      const char **why)
{
    return gf_statepath_find(p, value, suffix, getenv("XDG_STATE_HOME"), getenv("HOME"), why);
}

int gf_statepath_share(struct gf_statepath *p, const char *group, const char **why)
{
    if (p->by_name)
        return gf_own_refuse(why, EINVAL,
                             "a NAME is for one user: name a path that the group can reach");
    if (gf_account_group(group, &p->group) != 0)
        return gf_own_refuse(why, ENOENT, "there is no such group");
    p->shared = true;
    return 0;
}

/* Gives what we made to the group, and the mode that goes with that. Closes fd on failure. */
static int give_to_group(int fd, mode_t mode, const struct gf_statepath *p, const char **why)
{
    bool given = fchown(fd, (uid_t)-1, p->group) == 0 && fchmod(fd, mode) == 0;
    return given ? fd : gf_own_drop(fd, why);
}

/* Opens the next directory on the way to a state, and closes the one above it. One that is there is
 * the user's to have chosen, links too; one that is missing is made. */
static int step_down(int above, const char *name, const char **why)
{
    bool made;
    int fd = gf_openat(above, name, O_PATH | O_DIRECTORY, 0);
    if (fd == -1 && errno == ENOENT)
        fd = gf_own_opendir(above, name, true, &made, why);
    else if (fd == -1)
        (void)gf_own_refuse_errno(why);
    int code = errno;
    close(above);
    errno = code;
    return fd;
}

int gf_statepath_make_parents(const struct gf_statepath *p, const char **why)
{
    if (!p->by_name)
        return 0;
    char path[PATH_MAX];
    memcpy(path, p->path, sizeof path);
    int fd = gf_open("/", O_PATH | O_DIRECTORY, 0);
    if (fd == -1)
        return gf_own_refuse_errno(why);
    char *name = path;
    for (char *slash; fd != -1 && (slash = strchr(name, '/')); name = slash + 1) {
        *slash = '\0';
        if (*name)
            fd = step_down(fd, name, why);
    }
    if (fd != -1)
        close(fd);
    return fd == -1 ? -1 : 0;
}

/* ---- whether it can be trusted --------------------------------------------------------------- */

/* f_type of statfs(2); linux/magic.h lacks some of them on older systems. */
static const unsigned network_types[] = {
    0x6969,     /* NFS */
    0x517b,     /* SMB */
    0xfe534d42, /* SMB2 */
    0xff534d42, /* CIFS */
    0x01021997, /* 9P */
    0x00c36400, /* Ceph */
    0x5346414f, /* AFS */
    0x6b414653, /* kAFS */
    0x73757245, /* Coda */
    0x564c,     /* NCP */
    0x01161970, /* GFS2 */
    0x7461636f, /* OCFS2 */
    0x0bd00bd0, /* Lustre */
    0x47504653, /* GPFS */
};

static bool on_network(int fd)
{
    struct statfs fs;
    if (fstatfs(fd, &fs) != 0)
        return false;
    for (size_t i = 0; i < sizeof network_types / sizeof network_types[0]; i++)
        if ((unsigned)fs.f_type == network_types[i])
            return true;
    return false;
}

/* NULL, or why a file or directory of the users of a group is not to be trusted. */
static const char *shared_fault(const struct stat *st, bool dir, const struct gf_statepath *p)
{
    const char *bad = gf_own_fault(st, dir, GF_OWN_NAME);
    if (bad)
        return bad;
    if (st->st_gid != p->group)
        return refusals[GROUP].what;
    return st->st_mode & S_IWOTH ? refusals[OTHERS].what : NULL;
}

static int checked(int fd, bool dir, const struct gf_statepath *p, const char **why)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return gf_own_drop(fd, why);
    const char *bad =
        p && p->shared ? shared_fault(&st, dir, p) : gf_own_fault(&st, dir, GF_OWN_OURS);
    if (!bad && on_network(fd))
        bad = refusals[NETWORK].what;
    if (!bad)
        return fd;
    close(fd);
    return gf_own_refuse(why, EPERM, bad);
}

int gf_state_opendir(const struct gf_statepath *p, bool create, const char **why)
{
    bool made;
    if (create && gf_statepath_make_parents(p, why) != 0)
        return -1;
    /* A trailing slash would make the kernel follow a link in spite of O_NOFOLLOW. */
    char path[PATH_MAX];
    memcpy(path, p->path, sizeof path);
    for (size_t n = strlen(path); n > 1 && path[n - 1] == '/'; n--)
        path[n - 1] = '\0';
    int fd = gf_own_opendir(AT_FDCWD, path, create, &made, why);
    if (fd != -1 && made && p->shared) /* what is made in it keeps the group */
        fd = give_to_group(fd, S_ISGID | 0770, p, why);
    return fd == -1 ? -1 : checked(fd, true, p, why);
}

int gf_state_openat(int dirfd, const char *name, int flags, const struct gf_statepath *p,
                    const char **why)
{
    bool made;
    int fd = gf_own_openat(dirfd, name, flags, &made, why);
    if (fd != -1 && made && p && p->shared)
        fd = give_to_group(fd, 0660, p, why);
    return fd == -1 ? -1 : checked(fd, false, p, why);
}

int gf_state_open_around(const char *dir, const char **why)
{
    struct stat st;
    int fd = gf_open(dir, O_PATH | O_DIRECTORY, 0);
    if (fd == -1)
        return gf_own_refuse_errno(why);
    if (fstat(fd, &st) != 0)
        return gf_own_drop(fd, why);
    const char *bad = st.st_uid != geteuid() && st.st_uid ? refusals[AROUND_OWNER].what
                      : st.st_mode & (S_IWGRP | S_IWOTH)  ? refusals[AROUND_MODE].what
                                                          : NULL;
    if (!bad)
        return fd;
    close(fd);
    return gf_own_refuse(why, EPERM, bad);
}

int gf_state_trust_at(int dirfd, const char *name, const char **why)
{
    struct stat st;
    if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? 0 : gf_own_refuse_errno(why);
    if (S_ISLNK(st.st_mode)) {
        errno = ELOOP;
        return gf_own_refuse_errno(why);
    }
    const char *bad = gf_own_fault(&st, false, GF_OWN_OURS);
    return bad ? gf_own_refuse(why, EPERM, bad) : 0;
}

int gf_state_open_look(const char *path, const char **why)
{
    bool made;
    int fd = gf_own_openat(AT_FDCWD, path, O_RDONLY, &made, why);
    struct stat st;
    if (fd == -1)
        return -1;
    if (fstat(fd, &st) != 0)
        return gf_own_drop(fd, why);
    const char *bad = gf_own_fault(&st, false, GF_OWN_KIND);
    if (!bad && on_network(fd))
        bad = refusals[NETWORK].what;
    if (!bad)
        return fd;
    close(fd);
    return gf_own_refuse(why, EPERM, bad);
}

/* ---- the way out ----------------------------------------------------------------------------- */

/* Cuts the path down to its directory; whether that is missing. */
static bool missing_parent(char *path)
{
    char *slash = strrchr(path, '/');
    if (!slash || slash == path)
        return false;
    *slash = '\0';
    return access(path, F_OK) != 0 && errno == ENOENT;
}

static const char *say(char text[GF_STATEPATH_CURE], const char *before, const char *path,
                       const char *behind)
{
    snprintf(text, GF_STATEPATH_CURE, "%s%s%s", before, behind ? path : "", behind ? behind : "");
    return text;
}

const char *gf_statepath_cure(const char *path, int code, const char *why,
                              char text[GF_STATEPATH_CURE])
{
    char parent[PATH_MAX];
    snprintf(parent, sizeof parent, "%s", path);
    if (code == ENOENT && missing_parent(parent))
        return say(text, "the directory is missing: mkdir -p '", parent, "'");
    if (gf_file_cure(code) && strcmp(why, strerror(code)) == 0)
        return say(text, gf_file_cure(code), "", "");
    snprintf(parent, sizeof parent, "%s", path);
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
        if (strcmp(why, refusals[i].what) == 0)
            return say(text, refusals[i].cure, refusals[i].around ? dirname(parent) : path,
                       refusals[i].behind);
    return gf_own_cure(path, why, text);
}
