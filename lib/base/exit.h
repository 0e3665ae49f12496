/*
 * exit.h - the one list of exit statuses of the family.
 *
 * Every tool ends with one of these, or by the signal that ended it (128 + n in a shell). A tool
 * that runs one command ends with that command's status. gf.7 carries the same list; a test
 * compares the two.
 */
#ifndef GF_BASE_EXIT_H
#define GF_BASE_EXIT_H

enum gf_exit {
    GF_EXIT_OK = 0,         /* all done, and every byte of output was accepted */
    GF_EXIT_NO = 1,         /* the answer is no */
    GF_EXIT_USAGE = 2,      /* bad option or operand; nothing was read, started or changed */
    GF_EXIT_REFUSED = 75,   /* over the limit, or the wait would block (EX_TEMPFAIL) */
    GF_EXIT_SOME = 123,     /* ran to the end, but a job or record failed (as xargs) */
    GF_EXIT_TIMEOUT = 124,  /* a time limit ended it (as timeout) */
    GF_EXIT_TOOL = 125,     /* the tool itself failed: input, output, memory, state */
    GF_EXIT_CANNOT = 126,   /* the command cannot be run */
    GF_EXIT_NOTFOUND = 127, /* the command is not found */
};

struct gf_exit_row {
    int code;
    const char *meaning; /* one line, for --help */
};

/* The list itself, in order of code, ended by a row whose meaning is NULL. */
extern const struct gf_exit_row gf_exit_list[];

/* The meaning of `code`, or NULL when the family does not use it. */
const char *gf_exit_meaning(int code);

#endif
