/*
 * options.h - what the command line of gf-fetch says.
 *
 *     struct options o;
 *     int status = options_parse(&o, argc - 1, argv + 1);      // -1, or the exit status
 *     options_release(&o);
 *
 * Texts are borrowed from argv.
 */
#ifndef GF_FETCH_OPTIONS_H
#define GF_FETCH_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/opt.h"
#include "base/progress.h"
#include "base/rate.h"
#include "base/stats.h"
#include "net/retry.h"
#include "net/transfer.h"

enum format {
    FORMAT_NDJSON,
    FORMAT_BODY,
    FORMAT_NONE
};

/* Statuses from..to are wanted. */
struct status_range {
    long from, to;
};

/* The struct has a member for each option or group of options: it is what was said. */
struct options {
    /* input */
    const char *file; /* -a; NULL: standard input, unless there are urls */
    char **urls;      /* operands */
    size_t nurls;
    uint64_t lookahead, max_record;
    /* requests */
    const char *method, *data, *user;
    struct curl_slist *headers, *secret_headers;
    char **auth_host; /* origins */
    size_t nauth_host, auth_host_cap;
    /* pace */
    uint64_t jobs, per_host;
    bool has_rate, has_host_rate;
    struct gf_rate rate, host_rate;
    const char *state; /* -S */
    /* patience */
    struct gf_retry_policy retry;
    gf_ns timeout, total_timeout; /* 0: none */
    struct status_range *ok_status;
    size_t nok_status, ok_status_cap;
    bool follow, allow_downgrade;
    uint64_t max_redirs;
    bool fail_early;
    /* output */
    enum format format;
    bool body, nul, keep_order, overwrite;
    const char *dir, *failed, *tmp, *etag_store;
    bool resume; /* --continue */
    /* safety and connections */
    struct gf_net_config net;
    /* statistics */
    bool stats;
    enum gf_stats_format stats_format;
    const char *stats_file;
    const char *report;
    struct gf_buf asked; /* with --report: the command line as a page may show it */
    enum gf_progress_mode progress;
};

extern const struct gf_cli gf_fetch_cli;

int options_parse(struct options *o, int argc, char *const *argv);
void options_release(struct options *o);

/* Whether a status counts as success. */
bool options_want(const struct options *o, long status);

/* Whether an origin may be told who we are: --auth-host. */
bool options_trust(const struct options *o, const char *origin);

#endif
