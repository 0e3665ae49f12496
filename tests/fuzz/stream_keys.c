/* Key lists: the first line as -k and as -f, the other lines records. A key does not depend on what
 * its maker made before, and one that is plain is a piece of the record. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text/keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_record(const struct gf_keyspec *k, struct gf_key_maker *used, struct gf_slice rec)
{
    struct gf_key_maker fresh;
    struct gf_slice a, b;
    gf_key_maker_init(&fresh, k);
    if (gf_keyspec_of(k, used, rec, &a) == 0 && gf_keyspec_of(k, &fresh, rec, &b) == 0) {
        if (gf_slice_compare(a, b) != 0)
            abort();
        if (k->plain && a.len && (a.data < rec.data || a.data + a.len > rec.data + rec.len))
            abort();
    }
    gf_key_maker_release(&fresh);
}

static void check_keys(int (*add)(struct gf_keyspec *, const char *, size_t, struct gf_perr *),
                       const struct gf_sep *sep, struct gf_slice list, struct gf_slice records)
{
    struct gf_keyspec k;
    struct gf_key_maker m;
    struct gf_perr e = {0};
    gf_keyspec_init(&k, sep, 1);
    if (add(&k, list.data, list.len, &e) == 0 &&
        gf_keyspec_seal(&k, &(struct gf_key_order){.fold = true}) == 0) {
        gf_key_maker_init(&m, &k);
        while (records.len) {
            const char *end = memchr(records.data, '\n', records.len);
            size_t n = end ? (size_t)(end - records.data) : records.len;
            check_record(&k, &m, (struct gf_slice){records.data, n});
            records.data += n + (end != NULL);
            records.len -= n + (end != NULL);
        }
        gf_key_maker_release(&m);
    } else if (e.col > list.len) {
        abort();
    }
    gf_keyspec_release(&k);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *end = size ? memchr(text, '\n', size) : NULL;
    struct gf_sep blanks, comma;
    if (!end || size > 4096)
        return 0;
    gf_sep_blanks(&blanks, false);
    if (gf_sep_parse(&comma, ",", 1, NULL) != 0)
        return 0;
    struct gf_slice list = {text, (size_t)(end - text)};
    struct gf_slice records = {end + 1, size - list.len - 1};
    check_keys(gf_keyspec_add_posix, &blanks, list, records);
    check_keys(gf_keyspec_add_posix, &comma, list, records);
    check_keys(gf_keyspec_add_fields, &comma, list, records);
    return 0;
}
