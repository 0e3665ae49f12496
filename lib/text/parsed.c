/*
 * parsed.c - chunks, of which pieces are given away and none comes back.
 */
#include "text/parsed.h"

#include <pthread.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

enum {
    CHUNK = 4096
};

struct gf_parsed_chunk {
    struct gf_parsed_chunk *next;
    max_align_t data[];
};

static _Thread_local struct gf_parsed *parsing;
static _Thread_local jmp_buf *way_out; /* of the parse; NULL: none is under way */

static void *allocate(size_t size)
{
    struct gf_parsed *p = parsing;
    size_t whole = size > SIZE_MAX / 2 ? SIZE_MAX / 2 : size;
    whole += sizeof(max_align_t) - 1;
    whole -= whole % sizeof(max_align_t);
    if (whole > p->left) {
        size_t room = whole > CHUNK ? whole : CHUNK;
        struct gf_parsed_chunk *more = malloc(sizeof *more + room);
        if (!more && way_out)
            longjmp(*way_out, 1);
        if (!more)
            return NULL;
        more->next = p->chunk;
        p->chunk = more;
        p->free = (char *)more->data;
        p->left = room;
    }
    void *piece = p->free;
    p->free += whole;
    p->left -= whole;
    return piece;
}

static void release(void *piece)
{
    (void)piece; /* with its chunk */
}

static void give_allocator(void)
{
    json_set_alloc_funcs(allocate, release);
}

static json_t *parse(struct gf_parsed *p, const char *text, size_t len, json_error_t *where)
{
    jmp_buf here;
    json_t *root;
    way_out = &here;
    if (setjmp(here) == 0) {
        root = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, where);
    } else {
        p->no_memory = true;
        root = NULL;
    }
    way_out = NULL;
    return root;
}

json_t *gf_parsed_open(struct gf_parsed *p, const char *text, size_t len, json_error_t *where)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, give_allocator);
    *p = (struct gf_parsed){0};
    parsing = p;
    return parse(p, text, len, where);
}

void gf_parsed_close(struct gf_parsed *p)
{
    for (struct gf_parsed_chunk *c = p->chunk, *next; c; c = next) {
        next = c->next;
        free(c);
    }
    *p = (struct gf_parsed){0};
}
