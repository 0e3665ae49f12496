/* text_packed.c - which first bytes are those of compressed data, and which may become so. */
#include "text/packed.h"

#include <string.h>

#include "test.h"

TEST(text_packed, rows)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *program; /* NULL: none */
        bool may_be;
    } rows[] = {
        {"", 0, NULL, true},
        {"\x1f\x8b\x08\x00", 4, "gzip", false},
        {"\x1f\x8b", 2, NULL, true},
        {"\x1f\x8b\x07", 3, NULL, false},
        {"\x28\xb5\x2f\xfd", 4, "zstd", false},
        {"\xfd\x37zXZ\0", 6, "xz", false},
        {"\xfd\x37zXZ", 5, NULL, true},
        {"\xfd\x37zXZ\n", 6, NULL, false},
        {"BZh91AY&SY", 10, "bzip2", false},
        {"BZh01AY&SY", 10, NULL, false},
        {"BZh9 is text", 12, NULL, false},
        {"BZ", 2, NULL, true},
        {"a", 1, NULL, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct gf_packing *p = gf_packing_of(rows[i].bytes, rows[i].len);
        CHECK((p != NULL) == (rows[i].program != NULL));
        if (p && rows[i].program)
            CHECK(strcmp(p->program, rows[i].program) == 0);
        CHECK_INT(gf_packing_may_be(rows[i].bytes, rows[i].len), rows[i].may_be);
    }
}
