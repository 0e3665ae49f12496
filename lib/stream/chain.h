/*
 * chain.h - the words of a chain read into its operations, checked, planned and run.
 *
 * Operations are words with a fixed number of operands, so nothing separates them; an operand slot
 * always consumes. Options of an operation stand before its operands or behind them; a word that
 * begins with a minus and a digit is an operand, as is any behind `--`. `then` between operations
 * is ignored. There are GF_CHAIN_MOST operations at most.
 *
 *     struct gf_chain c = {0};
 *     if (gf_chain_read(&c, words, nwords, &settings, NULL, &fault) != 0) ... fault ...
 *     gf_chain_fuse(&c);
 *     if (gf_chain_open(&c, &stream, source) ...
 *     gf_chain_release(&c);
 *
 * Words are borrowed and must live as long as the chain.
 */
#ifndef GF_STREAM_CHAIN_H
#define GF_STREAM_CHAIN_H

#include "base/clash.h"
#include "base/wall.h"
#include "stream/op.h"

enum {
    GF_CHAIN_MOST = 1000 /* operations: a stage asks the one above it by a call */
};

struct gf_chain {
    struct gf_node *node;
    size_t n, dropped;         /* operations; those the planner dropped stand behind them */
    const struct gf_cli *help; /* --help or --version was asked of this operation: `help_word` */
    const char *help_word;
    char *const *unknown;  /* the word that stands where an operation or one of its options is
                              expected, and is none */
    bool has_names;        /* it was read with names, */
    struct gf_names names; /* and these are what the columns are called behind it */
};

/*
 * -1: the fault is set (usage, mostly), or `help` is. `names` is what the columns of the input are
 * called; NULL: nothing. While they are pending the chain is read to see whether its words are
 * good: no file of patterns is opened.
 */
int gf_chain_read(struct gf_chain *c, char *const *words, size_t n, const struct gf_settings *set,
                  const struct gf_names *names, struct gf_fault *f);

/* What the rules of the tool's options ask of the chain, as facts: the names of its operations (but
 * for a sort that sorts nothing), -f, -k and -c of any of them, -i where keys ignore case, and ~
 * for a pattern of where. */
void gf_chain_facts(const struct gf_chain *c, struct gf_optparser *p);

/* Rewrites what can be done with less work and the same answer. */
void gf_chain_fuse(struct gf_chain *c);

/* The plan of operation `i`, without an end of line; and of all, a line each. -1: ENOMEM. */
int gf_chain_explain_one(const struct gf_chain *c, size_t i, struct gf_buf *out);
int gf_chain_explain(const struct gf_chain *c, const struct gf_settings *set, struct gf_buf *out);

/* Stages on top of `source`; returns the last, or NULL with the stream's fault set; then `source`
 * is still the caller's. */
struct gf_stage *gf_chain_open(const struct gf_chain *c, struct gf_stream *st,
                               struct gf_stage *source);

void gf_chain_release(struct gf_chain *c);

/* The bytes that the patterns of its operations take, out of the budget. */
uint64_t gf_chain_pattern_bytes(const struct gf_chain *c);

/* Whether the FILE of the operation has this name. */
bool gf_chain_node_reads(const struct gf_node *n, const char *name);

/* The files that operations read are inputs in *clash. */
void gf_chain_reads(const struct gf_chain *c, struct gf_clash *clash);

/* -1 after a message when a file that an operation writes (peek) clashes; else 0. */
int gf_chain_writes(const struct gf_chain *c, const struct gf_clash *clash);

/* What operations open when the chain is opened, for the wall. Their patterns are read already. */
void gf_chain_wall(const struct gf_chain *c, const struct gf_settings *set, struct gf_wall *w);

/* Whether an operation holds data, and may need a temporary directory. */
bool gf_chain_holds(const struct gf_chain *c);

/* Splits the text of a chain file into words: blanks, newlines, '...' "..." \x, # comments, lines
 * that go on behind a backslash. The words (and the array) are malloc'ed, NUL is in none. -1: the
 * fault is set, with the line. */
int gf_chain_split(const char *text, size_t len, char ***words, size_t *n, struct gf_fault *f);

#endif
