/*
 * follow.h - the links at the end of a name are followed by hand, where a rename is to replace what
 * they lead to.
 *
 *     char path[PATH_MAX] = "link";
 *     const char *why = NULL;
 *     if (gf_follow(path, false, &why) != 0) ... errno, and why if it says more ...
 *     else if (gf_follow_is_descriptor(path)) ... /dev/fd/3 ...
 *     else ... path[0 .. gf_follow_dir(path)] is the directory, the rest the name in it ...
 *
 * A link that another user (not root, not the owner of its directory) has put into a directory that
 * group or others may write to is refused: it would make us write to a file of that user's choice.
 * The kernel does so only in directories like /tmp, and only with fs.protected_symlinks. Links
 * among the directories on the way are left to the kernel. Any thread.
 */
#ifndef GF_BASE_FOLLOW_H
#define GF_BASE_FOLLOW_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * `path` becomes the name behind the links: no link any more, or the name of a descriptor. What is
 * not there is no error. 0, or -1 with errno: ELOOP (more than the kernel follows; with `no_follow`
 * any link, *why is GF_OWN_LINK), EACCES with *why GF_OWN_FOREIGN_LINK, or of the system.
 */
int gf_follow(char path[PATH_MAX], bool no_follow, const char **why);

/* Whether it is the name of an open descriptor (/dev/fd/3), or of a setting of the kernel. */
bool gf_follow_is_descriptor(const char *path);

/* The bytes of the path up to its last slash, with it. */
size_t gf_follow_dir(const char *path);

#endif
