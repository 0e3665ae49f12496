/*
 * pipeline_letter.c - dead letters. A line that is read as one is a JSON object with what it needs;
 * and what we write of a record of any bytes is read as that record.
 */
#include "pipeline/letter.h"

#include "oracle.h"

static void read_any(const char *line, size_t len, bool input)
{
    static struct gf_letter_read l;
    if (gf_letter_parse(&l, line, len, input) == 0) {
        MUST(memchr(line, '{', len) && memchr(line, '}', len));
        MUST(l.record.len <= len && l.stage.len <= len);
    } else {
        MUST(l.wrong && *l.wrong);
    }
}

static void must_be(const struct gf_buf *got, const char *data, size_t len)
{
    MUST(got->len == len && (len == 0 || memcmp(got->data, data, len) == 0));
}

/* A letter with these bytes as its record, as its input, and as what was said about it. */
static void write_and_read(const char *data, size_t size)
{
    static struct gf_letter_read got;
    static struct gf_buf line;
    size_t half = size / 2, shape = size > 0 ? (unsigned char)data[0] : 0;
    struct gf_letter l = {.time_wall = (gf_ns)size * GF_S,
                          .pipeline = "p",
                          .stage = shape & 1 ? "a stage" : NULL,
                          .seq = size,
                          .records = 1,
                          .reason = (enum gf_reason)(shape % GF_REASONS),
                          .exit = shape & 2 ? 3 : -1,
                          .signal = shape & 4 ? 9 : 0,
                          .text = data,
                          .text_len = size,
                          .input = shape & 8 ? data + half : NULL,
                          .input_len = size - half,
                          .origin = data,
                          .origin_len = half,
                          .truncated = shape & 16};
    gf_buf_clear(&line);
    gf_letter_add(&line, &l);
    MUST(!line.failed && line.len > 1 && line.data[line.len - 1] == '\n');
    MUST(!memchr(line.data, '\n', line.len - 1));
    for (int input = 0; input < 2; input++) {
        MUST(gf_letter_parse(&got, line.data, line.len - 1, input) == 0);
        MUST(got.seq == l.seq && got.truncated == l.truncated);
        must_be(&got.stage, l.stage ? l.stage : "", l.stage ? strlen(l.stage) : 0);
        if (input && l.input)
            must_be(&got.record, l.input, l.input_len);
        else
            must_be(&got.record, l.origin, l.origin_len);
    }
    /* A part of it is none. */
    MUST(gf_letter_parse(&got, line.data, line.len / 2, false) != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_any((const char *)data, size, false);
    read_any((const char *)data, size, true);
    write_and_read((const char *)data, size);
    return 0;
}
