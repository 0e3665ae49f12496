/*
 * environ.h - the environment of a command: one that is there, with variables put in its place.
 *
 *     struct gf_environ e = {0};
 *     gf_environ_begin(&e, environ);
 *     gf_environ_set(&e, "LANG", "C");
 *     if (e.failed) ... out of memory ...
 *     spawn.envp = e.list;
 *     gf_environ_release(&e);
 *
 * Of a name that is set twice the last value counts. The strings that gf_environ_begin is given are
 * borrowed; all others are copied. A zeroed struct is empty. One thread at a time.
 */
#ifndef GF_PROC_ENVIRON_H
#define GF_PROC_ENVIRON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gf_environ {
    char **list; /* NAME=VALUE, ended by NULL */
    size_t n, cap;
    char **own; /* those that were copied */
    size_t nown, own_cap;
    bool failed; /* memory was out: a variable is missing */
};

/* Takes the strings of `from`, which ends with NULL, but no string without a '='. */
void gf_environ_begin(struct gf_environ *e, char *const *from);

/* Returns where the copy of the value stands, as long as `e` is not released and the name is not
 * set again: another one of its length may be written there. NULL: memory is out. */
char *gf_environ_set(struct gf_environ *e, const char *name, const char *value);

/* The same for one NAME=VALUE. */
void gf_environ_put(struct gf_environ *e, const char *text);

void gf_environ_unset(struct gf_environ *e, const char *name);

/* A variable for a number that changes: where its value stands, for gf_environ_write, as long as
 * `e` is not released and the name is not set again. NULL: memory is out. */
char *gf_environ_number(struct gf_environ *e, const char *name);
void gf_environ_write(char *value, uint64_t number);

/* How many bytes execve(2) counts for it: the strings and the pointers to them. */
size_t gf_environ_bytes(const struct gf_environ *e);

void gf_environ_release(struct gf_environ *e);

#endif
