/*
 * copy.c - the least that a filter does: read and write of 256 KiB, with pipes of 1 MiB where the
 * system gives them. What gf-buffer is measured against.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
    enum {
        BLOCK = 256 * 1024,
        PIPE = 1024 * 1024
    };
    char *block = malloc(BLOCK);
    ssize_t n;
    if (!block)
        return 1;
    fcntl(0, F_SETPIPE_SZ, PIPE);
    fcntl(1, F_SETPIPE_SZ, PIPE);
    while ((n = read(0, block, BLOCK)) != 0) {
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1)
            return 1;
        for (ssize_t at = 0, w; at < n; at += w)
            if ((w = write(1, block + at, (size_t)(n - at))) == -1)
                return 1;
    }
    return 0;
}
