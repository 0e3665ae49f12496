/*
 * color.c - one answer for each of standard output and standard error, kept once it was asked for:
 * messages ask for every line, and neither the environment nor the terminal changes under a tool.
 */
#include "base/color.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const gf_color_words[] = {"auto", "always", "never", NULL};

enum answer {
    UNASKED,
    YES,
    NO
};

static enum gf_color_when chosen;
static enum answer answers[3];

void gf_color_set(enum gf_color_when when)
{
    chosen = when;
    memset(answers, 0, sizeof answers);
}

static bool shows(int fd)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return (!no_color || !*no_color) && term && *term && strcmp(term, "dumb") != 0 && isatty(fd);
}

bool gf_color_on(int fd)
{
    if (chosen != GF_COLOR_AUTO || fd < 0 || fd > 2)
        return chosen == GF_COLOR_ALWAYS;
    if (answers[fd] == UNASKED) {
        int keep = errno; /* isatty sets it; a message about it may be under way */
        answers[fd] = shows(fd) ? YES : NO;
        errno = keep;
    }
    return answers[fd] == YES;
}

const char *gf_color_begin(enum gf_color color)
{
    static const char *const sequences[] = {
        [GF_COLOR_ERROR] = "\033[1;31m", [GF_COLOR_NOTE] = "\033[1m",
        [GF_COLOR_HINT] = "\033[1;36m",  [GF_COLOR_GOOD] = "\033[32m",
        [GF_COLOR_BAD] = "\033[31m",     [GF_COLOR_FAINT] = "\033[2m",
    };
    return sequences[color];
}
