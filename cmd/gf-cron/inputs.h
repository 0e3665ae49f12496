/* inputs.h - a crontab or a state that an output would be written into (base/clash.h). */
#ifndef GF_CMD_CRON_INPUTS_H
#define GF_CMD_CRON_INPUTS_H

#include <stdbool.h>

#include "cron/table.h"

/* Whether standard output is that file; then after a message. */
bool cron_prints_into(const char *path);

/* Whether a job of the table has it as its GF_LOG; then after a message. */
bool cron_logs_into(const struct gf_table *t, const char *path);

/* Whether a job of the table has, as its GF_LOG, the state that -S names or the file of the
 * statistics, which is replaced at the end; then after a message. Each may be NULL. */
bool cron_logs_over(const struct gf_table *t, const char *state, const char *stats_file);

#endif
