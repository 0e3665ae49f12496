/* letter.c - dead letters as lines of JSON. */
#include "pipeline/letter.h"

#include <string.h>

#include "base/json.h"

const char *const gf_reasons[] = {"exit",     "signal", "timeout", "reject",
                                  "oversize", "spawn",  "crash",   "shutdown", NULL};

static void add_text(struct gf_json *j, const char *key, const char *s)
{
    gf_json_str(j, key, s, strlen(s));
}

void gf_letter_add(struct gf_buf *b, const struct gf_letter *l)
{
    struct gf_json j;
    char now[GF_TIME_UTC_SIZE];
    gf_time_utc(l->time_wall, now);
    gf_json_open(&j, b);
    add_text(&j, "time", now);
    add_text(&j, "pipeline", l->pipeline);
    if (l->stage)
        add_text(&j, "stage", l->stage);
    else
        gf_json_null(&j, "stage");
    gf_json_uint(&j, "stage_number", l->stage_number);
    gf_json_uint(&j, "seq", l->seq);
    gf_json_uint(&j, "records", l->records);
    add_text(&j, "reason", gf_reasons[l->reason]);
    if (l->exit == -1)
        gf_json_null(&j, "exit");
    else
        gf_json_int(&j, "exit", l->exit);
    if (l->signal)
        gf_json_int(&j, "signal", l->signal);
    else
        gf_json_null(&j, "signal");
    gf_json_uint(&j, "attempts", l->attempts);
    gf_json_seconds(&j, "seconds", l->seconds);
    gf_json_str(&j, l->reason == GF_REASON_REJECT ? "answer" : "stderr", l->text ? l->text : "",
                l->text_len);
    if (l->truncated) {
        gf_json_bool(&j, "truncated", true);
        gf_json_uint(&j, "offset", l->offset);
    }
    if (l->input)
        gf_json_str(&j, "input", l->input, l->input_len);
    if (l->origin)
        gf_json_str(&j, "origin", l->origin, l->origin_len);
    gf_json_close(&j);
}
