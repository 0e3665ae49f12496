/*
 * words.h - a command as a job log shows it, taken apart into its words again.
 *
 *     struct gf_words w = {0};
 *     size_t where;
 *     switch (gf_words_split(&w, "printf '%s' a\\ b", 16, &where)) ...
 *     execv(w.argv[0], w.argv);                    // printf, %s, "a b"; valid until the next split
 *     gf_words_release(&w);
 *
 * What quotes for sh mean is read: a backslash, '...', "..." and $'...' (POSIX.1-2024). What only a
 * shell could carry out is refused: expansions, pipes, redirections, patterns, assignments in front
 * of a command. So what gf_quote_sh wrote reads back as it was, and a command line that GNU
 * parallel logged either is a plain command or is not run at all. A NUL byte stands for a newline,
 * as in the logs of GNU parallel.
 *
 * One thread at a time. A zeroed struct is empty.
 */
#ifndef GF_PROC_WORDS_H
#define GF_PROC_WORDS_H

#include <stddef.h>

#include "base/buf.h"

struct gf_words {
    char **argv; /* NULL-terminated */
    size_t n;
    size_t cap;
    struct gf_buf bytes;
};

enum gf_words_fault {
    GF_WORDS_OK,
    GF_WORDS_NOMEM,
    GF_WORDS_NONE,  /* there is no word in it */
    GF_WORDS_OPEN,  /* a quote at `*where` is not closed */
    GF_WORDS_SHELL, /* the byte at `*where` means something to a shell */
};

enum gf_words_fault gf_words_split(struct gf_words *w, const char *text, size_t len, size_t *where);

void gf_words_release(struct gf_words *w);

#endif
