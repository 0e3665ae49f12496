/*
 * json.h - NDJSON out: one object a line, always valid UTF-8 and valid JSON (RFC 8259).
 *
 * A text that is not UTF-8 goes under NAME_b64, in base64 (RFC 4648), instead of NAME; in an array,
 * where there is no name, it is {"b64":"..."}. Numbers never depend on the locale; what JSON cannot
 * hold (infinity, not-a-number) is null.
 *
 *     struct gf_buf b = {0};
 *     struct gf_json j;
 *     gf_json_open(&j, &b);                    {"v":1
 *     gf_json_str(&j, "command", s, len);      ,"command":"ls"
 *     gf_json_int(&j, "exit", 3);              ,"exit":3
 *     gf_json_close(&j);                       }\n
 *     if (b.failed) ...
 *
 * Keys are our own words and are written as they are. Inside an array the key is NULL.
 * The buffer is the caller's. One thread a writer.
 */
#ifndef GF_BASE_JSON_H
#define GF_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"

struct gf_json {
    struct gf_buf *b;
    bool comma; /* the next value needs one in front */
};

void gf_json_open(struct gf_json *j, struct gf_buf *b);
void gf_json_close(struct gf_json *j);

void gf_json_str(struct gf_json *j, const char *key, const char *s, size_t len);
void gf_json_int(struct gf_json *j, const char *key, int64_t v);
void gf_json_uint(struct gf_json *j, const char *key, uint64_t v);
void gf_json_double(struct gf_json *j, const char *key, double v); /* shortest that reads back */
void gf_json_seconds(struct gf_json *j, const char *key, gf_ns v); /* exact, as 1.25 */
void gf_json_bool(struct gf_json *j, const char *key, bool v);
void gf_json_null(struct gf_json *j, const char *key);
/* A value that is JSON already, or the beginning of one that the caller ends. */
void gf_json_raw(struct gf_json *j, const char *key, const char *json, size_t len);
void gf_json_begin_object(struct gf_json *j, const char *key);
void gf_json_end_object(struct gf_json *j);
void gf_json_begin_array(struct gf_json *j, const char *key);
void gf_json_end_array(struct gf_json *j);

/* What stands between the quotes of a string, for one that is written in pieces: text that is valid
 * UTF-8 as a whole, cut anywhere; or bytes, of which each piece but the last has a multiple of 3.
 */
void gf_json_add_text(struct gf_buf *b, const char *s, size_t len);
void gf_json_add_base64(struct gf_buf *b, const char *s, size_t len);

/* A double as the shortest decimal that reads back the same: "0.1", "1e+300", "5". */
#define GF_DOUBLE_SIZE 32
void gf_format_double(double v, char out[GF_DOUBLE_SIZE]);

/* Nanoseconds as decimal seconds, exact, without trailing zeros: "1.25", "0", "-0.5". */
void gf_format_seconds(gf_ns v, char out[GF_DOUBLE_SIZE]);

#endif
