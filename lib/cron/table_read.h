/*
 * table_read.h - what the files that read a crontab share; nobody else includes it. table.c goes
 * through the lines, table_job.c reads a job, table_user.c finds a user's name before a command,
 * table_after.c finds the job that another one follows, table_look.c warns of what may be meant
 * otherwise, table_idle.c of options that do nothing, table_expand.c expands values, table_text.c
 * keeps strings and knows words.
 */
#ifndef GF_CRON_TABLE_READ_H
#define GF_CRON_TABLE_READ_H

#include "cron/table.h"

struct gf_tab_reader {
    struct gf_table *t;
    const struct gf_table_context *ctx;
    const char *line; /* a copy, NUL-terminated */
    size_t len, number;
    struct gf_zone *zone;
    int fields;
    bool expand; /* GF_EXPAND=1 is in force */
    struct gf_job_options defaults;
    struct gf_tab_after *afters; /* jobs that follow another one */
    size_t n_afters, cap_afters;
    struct gf_table_note tz; /* about TZ=zone, until it is known whether it matters; line 0: none */
    size_t tz_jobs;          /* so many jobs were there before it */
    bool told_percent;
    bool unreadable; /* a zone is there, and cannot be read */
    bool nomem;
};

/* ---- strings --------------------------------------------------------------------------------- */

/* A copy of s[0..len) that lives as long as the table. NULL: no memory. */
char *gf_tab_keep(struct gf_table *t, const char *s, size_t len);

void gf_tab_free_texts(struct gf_table *t);

/* Room for one more of `size` bytes in a growing array. */
bool gf_tab_grow(void **array, size_t n, size_t *cap, size_t size);

/* ---- what is wrong --------------------------------------------------------------------------- */

void gf_tab_note(struct gf_tab_reader *r, enum gf_table_weight weight, const struct gf_perr *e);

/* The same, for a note that was made before. */
void gf_tab_add_note(struct gf_tab_reader *r, const struct gf_table_note *n);

/* An error, a warning, advice, about r->line[from..from+len). */
void gf_tab_fault(struct gf_tab_reader *r, const char *from, size_t len, const char *hint,
                  const char *what);
void gf_tab_warn(struct gf_tab_reader *r, const char *from, size_t len, const char *hint,
                 const char *what);
void gf_tab_advise(struct gf_tab_reader *r, const char *from, size_t len, const char *hint,
                   const char *what);

/* An error of a parser that was given the text at `from`. */
void gf_tab_pass_on(struct gf_tab_reader *r, const char *from, struct gf_perr *e);

/* ---- words ----------------------------------------------------------------------------------- */

bool gf_tab_is_blank(char c);
const char *gf_tab_skip_blanks(const char *s);

/* The length of the name of a variable at s. */
size_t gf_tab_name_length(const char *s);
bool gf_tab_name_is(const char *s, size_t len, const char *name);

/* The length of the word at s, quotes as in sh (no escapes inside them). */
size_t gf_tab_word_length(const char *s);

/* A copy of s[0..len) without a pair of quotes around it. NULL: no memory. */
const char *gf_tab_unquoted(struct gf_tab_reader *r, const char *s, size_t len);

/* ---- $NAME in values ------------------------------------------------------------------------- */

/* The length of $NAME or ${NAME} at s; 0: neither stands there. The name is *name[0..*name_len). */
size_t gf_tab_reference(const char *s, const char **name, size_t *name_len);

/* The value s[0..len), without a pair of quotes around it, its variables expanded. NULL: no memory,
 * or a fault that was noted. */
const char *gf_tab_expanded(struct gf_tab_reader *r, const char *s, size_t len);

/* ---- what may be meant otherwise: warnings --------------------------------------------------- */

/* A line, whole: a backslash at its end. */
void gf_tab_look_at_line(struct gf_tab_reader *r);

/* NAME=value of the jobs' environment; the value as it is written is raw[0..len). */
void gf_tab_look_at_variable(struct gf_tab_reader *r, const char *name, size_t name_len,
                             const char *raw, size_t len, const char *value);

/* GF_LOG=value, GF_LOCK=value, at `raw`. */
void gf_tab_look_at_log(struct gf_tab_reader *r, const char *raw, const char *value);
void gf_tab_look_at_lock(struct gf_tab_reader *r, const char *raw, const char *value);

/* The options of a job, the words s up to `end`: which of them has no effect. */
void gf_tab_look_at_options(struct gf_tab_reader *r, const struct gf_job *job, const char *s,
                            const char *end);

/* A job, or with NULL the end of the table: whether a TZ=zone above has no effect on schedules. */
void gf_tab_look_at_zone(struct gf_tab_reader *r, const struct gf_zone *zone);

/* The command of a job, where % is a character like any other. */
void gf_tab_look_at_percent(struct gf_tab_reader *r, const char *command);

/* A job whose schedules begin at s. One that never fires is an error; one whose time is over is
 * none while another schedule of the job is left. */
void gf_tab_look_at_job(struct gf_tab_reader *r, const struct gf_job *job, const char *s);

/* ---- jobs that follow another one ------------------------------------------------------------ */

/* A job was added to the table: the place of its @after, if it has one, is kept. */
void gf_tab_keep_after(struct gf_tab_reader *r, struct gf_job *job);

/* The end of the table: each @after finds its job. */
void gf_tab_find_afters(struct gf_tab_reader *r);

/* ---- jobs ------------------------------------------------------------------------------------ */

enum {
    GF_TAB_IDS = 32768 /* places of the ids, more than twice GF_TABLE_JOBS_MAX */
};

/* Where the job of this id is, or would go. */
struct gf_job **gf_tab_place(const struct gf_table *t, const char *id);

void gf_tab_set_zone(struct gf_tab_reader *r, struct gf_zone **zone, const char *at,
                     const char *value);

/* GF_NAME=value, which is not of the jobs' environment but ours. */
void gf_tab_set_option(struct gf_tab_reader *r, struct gf_job_options *o, struct gf_zone **zone,
                       const char *name, size_t name_len, const char *at, const char *value);

/* A command that may begin with the name of a user, as in /etc/crontab: an error, or a warning, or
 * nothing. */
void gf_tab_check_user(struct gf_tab_reader *r, const char *command);

/* The line from its schedule on. */
void gf_tab_read_job(struct gf_tab_reader *r, const char *s, struct gf_zone *zone);

#endif
