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
    GF_OPT_AGAIN = 8,    /* may be given again, and adds to what was given; else a second one with
                            an argument is refused */
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
     * that -S names); "@zone" (a time zone); "@column" (of the table that --from names, where
     * there is --header); or words with blanks between. NULL: nobody can guess.
     */
    const char *values;
    unsigned flags;
};

/*
 * What goes with what: one row says that an option needs another, or that two do not go together.
 * gf_cli_next checks the rows when the options end (gf_cli_check_rules); the page's list is made of
 * them.
 *
 *     {GF_OPT_NEEDS, "--retry-delay", "--retries", "nothing is run again without it"},
 *     {GF_OPT_NOT_WITH, "-u", "--tag --results", "jobs write to the output themselves"},
 *
 * An option is named as the table spells it, `--name` or, where there is no long name, `-x`. A name
 * without a dash is a fact that the tool adds (gf_opt_fact): "COMMAND", ":::". So may be one with a
 * dash that is no option of the table: an option of an operation.
 */
enum gf_opt_relation {
    GF_OPT_NEEDS = 1,
    GF_OPT_NOT_WITH
};

struct gf_opt_rule {
    enum gf_opt_relation relation; /* 0 ends the table */
    const char *option;
    const char *others; /* blanks between; NEEDS: one of them is enough. NOT_WITH: none of them */
    const char *why;    /* after a colon; what would be ignored, or contradict */
};

/*
 * A word of another tool that people bring along, and what it is here. `word` is as it is typed,
 * without a value ("--delay", "-N", "-debug"), or in a tool with subcommands the name of one
 * ("tab"); `here` goes on after "WORD of TOOL": "is --rate here". A command that is a word of its
 * own ("grep" of "grep") is told without "of TOOL". The page's FROM section is made of the rows.
 */
struct gf_opt_elsewhere {
    const char *word; /* NULL ends the table */
    const char *tool; /* "xargs", "GNU parallel" */
    const char *here;
};

enum {
    GF_OPT_ROWS = 96,
    GF_OPT_VOICES = 4, /* rows of gf_opt_voice */
    GF_OPT_FACTS = 64
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
    const struct gf_opt_rule *rules;          /* or NULL */
    const struct gf_opt_elsewhere *elsewhere; /* or NULL */
    const struct gf_cli *const *subs;         /* subcommands; NULL-terminated, or NULL */
    const char *const *sub_groups; /* beside subs: the heading that begins at that one, lower
                                      case, or NULL; no array: no headings */
    const struct gf_cli *parent;   /* of a subcommand */
    const char *operands;          /* for completion, as gf_opt.values; NULL: none */
    bool stop_at_operand;
    bool walled;    /* its work is done behind a wall (base/wall.h), unless --no-sandbox is given */
    bool only_help; /* -h, --help, -V, --version are its only common options (see below) */
};

enum {
    GF_OPT_ID_HELP = 'h',
    GF_OPT_ID_VERSION = 'V',
    GF_OPT_ID_DUMP = 1000,
    GF_OPT_ID_QUIET,
    GF_OPT_ID_VERBOSE,
    GF_OPT_ID_COLOR,
    GF_OPT_ID_NO_SANDBOX,
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
 * only_help has those of gf_opt_voice as well: quiet, verbose, color, and where it is walled
 * no-sandbox; gf_cli_next obeys them. Both end with a row of id 0. */
extern const struct gf_opt gf_opt_common[];
extern const struct gf_opt gf_opt_voice[];

/* Whether the command has this row of the two tables. */
bool gf_opt_is_common(const struct gf_cli *cli, const struct gf_opt *row);

/* What goes with what among those of the voice, for every command that has them. */
extern const struct gf_opt_rule gf_opt_voice_rules[];

enum gf_opt_event {
    GF_OPT_OPTION,
    GF_OPT_OPERAND,
    GF_OPT_ERROR,
    GF_OPT_END,
    GF_OPT_DONE
};

struct gf_opt_fact {
    const char *name, *word;
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
    bool given[GF_OPT_ROWS];  /* by place in cli->opts; as many rows as a table may have */
    bool given_voice[GF_OPT_VOICES]; /* by place in gf_opt_voice */
    struct gf_opt_fact facts[GF_OPT_FACTS];
    size_t nfacts;
    char error[480]; /* the longest list of a rule, that of gf-stream -j, takes 310 */
    char hint[160];  /* empty: none */
};

/* argv holds the arguments only, without the name of the program. */
struct gf_optparser gf_optparser(const struct gf_cli *cli, int argc, char *const *argv);

enum gf_opt_event gf_opt_next(struct gf_optparser *p);

/* Adds a fact that rules may name. `word` is what stands for it on the command line, for the
 * message, or NULL. Both are borrowed. At most GF_OPT_FACTS are kept, each once. */
void gf_opt_fact(struct gf_optparser *p, const char *name, const char *word);

/* Whether the option that is spelt so ("--jobs", "-X") was given, or the fact added. */
bool gf_opt_given(const struct gf_optparser *p, const char *name, size_t len);

/*
 * Whether a rule of the table does not hold; then p->error and p->hint say which and why. Without
 * `facts`, rules that name a fact are passed over: nobody knows yet.
 */
bool gf_opt_breaks_rule(struct gf_optparser *p, bool facts);

/* Whether a row of cli->elsewhere has the word, of which `len` bytes count; then the hint says what
 * it is here. */
bool gf_opt_from_elsewhere(const struct gf_cli *cli, const char *word, size_t len, char *hint,
                           size_t size);

/* How the option was or would be spelt in messages: "-j" or "--jobs". */
void gf_opt_spell(const struct gf_optparser *p, char out[64]);

#endif
