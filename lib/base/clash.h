/*
 * clash.h - an output that is one of the inputs: it would be emptied before it is read, or grow for
 * as long as it is read.
 *
 *     struct gf_clash c = {0};
 *     gf_clash_reads(&c, "-");                                 // standard input
 *     gf_clash_reads(&c, "words.txt");
 *     int bad = gf_clash_writes_fd(&c, STDOUT_FILENO, "standard output") |
 *               gf_clash_writes(&c, "failed.txt", "--failed");   // says what is wrong
 *     gf_clash_release(&c);
 *     if (bad)
 *         return GF_EXIT_USAGE;
 *
 * To be asked before anything is opened for writing. Files are the same when device and inode are,
 * whatever their names; only regular files and block devices count, since terminals, pipes and
 * /dev/null may be both. A file that is not there, or a name of NULL, clashes with nothing. Names
 * are borrowed. Without memory an input is not remembered, and clashes with nothing.
 */
#ifndef GF_BASE_CLASH_H
#define GF_BASE_CLASH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

struct gf_clash_file {
    dev_t dev;
    ino_t ino; /* 0: of a block device, which dev then is */
    const char *name;
};

struct gf_clash {
    struct gf_clash_file *file; /* the inputs */
    const char *role;           /* what they are called; NULL: "input" */
    const char *whole;          /* what -o writes; NULL: nothing */
    size_t n, cap;
};

/* What is read. `name` is NULL, "-" (standard input) or a path. */
void gf_clash_reads(struct gf_clash *c, const char *name);
void gf_clash_reads_fd(struct gf_clash *c, int fd, const char *name);

/* What will be written, by `option`: 0, or -1 after a message when it is an input. `name` is NULL,
 * a path, or fd:N. */
int gf_clash_writes(const struct gf_clash *c, const char *name, const char *option);
int gf_clash_writes_fd(const struct gf_clash *c, int fd, const char *what);

/*
 * What -o writes. That may be an input where it is replaced as a whole (base/outfile.h), but none
 * of the outputs that gf_clash_writes is asked about later. A name of NULL is none. 0, or -1 after
 * a message.
 */
int gf_clash_writes_whole(struct gf_clash *c, const char *name);

/* Two outputs, the second by `option`, that have one name of a file that is not there yet: 0, or -1
 * after a message. A name of NULL is none. */
int gf_clash_names(const char *a, const char *b, const char *option);

/*
 * What will be written, by `option`, beside what goes to standard output and standard error: 0, or
 * -1 after a message when one of these is the same file, and would write over it, or be replaced
 * with it. `appends`: the option adds to its file; then it may be one that is open with >>. fd:N,
 * /dev/stdout and the like share their place with the descriptor, and may be either. A name of NULL
 * is none.
 */
int gf_clash_standard(const char *name, const char *option, bool appends);

/* The name of the input that a file is, "standard input" for -; NULL: none. Says nothing. */
const char *gf_clash_input(const struct gf_clash *c, const struct stat *st);

void gf_clash_release(struct gf_clash *c);

#endif
