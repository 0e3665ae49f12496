/*
 * options.c - where each option of gf-fetch goes.
 *
 * An option is taken by one case of a switch over its id (table.c); what a value of several parts
 * means is in values.c. What follows from several options is looked at behind them: secrets that
 * have no origin to go to, addresses that a proxy would hide, an output that is an input.
 */
#include "options_parts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "asked.h"
#include "base/buf.h"
#include "base/clash.h"
#include "base/cli.h"
#include "base/exit.h"
#include "base/msg.h"
#include "net/request.h"

enum {
    MOST_AT_ONCE = 100000
};

/* ---- options --------------------------------------------------------------------------------- */

/* An option without an argument; false when it is not one. */
static bool take_flag(struct options *o, int id)
{
    switch (id) {
    case ID_NETRC:
        return o->net.netrc = true;
    case 'L':
        return o->follow = true;
    case ID_ALLOW_DOWNGRADE:
        return o->allow_downgrade = true;
    case ID_RETRY_ALL:
        return o->retry.all_methods = true;
    case ID_FAIL_EARLY:
        return o->fail_early = true;
    case ID_NO_BODY:
        o->body = false;
        return true;
    case '0':
        return o->nul = true;
    case 'k':
        return o->keep_order = true;
    case ID_OVERWRITE:
        return o->overwrite = true;
    case ID_CONTINUE:
        return o->resume = true;
    case ID_DENY_PRIVATE:
        return o->net.addresses.deny_private = true;
    case ID_INSECURE:
        return o->net.insecure = true;
    case ID_COMPRESSED:
        return o->net.compressed = true;
    case ID_HTTP11:
        o->net.http_version = CURL_HTTP_VERSION_1_1;
        return true;
    case ID_HTTP2:
        o->net.http_version = CURL_HTTP_VERSION_2_0;
        return true;
    case '4':
        o->net.ip_version = CURL_IPRESOLVE_V4;
        return true;
    case '6':
        o->net.ip_version = CURL_IPRESOLVE_V6;
        return true;
    default:
        return false;
    }
}

/* An option whose argument is kept as it is; NULL: it is none. */
static const char **text_of(struct options *o, int id)
{
    switch (id) {
    case 'a':
        return &o->file;
    case 'd':
        return &o->data;
    case 'u':
        return &o->user;
    case 'x':
        return &o->net.proxy;
    case 'T':
        return &o->tmp;
    case 'S':
        return &o->state;
    case ID_DIR:
        return &o->dir;
    case ID_FAILED:
        return &o->failed;
    case ID_ETAG_STORE:
        return &o->etag_store;
    case ID_CACERT:
        return &o->net.cacert;
    case ID_CERT:
        return &o->net.cert;
    case ID_KEY:
        return &o->net.key;
    case ID_REPORT:
        return &o->report;
    case GF_OPT_ID_STATS_FILE:
        return &o->stats_file;
    default:
        return NULL;
    }
}

static int take_choice(struct options *o, struct gf_optparser *p)
{
    static const char *const formats[] = {"ndjson", "body", "none", NULL};
    int choice = 0;
    if (p->opt->id == ID_FORMAT) {
        if (gf_cli_choice(p, formats, &choice) != 0)
            return -1;
        o->format = (enum format)choice;
        if (o->format != FORMAT_NDJSON)
            gf_opt_fact(p, o->format == FORMAT_BODY ? FACT_BODIES : FACT_NOTHING, NULL);
    } else if (p->opt->id == GF_OPT_ID_STATS) {
        o->stats = true;
        if (gf_cli_choice(p, gf_stats_formats, &choice) != 0)
            return -1;
        o->stats_format = (enum gf_stats_format)choice;
    } else {
        if (gf_cli_choice(p, gf_progress_modes, &choice) != 0)
            return -1;
        o->progress = (enum gf_progress_mode)choice;
    }
    return 0;
}

