/*
 * put.c - gf-queue put: records of the input become jobs.
 *
 * What one read returned is put in one call, up to GF_QUEUE_BATCH records: a slow input has each
 * line accepted as it comes, a fast one pays for a transaction once for many.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"

#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"
#include "text/fields.h"
#include "text/reader.h"

enum {
    OPT_PRIORITY = 600,
    OPT_DELAY,
    OPT_TTL,
    OPT_UNIQUE,
    OPT_FSYNC,
    OPT_MAX_RECORD,
    BATCH_BYTES = 1 << 20,
};

static const char *const keys[] = {"line", NULL};

const struct gf_cli queue_put_cli = {
    .name = "put",
    .summary = "put the records of standard input, or of files, as jobs",
    .usage = (const char *const[]){"[options] NAME [FILE ...]", NULL},
    .opts =
        (const struct gf_opt[]){
            {'0', '0', "null", NULL, "records end with NUL, not with a newline", NULL, GF_OPT_MAIN},
            {OPT_PRIORITY, 0, "priority", "WORD", "high, normal (default) or low",
             "high normal low", GF_OPT_MAIN},
            {OPT_DELAY, 0, "delay", "DUR", "they wait from then on, not at once", NULL,
             GF_OPT_MAIN},
            {OPT_TTL, 0, "ttl", "DUR", "what has not been taken by then is forgotten", NULL, 0},
            {OPT_UNIQUE, 0, "unique", "line", "put no record that waits or runs already", "line",
             GF_OPT_OPTIONAL | GF_OPT_MAIN},
            {'f', 'f', "fields", "LIST", "with --unique: these fields say which are the same", NULL,
             0},
            {'d', 'd', "separator", "SEP", "with -f: what is between fields (blanks)", NULL, 0},
            {OPT_FSYNC, 0, "fsync", NULL, "what is put survives the loss of power", NULL, 0},
            {OPT_MAX_RECORD, 0, "max-record", "SIZE", "refuse longer records (64M, at most)", NULL,
             0},
            {0},
        },
    .rules =
        (const struct gf_opt_rule[]){
            {GF_OPT_NEEDS, "--fields", "--unique", "it says which records are the same"},
            {GF_OPT_NEEDS, "--separator", "--fields", "it is between fields"},
            {0},
        },
    .examples =
        (const char *const[]){"seq 3 | gf-queue put ./work",
                              "seq 3 | gf-queue put ./w --priority high --delay 1m",
                              "printf 'a 1\\na 2\\n' | gf-queue put --unique -f1 ./u", NULL},
    .exits = (const int[]){GF_EXIT_OK, GF_EXIT_USAGE, GF_EXIT_TOOL, -1},
    .parent = &queue_cli,
    .operands = "@state.queue",
};

struct put {
    struct operands to;
    struct gf_queue_how how;
    bool synced;
    char separator;
    size_t max_record;
    struct gf_sep sep;
    struct gf_field_list fields;
    bool has_fields;
    struct gf_cutter cutter;
    struct gf_queue_tool tool;
    /* those at hand */
    struct gf_queue_record records[GF_QUEUE_BATCH];
    struct gf_slice places[GF_QUEUE_BATCH]; /* in bytes; */
    struct gf_slice key_places[GF_QUEUE_BATCH];
    size_t n;
    struct gf_buf bytes;
    uint64_t read, was_put;
    bool has_failed; /* the queue takes no more, which was said */
};

/* ---- records --------------------------------------------------------------------------------- */

/* The bytes of the buffer may have moved while it grew. */
static void settle(struct put *p)
{
    for (size_t i = 0; i < p->n; i++) {
        struct gf_queue_record *r = &p->records[i];
        r->data.data = p->bytes.data + (uintptr_t)p->places[i].data;
        r->data.len = p->places[i].len;
        r->key.data = p->bytes.data + (uintptr_t)p->key_places[i].data;
        r->key.len = p->key_places[i].len;
    }
}

static int put_batch(struct put *p)
{
    uint64_t n;
    if (p->n == 0)
        return 0;
    if (p->has_failed)
        return GF_EXIT_TOOL;
    settle(p);
    struct gf_queue_now now = gf_queue_tool_now();
    while (gf_queue_put(p->tool.q, &p->how, p->records, p->n, &now, &n) != 0) {
        if (!gf_queue_tool_may_pass(&p->tool, "put into")) {
            p->has_failed = true;
            return GF_EXIT_TOOL;
        }
        now = gf_queue_tool_now();
    }
    gf_queue_tool_is_back(&p->tool);
    p->was_put += n;
    p->n = 0;
    gf_buf_clear(&p->bytes);
    return 0;
}

