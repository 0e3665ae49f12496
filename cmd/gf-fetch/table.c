/*
 * table.c - the options of gf-fetch, what goes with what, and the texts of its help.
 *
 * Data alone (base/opt.h). The groups and their order are those of the manual page. An option that
 * curl has under a name has that name here.
 */
#include "options_parts.h"

#include "base/exit.h"

static const struct gf_opt opts[] = {
    GF_OPT_GROUP("input"),
    {'a', 'a', "arg-file", "FILE", "read lines from FILE; - is standard input", "@file", 0},
    {ID_LOOKAHEAD, 0, "lookahead", "N", "hold at most N lines that wait (default 10000)", NULL, 0},
    {ID_MAX_RECORD, 0, "max-record", "SIZE", "longest line allowed (default 64M)", NULL, 0},
    GF_OPT_GROUP("requests"),
    {'X', 'X', "request", "METHOD", "the method where a line has none (GET)", NULL, 0},
    {'H', 'H', "header", "LINE", "send the header \"Name: value\"", NULL,
     GF_OPT_AGAIN | GF_OPT_MAIN},
    {'d', 'd', "data", "BODY", "the body where a line has none; POST", NULL, 0},
    {'A', 'A', "user-agent", "NAME", "the name to give (gf-fetch/VERSION)", NULL, 0},
    {'u', 'u', "user", "NAME:PASSWORD", "who we are, to the origins of --auth-host", NULL, 0},
    {ID_AUTH_HOST, 0, "auth-host", "ORIGIN", "where -u and secret headers go: https://HOST", NULL,
     GF_OPT_AGAIN},
    {ID_NETRC, 0, "netrc", NULL, "look users and passwords up in ~/.netrc", NULL, 0},
    {'L', 'L', "location", NULL, "follow redirects", NULL, GF_OPT_MAIN},
    {ID_MAX_REDIRS, 0, "max-redirs", "N", "with -L: at most N for a line (default 10)", NULL, 0},
    {ID_ALLOW_DOWNGRADE, 0, "allow-downgrade", NULL, "with -L: from https to http, too", NULL, 0},
    GF_OPT_GROUP("pace"),
    {'j', 'j', "jobs", "N", "requests at once (default 16)", NULL, GF_OPT_MAIN},
    {ID_PER_HOST, 0, "max-per-host", "N", "of them to one host (default 6)", NULL, GF_OPT_MAIN},
    {ID_RATE, 0, "rate", "RATE", "start at most RATE requests, such as 10/s", NULL, GF_OPT_MAIN},
    {ID_HOST_RATE, 0, "rate-per-host", "RATE", "of them to one host", NULL, 0},
    GF_OPT_GROUP("patience"),
    {'t', 't', "timeout", "DUR", "end an attempt after DUR (default 5m; 0: never)", NULL,
     GF_OPT_MAIN},
    {ID_CONNECT_TIMEOUT, 0, "connect-timeout", "DUR", "until it is connected (default 10s)", NULL,
     0},
    {ID_LOW_SPEED, 0, "low-speed", "N/DUR", "end an attempt below N bytes/s for DUR (1/30s)", NULL,
     0},
    {ID_TOTAL_TIMEOUT, 0, "total-timeout", "DUR", "end the run after DUR", NULL, 0},
    {ID_RETRIES, 0, "retries", "N", "try what may pass again, up to N times (default 2)", NULL,
     GF_OPT_MAIN},
    {ID_RETRY_ALL, 0, "retry-all", NULL, "POST and other methods, too", NULL, 0},
    {ID_RETRY_MAX_TIME, 0, "retry-max-time", "DUR", "begin no try later than DUR (default 10m)",
     NULL, 0},
    {ID_OK_STATUS, 0, "ok-status", "LIST", "what counts as success (default 200-399)", NULL, 0},
    {ID_FAIL_EARLY, 0, "fail-early", NULL, "stop at the first failure", NULL, 0},
    GF_OPT_GROUP("output"),
    {ID_FORMAT, 0, "format", "FORMAT", "ndjson (default), body or none", "ndjson body none",
     GF_OPT_MAIN},
    {ID_NO_BODY, 0, "no-body", NULL, "records without bodies", NULL, GF_OPT_MAIN},
    {'0', '0', "null", NULL, "with --format body: a NUL behind each", NULL, 0},
    {'k', 'k', "keep-order", NULL, "print in the order of the input", NULL, GF_OPT_MAIN},
    {ID_DIR, 0, "dir", "DIR", "keep each body in a file in DIR", "@dir", GF_OPT_MAIN},
    {ID_OVERWRITE, 0, "overwrite", NULL, "with --dir: replace files that are there", NULL, 0},
    {ID_FAILED, 0, "failed", "FILE", "write the lines that failed to FILE, for -a FILE", "@file",
     GF_OPT_MAIN},
    {ID_MAX_SIZE, 0, "max-size", "SIZE", "largest body, also unpacked (default 64M)", NULL, 0},
    {'T', 'T', "tmpdir", "DIR", "directory for large bodies ($TMPDIR, else /tmp)", "@dir", 0},
    GF_OPT_GROUP("safety"),
    {ID_DENY_PRIVATE, 0, "deny-private", NULL, "connect to no private address", NULL, 0},
    {ID_DENY, 0, "deny", "CIDR", "connect to no address of this network", NULL, GF_OPT_AGAIN},
    {ID_ALLOW, 0, "allow", "CIDR", "but to those of this network", NULL, GF_OPT_AGAIN},
    {ID_INSECURE, 0, "insecure", NULL, "believe any certificate", NULL, 0},
    {ID_CACERT, 0, "cacert", "FILE", "trust the authorities in FILE", "@file", 0},
    {ID_CERT, 0, "cert", "FILE", "show this certificate", "@file", 0},
    {ID_KEY, 0, "key", "FILE", "with --cert: its key", "@file", 0},
    GF_OPT_GROUP("connections"),
    {ID_COMPRESSED, 0, "compressed", NULL, "ask for packed bodies, and unpack them", NULL, 0},
    {'x', 'x', "proxy", "URL", "go through this proxy", NULL, 0},
    {ID_RESOLVE, 0, "resolve", "HOST:PORT:ADDR", "HOST has the address ADDR", NULL, GF_OPT_AGAIN},
    {ID_HTTP11, 0, "http1.1", NULL, "speak HTTP/1.1", NULL, 0},
    {ID_HTTP2, 0, "http2", NULL, "speak HTTP/2, without TLS, too", NULL, 0},
    {'4', '4', "ipv4", NULL, "IPv4 addresses alone", NULL, 0},
    {'6', '6', "ipv6", NULL, "IPv6 addresses alone", NULL, 0},
    GF_OPT_GROUP("progress and statistics"),
    GF_PROGRESS_OPTION,
    GF_STATS_OPTIONS,
    {0},
};

