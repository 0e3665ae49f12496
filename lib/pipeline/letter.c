/* letter.c - dead letters as lines of JSON. */
#include "pipeline/letter.h"

#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/json.h"
#include "text/parsed.h"

const char *const gf_reasons[] = {"exit",  "signal", "timeout",  "reject", "oversize",
                                  "spawn", "crash",  "shutdown", NULL};

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

/* ---- read ------------------------------------------------------------------------------------ */

/* The text `key`, or the bytes `key`_b64. 0, 1: there is none; -1: it is something else, or memory
 * is out (b->failed). */
static int take_bytes(json_t *root, const char *key, struct gf_buf *b)
{
    char name[32];
    json_t *text = json_object_get(root, key);
    gf_buf_clear(b);
    if (text) {
        if (!json_is_string(text))
            return -1;
        return gf_buf_add(b, json_string_value(text), json_string_length(text));
    }
    snprintf(name, sizeof name, "%s_b64", key);
    text = json_object_get(root, name);
    if (!text)
        return 1;
    if (!json_is_string(text))
        return -1;
    size_t n = json_string_length(text), got;
    if (gf_buf_reserve(b, n / 4 * 3 + 3) != 0 ||
        gf_base64_decode(json_string_value(text), n, b->data + b->len, &got) != 0)
        return -1;
    b->len += got;
    return 0;
}

static const char *read_letter(struct gf_letter_read *l, json_t *root, bool input)
{
    const json_t *seq = json_object_get(root, "seq");
    if (!json_is_object(root) || json_integer_value(json_object_get(root, "v")) != 1)
        return "it is no dead letter";
    if (!json_is_integer(seq) || json_integer_value(seq) < 0)
        return "it has no seq";
    l->seq = (uint64_t)json_integer_value(seq);
    l->truncated = json_is_true(json_object_get(root, "truncated"));
    json_t *stage = json_object_get(root, "stage");
    gf_buf_clear(&l->stage);
    if (stage && !json_is_null(stage) && take_bytes(root, "stage", &l->stage) != 0)
        return "its stage is no text";
    int got = take_bytes(root, input ? "input" : "origin", &l->record);
    if (got == 1 && input) /* it came to no stage */
        got = take_bytes(root, "origin", &l->record);
    return got == 0 ? NULL : got == 1 ? "it has no record" : "its record is no text";
}

int gf_letter_parse(struct gf_letter_read *l, const char *line, size_t len, bool input)
{
    struct gf_parsed p;
    json_error_t where;
    json_t *root = gf_parsed_open(&p, line, len, &where);
    bool no_memory = p.no_memory;
    l->wrong = root ? read_letter(l, root, input) : "it is no JSON";
    gf_parsed_close(&p);
    if (no_memory || l->record.failed || l->stage.failed)
        l->wrong = NULL;
    else if (!l->wrong)
        return 0;
    return -1;
}

void gf_letter_release(struct gf_letter_read *l)
{
    gf_buf_release(&l->stage);
    gf_buf_release(&l->record);
}
