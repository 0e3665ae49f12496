/* replace.c - a file written whole: new, over an old one, where it cannot be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/replace.h"
#include "test.h"

static bool holds(const char *path, const char *want)
{
    char text[64] = "";
    FILE *f = fopen(path, "re");
    if (!f)
        return false;
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    return n == strlen(want) && strcmp(text, want) == 0;
}

TEST(replace, new_and_over_an_old_one)
{
    char dir[] = "/tmp/gf-replace-XXXXXX", path[64];
    struct stat before, after;
    REQUIRE(mkdtemp(dir) != NULL);
    snprintf(path, sizeof path, "%s/file", dir);
    CHECK_INT(gf_replace_file(path, "one", 3), 0);
    CHECK(holds(path, "one"));
    CHECK_INT(stat(path, &before), 0);
    CHECK_INT(gf_replace_file(path, "longer", 6), 0);
    CHECK(holds(path, "longer"));
    CHECK_INT(stat(path, &after), 0);
    CHECK(before.st_ino != after.st_ino);
    unlink(path);
    rmdir(dir); /* fails where a temporary file was left */
    CHECK(access(dir, F_OK) != 0);
}

TEST(replace, what_cannot_be)
{
    CHECK(gf_replace_file("/nonexistent-dir/file", "x", 1) != 0);
    CHECK_INT(gf_replace_file("/dev/null", "x", 1), 0);
    CHECK(gf_replace_file("/dev/full", "x", 1) != 0);
}
