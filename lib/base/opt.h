/*
 * opt.h - one table of options a tool, and the parser that reads a command line by it.
 *
 * The table is the one source: parsing, --help (base/cli.h), the completions (through the hidden
 * --gf-dump) and the test that compares the man page all read it.
 *
 * `-j8`, `-j 8`, `--jobs=8`, `--jobs 8`; short flags may be joined (`-ku`). An optional argument is
 * given only as `--opt=value`. `--` ends options. A lone `-` is an operand. Abbreviated long names
 * are refused, with the full name as the hint. Operands and options may stand in any order, unless
 * the table says stop_at_operand: then the first operand ends options (tools that run a command).
 *
 * The parser is pure: it prints nothing and keeps no state outside its struct.
 *
 *     struct gf_optparser p = gf_optparser(&cli, argc - 1, argv + 1);
 *     for (;;) switch (gf_opt_next(&p)) {
 *     case GF_OPT_OPTION:  p.opt->id, p.value (NULL for a flag)
 *     case GF_OPT_OPERAND: p.value
 *     case GF_OPT_ERROR:   p.error, p.hint
 *     case GF_OPT_END:     with stop_at_operand, the rest is argv[p.next] .. argv[argc]
 *     }
 *
 * Strings are borrowed from argv and the table.
 */
#ifndef GF_BASE_OPT_H
#define GF_BASE_OPT_H

#include <stdbool.h>
#include <stddef.h>

enum gf_opt_flag {
    GF_OPT_OPTIONAL = 1, /* the argument may be left out; given only as --opt=value */
    GF_OPT_HIDDEN = 2,   /* not in help, pages and completions */
    GF_OPT_MAIN = 4,     /* one of the few that -h shows; --help shows all */
};

struct gf_opt {
    int id;           /* what the tool switches on; the letter where there is one, else > 255 */
    char letter;      /* 0: none */
    const char *name; /* long name without dashes; NULL: none */
    const char *arg;  /* name of the argument in help, NULL: a flag */
    const char *help; /* one line, lower case */
    /*
     * For completion: "@file" "@dir" "@command"; "@state.sem" (a state: the names of what lies in
     * the state directory with that suffix, or a path); "@job" (the id of a job in the state file
     * that -S names); "@zone" (a time zone); or words with blanks between. NULL: nobody can guess.
     */
    const char *values;
    unsigned flags;
};

/* What one command (a tool, or a subcommand of it) is made of. All pointers are static data. */
struct gf_cli {
    const char *name;            /* "gf-pool", or "run" for a subcommand */
    const char *summary;         /* one line */
    const char *const *usage;    /* forms, without the name; NULL-terminated */
    const struct gf_opt *opts;   /* in the order of --help; ended by a row with id 0; or NULL */
    const char *const *notes;    /* lines under the options in --help; NULL-terminated, or NULL */
    const char *const *examples; /* command lines; NULL-terminated */
    const int *exits;            /* exit codes in order, ended by -1 */
    const struct gf_cli *const *subs; /* subcommands; NULL-terminated, or NULL */
    const char *const *sub_groups;    /* beside subs: the heading that begins at that one, lower
                                         case, or NULL; no array: no headings */
    const struct gf_cli *parent;      /* of a subcommand */
    const char *operands;             /* for completion, as gf_opt.values; NULL: none */
    bool stop_at_operand;
    bool only_help; /* -h, --help, -V, --version are its only common options (see below) */
};

enum {
    GF_OPT_ID_HELP = 'h',
    GF_OPT_ID_VERSION = 'V',
    GF_OPT_ID_DUMP = 1000,
    GF_OPT_ID_QUIET,
    GF_OPT_ID_VERBOSE,
    GF_OPT_ID_COLOR,
    GF_OPT_ID_GROUP,
};

/*
 * A row of a table that is no option but the heading of the rows below it, in lower case: "input".
 * --help prints it, and the page has a section of that name.
 */
#define GF_OPT_GROUP(title)                                                                        \
    {                                                                                              \
        GF_OPT_ID_GROUP, 0, NULL, NULL, title, NULL, GF_OPT_HIDDEN                                 \
    }

/* Common options. Every command has those of gf_opt_common: help, version, dump. A command without
 * only_help has those of gf_opt_voice as well: quiet, verbose, color; gf_cli_next obeys them. Both
 * end with a row of id 0. */
extern const struct gf_opt gf_opt_common[];
extern const struct gf_opt gf_opt_voice[];

enum gf_opt_event {
    GF_OPT_OPTION,
    GF_OPT_OPERAND,
    GF_OPT_ERROR,
    GF_OPT_END,
    GF_OPT_DONE
};

struct gf_optparser {
    const struct gf_cli *cli;
    int argc;
    char *const *argv;
    int next;                 /* the argument to look at next */
    const char *cluster;      /* inside `-abc`: what is left of it */
    bool ended;               /* `--` was seen, or the first operand where that ends options */
    const struct gf_opt *opt; /* of the last GF_OPT_OPTION */
    const char *value;        /* its argument, or the operand */
    bool by_letter;           /* the option was given by its letter */
    int status;               /* with GF_OPT_DONE: the exit status (base/cli.h) */
    char error[160];
    char hint[160]; /* empty: none */
};

/* argv holds the arguments only, without the name of the program. */
struct gf_optparser gf_optparser(const struct gf_cli *cli, int argc, char *const *argv);

enum gf_opt_event gf_opt_next(struct gf_optparser *p);

/* How the option was or would be spelt in messages: "-j" or "--jobs". */
void gf_opt_spell(const struct gf_optparser *p, char out[64]);

#endif
