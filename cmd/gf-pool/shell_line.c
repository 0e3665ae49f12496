/*
 * shell_line.c - a command that was written for a shell, as GNU parallel takes it.
 *
 *     gf-pool 'gzip -c {} > {}.gz' ::: a b
 *
 * is one word here, the name of a file that is not there: said once, before anything is read, with
 * the script that was meant. So are Perl expressions in {= =}, and a script that is nothing but the
 * record.
 */
#include "options_parts.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cannot_run.h"
#include "base/escape.h"
#include "base/exit.h"
#include "base/msg.h"
#include "proc/shell.h"
#include "proc/spawn.h"
#include "proc/words.h"

/* Places, and what a script has for them; the longer ones first. */
static const struct {
    const char *place, *shell;
} places[] = {{"{//}", "$(dirname \"$1\")"},
              {"{/.}", "$(basename \"${1%.*}\")"},
              {"{.}", "${1%.*}"},
              {"{/}", "${1##*/}"},
              {"{#}", "$GF_SEQ"},
              {"{%}", "$GF_SLOT"},
              {"{}", "$1"}};

/* The place at s; its length, or 0. */
static size_t place_at(const char *s, const char *mark, const char **shell)
{
    size_t len = strlen(mark);
    *shell = "$1";
    if (len && strncmp(s, mark, len) == 0)
        return len;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        len = strlen(places[i].place);
        *shell = places[i].shell;
        if (strncmp(s, places[i].place, len) == 0)
            return len;
    }
    return 0;
}

/* The line as a script: places become parameters in quotes. A line without one gets the record at
 * its end, as a command does. */
static void add_script(struct gf_buf *b, const struct options *o, const char *line,
                       const char *mark)
{
    bool any = o->pipe || o->worker; /* the command reads its input */
    for (const char *s = line; *s;) {
        const char *shell;
        size_t len = place_at(s, mark, &shell);
        if (len)
            gf_buf_printf(b, "\"%s\"", shell);
        else
            gf_buf_putc(b, *s);
        any = any || len;
        s += len ? len : 1;
    }
    if (!any)
        gf_buf_puts(b, o->fill_command || o->batch > 1 ? " \"$@\"" : " \"$1\"");
}

/* Whether its first word is a command, so that the whole was meant for a shell. */
static bool begins_with_command(const char *line)
{
    size_t len = strcspn(line, " \t\n|;&<>");
    struct gf_buf name = {0}, path = {0};
    gf_buf_add(&name, line, len);
    gf_buf_putc(&name, '\0');
    bool found =
        !name.failed && len && line[len] &&
        (gf_is_shell_word(name.data) || gf_find_command(name.data, getenv("PATH"), &path) == 0);
    gf_buf_release(&name);
    gf_buf_release(&path);
    return found;
}

static const char inner_mark[] = "\1";

/* The script of a shell that the line calls, as in `env bash -c '... {}'`; NULL: it calls none. Its
 * words are in `w`; inner_mark stands there for the record, whose braces a shell would read. */
static const char *inner_script(struct gf_words *w, const char *line, const char *mark)
{
    struct gf_buf b = {0};
    size_t where, script = 0, len = strlen(mark);
    while (*line) {
        bool is_mark = len && strncmp(line, mark, len) == 0;
        gf_buf_putc(&b, is_mark ? *inner_mark : *line);
        line += is_mark ? len : 1;
    }
    bool split = !b.failed && gf_words_split(w, b.data, b.len, &where) == GF_WORDS_OK;
    gf_buf_release(&b);
    for (size_t i = 0; split && i < w->n && script == 0; i++)
        if (gf_shell_is(w->argv[i]))
            script = gf_shell_script(w->argv, w->n, i);
    return script && script < w->n ? w->argv[script] : NULL;
}

static int refuse_record(void)
{
    gf_error("a record is not run as a script, since it may say anything");
    gf_hint("if each is meant to be a command: -s 'eval \"$1\"'");
    return GF_EXIT_USAGE;
}

static int say_line(const struct options *o)
{
    struct gf_buf script = {0}, quoted = {0};
    struct gf_words words = {0};
    const char *inner = inner_script(&words, o->words[0], o->placeholder);
    bool runs = inner && strcmp(inner, inner_mark) == 0;
    add_script(&script, o, inner ? inner : o->words[0], inner ? inner_mark : o->placeholder);
    gf_words_release(&words);
    if (runs) {
        gf_buf_release(&script);
        return refuse_record();
    }
    gf_quote_sh(&quoted, script.data ? script.data : "", script.len);
    gf_error("command not found: '%s'", o->words[0]);
    gf_hint("this is one word, and no shell reads it; with one: -s %.*s", (int)quoted.len,
            quoted.data ? quoted.data : "'...'");
    gf_buf_release(&script);
    gf_buf_release(&quoted);
    return GF_EXIT_NOTFOUND;
}

/* `sh -c {}`: lines that are commands. */
static bool runs_record(const struct options *o)
{
    const char *name = strrchr(o->words[0], '/');
    static const char *const shells[] = {"sh", "bash", "dash", "zsh", "ksh", NULL};
    name = name ? name + 1 : o->words[0];
    return o->nwords == 3 && options_one_of(name, strlen(name), shells) >= 0 &&
           strcmp(o->words[1], "-c") == 0 && strcmp(o->words[2], o->placeholder) == 0;
}

int options_check_shell_line(const struct options *o)
{
    for (size_t i = 0; i < o->nwords; i++)
        if (strstr(o->words[i], "{=") && strstr(o->words[i], "=}")) {
            gf_error("'%s': {= =} is a Perl expression of GNU parallel, and unknown here",
                     o->words[i]);
            gf_hint("-s '... \"${1%%.*}\" ...' has what the shell has; {{}= is the text {=");
            return GF_EXIT_USAGE;
        }
    if (runs_record(o))
        return refuse_record();
    if (o->nwords != 1 || !strpbrk(o->words[0], " \t\n") || access(o->words[0], F_OK) == 0 ||
        !begins_with_command(o->words[0]))
        return -1;
    return say_line(o);
}
