/* options_parts.h - what table.c, options.c and options_take.c share. For them alone. */
#ifndef GF_CMD_BUFFER_OPTIONS_PARTS_H
#define GF_CMD_BUFFER_OPTIONS_PARTS_H

#include "options.h"

enum {
    ID_RECORDS = 256,
    ID_WHEN_FULL,
    ID_BYTES,
    ID_START_AT,
    ID_RESUME_AT,
    ID_DROP_MARKER,
    ID_TIMESTAMP,
    ID_APPEND,
    ID_TEE,
    ID_FLUSH_SIZE,
    ID_FLUSH_INTERVAL,
    ID_FSYNC,
    ID_RETRIES,
    ID_RETRY_FOR,
    ID_DRAIN,
    ID_LOG_DIR,
    ID_ROTATE_SIZE,
    ID_ROTATE_AGE,
    ID_KEEP,
    ID_KEEP_BYTES,
    ID_KEEP_AGE,
    ID_KEEP_FORCE,
    ID_ON_ROTATE,
    ID_MODE,
    ID_GROUP,
    ID_ATOMIC,
    ID_OK_STATUS,
    ID_EXPECT_BYTES,
    ID_EXPECT_SHA256,
    ID_COMMIT_ON_EOF,
    ID_ALLOW_EMPTY,
    ID_NO_FOLLOW,
    ID_BACKUP,
    ID_IF_CHANGED,
    ID_SPOOL,
    ID_DURABLE,
    ID_SPOOL_MAX,
    ID_THEN,
    ID_STATUS,
    ID_FORMAT,
    ID_STATS_INTERVAL
};

/* Facts for the rules of the table: the value of an option where that is given. */
#define FACT_POLICY(word) "--when-full=" word " "
#define FACT_SPILL "--when-full=spill"
#define FACT_EACH "--fsync=record"
#define FACT_COMMAND "COMMAND"
#define FACT_FILE ">FILE" /* standard output is a file */

struct parse {
    struct gf_optparser p;
    struct options *o;
    int status; /* of what is wrong */
};

/* The current option. 0, or -1 after a message: s->status is the exit status. */
int take_option(struct parse *s);

#endif
