/*
 * account.h - the accounts of the machine.
 *
 * A program that is linked to glibc asks what nsswitch.conf names (files, LDAP, systemd). A static
 * program (GF_STATIC) cannot: glibc would load the modules of whatever glibc the machine has, and
 * may crash on them. A static program reads /etc/passwd and /etc/group alone.
 *
 *     char home[PATH_MAX];
 *     if (gf_account_home(geteuid(), home, sizeof home) != 0) ... ENOENT, ERANGE ...
 *
 * One thread: an account has one place in libc.
 */
#ifndef GF_BASE_ACCOUNT_H
#define GF_BASE_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The home directory, ended by NUL. -1: ENOENT when there is no such account, or its home is no
 * absolute path; ERANGE when it does not fit. */
int gf_account_home(uid_t uid, char *home, size_t size);

/* The group of that name, or of that number. -1: ENOENT, there is none. */
int gf_account_group(const char *name, gid_t *gid);

/* Whether there is an account of that name. All accounts are never asked for: where a directory
 * serves them that is a question which may take minutes, and not be allowed. */
bool gf_account_is(const char *name);

#endif
