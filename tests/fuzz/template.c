/*
 * template.c - any words and any record: every byte of the record arrives, nothing else changes.
 *
 * Input: words separated by 0x01, the last one is the record. Oracle: joining the expanded words is
 * the words with each {} replaced, written a second, slower way; words with other places are left
 * to the unit tests.
 */
#include "proc/template.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    WORDS = 16
};

/* {1}, {-1.} and the like, or nearly. */
static bool has_number(const char *word)
{
    for (; (word = strchr(word, '{')); word++)
        if (strspn(word + 1, "-0123456789") > 0)
            return true;
    return false;
}

static bool has_other_place(const char *word)
{
    return strstr(word, "{{}") || strstr(word, "{.}") || strstr(word, "{/") ||
           strstr(word, "{#}") || strstr(word, "{%}") || has_number(word);
}

static void expect(const char *word, const char *record, size_t len, const char *got)
{
    while (*word) {
        if (word[0] == '{' && word[1] == '}') {
            if (strncmp(got, record, len) != 0)
                abort();
            got += len;
            word += 2;
        } else if (*got++ != *word++) {
            abort();
        }
    }
    if (*got)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    char *words[WORDS];
    size_t n = 0;
    char *start = text;
    for (char *p; n < WORDS && (p = memchr(start, 1, (size_t)(text + size - start)));) {
        *p = '\0';
        words[n++] = start;
        start = p + 1;
    }
    size_t len = (size_t)(text + size - start);
    struct gf_template t = {0};
    struct gf_places places = {.mark = "{}"};
    struct gf_value record = {start, len};
    struct gf_fill fill = {
        .item = &record, .items = 1, .value = &record, .values = 1, .seq = 1, .slot = 1};
    size_t where = 0;
    if (n > 0 && gf_template_init(&t, words, n, &places, &where) == GF_TEMPLATE_OK) {
        char **argv = gf_template_expand(&t, &fill);
        if (!argv && !memchr(start, '\0', len) && len < 1000)
            abort();
        if (argv) {
            for (size_t i = 0; i < n; i++)
                if (!has_other_place(words[i]))
                    expect(words[i], start, len, argv[i]);
            if (t.appends && (strlen(argv[n]) != len || memcmp(argv[n], start, len) != 0))
                abort();
        }
    }
    gf_template_release(&t);
    free(text);
    return 0;
}
