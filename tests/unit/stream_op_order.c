/* sort, top, bottom, sort --check: orders, stability, limits, and with little memory; against
 * insertion into a list. */
#include "stream_rig.h"

#include <stdio.h>

TEST(stream_op_order, orders)
{
    static const struct rig_case cases[] = {
        {"sort", "", ""},
        {"sort", "b\n\na", "\na\nb\n"},
        {"sort -r", "b\na\n", "b\na\n"},
        {"sort -n", "10\n9\n-1\n", "-1\n9\n10\n"},
        {"sort -u", "b\na\nb\n", "a\nb\n"},
        {"sort -u -f 1", "b 1\na 2\nb 3\n", "a 2\nb 1\n"},
        {"sort -f 2n,1r", "a 2\nb 1\nc 1\n", "c 1\nb 1\na 2\n"},
        {"sort -k 2,2n -k 1,1r", "a 2\nb 1\nc 1\n", "c 1\nb 1\na 2\n"},
        {"sort -r -f 1", "a 1\na 2\nb\n", "b\na 1\na 2\n"},
        {"sort --ignore-case", "b\nA\na\nB\n", "A\na\nb\nB\n"},
        {"sort -V", "1.10\n1.9\n", "1.9\n1.10\n"},
        {"top 2", "b\nc\na\n", "c\nb\n"},
        {"top -n 2", "9\n10\n-1\n", "10\n9\n"},
        {"top -nr 2", "9\n10\n-1\n", "-1\n9\n"},
        {"top -f 2n 1", "a 1\nb 2\nc 2\n", "b 2\n"},
        {"top 0", "a\n", ""},
        {"top 5", "a\nb\n", "b\na\n"},
        {"bottom 2", "b\nc\na\n", "a\nb\n"},
        {"bottom -n 1", "10\n9\n", "9\n"},
        {"bottom 0", "a\n", ""},
        {"bottom 1", "", ""},
        {"sort --check", "a\na\nb\n", ""},
        {"sort --check", "", ""},
        {"sort --check", "\n\n", ""},
        {"sort --check", "a\nc\nb\n", "!1 sort: record 3 is out of order: 'b'"},
        {"sort --check -u", "a\na\n", "!1 sort: record 2 is out of order: 'a'"},
        {"sort --check -n", "9\n10\n", ""},
        {"sort --check -r", "b\na\n", ""},
        {"sort --check -f 2", "b 1\na 1\na 0\n", "!1 sort: record 3 is out of order: 'a 0'"},
    };
    struct rig r;
    rig_init(&r);
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

enum {
    RECORDS = 9000
};

struct row {
    int key, place;
};

static int by_key(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    return x->key != y->key ? (x->key > y->key) - (x->key < y->key)
                            : (x->place > y->place) - (x->place < y->place);
}

/* Equal keys keep their order, whichever way it goes, however many are kept, in memory or not. */
static void check_sort(struct rig *r, uint64_t *seed, size_t n, int keys)
{
    static const char *const ops[] = {"sort -f 1n",         "sort -f 1nr",  "sort -u -f 1n",
                                      "top -f 1n",          "bottom -f 1n", "sort -f 1n limit",
                                      "sort -u -f 1n limit"};
    static struct row row[RECORDS];
    static char text[RECORDS][20];
    struct gf_buf want = {0};
    char words[40];
    size_t op = rig_random(seed, 7), most = op < 3 ? SIZE_MAX : 1 + rig_random(seed, n + 5);
    if (op < 3)
        snprintf(words, sizeof words, "%s", ops[op]);
    else
        snprintf(words, sizeof words, "%s %zu", ops[op], most);
    rig_reset(r);
    REQUIRE(rig_read(r, words) == 0);
    gf_chain_fuse(&r->chain);
    for (size_t i = 0; i < n; i++) {
        int key = (int)rig_random(seed, (uint64_t)keys) - keys / 2;
        int len = snprintf(text[i], sizeof text[i], "%d %zu", key, i);
        row[i] = (struct row){op == 1 || op == 3 ? -key : key, (int)i};
        rig_add(r, text[i], (size_t)len);
    }
    qsort(row, n, sizeof *row, by_key);
    gf_buf_puts(&want, "");
    for (size_t i = 0; i < n && most; i++) {
        if ((op == 2 || op == 6) && i && row[i].key == row[i - 1].key)
            continue;
        gf_buf_printf(&want, "%s\n", text[row[i].place]);
        most--;
    }
    rig_work(r, (struct rig_how){.ask = rig_random(seed, 5)});
    CHECK_ROW(strcmp(r->out.data, want.data) == 0, "%s of %zu: %.200s, not %.200s", words, n,
              r->out.data, want.data);
    gf_buf_release(&want);
}

TEST(stream_op_order, equal_keys_keep_their_order)
{
    uint64_t seed = 662607015662607015u;
    struct rig r;
    rig_init(&r);
    for (int round = 0; round < 1500; round++)
        check_sort(&r, &seed, rig_random(&seed, 40), 1 + (int)rig_random(&seed, 20));
    rig_release(&r);
}

TEST(stream_op_order, with_little_memory)
{
    uint64_t seed = 602214076602214076u;
    struct rig r;
    rig_init(&r);
    r.set.memory = 256 << 10;
    for (int round = 0; round < 21; round++)
        check_sort(&r, &seed, RECORDS, round % 2 ? 50 : 100000);
    rig_release(&r);
}

TEST(stream_op_order, a_record_over_the_budget)
{
    enum {
        BUDGET = 256 << 10
    };
    char *text = calloc(1, BUDGET);
    struct rig r;
    REQUIRE(text != NULL);
    rig_init(&r);
    r.set.memory = BUDGET;
    REQUIRE(rig_read(&r, "sort") == 0);
    rig_add(&r, "x", 1);
    rig_add(&r, text, BUDGET);
    CHECK_STR(rig_work(&r, (struct rig_how){0}),
              "!125 sort: record 2 is larger than the memory it may use");
    rig_release(&r);
    free(text);
}
