/*
 * calc.c - evaluates expressions (lib/expr): a line each, and behind a TAB the fields, with TABs
 * between them. Prints the value, or ! and what was wrong, a line each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expr/expr.h"

enum {
    FIELDS = 16
};

static void answer(char *line, struct gf_expr_run *r)
{
    struct gf_slice field[FIELDS];
    size_t n = 0;
    struct gf_perr e = {0};
    struct gf_expr_value v;
    char *tab = strchr(line, '\t');
    for (char *p = tab; p && n < FIELDS; n++) {
        *p++ = '\0';
        char *next = strchr(p, '\t');
        field[n] = (struct gf_slice){p, next ? (size_t)(next - p) : strlen(p)};
        p = next;
    }
    struct gf_expr *x = gf_expr_compile(line, strlen(line), NULL, NULL, &e);
    if (!x) {
        printf("! at %zu: %s\n", e.col, e.what);
    } else if (gf_expr_eval(x, r, field, n, &v) != 0) {
        printf("! %s", r->error.what);
        if (r->error.field)
            printf(" (field %lld)", (long long)r->error.field);
        putchar('\n');
    } else {
        struct gf_slice s = gf_expr_value_text(&v, r);
        fwrite(s.data, 1, s.len, stdout);
        putchar('\n');
    }
    gf_expr_free(x);
}

int main(void)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    struct gf_expr_run r;
    gf_expr_run_init(&r);
    while ((len = getline(&line, &cap, stdin)) > 0) {
        line[len - (line[len - 1] == '\n')] = '\0';
        answer(line, &r);
    }
    gf_expr_run_release(&r);
    free(line);
    return 0;
}
