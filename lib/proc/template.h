/*
 * template.h - the words of a command with places for the record.
 *
 *     struct gf_template t = {0};
 *     struct gf_places places = {.mark = "{}"};
 *     size_t where;
 *     if (gf_template_init(&t, words, n, &places, &where) != GF_TEMPLATE_OK) ...
 *     struct gf_value record = {"dir.d/file.tar.gz", 17};
 *     struct gf_fill fill = {.item = &record, .items = 1, .value = &record, .values = 1, .seq = 7};
 *     char **argv = gf_template_expand(&t, &fill);      // valid until the next expand
 *     gf_template_release(&t);
 *
 * The places, anywhere in any word, any number of times (as in GNU parallel):
 *
 *     {}    the record                            dir.d/file.tar.gz
 *     {.}   without its extension                 dir.d/file.tar
 *     {/}   without its directory                 file.tar.gz
 *     {//}  its directory; . when it has none     dir.d
 *     {/.}  without directory and extension       file.tar
 *     {2}   its second value, {-1} the last, {2.} {2/} {2//} {2/.} the same parts of it; empty when
 *           there is none
 *     {name} {name.} ...  the value of that name, where values have names; others are text
 *     {#}   the number of the command, from 1
 *     {%}   the slot, from 1; distinct among the commands that run
 *     {{}   is a literal {
 *
 * An extension is what follows the last dot behind the last slash. A command may be for several
 * items: then a word that holds one of the first five is there once for each of them. When no word
 * holds a place, the values are appended as the last words. Their bytes are data: nothing in them
 * is looked at.
 *
 * No record may become part of a script: a place in the word that follows `-c` of a shell (sh,
 * bash, dash, zsh, ksh and the like, also behind env, nice and others), or a record that would be
 * appended there, is refused, because it would run whatever the record says.
 *
 * Words, places and values are borrowed. One thread at a time. A zeroed struct is safe to release.
 */
#ifndef GF_PROC_TEMPLATE_H
#define GF_PROC_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "proc/place.h"

struct gf_template {
    char *const *words;
    size_t nwords;
    struct gf_places places;
    bool shown;         /* the text is to be read: values are escaped (gf_escape_column); the
                           owner's, set after gf_template_init */
    bool appends;       /* no word holds a place */
    bool holds_record;  /* a word holds one of the record or its values */
    bool numbered;      /* a word holds {#} or {%} */
    bool names_command; /* the first word holds one: the record says which command runs */
    size_t fixed;       /* bytes that every command has: words, and pointers to them */
    size_t per_item;    /* and that each item adds, beside */
    size_t spreads;     /* so many times its own length */
    size_t word;        /* bytes of the longest word with a place, as it is written, */
    size_t word_places; /* and the places of the one that has most */
    char **argv;        /* of the last expansion; NULL-terminated */
    size_t *at;         /* where each word starts in bytes */
    size_t room;        /* words that both have room for */
    struct gf_buf bytes;
};

enum gf_template_fault {
    GF_TEMPLATE_OK,
    GF_TEMPLATE_NOMEM,
    GF_TEMPLATE_IN_SCRIPT,  /* word `*where` is a shell's script and holds a place */
    GF_TEMPLATE_AS_SCRIPT,  /* the appended record would be a shell's script */
    GF_TEMPLATE_EMPTY_MARK, /* the mark is the empty string */
};

/* nwords is 1 or more. On a fault *where is the word's index. */
enum gf_template_fault gf_template_init(struct gf_template *t, char *const *words, size_t nwords,
                                        const struct gf_places *places, size_t *where);

/* At most so many bytes, as execve counts them, an item of that length adds to a command; the
 * command without any has t->fixed. */
size_t gf_template_cost(const struct gf_template *t, size_t len);

/* At most so long is the longest word with an item of that length in it, its NUL byte too. */
size_t gf_template_longest(const struct gf_template *t, size_t len);

/*
 * The words for one command. NULL with errno ENOMEM; EILSEQ when the record holds a NUL byte, which
 * no argument can; E2BIG when the words are longer than any system takes.
 */
char **gf_template_expand(struct gf_template *t, const struct gf_fill *fill);

/* The words for one command as a text, with blanks between them and without what would be appended:
 * for what is no command, so the record may hold any byte. With `shown` its values are escaped, not
 * what the user wrote. Appended to `out`; -1: ENOMEM. */
int gf_template_text(struct gf_template *t, const struct gf_fill *fill, struct gf_buf *out);

/* The last expansion as one line for sh, appended to `out`. */
int gf_template_quote(const struct gf_template *t, struct gf_buf *out);

void gf_template_release(struct gf_template *t);

#endif