static const struct gf_opt_rule rules[] = {
    {GF_OPT_NEEDS, "--max-redirs", "-L", "no redirect is followed without it"},
    {GF_OPT_NEEDS, "--allow-downgrade", "-L", "no redirect is followed without it"},
    {GF_OPT_NEEDS, "--overwrite", "--dir", "it is about the files there"},
    {GF_OPT_NEEDS, "-u", "--auth-host", "a list may name any host, and each would be told"},
    {GF_OPT_NEEDS, "--allow", "--deny --deny-private", "all addresses are allowed without it"},
    {GF_OPT_NEEDS, "--key", "--cert", "it is the key of a certificate"},
    {GF_OPT_NEEDS, "-0", "--format", "records end with a newline"},
    {GF_OPT_NEEDS, "--stats-file", "--stats", "there are no numbers without it"},
    {GF_OPT_NOT_WITH, "-4", "-6", "one address is either"},
    {GF_OPT_NOT_WITH, "--http1.1", "--http2", "both say what is spoken"},
    {GF_OPT_NOT_WITH, "--deny-private", "-x", "the proxy connects, and we do not see where"},
    {GF_OPT_NOT_WITH, "--deny", "-x", "the proxy connects, and we do not see where"},
    {GF_OPT_NOT_WITH, FACT_URLS, "-a --lookahead --max-record", "operands are the lines"},
    {0},
};

static const struct gf_opt_elsewhere elsewhere[] = {
    {"-Z", "curl", "is how gf-fetch always works; -j N says how many at once"},
    {"--parallel", "curl", "is how gf-fetch always works; -j N says how many at once"},
    {"--parallel-max", "curl", "is -j here"},
    {"--parallel-max-host", "curl", "is --max-per-host here"},
    {"--retry", "curl", "is --retries here"},
    {"--max-time", "curl", "is -t, and of one attempt"},
    {"-m", "curl", "is -t, and of one attempt"},
    {"--max-filesize", "curl", "is --max-size here"},
    {"--output-dir", "curl", "is --dir here"},
    {"-O", "curl", "is --dir DIR here"},
    {"--remote-name-all", "curl", "is --dir DIR here"},
    {"-o", "curl", "is --dir DIR with \"out\" in a line, or a redirection"},
    {"-s", "curl", "is not needed: no progress is shown but on a terminal"},
    {"-f", "curl", "is not needed: 4xx and 5xx are failures"},
    {"--fail", "curl", "is not needed: 4xx and 5xx are failures"},
    {"-k", "curl", "is --insecure here"},
    {"-I", "curl", "is -X HEAD here"},
    {"--head", "curl", "is -X HEAD here"},
    {"-w", "curl", "is not needed: each record has all of it"},
    {"--write-out", "curl", "is not needed: each record has all of it"},
    {"-i", "aria2c", "is -a FILE here"},
    {"--input-file", "wget", "is -a FILE here"},
    {"--max-concurrent-downloads", "aria2c", "is -j here"},
    {"--max-connection-per-server", "aria2c", "is --max-per-host here"},
    {"-P", "wget", "is --dir here"},
    {"--tries", "wget", "is --retries here"},
    {"--limit-rate", "curl", "is not here: --rate limits requests"},
    {0},
};

static const char *const usage[] = {"[OPTION]... <URLS", "[OPTION]... URL...", NULL};

static const char *const notes[] = {
    "A line is a URL, or an object of JSON with url and any of id, method, headers, body,",
    "body_base64, out, sha256, max_time. Each gets one record, whatever becomes of it.",
    NULL,
};

static const char *const examples[] = {
    "gf-fetch --no-body <urls | jq -r 'select(.ok|not) | .url'",
    "gf-fetch --dir pages --max-per-host 2 <urls >index.ndjson",
    NULL,
};

static const int exits[] = {GF_EXIT_OK,      GF_EXIT_USAGE, GF_EXIT_SOME,
                            GF_EXIT_TIMEOUT, GF_EXIT_TOOL,  -1};

const struct gf_cli gf_fetch_cli = {
    .name = "gf-fetch",
    .summary = "fetch URLs, several at once, and say in a record what became of each",
    .usage = usage,
    .opts = opts,
    .notes = notes,
    .examples = examples,
    .exits = exits,
    .rules = rules,
    .elsewhere = elsewhere,
};
