/*
 * stamp_parts.h - a time as its year, month and so on, while it is read. For the files of stamp.h
 * and nobody else.
 *
 * A cursor moves on only over what fits, so where it stands is where it went wrong.
 */
#ifndef GF_TIME_STAMP_PARTS_H
#define GF_TIME_STAMP_PARTS_H

#include "time/stamp.h"

struct gf_stamp_cursor {
    const char *s;
    size_t len, at;
};

/* What was not there is 0; all parts are in their range, but for days that no month has. */
struct gf_stamp_parts {
    int year, short_year; /* the second as %y has it, with its century */
    int mon, day, yday;
    int hour, hour12, minute, second; /* second up to 60; hour12 from 1 */
    bool pm;
    int32_t ns;
    bool has_offset, has_epoch;
    int offset;
    int64_t epoch;
};

extern const char *const gf_stamp_months[12];
extern const char *const gf_stamp_weekdays[7];

/* At least `least` digits and at most `most`, a number in lo..hi. */
bool gf_stamp_take_number(struct gf_stamp_cursor *c, size_t least, size_t most, int lo, int hi,
                          int *out);
bool gf_stamp_take_char(struct gf_stamp_cursor *c, char a, char b);
/* Digits of a fraction, up to nine; further ones are passed by with `all`. */
bool gf_stamp_take_fraction(struct gf_stamp_cursor *c, size_t most, bool all, int32_t *ns);
bool gf_stamp_take_offset(struct gf_stamp_cursor *c, struct gf_stamp_parts *p);
void gf_stamp_pass_blanks(struct gf_stamp_cursor *c);

/* What a form that was checked says comes next. */
bool gf_stamp_take_form(struct gf_stamp_cursor *c, const char *form, size_t len,
                        struct gf_stamp_parts *p);

/* One conversion of a form: form[at] is a %. */
struct gf_stamp_letter {
    char letter;  /* 0: it is none */
    size_t width; /* of %f */
    size_t end;   /* where it ends */
};
struct gf_stamp_letter gf_stamp_letter(const char *form, size_t len, size_t at);

/* The error that s is no time from c->at on. -1. */
int gf_stamp_refuse(const struct gf_stamp_cursor *c, const char *hint, struct gf_perr *e);

/* The instant of the parts. */
int gf_stamp_put_together(const struct gf_stamp_parts *p, size_t len, struct gf_zone *zone,
                          int64_t now, struct gf_instant *out, struct gf_perr *e);

#endif
