/*
 * sig.h - signals as they were found, and ending by one.
 *
 * gf_sig_start remembers the dispositions and the mask we inherited; children get exactly those
 * back. A signal that was ignored when we started (nohup, trap '' INT) stays ignored: gf_sig_catch
 * leaves it alone. Main thread, before any other thread.
 */
#ifndef GF_BASE_SIG_H
#define GF_BASE_SIG_H

#include <signal.h>
#include <stdbool.h>

/* Call once, early in main. Unblocks nothing; SIGUSR1 is blocked until the tool catches it, so that
 * a request for status does not end a tool that still opens its inputs. SIGCHLD, when inherited as
 * ignored, is set to default so that children can be waited for. As PID 1, whose default actions
 * the kernel withholds, SIGINT, SIGTERM, SIGHUP, SIGQUIT and SIGPIPE end us by gf_die_by until a
 * tool catches them, unless they were ignored. */
void gf_sig_start(void);

/* Whether `sig` was ignored when we started. */
bool gf_sig_was_ignored(int sig);

/* The inherited mask. */
const sigset_t *gf_sig_inherited_mask(void);

/*
 * Installs `handler` without SA_RESTART, so a blocked call returns EINTR, and unblocks the signal.
 * Does nothing when it was inherited as ignored, except for SIGCHLD.
 */
void gf_sig_catch(int sig, void (*handler)(int));

/* Before the process becomes a command, or starts the one that its signals are for: a request for
 * status that came while SIGUSR1 was blocked was not meant for the command, and is dropped. */
void gf_sig_drop_request(void);

/*
 * In a child between fork and exec: every signal that a gf tool may have changed goes back to
 * what was inherited, then the mask. Async-signal-safe; touches only the kernel's state, so it
 * may run in a vfork child.
 */
void gf_sig_restore_in_child(void);

/*
 * Ends this process by `sig`, without a core file, so that the caller sees WIFSIGNALED. As PID 1,
 * whose default actions the kernel withholds, exits 128 + sig. Does not return.
 */
void gf_die_by(int sig) __attribute__((noreturn));

#endif
