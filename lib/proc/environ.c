/*
 * environ.c - the environment of a command.
 *
 * The list is an array of pointers, as execve(2) takes it. A name is looked for from the front:
 * environments have tens of variables, and one is built for many starts.
 */
#include "proc/environ.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

enum {
    DIGITS = 21 /* of a number of 64 bits, and the NUL */
};

/* Room for one more pointer, and the NULL behind it. */
static bool has_room(struct gf_environ *e)
{
    char **more = gf_grow(e->list, &e->cap, e->n + 2, sizeof *more);
    if (more)
        e->list = more;
    else
        e->failed = true;
    return more;
}

void gf_environ_begin(struct gf_environ *e, char *const *from)
{
    for (; *from && has_room(e); from++)
        if (strchr(*from, '='))
            e->list[e->n++] = *from;
    if (has_room(e))
        e->list[e->n] = NULL;
}

/* A copy of the name, '=' and room for a value of so many bytes with its NUL. */
static char *new_variable(struct gf_environ *e, const char *name, size_t name_len, size_t room)
{
    char **more = gf_grow(e->own, &e->own_cap, e->nown + 1, sizeof *more);
    char *text = more ? malloc(name_len + 1 + room) : NULL;
    if (more)
        e->own = more;
    if (!text) {
        e->failed = true;
        return NULL;
    }
    memcpy(text, name, name_len);
    text[name_len] = '=';
    e->own[e->nown++] = text;
    return text;
}

/* The place of the variable behind `from`; e->n: it is not there. */
static size_t place_of(const struct gf_environ *e, const char *name, size_t len, size_t from)
{
    while (from < e->n && (strncmp(e->list[from], name, len) != 0 || e->list[from][len] != '='))
        from++;
    return from;
}

/* A program that is given a variable twice may read either. */
static void remove_from(struct gf_environ *e, const char *name, size_t len, size_t from)
{
    for (size_t at; (at = place_of(e, name, len, from)) < e->n; e->n--)
        memmove(e->list + at, e->list + at + 1, (e->n - at) * sizeof *e->list);
}

static void insert(struct gf_environ *e, char *text, size_t name_len)
{
    size_t at = place_of(e, text, name_len, 0);
    if (at == e->n && !has_room(e))
        return;
    e->list[at] = text;
    if (at == e->n)
        e->list[++e->n] = NULL;
    remove_from(e, text, name_len, at + 1);
}

static char *set(struct gf_environ *e, const char *name, size_t name_len, const char *value)
{
    size_t room = strlen(value) + 1;
    char *text = new_variable(e, name, name_len, room);
    if (!text)
        return NULL;
    memcpy(text + name_len + 1, value, room);
    insert(e, text, name_len);
    return text + name_len + 1;
}

char *gf_environ_set(struct gf_environ *e, const char *name, const char *value)
{
    return set(e, name, strlen(name), value);
}

void gf_environ_put(struct gf_environ *e, const char *text)
{
    size_t len = strcspn(text, "=");
    if (text[len])
        (void)set(e, text, len, text + len + 1);
}

void gf_environ_unset(struct gf_environ *e, const char *name)
{
    remove_from(e, name, strlen(name), 0);
}

char *gf_environ_number(struct gf_environ *e, const char *name)
{
    size_t len = strlen(name);
    char *text = new_variable(e, name, len, DIGITS);
    if (!text)
        return NULL;
    text[len + 1] = '\0';
    insert(e, text, len);
    return text + len + 1;
}

void gf_environ_write(char *value, uint64_t number)
{
    snprintf(value, DIGITS, "%llu", (unsigned long long)number);
}

size_t gf_environ_bytes(const struct gf_environ *e)
{
    size_t bytes = sizeof(char *);
    for (size_t i = 0; i < e->n; i++)
        bytes += strlen(e->list[i]) + 1 + sizeof(char *);
    return bytes;
}

void gf_environ_release(struct gf_environ *e)
{
    for (size_t i = 0; i < e->nown; i++)
        free(e->own[i]);
    free(e->own);
    free(e->list);
    *e = (struct gf_environ){0};
}
