/*
 * table_user.c - a user's name in front of a command, as /etc/crontab has it. See table_read.h.
 *
 * Many commands are called like an account: mail, backup, sync, games. So a name alone says
 * nothing; the line has a user's column when a second word that can be run stands behind the name.
 * Where the name cannot be run itself, that is an error. Where both can be run, the line is taken
 * as it stands, with a warning. The second word is looked at first: accounts may be served by a
 * directory in the network, which few lines give a reason to ask.
 */
#include <string.h>

#include "cron/table_read.h"

/* Words that a shell knows without a file. A command of a user's column begins with one of them as
 * often as with a path: `root cd / && run-parts ...`. */
static const char *const shell_words[] = {"!",    ".",      "[",     "case",  "cd",    "command",
                                          "eval", "exec",   "for",   "if",    "set",   "test",
                                          "trap", "ulimit", "umask", "until", "while", "{"};

static bool is_shell_word(const char *s, size_t len)
{
    for (size_t i = 0; i < sizeof shell_words / sizeof shell_words[0]; i++)
        if (gf_tab_name_is(s, len, shell_words[i]))
            return true;
    return false;
}

static const char *path_of(const struct gf_table *t)
{
    for (size_t i = t->n_vars; i-- > 0;)
        if (strcmp(t->vars[i].name, "PATH") == 0)
            return t->vars[i].value;
    return NULL;
}

static bool can_run(const struct gf_tab_reader *r, const char *word, size_t len)
{
    return r->ctx->is_command && r->ctx->is_command(word, len, path_of(r->t));
}

/* Whether s, which stands behind a name, begins a command of its own. `name ()` is a function. */
static bool begins_command(const struct gf_tab_reader *r, const char *s)
{
    if (*s == '(')
        return *gf_tab_skip_blanks(s + 1) != ')';
    size_t name = gf_tab_name_length(s);
    if (name && s[name] == '=')
        return true;
    s += *s == '"' || *s == '\'';
    size_t len = strcspn(s, " \t;|&<>\"'");
    return len && (is_shell_word(s, len) || can_run(r, s, len));
}

void gf_tab_check_user(struct gf_tab_reader *r, const char *command)
{
    size_t word = strcspn(command, " \t");
    if (!r->ctx->is_user || !begins_command(r, gf_tab_skip_blanks(command + word)) ||
        !r->ctx->is_user(command, word))
        return;
    if (can_run(r, command, word))
        gf_tab_warn(r, command, word, "delete the word if it is meant as the user",
                    "the command's name is a user's name too: it is run as a command");
    else
        gf_tab_fault(
            r, command, word,
            "jobs run as the user who starts gf-cron: delete the name; if it is the command, "
            "write its full path",
            "a user's name stands before the command");
}
