/*
 * template.h - the words of a command with places for the record.
 *
 *     struct gf_template t = {0};
 *     size_t where;
 *     if (gf_template_init(&t, words, n, "{}", &where) != GF_TEMPLATE_OK) ...
 *     struct gf_item item = {.text = record, .len = len, .seq = 7, .slot = 1};
 *     char **argv = gf_template_expand(&t, &item);      // valid until the next expand
 *     gf_template_release(&t);
 *
 * The places, anywhere in any word, any number of times (as in GNU parallel):
 *
 *     {}    the record                            dir.d/file.tar.gz
 *     {.}   without its extension                 dir.d/file.tar
 *     {/}   without its directory                 file.tar.gz
 *     {//}  its directory; . when it has none     dir.d
 *     {/.}  without directory and extension       file.tar
 *     {#}   the number of the record, from 1
 *     {%}   the slot, from 1; distinct among the commands that run
 *     {{}   is a literal {
 *
 * An extension is what follows the last dot behind the last slash. When no word holds a place, the
 * record is appended as the last word. The record's bytes are data: nothing in them is looked at.
 *
 * No record may become part of a script: a place in the word that follows `-c` of a shell (sh,
 * bash, dash, zsh, ksh and the like, also behind env, nice and others), or a record that would be
 * appended there, is refused, because it would run whatever the record says.
 *
 * Words are borrowed for the life of the template. One thread at a time. A zeroed struct is safe
 * to release.
 */
#ifndef GF_PROC_TEMPLATE_H
#define GF_PROC_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct gf_item {
    const char *text;
    size_t len;
    uint64_t seq;
    unsigned slot;
};

struct gf_template {
    char *const *words;
    size_t nwords;
    const char *mark;   /* stands for the record: {} */
    bool appends;       /* no word holds a place */
    bool numbered;      /* a word holds {#} or {%} */
    bool names_command; /* the first word holds one: the record says which command runs */
    char **argv;        /* of the last expansion; NULL-terminated */
    size_t *at;         /* where each word starts in bytes */
    struct gf_buf bytes;
};

enum gf_template_fault {
    GF_TEMPLATE_OK,
    GF_TEMPLATE_NOMEM,
    GF_TEMPLATE_IN_SCRIPT,  /* word `*where` is a shell's script and holds a place */
    GF_TEMPLATE_AS_SCRIPT,  /* the appended record would be a shell's script */
    GF_TEMPLATE_EMPTY_MARK, /* the mark is the empty string */
};

/*
 * nwords is 1 or more. `mark` stands for the record, {} or what the user chose in its place (then
 * {} is text; the other places stay). On a fault *where is the word's index.
 */
enum gf_template_fault gf_template_init(struct gf_template *t, char *const *words, size_t nwords,
                                        const char *mark, size_t *where);

/*
 * The words for one record. NULL with errno ENOMEM; EILSEQ when the record holds a NUL byte, which
 * no argument can; E2BIG when the words are longer than any system takes.
 */
char **gf_template_expand(struct gf_template *t, const struct gf_item *item);

/* The last expansion as one line for sh, appended to `out`. */
int gf_template_quote(const struct gf_template *t, struct gf_buf *out);

void gf_template_release(struct gf_template *t);

#endif
