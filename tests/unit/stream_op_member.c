/* Operations with a file: except and intersect read one, peek writes one, --patterns reads one. */
#include "stream_rig.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/fd.h"

/* A file without a name, by the name that /proc has for it. */
struct file {
    int fd;
    char path[40];
};

static struct file file_of(const char *data, size_t len)
{
    struct file f = {.fd = gf_tmpfile("/tmp")};
    if (f.fd == -1 || gf_write_all(f.fd, data, len) != 0)
        abort();
    snprintf(f.path, sizeof f.path, "/proc/self/fd/%d", f.fd);
    return f;
}

static const char *run_with(struct rig *r, const char *words, const struct file *f,
                            const char *lines, struct rig_how how)
{
    char text[200];
    snprintf(text, sizeof text, "%.100s %s", words, f->path);
    return rig_run(r, text, lines, how);
}

TEST(stream_op_member, except_and_intersect)
{
    static const struct {
        const char *words, *file, *lines, *want;
    } rows[] = {
        {"except", "", "a\n\na\n", "a\n\na\n"},
        {"intersect", "", "a\n\n", ""},
        {"except", "a\nc", "a\nb\nc\nb\n", "b\nb\n"},
        {"intersect", "a\nc", "a\nb\nc\na\n", "a\nc\na\n"},
        {"intersect", "\n", "a\n\n", "\n"},
        {"except", "c\n", "", ""},
        {"except -f 1", "a x\nb\n", "a y\nc a\nb b\n", "c a\n"},
        {"intersect -f 2,1", "a x\n", "a x 1\nx a\n", "a x 1\n"},
    };
    struct rig r;
    rig_init(&r);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct file f = file_of(rows[i].file, strlen(rows[i].file));
        for (size_t k = 0; k < RIG_HOWS; k++)
            CHECK_STR(run_with(&r, rows[i].words, &f, rows[i].lines, rig_hows[k]), rows[i].want);
        close(f.fd);
    }
    rig_release(&r);
}

TEST(stream_op_member, a_file_that_does_not_fit)
{
    enum {
        SIZE = 400000
    };
    char *text = malloc(SIZE);
    struct rig r;
    REQUIRE(text != NULL);
    for (int i = 0; i < SIZE / 8; i++)
        snprintf(text + 8 * i, 8, "%07d", i), text[8 * i + 7] = '\n';
    struct file f = file_of(text, SIZE);
    rig_init(&r);
    for (size_t memory = 64 << 10; memory <= 8 << 20; memory <<= 3)
        for (size_t k = 0; k < RIG_HOWS; k++) {
            r.set.memory = memory;
            CHECK_STR(
                run_with(&r, "except", &f, "0000000\nb\n0049999\n\n0050000\n00\nb\n", rig_hows[k]),
                "b\n\n0050000\n00\nb\n");
            CHECK_STR(run_with(&r, "intersect", &f, "0000000\nb\n0049999\n\n0001000\n0049999\n",
                               rig_hows[k]),
                      "0000000\n0049999\n0001000\n0049999\n");
            CHECK_STR(run_with(&r, "intersect", &f, "", rig_hows[k]), "");
        }
    close(f.fd);
    rig_release(&r);
    free(text);
}

TEST(stream_op_member, files_that_are_none)
{
    static const char *const rows[][2] = {
        {"except /nowhere/at-all", "!125 cannot open '/nowhere/at-all': No such file or directory"},
        {"intersect /", "!125 cannot read '/': Is a directory"},
        {"peek /nowhere/at-all",
         "!125 peek: cannot open '/nowhere/at-all': No such file or directory"},
        {"peek /dev/full", "a\n!125 peek: cannot write '/dev/full': No space left on device"},
        {"filter --patterns /", "!125 cannot read '/': Is a directory"},
    };
    struct rig r;
    rig_init(&r);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_STR(rig_run(&r, rows[i][0], "a\n", (struct rig_how){0}), rows[i][1]);
    rig_release(&r);
}

TEST(stream_op_member, patterns_of_a_file)
{
    static const struct {
        const char *words, *file, *lines, *want;
    } rows[] = {
        {"filter --patterns", "a\nb.\n", "xa\nb\nbc\n", "xa\nbc\n"},
        {"filter -F --patterns", "a\nb.", "xa\nb\nbc\nb.\n", "xa\nb.\n"},
        {"filter --patterns", "", "a\n\n", ""},
        {"reject --patterns", "", "a\n\n", "a\n\n"},
        {"filter --patterns", "\n", "a\n\n", "a\n\n"},
        {"filter --patterns", "a\n(\n", "", "!2 pattern in line 2 of "},
    };
    struct rig r;
    rig_init(&r);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct file f = file_of(rows[i].file, strlen(rows[i].file));
        const char *got = run_with(&r, rows[i].words, &f, rows[i].lines, (struct rig_how){0});
        CHECK_ROW(*rows[i].want == '!' ? strncmp(got, rows[i].want, strlen(rows[i].want)) == 0
                                       : strcmp(got, rows[i].want) == 0,
                  "row %zu: %s", i, got);
        CHECK_ROW(*rows[i].want != '!' || strcmp(r.fault.subject, "(") == 0, "row %zu", i);
        close(f.fd);
    }
    rig_release(&r);
}

