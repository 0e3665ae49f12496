/*
 * terminal.h - --tty: the terminal goes to one job at a time, and comes back.
 *
 *     struct terminal t = {.fd = -1};
 *     int status = terminal_open(&t, o, &verdict);       // -1: there is one, or none is asked for
 *     observers_add(all, &terminal_observer, &t);
 *     terminal_resumed(&t);                      // we were stopped and go on
 *     terminal_close(&t);
 *
 * A job begins in the foreground of the terminal (proc/spawn.h). When it ends, the terminal is
 * ours again, with the settings that it had. What is typed there reaches the job alone: Ctrl-Z
 * stops it and then us; when Ctrl-C has ended it, we stop as if it had reached us. A zeroed struct
 * with fd -1 is safe to close.
 */
#ifndef GF_POOL_TERMINAL_H
#define GF_POOL_TERMINAL_H

#include <sys/types.h>
#include <termios.h>

#include "observer.h"
#include "options.h"
#include "verdict.h"

struct terminal {
    struct verdict *verdict;
    int fd;
    pid_t job; /* whose group has it; 0: it is ours */
    struct termios settings;
    bool has_settings;
};

/* -1 when there is one, or none is asked for; else the exit status after a message. */
int terminal_open(struct terminal *t, const struct options *o, struct verdict *v);
void terminal_resumed(const struct terminal *t);
void terminal_close(struct terminal *t);

extern const struct observer_events terminal_observer;

#endif
