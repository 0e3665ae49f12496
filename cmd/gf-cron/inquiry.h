/*
 * inquiry.h - what the parser of a crontab asks about this machine: its users, commands and files.
 *
 *     struct gf_table_context ctx = {...};
 *     inquiry_answers(&ctx);
 *
 * Nothing is made or opened for writing. One thread.
 */
#ifndef GF_CMD_CRON_INQUIRY_H
#define GF_CMD_CRON_INQUIRY_H

#include "cron/table.h"

/* Sets the callbacks. */
void inquiry_answers(struct gf_table_context *ctx);

#endif
