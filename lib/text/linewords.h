/*
 * linewords.h - the words of a file, as a shell reads them, without expansion.
 *
 * Words are divided by blanks and line ends. Single and double quotes and the backslash mean what
 * they mean to a shell, `$` and patterns stand for themselves, and a # begins a comment where a
 * word could begin. A line ends in LF or CR LF; a backslash in front joins it to the next one.
 *
 *     struct gf_linewords w = {0};
 *     if (gf_linewords_split(&w, text, len) != 0)
 *         ... w.wrong: what is wrong in line w.wrong_line; NULL: memory is out ...
 *     for (size_t i = 0; i < w.n; i++)
 *         if (w.begins[i]) ... the first word of a line, which is number w.line[i] ...
 *     gf_linewords_release(&w);                    // free(w.word) where the words were taken away
 *
 * A zeroed struct is empty. One thread at a time.
 */
#ifndef GF_TEXT_LINEWORDS_H
#define GF_TEXT_LINEWORDS_H

#include <stdbool.h>
#include <stddef.h>

struct gf_linewords {
    char **word; /* ended by NULL; NULL when there is none */
    size_t *line;
    bool *begins;
    size_t n, cap;
    const char *wrong;
    size_t wrong_line;
};

int gf_linewords_split(struct gf_linewords *w, const char *text, size_t len);
void gf_linewords_release(struct gf_linewords *w);

#endif
