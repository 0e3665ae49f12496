/*
 * source_names.c - the first record of each input, where that is names.
 *
 * It is taken from the reader before anything else is. That of a later input has to be the same.
 */
#include "base/exit.h"
#include "stream/source_parts.h"

/* The first column that is called otherwise than it was in the first input. */
static int other_names(struct gf_stage *s, const struct gf_source *c, size_t which,
                       struct gf_slice header)
{
    struct gf_names here = {0};
    struct gf_fault *f = &s->stream->fault;
    size_t i = 0;
    if (gf_names_read(&here, &s->stream->set->fields, header) != 0) {
        gf_names_release(&here);
        return gf_fault_nomem(f);
    }
    while (i < here.n && i < c->names->n &&
           gf_slice_compare(gf_names_get(&here, i), gf_names_get(c->names, i)) == 0)
        i++;
    if (i < here.n && i < c->names->n) {
        struct gf_slice is = gf_names_get(&here, i), was = gf_names_get(c->names, i);
        gf_fault_set(f, GF_EXIT_SOME, "column %zu is '%.*s' in '%s', and '%.*s' in '%s'", i + 1,
                     (int)(is.len < 60 ? is.len : 60), is.data, c->in[which].name,
                     (int)(was.len < 60 ? was.len : 60), was.data, c->in[c->named].name);
    } else {
        gf_fault_set(f, GF_EXIT_SOME, "'%s' has %zu columns, and '%s' has %zu", c->in[which].name,
                     here.n, c->in[c->named].name, c->names->n);
    }
    gf_fault_hint(f, "all inputs of --header begin with the same names");
    gf_names_release(&here);
    return -1;
}

/* The first record of input `which`, as its line without what ends it. 1; 0: there is none, or a
 * signal came; -1. */
static int read_header(struct gf_stage *s, struct gf_source *c, size_t which,
                       struct gf_slice *header)
{
    struct gf_record rec;
    int got = gf_reader_take(&c->reader[which], &rec);
    while (got == 0) {
        got = gf_source_fill(s, c, which);
        if (got == 1)
            got = gf_reader_take(&c->reader[which], &rec);
        else
            return got;
    }
    c->headed[which] = true;
    if (got != 1)
        return 0;
    *header = (struct gf_slice){rec.data, rec.len};
    if (s->stream->set->crlf == GF_CRLF_STRIP)
        header->len -= gf_slice_ends_in_cr(*header);
    return 1;
}

int gf_source_pass_header(struct gf_stage *s, struct gf_source *c, size_t which)
{
    struct gf_slice header;
    if (!c->names || c->headed[which])
        return 1;
    int got = read_header(s, c, which, &header);
    if (got != 1)
        return got < 0 ? -1 : c->headed[which];
    struct gf_slice known = {c->names->record.data, c->names->record.len};
    return gf_slice_compare(gf_stage_line(s, header).value, known) == 0
               ? 1
               : other_names(s, c, which, gf_stage_line(s, header).value);
}

int gf_source_header(struct gf_stage *s, struct gf_names *names)
{
    struct gf_source *c = s->state;
    struct gf_slice header;
    int got = 0;
    for (c->named = 0; c->named < c->n && !c->stopped && got == 0; c->named++)
        got = read_header(s, c, c->named, &header);
    if (got != 1)
        return got;
    c->named--;
    c->names = names;
    names->cr = gf_stage_line(s, header).end.len;
    return gf_names_read(names, &s->stream->set->fields, gf_stage_line(s, header).value) == 0
               ? 1
               : gf_fault_nomem(&s->stream->fault);
}

bool gf_source_crlf(const struct gf_stage *s)
{
    const struct gf_source *c = s->state;
    return c->tabular && c->n && c->tabular[c->named < c->n ? c->named : 0].crlf;
}
