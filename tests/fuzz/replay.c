/*
 * replay.c - runs a fuzz target on the files named as arguments, with the plain compiler. `make
 * check` replays the seeds in git so; a crash found by `make fuzz` is looked at so, too.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    LARGEST = 1 << 20
};

static int replay(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        perror(path);
        return -1;
    }
    uint8_t *data = malloc(LARGEST);
    int result = -1;
    if (data) {
        size_t size = fread(data, 1, LARGEST, f);
        /* An exact copy, so that a sanitizer sees a read past its end. */
        uint8_t *exact = malloc(size ? size : 1);
        if (exact) {
            for (size_t i = 0; i < size; i++)
                exact[i] = data[i];
            fprintf(stderr, "%s\n", path);
            LLVMFuzzerTestOneInput(exact, size);
            result = 0;
        }
        free(exact);
    }
    free(data);
    fclose(f);
    return result;
}

int main(int argc, char **argv)
{
    int result = argc < 2;
    for (int i = 1; i < argc; i++)
        if (replay(argv[i]) != 0)
            result = 1;
    return result;
}
