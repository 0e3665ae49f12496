/*
 * command.c - start a command by its name.
 *
 * The remembered path is dropped at every failure, so that the next start looks again: a file that
 * is replaced by rename(2) while jobs run is found under its name either way.
 */
#include "proc/command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"

/* A path from here is of no use to a command that runs elsewhere. */
static bool is_known(const struct gf_command *c, const struct gf_spawn *s)
{
    return c->path.len && c->name.len && strcmp(c->name.data, s->argv[0]) == 0 &&
           (!s->chdir || c->path.data[0] == '/');
}

/* A path from here, for a command that runs elsewhere. */
static int make_absolute(struct gf_command *c)
{
    char *full = realpath(c->path.data, NULL);
    if (!full)
        return 0; /* the start will say why */
    gf_buf_clear(&c->path);
    gf_buf_add(&c->path, full, strlen(full) + 1);
    free(full);
    return c->path.failed ? ENOMEM : 0;
}

static int find(struct gf_command *c, const struct gf_spawn *s)
{
    const char *name = s->argv[0];
    gf_buf_clear(&c->path);
    gf_buf_clear(&c->name);
    int err = gf_find_command(name, c->search, &c->path);
    if (err == 0 && gf_buf_add(&c->name, name, strlen(name) + 1) != 0)
        err = ENOMEM;
    if (err == 0 && s->chdir && c->path.data[0] != '/')
        err = make_absolute(c);
    return err;
}

int gf_command_spawn(struct gf_command *c, const struct gf_spawn *s, pid_t *pid)
{
    bool remembered = is_known(c, s);
    int err = remembered ? 0 : find(c, s);
    if (err == 0)
        err = gf_spawn(s, c->path.data, pid);
    if (err == ENOENT && remembered) {
        err = find(c, s);
        if (err == 0)
            err = gf_spawn(s, c->path.data, pid);
    }
    if (err)
        gf_buf_clear(&c->path);
    return err;
}

void gf_command_release(struct gf_command *c)
{
    gf_buf_release(&c->name);
    gf_buf_release(&c->path);
}

enum gf_fault gf_command_fault(int err, bool by_record)
{
    if (err == 0)
        return GF_FAULT_NONE;
    if (err == EAGAIN || err == ENOMEM || err == EMFILE || err == ENFILE)
        return GF_FAULT_MOMENT;
    return err == E2BIG || by_record ? GF_FAULT_RECORD : GF_FAULT_COMMAND;
}

int gf_command_status(int err)
{
    switch (err) {
    case ENOENT:
        return GF_EXIT_NOTFOUND;
    case E2BIG:
    case EILSEQ:
    case EBADMSG:
    case EEXIST:
        return GF_EXIT_SOME;
    default:
        return GF_EXIT_CANNOT;
    }
}

const char *gf_command_why_not(int err)
{
    switch (err) {
    case E2BIG:
        return "the command is longer than the system takes";
    case ENOEXEC:
        return "only a shell could run the command as it was logged";
    case EILSEQ:
        return "the record holds a NUL byte and cannot be a word";
    case EBADMSG:
        return "it holds the byte that ends records";
    case EEXIST:
        return "another job has its directory of results";
    case ENAMETOOLONG:
        return "a name is longer than the system takes";
    default:
        return strerror(err);
    }
}
