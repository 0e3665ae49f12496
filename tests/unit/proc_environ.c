/* proc/environ: the list that execve(2) is given, against a list kept by hand. */
#include "proc/environ.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc/spawn.h"
#include "test.h"

/* All of it in one string, so that a row can be compared. */
static const char *all(const struct gf_environ *e)
{
    static char text[4096];
    size_t at = 0;
    text[0] = '\0';
    for (size_t i = 0; i < e->n; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "%s;", e->list[i]);
    if (e->list)
        CHECK(!e->list[e->n]);
    return text;
}

TEST(proc_environ, example)
{
    char lang[] = "LANG=de", home[] = "HOME=/";
    char *from[] = {lang, home, NULL};
    struct gf_environ e = {0};
    gf_environ_begin(&e, from);
    gf_environ_set(&e, "LANG", "C");
    char *seq = gf_environ_number(&e, "GF_SEQ");
    REQUIRE(seq);
    gf_environ_write(seq, 17);
    char sh[] = "sh", c[] = "-c", script[] = "[ \"$LANG-$HOME-$GF_SEQ\" = C-/-17 ]";
    char *argv[] = {sh, c, script, NULL};
    struct gf_spawn spawn = {.argv = argv, .fd = {-1, -1, -1}};
    spawn.envp = e.list;
    pid_t pid;
    int status = -1;
    REQUIRE(gf_spawn(&spawn, "/bin/sh", &pid) == 0);
    waitpid(pid, &status, 0);
    CHECK_INT(status, 0);
    CHECK(!e.failed);
    gf_environ_release(&e);
}

TEST(proc_environ, set_put_unset)
{
    char a[] = "A=1", b[] = "B=2", a2[] = "A=3", none[] = "nothing",
         empty[] = "E=", longer[] = "AB=4", odd[] = "=odd";
    char *from[] = {a, b, none, a2, empty, longer, odd, NULL};
    struct gf_environ e = {0};
    gf_environ_begin(&e, from);
    CHECK_STR(all(&e), "A=1;B=2;A=3;E=;AB=4;=odd;");
    gf_environ_set(&e, "A", "x"); /* of two one is left */
    CHECK_STR(all(&e), "A=x;B=2;E=;AB=4;=odd;");
    gf_environ_set(&e, "A", "y=z");
    CHECK_STR(all(&e), "A=y=z;B=2;E=;AB=4;=odd;");
    gf_environ_put(&e, "C=5");
    gf_environ_put(&e, "B=");
    gf_environ_put(&e, "D=a=b");
    gf_environ_put(&e, "no value");
    CHECK_STR(all(&e), "A=y=z;B=;E=;AB=4;=odd;C=5;D=a=b;");
    gf_environ_unset(&e, "AB");
    gf_environ_unset(&e, "Z");
    gf_environ_unset(&e, "D");
    CHECK_STR(all(&e), "A=y=z;B=;E=;=odd;C=5;");
    CHECK_STR(a, "A=1"); /* what was borrowed is as it was */
    gf_environ_release(&e);
}

TEST(proc_environ, what_is_set_is_copied)
{
    struct gf_environ e = {0};
    char name[] = "NAME", value[] = "value", text[] = "T=1";
    gf_environ_set(&e, name, value);
    gf_environ_put(&e, text);
    name[0] = value[0] = text[0] = text[2] = 'x';
    CHECK_STR(all(&e), "NAME=value;T=1;");
    gf_environ_release(&e);
}

TEST(proc_environ, numbers)
{
    struct gf_environ e = {0};
    char *a = gf_environ_number(&e, "A"), *b = gf_environ_number(&e, "B");
    CHECK_STR(all(&e), "A=;B=;");
    gf_environ_write(a, 0);
    gf_environ_write(b, UINT64_MAX);
    for (int i = 0; i < 100; i++) { /* the list moves, the values do not */
        char name[16];
        snprintf(name, sizeof name, "V%d", i);
        gf_environ_set(&e, name, "");
    }
    CHECK(strncmp(all(&e), "A=0;B=18446744073709551615;V0=;", 31) == 0);
    gf_environ_write(b, 7);
    CHECK(strncmp(all(&e), "A=0;B=7;V0=;", 12) == 0);
    a = gf_environ_number(&e, "A");
    gf_environ_write(a, 9);
    gf_environ_set(&e, "B", "text");
    CHECK(strncmp(all(&e), "A=9;B=text;V0=;", 15) == 0);
    gf_environ_release(&e);
}

TEST(proc_environ, bytes)
{
    struct gf_environ e = {0};
    CHECK_INT(gf_environ_bytes(&e), sizeof(char *));
    gf_environ_set(&e, "A", "12");
    gf_environ_set(&e, "BC", "");
    CHECK_INT(gf_environ_bytes(&e), 3 * sizeof(char *) + 5 + 4);
    gf_environ_release(&e);
}

TEST(proc_environ, zeroed)
{
    struct gf_environ e = {0}, other = {0};
    char *none[] = {NULL};
    gf_environ_unset(&e, "A");
    gf_environ_release(&e);
    gf_environ_begin(&e, none);
    CHECK(e.list && !e.list[0]);
    gf_environ_set(&e, "A", "1");
    gf_environ_set(&other, "A", "2");
    CHECK_STR(all(&e), "A=1;");
    gf_environ_release(&e);
    CHECK_STR(all(&other), "A=2;");
    gf_environ_release(&other);
    gf_environ_release(&other);
}

/* Against arrays of values by name, with duplicates at the beginning. */
TEST(proc_environ, against_a_model)
{
    char first[] = "N3=a", second[] = "N3=b";
    char *from[] = {first, second, NULL};
    struct gf_environ e = {0};
    gf_environ_begin(&e, from);
    int value[20];
    for (int i = 0; i < 20; i++)
        value[i] = -1; /* not there */
    gf_environ_set(&e, "N3", "0");
    value[3] = 0;
    unsigned seed = 5;
    for (int n = 0; n < 3000; n++) {
        seed = seed * 1103515245u + 12345u;
        int i = (int)(seed >> 16) % 20, v = (int)(seed >> 8) % 100;
        char name[16], text[16];
        snprintf(name, sizeof name, "N%d", i);
        snprintf(text, sizeof text, "%d", v);
        if (seed >> 28 < 5) {
            gf_environ_unset(&e, name);
            value[i] = -1;
        } else {
            gf_environ_set(&e, name, text);
            value[i] = v;
        }
        size_t want = 0, found = 0;
        for (int k = 0; k < 20; k++)
            want += value[k] != -1;
        for (size_t k = 0; k < e.n; k++) {
            char *end;
            long who = strtol(e.list[k] + 1, &end, 10);
            found += who >= 0 && who < 20 && value[who] == strtol(end + 1, NULL, 10);
        }
        REQUIRE(e.n == want && found == want && !e.list[e.n]);
    }
    gf_environ_release(&e);
}
