/*
 * options_parts.h - what table.c, options.c and values.c share: the numbers of options without a
 * letter, and how their values are read.
 */
#ifndef GF_FETCH_OPTIONS_PARTS_H
#define GF_FETCH_OPTIONS_PARTS_H

#include "options.h"

enum {
    ID_LOOKAHEAD = 256,
    ID_MAX_RECORD,
    ID_AUTH_HOST,
    ID_PER_HOST,
    ID_RATE,
    ID_HOST_RATE,
    ID_RETRIES,
    ID_RETRY_ALL,
    ID_RETRY_MAX_TIME,
    ID_CONNECT_TIMEOUT,
    ID_LOW_SPEED,
    ID_TOTAL_TIMEOUT,
    ID_OK_STATUS,
    ID_FAIL_EARLY,
    ID_MAX_REDIRS,
    ID_ALLOW_DOWNGRADE,
    ID_FORMAT,
    ID_NO_BODY,
    ID_DIR,
    ID_OVERWRITE,
    ID_CONTINUE,
    ID_ETAG_STORE,
    ID_FAILED,
    ID_MAX_SIZE,
    ID_COMPRESSED,
    ID_INSECURE,
    ID_DENY_PRIVATE,
    ID_DENY,
    ID_ALLOW,
    ID_NETRC,
    ID_CACERT,
    ID_CERT,
    ID_KEY,
    ID_RESOLVE,
    ID_HTTP11,
    ID_HTTP2,
    ID_REPORT,
};

#define FACT_URLS "URL"
#define FACT_BODIES "--format=body"
#define FACT_NOTHING "--format=none"

/* All: 0, or -1 after a message. */
int value_header(struct options *o, const char *text);
int value_origin(struct options *o, const char *text);
int value_statuses(struct options *o, const char *text);
int value_low_speed(struct options *o, const char *text);
int value_resolve(struct options *o, const char *text);
int value_agent(struct options *o, const char *text);
int value_method(struct options *o, const char *text);
int value_network(const struct gf_optparser *p, struct gf_addresses *rules, bool deny);
int value_rate(const struct gf_optparser *p, struct gf_rate *out, bool *has);

#endif
