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
#include "base/own.h"
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

int gf_tool_output_as(struct gf_outfile *out, const char *file, const struct gf_outfile_choice *how)
{
    *out = (struct gf_outfile){.fd = STDOUT_FILENO};
    if (!file || gf_outfile_open_as(out, file, how) == 0)
        return 0;
    if (out->no_room) {
        gf_error_errno("cannot make a file in the directory of '%s'", file);
        gf_hint("the file is replaced as a whole; > in the shell writes into one that is there");
    } else if (out->why) {
        gf_error("cannot write to '%s': %s", file, out->why);
        gf_own_hint(file, out->why);
    } else {
        gf_error_errno("cannot write to '%s'", file);
    }
    return -1;
}

int gf_tool_output(struct gf_outfile *out, const char *file)
{
    return gf_tool_output_as(out, file, &(struct gf_outfile_choice){0});
}

/* Says how a commit failed; false when the file is the new one after all. */
static bool say_failed(enum gf_outfile_end end, const char *file, bool whole, const char *backup)
{
    if (end == GF_OUTFILE_NOT_SYNCED)
        gf_error_errno("'%s' is replaced, but its directory cannot be synced", file);
    else if (end == GF_OUTFILE_NO_BACKUP)
        gf_error_errno("cannot keep the old '%s' as '%s%s'", file, file, backup);
    else
        gf_error_errno(whole ? "cannot replace '%s'" : "cannot write to '%s'", file);
    return end != GF_OUTFILE_NOT_SYNCED;
}

int gf_tool_output_end(struct gf_outfile *out, const char *file, int status)
{
    if (out->kind == GF_OUTFILE_NONE)
        return status;
    bool whole = out->kind == GF_OUTFILE_WHOLE;
    bool there = out->there;
    bool stays = status != GF_EXIT_OK && status != GF_EXIT_NO;
    const char *backup = out->choice.backup;
    enum gf_outfile_end end = GF_OUTFILE_REPLACED;
    if (stays)
        gf_outfile_abandon(out);
    else
        end = gf_outfile_finish(out);
    if (end >= GF_OUTFILE_FAILED) {
        stays = say_failed(end, file, whole, backup);
        status = GF_EXIT_TOOL;
    }
    if (whole && stays)
        gf_note(there ? "'%s' stays as it was" : "'%s' was not written", file);
    if (end == GF_OUTFILE_SAME)
        gf_detail("'%s' has the same bytes already, and stays as it was", file);
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
