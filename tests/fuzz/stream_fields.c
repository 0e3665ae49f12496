/* Field lists and separators: a line each, then a record. Fields joined by the separator are the
 * record again, and what a list picks lies inside it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text/fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct gf_slice line(struct gf_slice *left)
{
    const char *end = left->len ? memchr(left->data, '\n', left->len) : NULL;
    size_t n = end ? (size_t)(end - left->data) : left->len;
    struct gf_slice got = {left->data, n};
    left->data += n + (end != NULL);
    left->len -= n + (end != NULL);
    return got;
}

static int check_field(void *to, struct gf_slice field)
{
    const struct gf_slice *rec = to;
    if (field.len && (field.data < rec->data || field.data + field.len > rec->data + rec->len))
        abort();
    return 0;
}

static void check_joined(const struct gf_cutter *c, const struct gf_sep *sep, struct gf_slice rec)
{
    const char *p = rec.data;
    for (size_t i = 0; i < c->n; i++) {
        if (c->field[i].len && c->field[i].data != p)
            abort();
        p += c->field[i].len + (i + 1 < c->n ? sep->len : 0);
    }
    if (p != rec.data + rec.len)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gf_slice left = {(const char *)data, size};
    struct gf_slice word = line(&left), list_word = line(&left), rec = left;
    struct gf_field_list list = {0};
    struct gf_sep sep;
    struct gf_cutter c;
    struct gf_perr e = {0};
    if (size > 4096)
        return 0;
    gf_sep_blanks(&sep, false);
    if (word.len && gf_sep_parse(&sep, word.data, word.len, &e) != 0)
        return 0;
    gf_cutter_init(&c, &sep);
    if (gf_field_list_parse(&list, list_word.data, list_word.len, &e) == 0) {
        if (gf_cutter_cut(&c, rec.data, rec.len, list.need) == 0)
            gf_field_list_each(&list, &c, check_field, &rec);
        gf_field_list_release(&list);
    } else if (e.col > list_word.len) {
        abort();
    }
    if (!sep.blanks && rec.len && gf_cutter_cut(&c, rec.data, rec.len, SIZE_MAX) == 0)
        check_joined(&c, &sep, rec);
    gf_cutter_release(&c);
    return 0;
}
