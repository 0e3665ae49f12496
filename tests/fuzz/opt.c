/*
 * opt.c - the option parser on a command line made of the input's NUL-separated words: it ends,
 * every word is accounted for, and errors are short printable lines. The first byte picks the
 * table.
 */
#include "base/opt.h"

#include "base/utf8.h"
#include "oracle.h"

static const struct gf_opt options[] = {
    {'j', 'j', "jobs", "N", "h", NULL, 0},
    {'k', 'k', "keep-order", NULL, "h", NULL, 0},
    {'u', 'u', NULL, NULL, "h", NULL, 0},
    {300, 0, "stats", "FORMAT", "h", "text json", GF_OPT_OPTIONAL},
    {301, 0, "secret", NULL, "h", NULL, GF_OPT_HIDDEN},
    {0},
};
static const struct gf_cli filter = {.name = "x", .opts = options};
static const struct gf_cli runner = {.name = "x", .opts = options, .stop_at_operand = true};

enum {
    WORDS = 64
};

static void must_be_line(const char *s, size_t room)
{
    const char *end = memchr(s, '\0', room);
    MUST(end);
    for (; s < end; s++)
        MUST((unsigned char)*s >= 0x20 && *s != 0x7f);
}

static void run(const struct gf_cli *cli, int argc, char **argv)
{
    struct gf_optparser p = gf_optparser(cli, argc, argv);
    int before = 0;
    for (int events = 0;; events++) {
        MUST(events < 70000);
        enum gf_opt_event ev = gf_opt_next(&p);
        MUST(p.next >= before && p.next <= argc);
        before = p.next;
        if (ev == GF_OPT_END) {
            MUST(p.next == argc || cli->stop_at_operand);
            return;
        }
        if (ev == GF_OPT_ERROR) {
            MUST(p.error[0]);
            must_be_line(p.error, sizeof p.error);
            must_be_line(p.hint, sizeof p.hint);
            return;
        }
        if (ev == GF_OPT_OPERAND) {
            MUST(!cli->stop_at_operand && p.value == argv[p.next - 1]);
            continue;
        }
        MUST(ev == GF_OPT_OPTION && p.opt);
        MUST(p.value ? p.opt->arg != NULL : !p.opt->arg || (p.opt->flags & GF_OPT_OPTIONAL));
        char spelt[64];
        gf_opt_spell(&p, spelt);
        MUST(spelt[0] == '-' && spelt[1]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 4096)
        return 0;
    char text[4097];
    memcpy(text, data, size);
    text[size] = '\0';
    char *argv[WORDS + 1];
    int argc = 0;
    for (size_t at = 1; at <= size && argc < WORDS; at += strlen(text + at) + 1)
        argv[argc++] = text + at;
    argv[argc] = NULL;
    run(data[0] & 1 ? &runner : &filter, argc, argv);
    return 0;
}
