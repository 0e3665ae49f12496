/*
 * options.h - what was asked of gf-buffer: its command line, checked.
 */
#ifndef GF_CMD_BUFFER_OPTIONS_H
#define GF_CMD_BUFFER_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/opt.h"
#include "base/progress.h"
#include "base/stats.h"

/* What becomes of a record that has no room, in the order of the words of --when-full. */
enum full {
    FULL_BLOCK,
    FULL_DROP_NEWEST,
    FULL_DROP_OLDEST,
    FULL_ERROR,
    FULL_SPILL
};

/* What stands in front of each record, in the order of the words of --timestamp. */
enum stamp {
    STAMP_RFC3339,
    STAMP_EPOCH,
    STAMP_ELAPSED,
    STAMP_NONE
};

/* A part of the buffer: bytes, or per cent of it. */
struct share {
    uint64_t bytes;
    unsigned percent; /* 0: it is in bytes */
};

/* When what was written is synced. */
#define FSYNC_NEVER GF_NEVER
#define FSYNC_RECORD ((gf_ns)0)

struct buffer_options {
    uint64_t memory, records;
    enum full when_full, then;
    bool by_bytes;
    char separator;
    struct share start_at, resume_at; /* 0 and 0: not given */
    bool marks;
    enum stamp stamp;
};

struct output_options {
    const char *append;
    const char *const *tee;
    size_t ntee;
    uint64_t flush_size;
    gf_ns flush_interval;
    gf_ns fsync;      /* FSYNC_..., or how often */
    bool gives_up;    /* --retries or --retry-for was given */
    uint64_t retries; /* UINT64_MAX: no bound */
    gf_ns retry_for;  /* GF_NEVER: no bound */
    gf_ns drain;
};

struct log_options {
    const char *dir; /* NULL: none */
    uint64_t rotate_size;
    gf_ns rotate_age;
    uint64_t keep, keep_bytes;
    gf_ns keep_age;
    bool keep_force;
    const char *on_rotate;
    mode_t mode;
    gid_t group; /* (gid_t)-1: as the system gives it */
};

struct atomic_options {
    const char *file; /* NULL: none */
    char *const *command;
    uint64_t ok_status[4];
    bool has_bytes, has_sha256, on_eof, allow_empty, no_follow, if_changed;
    uint64_t bytes;
    unsigned char sha256[32];
    const char *backup; /* the suffix; NULL: no backup */
};

struct spool_options {
    const char *dir; /* NULL: none */
    bool durable;
    uint64_t max; /* 0: no bound */
};

struct options {
    struct buffer_options buffer;
    struct output_options output;
    struct log_options log;
    struct atomic_options atomic;
    struct spool_options spool;
    const char *status; /* --status DIR */
    bool json;
    bool stats;
    int stats_format;
    const char *stats_file;
    gf_ns stats_interval; /* 0: none */
    int progress;
};

extern const struct gf_cli gf_buffer_cli;

/* -1: the run may begin; else the exit status, after a message or help. */
int options_parse(struct options *o, int argc, char **argv);
void options_release(struct options *o);

/* Bytes of a share of the buffer. */
uint64_t options_share(const struct options *o, const struct share *s);

#endif
