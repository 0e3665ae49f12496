/* cron.h - what the subcommands of gf-cron share. Each subcommand is one file: its table of options
 * and its main. */
#ifndef GF_CMD_CRON_H
#define GF_CMD_CRON_H

#include <inttypes.h>
#include <limits.h>

#include "base/buf.h"
#include "base/cli.h"
#include "cron/next.h"
#include "cron/state.h"
#include "cron/table.h"

extern const struct gf_cli cron_cli, cron_next_cli, cron_explain_cli, cron_check_cli, cron_run_cli,
    cron_once_cli, cron_emit_cli, cron_history_cli, cron_pause_cli, cron_resume_cli,
    cron_trigger_cli, cron_status_cli, cron_show_cli;

/* argv holds what follows the subcommand's name; the exit status is returned. */
int cron_next_main(int argc, char **argv);
int cron_explain_main(int argc, char **argv);
int cron_check_main(int argc, char **argv);
int cron_run_main(int argc, char **argv);
int cron_once_main(int argc, char **argv);
int cron_emit_main(int argc, char **argv);
int cron_history_main(int argc, char **argv);
int cron_pause_main(int argc, char **argv);
int cron_resume_main(int argc, char **argv);
int cron_trigger_main(int argc, char **argv);
int cron_status_main(int argc, char **argv);
int cron_show_main(int argc, char **argv);

/* Ids of options that have no letter. */
enum {
    OPT_FROM = 300,
    OPT_UNTIL,
    OPT_TZ,
    OPT_FORMAT,
    OPT_TABLE,
    OPT_DST,
    OPT_ID,
    OPT_PERCENT,
};

/* Rows that several tables of options share. */
#define CRON_HELP_TZ "time zone (default: TZ, else of the machine)"
#define CRON_OPT_TZ                                                                                \
    {                                                                                              \
        OPT_TZ, 0, "tz", "ZONE", CRON_HELP_TZ, "@zone", 0                                          \
    }
#define CRON_OPT_DST                                                                               \
    {                                                                                              \
        OPT_DST, 0, "dst", "RULE", "for a skipped time: debian (default) or skip", "debian skip",  \
            0                                                                                      \
    }
#define CRON_OPT_PERCENT                                                                           \
    {                                                                                              \
        OPT_PERCENT, 0, "vixie-percent", NULL, "% ends a command and starts its standard input",   \
            NULL, 0                                                                                \
    }

/* What a schedule is read with: zones, the default zone, the time now, the rule for gaps. */
struct cron_context {
    struct gf_zones zones;
    struct gf_zone *zone;
    int64_t now;    /* seconds, rounded down */
    int64_t now_up; /* seconds, rounded up: @in counts from this time */
    int dst;        /* enum gf_dst */
    bool vixie_percent;
    uint64_t digest;                            /* of the table that was read last */
    const char *tz;                             /* --tz; NULL: none was given */
    struct gf_cron more[GF_CRON_SCHEDULES - 1]; /* behind the first, of the schedules read last */
};

/* Takes --tz, --dst and --vixie-percent. 0: taken; 1: another option; -1: after a message. */
int cron_context_option(struct cron_context *p, const struct gf_optparser *o);

/* Opens the default zone: --tz, else TZ, else the machine's. 0, or the exit status after a
 * message. */
int cron_context_open(struct cron_context *p);

/* With -v: the zones that were opened, where each was named, and the file of its data. */
void cron_say_zones(const struct cron_context *p);

/* Reads the clock again. */
void cron_context_now(struct cron_context *p);

void cron_context_release(struct cron_context *p);

/* Says that a zone is there and cannot be read, by errno and `e`; NULL for `name` is the machine's
 * own. The exit status. */
int cron_zone_unreadable(const char *name, const struct gf_perr *e);

/* The schedules of a text, with CRON_TZ=zone in front or not; `id` (NULL: the text) is hashed for H
 * and ~. Those behind the first are kept in p until the next call. 0, or the exit
 * status after a message. */
int cron_schedule_parse(struct cron_context *p, const char *text, const char *id, struct gf_cron *c,
                        struct gf_zone **zone);

/* Reads a table from a file ("-": standard input) and says its notes, those of the weight `least`
 * and heavier. 0, or the exit status. */
int cron_table_read(struct cron_context *p, const char *path, enum gf_table_weight least,
                    struct gf_table *t);

/* As cron_table_read, for a text in memory; messages call the text `name`. `has_users`: its lines
 * may have a column of users, as /etc/crontab has, so the accounts of the machine are asked for. */
int cron_table_parse(struct cron_context *p, const char *name, const char *text, size_t len,
                     bool has_users, enum gf_table_weight least, struct gf_table *t);

/* Raises the wall of a command that runs nothing: it may still read `table`, and replace `output`
 * (either may be NULL). After cron_context_open. */
void cron_wall_raise(const struct cron_context *p, const char *table, const char *output);

/* In front of a job's schedules in the state: no firing before the first instant, none after the
 * second. */
#define CRON_BOUNDS "GF_FROM=%" PRId64 " GF_UNTIL=%" PRId64 " "

/* How many fields a schedule has, for GF_FIELDS; 5 for an @word. */
int cron_count_fields(const char *expr);

/* The shell variable in which a newline of a word stands. */
#define CRON_NEWLINE "gf_newline"

/* Appends a word as sh reads it from the command of a job, whatever the word holds: a table takes
 * \% for %, so the two are parted. */
void cron_quote(struct gf_buf *b, const char *word);

/* The name of a zone; of the machine's own, where its link leads. `path` has room for that. */
const char *cron_zone_name(const struct gf_zone *z, char path[PATH_MAX]);

/* One line on stderr, a note: the jobs of a table, their zones, and the one that is due next. */
struct gf_plan;
void cron_say_begin(const struct cron_context *p, const struct gf_table *t,
                    const struct gf_plan *plan);

/* Opens the state that -S names: a file, or one on a server, where a scheduler (GF_DB_CREATE) has a
 * lease. 0, or the exit status after a message. */
int cron_state_open(const char *value, enum gf_db_use use, gf_ns lease, struct gf_state **out);
void cron_state_close(struct gf_state *s);

/* The name of this machine, without blanks. */
void cron_host(char out[64]);

/* Whether -S names a state on a server. */
bool cron_state_is_remote(const char *value);

/* Says why the state could not be read or written ("read", "write"), with the way out.
 * GF_EXIT_TOOL. */
int cron_state_failed(const struct gf_state *s, const char *verb);

/* Says that the server of the state is away. */
void cron_state_is_away(const struct gf_state *s);

/* Takes the time of --from, --until or --since. 0 or -1 after a message. */
int cron_time_option(struct cron_context *p, const struct gf_optparser *o, struct gf_stamp *out);

/* The instant with the zone's offset, as 2026-03-29T03:00:00+02:00. */
void cron_local_text(struct gf_zone *z, int64_t t, char out[GF_STAMP_SIZE]);

#endif