static int add_field(void *arg, struct gf_slice field)
{
    struct put *p = arg;
    /* A length in front of each, so that no two lists of fields look alike. */
    gf_buf_printf(&p->bytes, "%zu:", field.len);
    return gf_buf_add(&p->bytes, field.data, field.len);
}

/* The key goes behind the record. */
static int add_key(struct put *p, const struct gf_record *rec)
{
    size_t from = p->bytes.len;
    if (!p->has_fields) {
        p->key_places[p->n] = p->places[p->n];
        return 0;
    }
    if (gf_cutter_cut(&p->cutter, rec->data, rec->len, p->fields.need) != 0 ||
        gf_field_list_each(&p->fields, &p->cutter, add_field, p) != 0)
        return -1;
    p->key_places[p->n] = (struct gf_slice){(const char *)(uintptr_t)from, p->bytes.len - from};
    return 0;
}

static int add_record(struct put *p, const struct gf_record *rec)
{
    p->places[p->n] = (struct gf_slice){(const char *)(uintptr_t)p->bytes.len, rec->len};
    if (gf_buf_add(&p->bytes, rec->data, rec->len) != 0 ||
        (p->how.unique && add_key(p, rec) != 0)) {
        gf_error_nomem();
        return GF_EXIT_TOOL;
    }
    if (p->how.unique && p->key_places[p->n].len > GF_QUEUE_KEY_MAX) {
        gf_error("record %llu: what --unique compares is longer than %d bytes",
                 (unsigned long long)p->read + 1, GF_QUEUE_KEY_MAX);
        return GF_EXIT_TOOL;
    }
    p->read++;
    p->n++;
    return p->n == GF_QUEUE_BATCH || p->bytes.len >= BATCH_BYTES ? put_batch(p) : 0;
}

static int say_unread(const struct put *p, const char *name)
{
    if (errno == EMSGSIZE || errno == EOVERFLOW)
        gf_error("'%s': record %llu is longer than %zu bytes (--max-record)", name,
                 (unsigned long long)p->read + 1, p->max_record);
    else
        gf_error_errno("cannot read '%s'", name);
    return GF_EXIT_TOOL;
}

static int put_stream(struct put *p, int fd, const char *name)
{
    struct gf_reader r;
    struct gf_record rec;
    int got, status = 0;
    gf_reader_init(&r, fd, p->separator, p->max_record);
    while (status == 0 && (got = gf_reader_take(&r, &rec)) != GF_READER_END) {
        if (got == 1 && rec.len > p->max_record) {
            errno = EMSGSIZE;
            got = -1;
        } else if (got == 1)
            status = add_record(p, &rec);
        else if (got == 0) {
            status = put_batch(p);
            if (status == 0 && gf_reader_fill_on(&r) != 1)
                got = -1;
        }
        if (status == 0 && got == -1)
            status = say_unread(p, name);
    }
    gf_reader_release(&r);
    /* What was read before a fault is put: it came first. */
    int last = status == 0 || p->n ? put_batch(p) : 0;
    return status ? status : last;
}

static int put_file(struct put *p, const char *name)
{
    if (strcmp(name, "-") == 0) {
        gf_tool_waits(STDIN_FILENO, "records", NULL);
        return put_stream(p, STDIN_FILENO, "-");
    }
    int fd = gf_open_input(name);
    if (fd == -1) {
        gf_error_errno("cannot open '%s'", name);
        return GF_EXIT_TOOL;
    }
    int status = put_stream(p, fd, name);
    close(fd); /* it was read; there is nothing that a close could say */
    return status;
}

/* The queue as its own input would grow for as long as it is read. */
static int check_inputs(const struct put *p)
{
    struct gf_clash c = {0};
    struct stat st;
    int status = 0;
    gf_queue_tool_reads(&c, p->to.name);
    for (size_t i = 0; status == 0 && (i < p->to.n || i == 0); i++) {
        const char *name = p->to.n ? p->to.rest[i] : "-";
        int got = strcmp(name, "-") == 0 ? fstat(STDIN_FILENO, &st) : stat(name, &st);
        if (got == 0 && gf_clash_input(&c, &st)) {
            gf_error("the input '%s' is the queue itself", name);
            status = GF_EXIT_USAGE;
        }
    }
    gf_clash_release(&c);
    return status;
}

