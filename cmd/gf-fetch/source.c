/*
 * source.c - each line becomes a struct of its own, with its text behind it.
 */
#include "source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/fd.h"
#include "base/msg.h"

static const char *name_of(const struct source *s)
{
    const char *file = s->opt->file;
    return file && strcmp(file, "-") != 0 ? file : "standard input";
}

int source_open(struct source *s, const struct options *o)
{
    s->opt = o;
    if (o->nurls)
        return 0;
    int fd = STDIN_FILENO;
    if (o->file && strcmp(o->file, "-") != 0) {
        fd = gf_open_input(o->file);
        if (fd == -1) {
            gf_error_errno("cannot open '%s'", o->file);
            return -1;
        }
    }
    gf_reader_init(&s->reader, fd, '\n', o->max_record);
    s->is_open = true;
    gf_tool_waits(fd, "URLs", "give them as operands");
    return 0;
}

void source_close(struct source *s)
{
    if (!s->is_open)
        return;
    if (s->reader.fd != STDIN_FILENO)
        close(s->reader.fd);
    gf_reader_release(&s->reader);
    s->is_open = false;
}

static struct line *new_line(struct source *s, const char *text, size_t len)
{
    struct line *line = calloc(1, sizeof *line + len + 1);
    if (!line) {
        gf_error_nomem();
        return NULL;
    }
    line->seq = ++s->seq;
    line->number = s->opt->nurls ? line->seq : s->reader.taken;
    line->read_mono = gf_now_mono();
    line->len = len;
    memcpy(line->text, text, len);
    return line;
}

static bool is_passed_by(const char *text, size_t len)
{
    size_t i = 0;
    while (i < len && (text[i] == ' ' || text[i] == '\t'))
        i++;
    return i == len || text[0] == '#';
}

static int take_url(struct source *s, struct line **line)
{
    if (s->next_url == s->opt->nurls)
        return GF_READER_END;
    const char *url = s->opt->urls[s->next_url++];
    *line = new_line(s, url, strlen(url));
    return *line ? 1 : -1;
}

int source_take(struct source *s, struct line **line)
{
    struct gf_record rec;
    int got;
    if (s->opt->nurls)
        return take_url(s, line);
    while ((got = gf_reader_take(&s->reader, &rec)) == 1) {
        bool first = !s->began;
        s->began = true;
        if (first && rec.len >= 3 && memcmp(rec.data, "\xef\xbb\xbf", 3) == 0)
            rec.data += 3, rec.len -= 3;
        bool cr = rec.len && rec.data[rec.len - 1] == '\r';
        rec.len -= cr;
        if (is_passed_by(rec.data, rec.len)) {
            s->passed_by++;
            continue;
        }
        *line = new_line(s, rec.data, rec.len);
        if (*line)
            (*line)->ended_crlf = cr;
        return *line ? 1 : -1;
    }
    return got;
}

int source_fill(struct source *s)
{
    if (gf_reader_fill_on(&s->reader) == 1)
        return 0;
    if (errno == EMSGSIZE)
        gf_error("line %llu of %s is longer than --max-record",
                 (unsigned long long)s->reader.taken + 1, name_of(s));
    else
        gf_error_errno("cannot read %s", name_of(s));
    return -1;
}

bool source_waits(const struct source *s)
{
    return s->is_open && gf_reader_waits(&s->reader);
}