/* An option with an argument that means something; -1 after a message. */
static int take_value(struct options *o, struct gf_optparser *p)
{
    uint64_t n;
    switch (p->opt->id) {
    case ID_LOOKAHEAD:
        return gf_cli_count(p, 1, 1 << 30, &o->lookahead);
    case ID_MAX_RECORD:
        return gf_cli_size(p, &o->max_record);
    case 'X':
        return value_method(o, p->value);
    case 'A':
        return value_agent(o, p->value);
    case 'H':
        return value_header(o, p->value);
    case ID_AUTH_HOST:
        return value_origin(o, p->value);
    case ID_MAX_REDIRS:
        return gf_cli_count(p, 0, 1000, &o->max_redirs);
    case 'j':
        return gf_cli_slots(p, MOST_AT_ONCE, &o->jobs);
    case ID_PER_HOST:
        return gf_cli_count(p, 1, MOST_AT_ONCE, &o->per_host);
    case ID_RATE:
        return value_rate(p, &o->rate, &o->has_rate);
    case ID_HOST_RATE:
        return value_rate(p, &o->host_rate, &o->has_host_rate);
    case 't':
        return gf_cli_duration(p, &o->timeout);
    case ID_CONNECT_TIMEOUT:
        return gf_cli_duration(p, &o->net.connect_timeout);
    case ID_LOW_SPEED:
        return value_low_speed(o, p->value);
    case ID_TOTAL_TIMEOUT:
        return gf_cli_duration(p, &o->total_timeout);
    case ID_RETRIES:
        if (gf_cli_count(p, 0, 1000, &n) != 0)
            return -1;
        o->retry.most = (unsigned)n;
        return 0;
    case ID_RETRY_MAX_TIME:
        return gf_cli_duration(p, &o->retry.longest);
    case ID_OK_STATUS:
        return value_statuses(o, p->value);
    case ID_MAX_SIZE:
        return gf_cli_size(p, &o->net.max_size);
    case ID_DENY:
        return value_network(p, &o->net.addresses, true);
    case ID_ALLOW:
        return value_network(p, &o->net.addresses, false);
    case ID_RESOLVE:
        return value_resolve(o, p->value);
    default:
        return take_choice(o, p);
    }
}

/* ---- what follows ---------------------------------------------------------------------------- */

static bool has_proxy_in_environment(void)
{
    static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY",
                                        "all_proxy",  "ALL_PROXY",   NULL};
    for (size_t i = 0; names[i]; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return true;
    }
    return false;
}

/* Passwords that all users of the machine can read are told of, and used. */
static void look_at_netrc(void)
{
    const char *home = getenv("HOME");
    struct gf_buf name = {0};
    struct stat st;
    gf_buf_printf(&name, "%s/.netrc", home ? home : "");
    if (!name.failed && stat(name.data, &st) == 0 && (st.st_mode & 077))
        gf_note("others can read '%s', and the passwords in it: chmod 600 keeps them out",
                name.data);
    gf_buf_release(&name);
}

/* No output is an input, or another output; asked before any is opened. */
static int check_outputs(const struct options *o)
{
    const struct {
        const char *name, *option;
    } file[] = {{o->failed, "--failed"},
                {o->etag_store, "--etag-store"},
                {o->report, "--report"},
                {o->stats_file, "--stats-file"}};
    struct gf_clash in = {0}, out = {.role = "output"};
    int bad = 0;
    if (!o->nurls)
        gf_clash_reads(&in, o->file ? o->file : "-");
    for (size_t i = 0; i < sizeof file / sizeof *file && !bad; i++) {
        bad = gf_clash_writes(&in, file[i].name, file[i].option);
        bad = bad ? bad : gf_clash_writes(&out, file[i].name, file[i].option);
        for (size_t k = 0; k < i && !bad; k++)
            bad = gf_clash_names(file[k].name, file[i].name, file[i].option);
        bad = bad ? bad : gf_clash_standard(file[i].name, file[i].option, false);
        gf_clash_reads(&out, file[i].name);
    }
    gf_clash_reads(&in, o->etag_store);
    bad = bad ? bad : gf_clash_writes_fd(&in, STDOUT_FILENO, "standard output");
    if (o->stats && !o->stats_file && !bad)
        bad = gf_clash_writes_fd(&in, STDERR_FILENO, "standard error");
    gf_clash_release(&in);
    gf_clash_release(&out);
    return bad ? GF_EXIT_USAGE : -1;
}

