/* What MAKEFLAGS says: any text is read without a fault, and what comes out is within the text. */
#include "proc/jobserver.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct gf_jobserver_auth auth;
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    int result = gf_jobserver_parse(text, &auth);
    MUST(result == 0 || auth.kind == GF_JOBSERVER_NONE);
    if (auth.kind == GF_JOBSERVER_PIPE)
        MUST(auth.rfd >= 0 && auth.wfd >= 0);
    if (auth.kind == GF_JOBSERVER_FIFO)
        MUST(auth.path_len > 0 && auth.path > text &&
             auth.path + auth.path_len <= text + strlen(text));
    if (auth.kind != GF_JOBSERVER_NONE)
        MUST(strstr(text, "--jobserver-"));
    free(text);
    return 0;
}
