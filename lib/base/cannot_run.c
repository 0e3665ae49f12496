/*
 * cannot_run.c - what a tool says of a command that cannot be run.
 *
 * Every file of every directory on PATH is offered to base/suggest; it is done once, when all is
 * lost anyway.
 */
#include "base/cannot_run.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/suggest.h"

/* The nearest name among the files of one directory; s->best points to what `keep` holds. */
static void offer_directory(struct gf_suggest *s, const char *dir, size_t len, struct gf_buf *keep)
{
    char path[4096];
    if (len == 0 || len >= sizeof path)
        return;
    snprintf(path, sizeof path, "%.*s", (int)len, dir);
    DIR *d = opendir(path);
    for (struct dirent *e; d && (e = readdir(d));) {
        const char *before = s->best;
        size_t distance = s->distance;
        gf_suggest_offer(s, e->d_name);
        if (s->best == before)
            continue;
        s->best = before;
        if (faccessat(dirfd(d), e->d_name, X_OK, AT_EACCESS) != 0) {
            s->distance = distance;
            continue;
        }
        gf_buf_clear(keep);
        if (gf_buf_puts(keep, e->d_name) == 0)
            s->best = keep->data;
    }
    if (d)
        closedir(d);
}

static void suggest_command(const char *name)
{
    struct gf_suggest s;
    struct gf_buf keep = {0};
    gf_suggest_init(&s, name, strlen(name));
    for (const char *dir = getenv("PATH"); dir;) {
        size_t len = strcspn(dir, ":");
        offer_directory(&s, dir, len, &keep);
        dir = dir[len] ? dir + len + 1 : NULL;
    }
    if (s.best)
        gf_hint("did you mean '%s'?", s.best);
    gf_buf_release(&keep);
}

bool gf_is_shell_word(const char *name)
{
    static const char *const words[] = {"cd",    "eval",  "export", "for",  "function",
                                        "if",    "set",   "source", "trap", "ulimit",
                                        "umask", "unset", "while",  "alias"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(name, words[i]) == 0)
            return true;
    return false;
}

/* Whether bash exported a function of that name to us; sh and we cannot run it. */
static bool is_bash_function(const char *name)
{
    char variable[256];
    int n = snprintf(variable, sizeof variable, "BASH_FUNC_%s%%%%", name);
    return n > 0 && (size_t)n < sizeof variable && getenv(variable);
}

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

const char *gf_bash_function_in(const char *script, size_t *len)
{
    char name[128];
    for (const char *at = script; *at; at += *len ? *len : 1) {
        *len = 0;
        while (is_name_byte(at[*len]) || (*len && at[*len] == '-'))
            ++*len;
        if (*len == 0 || *len >= sizeof name)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)*len, at);
        if (is_bash_function(name))
            return at;
    }
    return NULL;
}

/* NAME=value, which a shell takes in front of a command. */
static bool is_assignment(const char *word)
{
    size_t len = strcspn(word, "=");
    for (size_t i = 0; i < len; i++)
        if (!is_name_byte(word[i]))
            return false;
    return len && word[len] == '=' && (word[0] < '0' || word[0] > '9');
}

static void hint_not_found(const char *name, const char *shell)
{
    if (is_assignment(name))
        gf_hint("only a shell sets a variable so; this does too: env %s COMMAND ...", name);
    else if (access(name, F_OK) == 0 && strchr(name, '/'))
        gf_hint("the file is there; what its first line names to run it is not");
    else if (strpbrk(name, " \t\n|;&"))
        gf_hint("this is one word; leave the quotes out, or let a shell read it: %s '%s'", shell,
                name);
    else if (gf_is_shell_word(name))
        gf_hint("only a shell knows this word: %s '%s ...'", shell, name);
    else if (is_bash_function(name))
        gf_hint("it is a function of bash, which bash alone can run: bash -c '%s \"$@\"' bash",
                name);
    else if (!strchr(name, '/'))
        suggest_command(name);
}

int gf_cannot_run(const char *name, int err, const char *shell)
{
    if (err == ENOENT) {
        gf_error("command not found: '%s'", name);
        hint_not_found(name, shell);
        return GF_EXIT_NOTFOUND;
    }
    errno = err;
    gf_error_errno("cannot run '%s'", name);
    return GF_EXIT_CANNOT;
}