static int put_all(struct put *p)
{
    int status = 0;
    if (p->to.n == 0)
        return put_file(p, "-");
    for (size_t i = 0; i < p->to.n && !p->has_failed; i++) {
        int one = put_file(p, p->to.rest[i]);
        status = status ? status : one;
    }
    return status;
}

/* ---- options --------------------------------------------------------------------------------- */

static int take_fields(struct put *p, const struct gf_optparser *o)
{
    struct gf_perr e;
    if (gf_field_list_parse(&p->fields, o->value, strlen(o->value), &e) == 0) {
        p->has_fields = true;
        return 0;
    }
    if (errno == ENOMEM) {
        gf_error_nomem();
        return GF_EXIT_TOOL;
    }
    gf_error_parse("list", o->value, strlen(o->value), &e);
    return GF_EXIT_USAGE;
}

static int take_separator(struct put *p, const struct gf_optparser *o)
{
    struct gf_perr e;
    if (gf_sep_parse(&p->sep, o->value, strlen(o->value), &e) == 0)
        return 0;
    gf_error_parse("separator", o->value, strlen(o->value), &e);
    return -1;
}

static int take_size(struct put *p, const struct gf_optparser *o)
{
    uint64_t size;
    if (gf_cli_size(o, &size) != 0)
        return -1;
    if (size == 0 || size > GF_QUEUE_RECORD_MAX) {
        gf_error("--max-record: a record has 1 to 67108864 bytes here");
        return -1;
    }
    p->max_record = size;
    return 0;
}

static int take_option(struct put *p, const struct gf_optparser *o)
{
    int choice = 0, r = 0;
    switch (o->opt->id) {
    case '0':
        p->separator = '\0';
        break;
    case OPT_PRIORITY:
        r = gf_cli_choice(o, gf_queue_priority_words, &choice);
        p->how.priority = (enum gf_queue_priority)choice;
        break;
    case OPT_DELAY:
        r = gf_cli_duration(o, &p->how.delay);
        break;
    case OPT_TTL:
        r = gf_cli_duration(o, &p->how.ttl);
        break;
    case OPT_UNIQUE:
        r = gf_cli_choice(o, keys, &choice);
        p->how.unique = true;
        break;
    case 'f':
        return take_fields(p, o);
    case 'd':
        r = take_separator(p, o);
        break;
    case OPT_FSYNC:
        p->synced = true;
        break;
    default:
        r = take_size(p, o);
    }
    return r ? GF_EXIT_USAGE : 0;
}

static void say_put(const struct put *p)
{
    if (p->how.unique && p->was_put != p->read)
        gf_note("put %llu of %llu records; the others wait or run already",
                (unsigned long long)p->was_put, (unsigned long long)p->read);
    else
        gf_detail("put %llu records", (unsigned long long)p->was_put);
}

static int run(struct put *p, int argc, char **argv)
{
    struct gf_optparser o = gf_optparser(&queue_put_cli, argc, argv);
    enum gf_opt_event ev;
    int status = 0;
    while (status == 0 && (ev = gf_cli_next(&o)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE)
            return o.status;
        status = ev == GF_OPT_OPERAND ? operand_take(&p->to, &queue_put_cli, o.value)
                                      : take_option(p, &o);
    }
    if (status == 0)
        status = operand_check(&p->to, &queue_put_cli);
    if (status == 0)
        status = check_inputs(p);
    if (status == 0)
        status = gf_queue_tool_open(&p->tool, p->to.name, GF_DB_CREATE, p->synced, "gf-queue");
    if (status != 0)
        return status;
    gf_cutter_init(&p->cutter, &p->sep);
    status = put_all(p);
    say_put(p);
    gf_cutter_release(&p->cutter);
    gf_queue_tool_close(&p->tool);
    return gf_tool_finish(status);
}

int queue_put_main(int argc, char **argv)
{
    struct put *p = calloc(1, sizeof *p);
    if (!p) {
        gf_error_nomem();
        return GF_EXIT_TOOL;
    }
    p->separator = '\n';
    p->how.priority = GF_QUEUE_NORMAL;
    p->max_record = GF_QUEUE_RECORD_MAX;
    gf_sep_blanks(&p->sep, false);
    int status = run(p, argc, argv);
    gf_field_list_release(&p->fields);
    gf_buf_release(&p->bytes);
    free(p);
    return status;
}
