/*
 * tool.c - the first and the last call of a main, and what a tool does with its standard streams.
 *
 * Signals are remembered before anything else may change them, and descriptors 0 to 2 are filled
 * before anything is opened: else the first file opened would be standard output. Output is closed
 * at the end and not left to exit(3), since a full disk or a network file system may report a lost
 * write only there.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cannot_run.h"
#include "base/cli.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"
#include "base/outfile.h"
#include "base/sig.h"

enum {
    RETRIES = 100,
    RETRY_MS = 10
};

void gf_tool_start(const char *name)
{
    gf_msg_init(name);
    gf_sig_start();
    if (gf_fd_reserve_std() != 0) {
        gf_error_errno("cannot open /dev/null for a closed standard descriptor");
        _exit(GF_EXIT_TOOL);
    }
    struct sigaction ign = {.sa_handler = SIG_IGN};
    sigaction(SIGXFSZ, &ign, NULL);
}

int gf_tool_print(const struct gf_buf *b)
{
    if (gf_write_buf(STDOUT_FILENO, b) == 0)
        return 0;
    if (b->failed == ENOMEM)
        gf_error_nomem();
    else
        gf_error_errno("write error");
    return -1;
}

int gf_tool_status(int status)
{
    return status == GF_EXIT_USAGE && gf_error_was_nomem() ? GF_EXIT_TOOL : status;
}

int gf_tool_finish(int status)
{
    if (gf_close(STDOUT_FILENO) == 0)
        return gf_tool_status(status);
    gf_error_errno("write error");
    return GF_EXIT_TOOL;
}

int gf_tool_output(struct gf_outfile *out, const char *file)
{
    *out = (struct gf_outfile){.fd = STDOUT_FILENO};
    if (!file || gf_outfile_open(out, file) == 0)
        return 0;
    if (out->no_room) {
        gf_error_errno("cannot make a file in the directory of '%s'", file);
        gf_hint("the file is replaced as a whole; > in the shell writes into one that is there");
    } else {
        gf_error_errno("cannot write to '%s'", file);
    }
    return -1;
}

int gf_tool_output_end(struct gf_outfile *out, const char *file, int status)
{
    if (out->kind == GF_OUTFILE_NONE)
        return status;
    bool whole = out->kind == GF_OUTFILE_WHOLE;
    bool there = out->there;
    bool done = status == GF_EXIT_OK || status == GF_EXIT_NO;
    if (!done) {
        gf_outfile_abandon(out);
    } else if (gf_outfile_commit(out) != 0) {
        gf_error_errno(whole ? "cannot replace '%s'" : "cannot write to '%s'", file);
        status = GF_EXIT_TOOL;
        done = false;
    }
    if (whole && !done)
        gf_note(there ? "'%s' stays as it was" : "'%s' was not written", file);
    return status;
}

void gf_tool_waits(int fd, const char *what, const char *instead)
{
    if (!isatty(fd) || !isatty(STDERR_FILENO) || tcgetpgrp(fd) != getpgrp())
        return;
    gf_note("reading %s from the terminal; end with Ctrl-D%s%s", what, instead ? ", or " : "",
            instead ? instead : "");
}

int gf_tool_become(char *const *argv)
{
    gf_sig_drop_request();
    gf_sig_restore_in_child();
    execvp(argv[0], argv);
    return gf_cannot_run(argv[0], errno, "sh -c");
}

static void (*at_last)(void);

void gf_tool_at_last(void (*f)(void))
{
    at_last = f;
}

static void __attribute__((noreturn)) end_here(void)
{
    if (at_last)
        at_last();
    _exit(GF_EXIT_TOOL);
}

void gf_tool_retry(const char *what)
{
    static int tries;
    if (tries++ < RETRIES) {
        poll(NULL, 0, RETRY_MS);
        return;
    }
    gf_error_errno("%s", what);
    end_here();
}

void *gf_tool_memory(void *block, long size)
{
    if (size == 0) {
        free(block);
        return NULL;
    }
    void *got = realloc(block, (size_t)size);
    if (!got) {
        gf_error_nomem();
        end_here();
    }
    return got;
}
