/*
 * option.h - GF_NAME=value, the options of a job in a crontab, as one table.
 *
 * The caller owns the strings that `log` and `on_failure` point to. Pure; any thread.
 */
#ifndef GF_CRON_OPTION_H
#define GF_CRON_OPTION_H

#include "cron/table.h"

/* Sets what `name` stands for. 1: there is no such option; -1 with EINVAL: the value is bad, and
 * `e` says where in it. */
int gf_job_option_set(struct gf_job_options *o, const char *name, size_t name_len,
                      const char *value, struct gf_perr *e);

/* Calls offer(arg, name) for each name there is: for "did you mean". */
void gf_job_option_names(void (*offer)(void *arg, const char *name), void *arg);

#endif