/* The exit status after a message, or -1. */
static int check(const struct options *o)
{
    if (o->secret_headers && !o->nauth_host) {
        gf_error("-H '%.*s' needs --auth-host: a list may name any host, and each would be told",
                 (int)strcspn(o->secret_headers->data, ":;"), o->secret_headers->data);
        gf_hint("--auth-host https://HOST says which host may know");
        return GF_EXIT_USAGE;
    }
    if (o->nauth_host && !o->secret_headers && !o->user) {
        gf_error("--auth-host needs -u or -H with Authorization, Cookie or Proxy-Authorization");
        return GF_EXIT_USAGE;
    }
    if (gf_addresses_are_limited(&o->net.addresses) && has_proxy_in_environment()) {
        gf_error("--deny and --deny-private do not go with the proxy of the environment: the proxy "
                 "connects, and we do not see where");
        gf_hint("unset http_proxy, https_proxy, HTTPS_PROXY, all_proxy and ALL_PROXY");
        return GF_EXIT_USAGE;
    }
    if (o->report && strcmp(o->report, "-") == 0) {
        gf_error("--report writes to a file, and '-' names none");
        return GF_EXIT_USAGE;
    }
    if (o->etag_store && o->dir && !o->overwrite) {
        gf_error("--etag-store with --dir needs --overwrite: a file that has changed is replaced");
        return GF_EXIT_USAGE;
    }
    const char *file[] = {o->net.cacert, o->net.cert, o->net.key};
    for (size_t i = 0; i < sizeof file / sizeof *file; i++)
        if (file[i] && access(file[i], R_OK) != 0) {
            gf_error_errno("cannot read '%s'", file[i]);
            return GF_EXIT_TOOL;
        }
    const char *fault = gf_net_config_fault(&o->net);
    if (fault) {
        gf_error("libcurl cannot do that: %s", fault);
        return GF_EXIT_TOOL;
    }
    if (o->net.netrc)
        look_at_netrc();
    return check_outputs(o);
}

static void defaults(struct options *o)
{
    *o = (struct options){
        .lookahead = 10000,
        .max_record = 64 << 20,
        .jobs = 16,
        .per_host = 6,
        .retry = {.most = 2, .longest = 600 * GF_S},
        .timeout = 300 * GF_S,
        .max_redirs = 10,
        .body = true,
        .net = {.connect_timeout = 10 * GF_S,
                .low_speed = 1,
                .low_speed_time = 30 * GF_S,
                .max_size = 64 << 20,
                .user_agent = "gf-fetch/" GF_VERSION},
    };
}

int options_parse(struct options *o, int argc, char *const *argv)
{
    struct gf_optparser p = gf_optparser(&gf_fetch_cli, argc, argv);
    char **urls = calloc((size_t)argc + 1, sizeof *urls);
    defaults(o);
    o->urls = urls;
    if (!urls) {
        gf_error_nomem();
        return GF_EXIT_TOOL;
    }
    for (;;) {
        enum gf_opt_event event = gf_cli_next(&p);
        if (event == GF_OPT_DONE)
            return p.status;
        if (event == GF_OPT_END)
            break;
        if (event == GF_OPT_OPERAND) {
            gf_opt_fact(&p, FACT_URLS, NULL);
            urls[o->nurls++] = argv[p.next - 1];
            continue;
        }
        const char **text = text_of(o, p.opt->id);
        if (text)
            *text = p.value;
        else if (!take_flag(o, p.opt->id) && take_value(o, &p) != 0)
            return GF_EXIT_USAGE;
    }
    o->stats = o->stats || o->stats_file;
    int bad = gf_cli_check_rules(&p, true);
    if (bad)
        return bad;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) !=
        CURLE_OK) { /* not for a help text: it takes long */
        gf_error("cannot begin to use libcurl: out of memory");
        return GF_EXIT_TOOL;
    }
    bad = check(o);
    if (bad == -1 && o->report && asked_make(&o->asked, argc, argv) != 0)
        return GF_EXIT_TOOL;
    return bad;
}

void options_release(struct options *o)
{
    for (size_t i = 0; i < o->nauth_host; i++)
        free(o->auth_host[i]);
    free(o->auth_host);
    free(o->ok_status);
    free(o->urls);
    gf_buf_release(&o->asked);
    curl_slist_free_all(o->headers);
    curl_slist_free_all(o->secret_headers);
    curl_slist_free_all(o->net.resolve);
    gf_addresses_release(&o->net.addresses);
}

bool options_want(const struct options *o, long status)
{
    if (!o->nok_status)
        return status >= 200 && status < 400;
    for (size_t i = 0; i < o->nok_status; i++)
        if (status >= o->ok_status[i].from && status <= o->ok_status[i].to)
            return true;
    return false;
}

bool options_trust(const struct options *o, const char *origin)
{
    for (size_t i = 0; i < o->nauth_host; i++)
        if (strcmp(o->auth_host[i], origin) == 0)
            return true;
    return false;
}
