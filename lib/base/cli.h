/*
 * cli.h - what every tool does with its command line, in one place: --help, --version, the hidden
 * dump, the messages for bad usage, and the values that options take.
 *
 *     static const struct gf_cli cli = {...};
 *     int main(int argc, char **argv)
 *     {
 *         gf_tool_start("gf-pool");
 *         struct gf_optparser p = gf_optparser(&cli, argc - 1, argv + 1);
 *         enum gf_opt_event ev;
 *         while ((ev = gf_cli_next(&p)) != GF_OPT_END) {
 *             if (ev == GF_OPT_DONE)
 *                 return p.status;                    // help was shown, or usage was bad
 *             switch (ev == GF_OPT_OPERAND ? 0 : p.opt->id) {
 *             case 't':
 *                 if (gf_cli_duration(&p, &timeout) != 0)
 *                     return GF_EXIT_USAGE;           // the message is out
 *
 * Prints on stdout (help) and stderr (errors); never exits. Main thread.
 */
#ifndef GF_BASE_CLI_H
#define GF_BASE_CLI_H

#include <stdint.h>

#include "base/backoff.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/opt.h"
#include "base/outfile.h"
#include "base/rate.h"

/*
 * First call of every main: descriptors 0 to 2 are made sane, inherited signals are remembered,
 * the name for messages is set, SIGXFSZ is ignored so that a file size limit is a write error.
 */
void gf_tool_start(const char *name);

/*
 * gf_opt_next, and then: help, version and dump are printed, an error is said. Those return
 * GF_OPT_DONE with p->status set. -h shows the main options where the table marks some, --help
 * all, --version with --verbose what there is of a sandbox. -q, -v, --color and --no-sandbox are
 * obeyed and not returned.
 */
enum gf_opt_event gf_cli_next(struct gf_optparser *p);

/*
 * Says the first rule of the table (struct gf_opt_rule) that does not hold; 0, or GF_EXIT_USAGE
 * after the message. gf_cli_next does it when the options end, for the rules that name options
 * alone. A tool whose rules name facts (that there are lists, or a command) adds those that hold
 * and calls this again with `facts`.
 */
int gf_cli_check_rules(struct gf_optparser *p, bool facts);

/* Says `text` (printf) and a hint to --help; returns GF_EXIT_USAGE. */
int gf_cli_usage_error(const struct gf_cli *cli, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The value of the current option, which must have one. On a bad one: a message, and -1. */
int gf_cli_count(const struct gf_optparser *p, uint64_t lo, uint64_t hi, uint64_t *out);
int gf_cli_duration(const struct gf_optparser *p, gf_ns *out);
int gf_cli_size(const struct gf_optparser *p, uint64_t *out);
int gf_cli_rate(const struct gf_optparser *p, struct gf_rate *out);
/* How many at once, 1 to `most` (base/slots.h). */
int gf_cli_slots(const struct gf_optparser *p, uint64_t most, uint64_t *out);
/* Tasks that run: N, or N% of the processors (base/machine.h); 1 or more. */
int gf_cli_load(const struct gf_optparser *p, uint64_t *out);
/* Exit statuses, 1 to 255: 3,10-19; a bit for each. */
int gf_cli_statuses(const struct gf_optparser *p, uint64_t bits[4]);
/* How long to wait before a retry (base/backoff.h). */
int gf_cli_backoff(const struct gf_optparser *p, struct gf_backoff *out);
/* One of the NULL-terminated words; *out is its place. A missing value (optional) is word 0. */
int gf_cli_choice(const struct gf_optparser *p, const char *const *words, int *out);
/* The file of `-o FILE`; NULL for -, which is standard output. */
const char *gf_cli_output(const struct gf_optparser *p);

/*
 * The subcommand that argv[0] names, or NULL after a message (bad usage) or after help, version or
 * dump of the tool itself was printed; *status is then the exit status. The word `help` in front is
 * the same as --help behind.
 */
const struct gf_cli *gf_cli_sub(const struct gf_cli *tool, int argc, char *const *argv,
                                int *status);

/*
 * Last call of a tool that wrote to stdout: closes it, and turns a failure into a message and
 * GF_EXIT_TOOL. Otherwise returns gf_tool_status(status).
 */
int gf_tool_finish(int status);

/* The status; GF_EXIT_TOOL in place of GF_EXIT_USAGE when memory ran out: nobody made a mistake. */
int gf_tool_status(int status);

/*
 * `-o FILE` (base/outfile.h): opens the file before the first input is read; out->fd is then where
 * to write, standard output when `file` is NULL. 0, or -1 after a message.
 */
int gf_tool_output(struct gf_outfile *out, const char *file);

/* The same, otherwise than -o does. */
int gf_tool_output_as(struct gf_outfile *out, const char *file,
                      const struct gf_outfile_choice *how);

/*
 * The other end: with a status of 0 or 1 what was written becomes the file, with any other (128 +
 * the signal for a run that a signal ended) the file stays as it was, which is said. Returns the
 * exit status: `status`, or GF_EXIT_TOOL after a message. Does nothing for standard output.
 */
int gf_tool_output_end(struct gf_outfile *out, const char *file, int status);

/*
 * A tool is about to read `what` ("records") from fd: says so when fd and stderr are terminals and
 * the tool is in the foreground, since a tool that waits in silence looks broken. `instead` is
 * another way to give them ("give them after :::"), or NULL.
 */
void gf_tool_waits(int fd, const char *what, const char *instead);

/*
 * Becomes the command, found by PATH, with the signals as they were inherited. Comes back only when
 * that fails, after a message, with the exit status.
 */
int gf_tool_become(char *const *argv);

/*
 * Memory for a library that cannot be told that there is none (libev aborts): realloc, where size 0
 * frees. When memory is out it says so, calls what gf_tool_at_last has set, and the process exits
 * with GF_EXIT_TOOL.
 */
void *gf_tool_memory(void *block, long size);

/*
 * For a library that makes a call again for ever when it fails, and tells us each time (libev, for
 * its epoll): returns after a moment, and from the hundredth time on ends the process as above.
 */
void gf_tool_retry(const char *what);

/* What ends the children before such an exit; it takes no memory. NULL: nothing. */
void gf_tool_at_last(void (*f)(void));

/* Writes what the buffer holds to stdout. 0, or -1 after a message: the write failed, or an append
 * to the buffer had, and then nothing is written. For help and other small texts. */
int gf_tool_print(const struct gf_buf *b);

#endif
