/*
 * confirm.h - --confirm: whether a job may start, asked on the terminal.
 *
 *     struct confirm c = {.tty = -1};
 *     int status = confirm_open(&c, o, &verdict, loop);      // -1: it can be asked
 *     confirm_ask(&c, &command)                              // CONFIRM_WAIT: ask again later
 *     confirm_close(&c);
 *
 * One question is open at a time; jobs that run go on meanwhile. When the answer is there the
 * verdict changes. Without --confirm the answer is always yes. A zeroed struct with tty -1 is safe
 * to close.
 */
#ifndef GF_POOL_CONFIRM_H
#define GF_POOL_CONFIRM_H

#include <ev.h>

#include "options.h"
#include "verdict.h"

enum confirm_answer {
    CONFIRM_WAIT, /* there is no answer yet */
    CONFIRM_YES,
    CONFIRM_NO,
    CONFIRM_QUIT /* nor any other job */
};

struct confirm {
    struct verdict *verdict;
    struct ev_loop *loop;
    int tty;    /* -1: nobody is asked, or nobody any more */
    bool asked; /* a question is open */
    enum confirm_answer answer;
    ev_io io;
    struct gf_buf text; /* the question */
    struct gf_buf line; /* what was typed */
};

/* -1 when it can be asked, or nobody is to be; else the exit status after a message. */
int confirm_open(struct confirm *c, const struct options *o, struct verdict *v,
                 struct ev_loop *loop);
void confirm_close(struct confirm *c);

/* Asks for the command, which is a text for a shell, or looks for the answer. An answer is given
 * once. */
enum confirm_answer confirm_ask(struct confirm *c, const struct gf_buf *command);

#endif
