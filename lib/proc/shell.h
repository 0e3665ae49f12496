/*
 * shell.h - where a command line has a script for a shell: the word that belongs to -c.
 *
 *     for (size_t i = 0; i < n; i++)
 *         if (gf_shell_is(words[i]) && (script = gf_shell_script(words, n, i)) != 0) ...
 *
 * Known are sh, bash, dash, zsh, ksh and others of their kind. Pure.
 */
#ifndef GF_PROC_SHELL_H
#define GF_PROC_SHELL_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the word, a name or a path, is that of a shell. */
bool gf_shell_is(const char *word);

/*
 * When the shell at words[i] is given -c: the index of its script word, which may be n (the next
 * word to come) or beyond. 0 when it has none.
 */
size_t gf_shell_script(char *const *words, size_t n, size_t i);

#endif
