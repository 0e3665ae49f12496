/*
 * command.h - start a command by its name, and tell whose fault it is when that fails.
 *
 * The file is looked for once and remembered as long as the name stays the same: PATH is not walked
 * for each of ten thousand jobs. When the file is gone it is looked for once more.
 *
 *     struct gf_command c = {.search = getenv("PATH")};
 *     pid_t pid;
 *     int err = gf_command_spawn(&c, &spawn, &pid);        // spawn.argv[0] is the name
 *     switch (err ? gf_command_fault(err, false) : GF_FAULT_NONE) ...
 *     gf_command_release(&c);
 *
 * A struct that is zero but for what the owner sets is ready. One thread at a time.
 */
#ifndef GF_PROC_COMMAND_H
#define GF_PROC_COMMAND_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"
#include "proc/spawn.h"

struct gf_command {
    const char *search; /* the value of PATH, borrowed; NULL: "/bin:/usr/bin" */
    struct gf_buf name; /* whose file `path` is, with its NUL */
    struct gf_buf path; /* empty: not looked for yet */
};

/*
 * Finds the file of s->argv[0] and runs it. A name with a slash is taken from the directory that we
 * are in, although the command runs in s->chdir. Returns 0 and *pid, else an errno: those of
 * gf_find_command and gf_spawn.
 */
int gf_command_spawn(struct gf_command *c, const struct gf_spawn *s, pid_t *pid);

void gf_command_release(struct gf_command *c);

enum gf_fault {
    GF_FAULT_NONE,
    GF_FAULT_COMMAND, /* no other record would do better: give up */
    GF_FAULT_RECORD,  /* of this record alone: it has failed, others may run */
    GF_FAULT_MOMENT,  /* the system is short of processes, descriptors or memory: try again */
};

/* Whose fault the errno of a start is. `by_record`: the record says which command runs. */
enum gf_fault gf_command_fault(int err, bool by_record);

/* The exit status that such an errno gives a tool: 127: not found, 126: cannot be run, 123: the
 * record can be no word of a command. */
int gf_command_status(int err);

/* What such an errno means, for people. */
const char *gf_command_why_not(int err);

#endif
