/*
 * session.h - a whole run: lines in, requests at their pace, records out.
 *
 *     int status = session_run(&options);
 */
#ifndef GF_FETCH_SESSION_H
#define GF_FETCH_SESSION_H

#include "options.h"

/* The exit status; does not come back when a signal or a closed pipe ended the run. */
int session_run(const struct options *o);

#endif
