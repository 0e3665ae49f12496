/*
 * reader.c - the record reader against getdelim, on the same bytes in odd pieces. The first byte
 * picks the size of a read, the second the separator.
 */
#include "text/reader.h"

#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

#include "oracle.h"

enum {
    PIPE = 32768 /* fits a pipe, so that one process can write it and then read it */
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3 || size > PIPE)
        return 0;
    char separator = data[1] % 2 ? '\n' : '\0';
    size_t block = data[0] ? data[0] : 65536;
    data += 2;
    size -= 2;
    int p[2];
    MUST(pipe(p) == 0 && write(p[1], data, size) == (ssize_t)size && close(p[1]) == 0);
    FILE *peer = fmemopen((void *)(size_t)data, size, "r");
    MUST(peer);
    char *line = NULL;
    size_t room = 0;
    uint64_t taken = 0;
    struct gf_reader r;
    gf_reader_init(&r, p[0], separator, 0);
    r.block = block;
    for (;;) {
        struct gf_record rec;
        int got = gf_reader_take(&r, &rec);
        if (got == 0) {
            MUST(gf_reader_fill(&r) == 1);
            continue;
        }
        ssize_t n = getdelim(&line, &room, separator, peer);
        if (got == GF_READER_END) {
            MUST(n == -1);
            break;
        }
        MUST(got == 1 && n > 0 && rec.len + rec.terminated == (size_t)n);
        MUST(memcmp(rec.data, line, rec.len) == 0);
        MUST(rec.terminated == (line[n - 1] == separator));
        MUST(r.taken == ++taken);
    }
    gf_reader_release(&r);
    free(line);
    fclose(peer);
    close(p[0]);
    return 0;
}