/* Patterns that take more than the budget: what they take, whatever is searched for. */
TEST(stream_op_member, patterns_beyond_the_budget)
{
    static const struct {
        const char *words, *before, *after, *want;
    } rows[] = {
        {"filter --patterns", "", " abcdefgh",
         "!125 filter: the patterns of --patterns take 1.34MiB of memory, and may use 1.00MiB"},
        {"filter -x --patterns", "", " abcdefghijklmnopqrstuvwxyz0123456789",
         "!125 filter: the patterns of --patterns take 1.43MiB of memory, and may use 1.00MiB"},
        {"reject -e 1 --patterns", "(a|", ")", "!125 reject: the patterns of --patterns take "},
    };
    static char text[20000 * 60];
    struct rig r;
    rig_init(&r);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t len = 0;
        for (int n = 0; n < 20000; n++)
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%06d%s\n", rows[i].before, n,
                                    rows[i].after);
        struct file f = file_of(text, len);
        const char *got = run_with(&r, rows[i].words, &f, "a\n", (struct rig_how){0});
        CHECK_ROW(strncmp(got, rows[i].want, strlen(rows[i].want)) == 0, "row %zu: %s", i, got);
        unsigned enough = 0;
        CHECK_INT(sscanf(r.fault.hint, "--memory %uM has room for them", &enough), 1);
        r.set.memory = (uint64_t)enough << 20;
        got = run_with(&r, rows[i].words, &f, "a\n", (struct rig_how){0});
        CHECK_ROW(*got != '!', "row %zu: %s", i, got);
        /* Those of one operation leave less for the next. */
        char twice[100];
        snprintf(twice, sizeof twice, "filter -F --patterns %s %s", f.path, rows[i].words);
        got = run_with(&r, twice, &f, "a\n", (struct rig_how){0});
        CHECK_ROW(strncmp(got, "!125 ", 5) == 0, "row %zu: %s", i, got);
        r.set.memory = 1 << 20;
        close(f.fd);
    }
    rig_release(&r);
}

/* What patterns take is not there for operations that hold data. */
TEST(stream_op_member, patterns_and_what_holds_data_share_the_budget)
{
    enum {
        SIZE = 10000 * 20
    };
    static char text[SIZE];
    struct rig r;
    char words[100];
    for (int i = 0; i < SIZE / 20; i++)
        snprintf(text + (size_t)i * 20, 20, "%018d", i), text[i * 20 + 19] = '\n';
    struct file f = file_of(text, SIZE);
    rig_init(&r);
    snprintf(words, sizeof words, "filter --patterns %s sort distinct", f.path);
    REQUIRE(rig_read(&r, words) == 0);
    CHECK_INT(rig_open(&r, (struct rig_how){0}), 0);
    uint64_t taken = gf_chain_pattern_bytes(&r.chain);
    CHECK(taken > SIZE && taken <= r.set.memory);
    CHECK_INT(r.st.share, (r.set.memory - taken) / 2);
    close(f.fd);
    rig_release(&r);
}

/* What passed, byte for byte, whatever the batches are: no record that was not needed. */
TEST(stream_op_member, peek)
{
    static const struct {
        const char *after, *lines, *seen, *want;
    } rows[] = {
        {"", "", "", ""},
        {"", "a\n\nb", "a\n\nb\n", "a\n\nb\n"},
        {"limit 2", "a\nb\nc\n", "a\nb\n", "a\nb\n"},
        {"filter b limit 1", "a\nb\nc\n", "a\nb\n", "b\n"},
        {"take-while a", "a\nb\nc\n", "a\nb\n", "a\n"},
        {"split ' ' limit 3", "a b\nc d\ne\n", "a b\nc d\n", "a\nb\nc\n"},
        {"matches '[a-z]' limit 2", "a b\nc d\ne\n", "a b\n", "a\nb\n"},
        {"limit 0", "a\n", "", ""},
        {"count", "a\nb\n", "a\nb\n", "2\n"},
    };
    struct rig r;
    rig_init(&r);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t k = 0; k < RIG_HOWS; k++) {
            char path[] = "/tmp/gf-unit-XXXXXX", words[100], seen[100] = "";
            int old = mkstemp(path);
            REQUIRE(old != -1);
            CHECK_INT(write(old, "old\n", 4), 4);
            close(old);
            snprintf(words, sizeof words, "peek %s %s", path, rows[i].after);
            CHECK_STR(rig_run(&r, words, rows[i].lines, rig_hows[k]), rows[i].want);
            int fd = open(path, O_RDONLY | O_CLOEXEC);
            CHECK_INT(pread(fd, seen, sizeof seen - 1, 0), strlen(rows[i].seen));
            CHECK_ROW(strcmp(seen, rows[i].seen) == 0, "%s: way %zu lets \"%s\" pass, not \"%s\"",
                      words, k, seen, rows[i].seen);
            close(fd);
            unlink(path);
        }
    rig_release(&r);
}
