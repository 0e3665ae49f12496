/*
 * cannot_run.h - what a tool says of a command that cannot be run, and the way out.
 *
 *     int err = gf_command_spawn(...);
 *     if (err)
 *         return gf_cannot_run(argv[0], err, "-s");
 *
 *     gf-pool: command not found: 'sedd'
 *     hint: did you mean 'sed'?
 *
 * The hint names the nearest command on PATH; or says that the name is several words, a word of the
 * shell alone, a function of bash, a variable, or a script whose interpreter is missing. Speaks on
 * stderr. Main thread.
 */
#ifndef GF_BASE_CANNOT_RUN_H
#define GF_BASE_CANNOT_RUN_H

#include <stdbool.h>
#include <stddef.h>

/* Whether only a shell knows the word: cd, export, while. */
bool gf_is_shell_word(const char *name);

/* The first word of a script that names a function which bash exported to us; NULL: none does.
 * Where sh is no bash, it cannot run that. */
const char *gf_bash_function_in(const char *script, size_t *len);

/* `err` is an errno. `shell`: how the tool is told to have a shell read a line ("-s", "sh -c").
 * Returns the exit status: 127 when there is no such command, else 126. */
int gf_cannot_run(const char *name, int err, const char *shell);

#endif
