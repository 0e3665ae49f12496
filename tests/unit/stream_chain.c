/* The reader of chains: words into operations and their operands, errors with their places, the
 * text of a chain file into words, and stages opened all or none. */
#include "stream_rig.h"

#include <stdio.h>

/* ---- words ----------------------------------------------------------------------------------- */

TEST(stream_chain, operations_are_told_apart_by_their_operands)
{
    static const struct {
        const char *words, *ops; /* each operation with its operands in brackets */
    } rows[] = {
        {"count", "count"},
        {"limit 3 count", "limit(3) count"},
        {"where 1 eq limit limit 1", "where(1,eq,limit) limit(1)"},
        {"filter filter filter then", "filter(filter) filter(then)"},
        {"filter -e then count", "filter() count"},
        {"filter then then reverse then count", "filter(then) reverse count"},
        {"skip -2", "skip(-2)"},
        {"filter -- -x count", "filter(-x) count"},
        {"filter -1 count", "filter(-1) count"},
        {"filter -iF -1", "filter(-1)"},
        {"group 1 count,sum:2 sort -f 2nr", "group(1,count,sum:2) sort"},
        {"uniq --group reverse", "uniq reverse"},
        {"join ''", "join()"},
        {"filter a -v count", "filter(a) count"},
        {"top 3 -n -f 2 limit 1", "top(3) limit(1)"},
        {"group 1 sum:2 --skip-bad sort -r", "group(1,sum:2) sort"},
        {"filter a -- count", "filter(a) count"},
        {"filter -i a -w", "filter(a)"},
        {"filter -e a -i count", "filter() count"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rig r;
        struct gf_buf b = {0};
        rig_init(&r);
        CHECK_ROW(rig_read(&r, rows[i].words) == 0, "%s: %s", rows[i].words, r.fault.text);
        for (size_t k = 0; k < r.chain.n; k++) {
            const struct gf_node *n = &r.chain.node[k];
            gf_buf_printf(&b, "%s%s", k ? " " : "", n->op->cli->name);
            for (int o = 0; o < n->op->operands; o++)
                gf_buf_printf(&b, "%s%s", o ? "," : "(", n->operand[o] ? n->operand[o] : "");
            if (n->op->operands)
                gf_buf_putc(&b, ')');
        }
        CHECK_ROW(b.data && strcmp(b.data, rows[i].ops) == 0, "%s: %s, not %s", rows[i].words,
                  b.data, rows[i].ops);
        gf_buf_release(&b);
        rig_release(&r);
    }
}

TEST(stream_chain, options_are_kept_where_they_belong)
{
    struct rig r;
    rig_init(&r);
    REQUIRE(rig_read(&r, "enumerate --start -7 uniq -ci distinct --max=3 sort -rn -u "
                         "sample --seed 18446744073709551615 2 batch --join '\\x2c' 4") == 0);
    const struct gf_node *n = r.chain.node;
    REQUIRE(r.chain.n == 6);
    CHECK_INT(n[0].start, -7);
    CHECK(n[1].counts && n[1].order.fold && !n[1].has_max);
    CHECK_INT(n[1].start, 1);
    CHECK(n[2].has_max && n[2].max == 3 && !n[2].counts);
    CHECK(n[3].reverse && n[3].unique && n[3].order.type == GF_KEY_NUMBER && !n[3].check);
    CHECK(n[4].has_seed && n[4].seed == UINT64_MAX && n[4].number == 2);
    CHECK_STR(n[5].text.data, ",");
    CHECK_INT(n[5].number, 4);
    CHECK_INT(r.fault.status, 0);
    rig_release(&r);
}

TEST(stream_chain, options_behind_operands_are_the_same)
{
    static const char *const rows[][2] = {
        {"top 10 -n", "top -n 10"},
        {"top 10 -r -f 2", "top -rf 2 10"},
        {"sample 3 --seed 7", "sample --seed 7 3"},
        {"filter a -v", "filter -v a"},
        {"filter b -iw", "filter -iw b"},
        {"filter b -F -w count", "filter -Fw b count"},
        {"where 2 -gt 3 --strict count", "where --strict 2 -gt 3 count"},
        {"batch 2 --join , count", "batch --join , 2 count"},
        {"group 1 join:2 --join +", "group --join + 1 join:2"},
        {"join , -f 2", "join -f 2 ,"},
        {"percentile 50 -f 2", "percentile -f 2 50"},
    };
    static const char lines[] = "b 3\na 10\nab 7\nB 5\nc 1\n";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rig r, before;
        rig_init(&r);
        rig_init(&before);
        const char *got = rig_run(&r, rows[i][0], lines, (struct rig_how){0});
        const char *want = rig_run(&before, rows[i][1], lines, (struct rig_how){0});
        CHECK_ROW(*want && *want != '!' && strcmp(got, want) == 0, "%s: %s, not %s", rows[i][0],
                  got, want);
        rig_release(&r);
        rig_release(&before);
    }
}

TEST(stream_chain, errors_and_their_places)
{
    static const struct {
        const char *words, *want, *hint; /* hint: a part of it */
    } rows[] = {
        {"", "!2 no operation was given", "--help"},
        {"fliter a", "!2 chain 0+6 unknown operation 'fliter'", "did you mean 'filter'?"},
        {"count grep a", "!2 chain 6+4 unknown operation 'grep'", "grep is filter here"},
        {"stats1 a", "!2 chain 0+6 unknown operation 'stats1'", "stats1 of mlr is group here"},
        {"filter -o a", "!2 chain 7+2 unknown option '-o'", "-o of grep is matches here"},
        {"filter a -o", "!2 chain 9+2 unknown option '-o'", "-o of grep is matches here"},
        {"filter a -e b", "!2 chain 12+1 the pattern is given twice", "in place of the operand"},
        {"filter a --patterns b", "!2 chain 20+1 the pattern is given twice", ""},
        {"filter -- a -v", "!2 chain 12+2 unknown operation '-v'", "filter stand before its --"},
        {"sort -n 2 -g", "!2 chain 8+1 unknown operation '2'", ": sort -f 2 -n"},
        {"filter -x a -w", "!2 chain 12+2 -x does not go with -w: ", ""},
        {"sample 3 --seed 1 --seed 2", "!2 chain 25+1 option '--seed' is given twice", ""},
        {"fields 1 2 3- count", "!2 chain 9+1 unknown operation '2'", ": fields 1,2,3-"},
        {"fields 1 zz", "!2 chain 9+2 unknown operation 'zz'", "lists"},
        {"sum 2", "!2 chain 4+1 unknown operation '2'", ": sum -f 2"},
        {"sum 1-3", "!2 chain 4+3 unknown operation '1-3'", ": sum -f 1"},
        {"distinct 1-3", "!2 chain 9+3 unknown operation '1-3'", ": distinct -f 1-3"},
        {"percentile 95 2", "!2 chain 14+1 unknown operation '2'", ": percentile -f 2 95"},
        {"join '; ' 2", "!2 chain 8+1 unknown operation '2'", ": join -f 2 '; '"},
        {"count 2", "!2 chain 6+1 unknown operation '2'", "lists"},
        {"sum:1-3", "!2 chain 0+7 unknown operation 'sum:1-3'", "it is sum -f 1, with them"},
        {"mean:2", "!2 chain 0+6 unknown operation 'mean:2'", "mean -f 2, with them group 1 mean"},
        {"p95:2", "!2 chain 0+5 unknown operation 'p95:2'", "it is percentile -f 2 95, with them"},
        {"count:2", "!2 chain 0+7 unknown operation 'count:2'", ""},
        {"dedupe", "!2 chain 0+6 unknown operation 'dedupe'", "dedupe is distinct here"},
        {"count zzzzzz", "!2 chain 6+6 unknown operation 'zzzzzz'", "--help lists"},
        {"upper ''", "!2 chain 6+0 unknown operation ''", "--help lists"},
        {"then count", "!2 chain 0+4 unknown operation 'then'", ""},
        {"upper then", "!2 chain 6+4 unknown operation 'then'", ""},
        {"upper then then upper", "!2 chain 11+4 unknown operation 'then'", ""},
        {"upper limit", "!2 chain 11+0 'limit' needs 1 operand", "limit N"},
        {"where 1 ==", "!2 chain 10+0 'where' needs 3 operands", "where [options]"},
        {"collect count", "!2 chain 8+5 nothing can follow 'collect'", ""},
        {"any a then count", "!2 chain 11+5 nothing can follow 'any'", ""},
        {"upper sort --merge", "!2 chain 6+4 sort --merge has to be the first operation", ""},
        {"upper --nix", "!2 chain 6+5 unknown option '--nix'", ""},
        {"upper sort -nq", "!2 chain 11+3 unknown option '-q'", ""},
        {"filter -e", "!2 chain 7+2 option '-e' needs an argument", ""},
        {"limit x", "!2 number 0+1", ""},
        {"limit -1", "!2 number 0+", ""},
        {"limit 9223372036854775808", "!2 number 0+", ""},
        {"every 0", "!2 number 0+1", ""},
        {"batch 0", "!2 number 0+1", ""},
        {"enumerate --start 1x", "!2 value of enumerate --start 1+1", ""},
        {"uniq --max 0", "!2 value of uniq --max 0+1", ""},
        {"sort -k 1,0", "!2 value of sort -k 2+1", ""},
        {"sort --key=1,0", "!2 value of sort --key 2+1", ""},
        {"fields 1,,2", "!2 field list 2+", ""},
        {"filter 'a('", "!2 pattern 2+", ""},
        {"split 'a\\q'", "!2 separator 1+2 unknown escape", ""},
        {"join '\\x4'", "!2 separator 0+2 unknown escape", ""},
        {"batch --join '\\q' 2", "!2 value of --join 0+2 unknown escape", ""},
        {"map 's/(/x/'", "!2 expression 3+", ""},
        {"percentile 50,101", "!2 percentiles 3+3 a percentile is a number from 0 to 100", ""},
        {"percentile 50,", "!2 percentiles 3+0 a percentile is a number from 0 to 100", ""},
        {"sort -ng", "!2 chain 5+3 -n does not go with -g: ", "leave one of them out"},
        {"sort -nd", "!2 chain 5+3 -d does not go with -n: ", ""},
        {"sort --check --merge", "!2 chain 13+7 --check does not go with --merge: ", ""},
        {"sort --seed 1", "!2 chain 12+1 --seed needs -R, -k or -f: ", "add one of these"},
        {"sort --seed 1 -k 2n", "!2 sort: --seed goes with -R", ""},
        {"sort -r -k 1,1n", "!2 sort: an option for all keys changes none", "-k 2,2nr"},
        {"sort -k 1,1Md", "!2 value of sort -k 0+5 d, f and i do not go with g", ""},
        {"sort -f 1,2nf", "!2 value of sort -f 0+5 d, f and i do not go with g", ""},
        {"sort --check count", "!2 chain 13+5 nothing can follow 'sort --check'", ""},
        {"top -V --ignore-case 3", "!2 chain 7+13 --ignore-case does not go with -V: ", ""},
        {"filter -x -w a", "!2 chain 10+2 -x does not go with -w: ", ""},
        {"where --strict 1 eq a", "!2 where: --strict is about numbers", "leave --strict out"},
        {"group --join , 1 count", "!2 group: --join is about join:F", "leave --join out"},
        {"group --skip-bad 1 count", "!2 group: --skip-bad is about numbers", ""},
        {"reduce --skip-bad concat", "!2 reduce: --skip-bad is about numbers", ""},
        {"filter -e a -x -w", "!2 chain 15+2 -x does not go with -w: ", ""},
        {"filter -f 1,2 a", "!2 filter: -f takes one field, not '1,2'", ""},
        {"sum -f 1-2", "!2 sum: -f takes one field, not '1-2'", ""},
        {"uniq --group=x", "!2 bad value of --group 'x': it is separate", ""},
        {"uniq -c --group", "!2 chain 8+7 --group does not go with -c: ", ""},
        {"distinct --last --max 2", "!2 chain 22+1 --last does not go with --max: ", ""},
        {"distinct -c --max 2", "!2 chain 18+1 --max does not go with -c: ", ""},
        {"distinct -f 1 -k 2", "!2 chain 17+1 -f does not go with -k: ", ""},
        {"where 1-2 == 1", "!2 where: one field is compared, not '1-2'", ""},
        {"where 1 = 1", "!2 where: unknown comparison '='", "-eq"},
        {"where 1 == x", "!2 where: 'x' is no number", ""},
        {"where 1 == nan", "!2 where: 'nan' is no number", ""},
        {"where 1 '~' '('", "!2 pattern 1+", ""},
        {"reduce avg", "!2 reduce: unknown reduction 'avg'", "sum, min, max or concat"},
        {"group 1 count:2", "!2 aggregate 5+2 count takes no field", ""},
        {"filter --patterns /nowhere/at-all", "!125 cannot open '/nowhere/at-all': ", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rig r;
        rig_init(&r);
        const char *got = rig_run(&r, rows[i].words, "", (struct rig_how){0});
        CHECK_ROW(strncmp(got, rows[i].want, strlen(rows[i].want)) == 0, "%s: %s, not %s",
                  rows[i].words, got, rows[i].want);
        CHECK_ROW(strstr(r.fault.hint, rows[i].hint) != NULL, "%s: the hint is \"%s\"",
                  rows[i].words, r.fault.hint);
        CHECK_ROW(!r.fault.subject ||
                      r.fault.where.col + r.fault.where.len <= strlen(r.fault.subject),
                  "%s: the place is outside of '%s'", rows[i].words, r.fault.subject);
        rig_release(&r);
    }
}

TEST(stream_chain, an_unknown_word_is_pointed_at)
{
    struct rig r;
    rig_init(&r);
    CHECK_INT(rig_read(&r, "upper nix count"), -1);
    REQUIRE(r.chain.unknown != NULL);
    CHECK(r.chain.unknown == r.words + 1);
    CHECK_STR(r.fault.subject, "upper nix count");
    CHECK(r.chain.help == NULL);
    rig_reset(&r);
    CHECK_INT(rig_read(&r, "upper limit"), -1);
    CHECK(r.chain.unknown == NULL);
    rig_release(&r);
}

TEST(stream_chain, help_is_no_fault)
{
    static const char *const rows[][2] = {
        {"upper limit --help", "limit"},
        {"sort -n -h -V", ""}, /* of sort -h is human, -V versions */
        {"limit -h", "limit"},
        {"upper --version count", "upper"},
        {"filter --help", "filter"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rig r;
        rig_init(&r);
        CHECK_ROW(rig_read(&r, rows[i][0]) == -1, "%s", rows[i][0]);
        CHECK_ROW((r.chain.help != NULL) == (*rows[i][1] != '\0'), "%s", rows[i][0]);
        CHECK_ROW((r.fault.status == 0) == (*rows[i][1] != '\0'), "%s: %d", rows[i][0],
                  r.fault.status);
        if (r.chain.help)
            CHECK_STR(r.chain.help->name, rows[i][1]);
        rig_release(&r);
    }
}

TEST(stream_chain, a_word_longer_than_what_is_shown)
{
    enum {
        LONG = (1 << 20) + 10
    };
    char *text = malloc(LONG + 1);
    REQUIRE(text != NULL);
    memset(text, 'a', LONG);
    text[LONG] = '\0';
    char join[] = "join", nix[] = "nix";
    char *words[] = {join, text, nix};
    struct rig r;
    rig_init(&r);
    CHECK_INT(gf_chain_read(&r.chain, words, 3, &r.set, NULL, &r.fault), -1);
    CHECK_STR(r.fault.where.what, "unknown operation 'nix'");
    REQUIRE(r.fault.subject != NULL);
    CHECK(strlen(r.fault.subject) <= 1 << 20);
    CHECK(r.fault.where.col <= strlen(r.fault.subject));
    rig_release(&r);
    free(text);
}

TEST(stream_chain, every_operation_is_found_by_its_name)
{
    for (size_t i = 0; gf_stream_cli.subs[i]; i++) {
        const struct gf_op *op = gf_op_find(gf_stream_cli.subs[i]->name);
        CHECK_ROW(op && op->cli == gf_stream_cli.subs[i], "%s", gf_stream_cli.subs[i]->name);
        CHECK_ROW(op && op->check && op->open && op->operands <= 3, "%s",
                  gf_stream_cli.subs[i]->name);
    }
    CHECK(gf_op_find("") == NULL);
    CHECK(gf_op_find("Filter") == NULL);
    CHECK(gf_op_find("filte") == NULL);
    CHECK(gf_op_find("filters") == NULL);
}

TEST(stream_chain, released_twice_and_when_empty)
{
    struct gf_chain c = {0};
    gf_chain_release(&c);
    struct rig r;
    rig_init(&r);
    REQUIRE(rig_read(&r, "sort -f 1n group 1 join:2 template '{1}' map s/a/b/ filter x") == 0);
    gf_chain_fuse(&r.chain);
    gf_chain_release(&r.chain);
    CHECK(r.chain.node == NULL && r.chain.n == 0 && r.chain.dropped == 0);
    gf_chain_release(&r.chain);
    rig_release(&r);
}

/* ---- opening --------------------------------------------------------------------------------- */

TEST(stream_chain, what_cannot_be_opened_leaves_the_source_to_the_caller)
{
    static const char *const rows[] = {"except /nowhere/at-all",
                                       "upper sort intersect /nowhere/at-all count",
                                       "upper peek /nowhere/at-all", "group 1 median:1 except /"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rig r;
        rig_init(&r);
        REQUIRE(rig_read(&r, rows[i]) == 0);
        CHECK_ROW(rig_open(&r, (struct rig_how){0}) == -1, "%s", rows[i]);
        CHECK_INT(r.st.fault.status, GF_EXIT_TOOL);
        rig_add(&r, "x", 1);
        CHECK_INT(gf_stage_pull(r.source, 5), 1); /* it is alive */
        CHECK_INT(r.source->n, 1);
        rig_release(&r);
    }
}

TEST(stream_chain, the_budget_is_shared_by_those_that_hold_data)
{
    static const struct {
        const char *words;
        unsigned holders;
    } rows[] = {{"upper trim", 1},
                {"sort", 1},
                {"sort upper distinct", 2},
                {"sort tail 2 group 1 count join ,", 4}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rig r;
        rig_init(&r);
        REQUIRE(rig_read(&r, rows[i].words) == 0);
        CHECK_INT(rig_open(&r, (struct rig_how){0}), 0);
        CHECK_ROW(r.st.share == r.set.memory / rows[i].holders, "%s: %zu", rows[i].words,
                  r.st.share);
        rig_release(&r);
    }
}

/* ---- the text of a chain file ---------------------------------------------------------------- */

static void check_split(const char *text, size_t len, const char *const *want, size_t n)
{
    struct gf_fault f = {0};
    char **words = NULL;
    size_t got = 99;
    int r = gf_chain_split(text, len, &words, &got, &f);
    CHECK_ROW(r == 0 && got == n && f.status == 0, "'%s': %d, %zu words, not %zu", text, r, got, n);
    for (size_t i = 0; i < got; i++) {
        CHECK_ROW(i >= n || strcmp(words[i], want[i]) == 0, "'%s': word %zu is '%s', not '%s'",
                  text, i, words[i], i < n ? want[i] : "none");
        free(words[i]);
    }
    CHECK_ROW(!words || words[got] == NULL, "'%s': no end", text);
    free(words);
    gf_fault_release(&f);
}

TEST(stream_chain, split)
{
    static const struct {
        const char *text;
        size_t n;
        const char *want[4];
    } rows[] = {
        {"", 0, {0}},
        {" \t\r\n ", 0, {0}},
        {"# nothing", 0, {0}},
        {"a", 1, {"a"}},
        {" a\tb\r\nc\n", 3, {"a", "b", "c"}},
        {"a# b", 2, {"a#", "b"}},
        {"a # b\nc", 2, {"a", "c"}},
        {"#x\n#y\na", 1, {"a"}},
        {"'' \"\"", 2, {"", ""}},
        {"'a b'c\"d e\"", 1, {"a bcd e"}},
        {"'a\\b'", 1, {"a\\b"}},
        {"\"a\\b\\\"c\\\\\"", 1, {"a\\b\"c\\"}},
        {"\\'a\\ b\\#", 1, {"'a b#"}},
        {"\\# c", 2, {"#", "c"}},
        {"'#'\n", 1, {"#"}},
        {"a\\", 1, {"a\\"}},
        {"'a\nb'", 1, {"a\nb"}},
        {"a\\\nb", 1, {"ab"}},
        {"a \\\n b\\\r\n\tc \\\n", 3, {"a", "b", "c"}},
        {"a \\\n# b\nc", 2, {"a", "c"}},
        {"'a\\\nb'", 1, {"a\\\nb"}},
        {"\"a\\\nb\\\r\nc\"", 1, {"abc"}},
        {"\"a\\$ \\` \\n \\\r\"", 1, {"a$ ` \\n \\\r"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_split(rows[i].text, strlen(rows[i].text), rows[i].want, rows[i].n);
}

TEST(stream_chain, split_ends_where_the_length_says)
{
    static const char *const one[] = {"ab"};
    check_split("abcd", 2, one, 1);
    check_split("ab 'cd", 3, one, 1);
}

TEST(stream_chain, split_refuses)
{
#define TEXT(s) s, sizeof s - 1
    static const struct {
        const char *text;
        size_t len;
        size_t line;
    } rows[] = {
        {TEXT("'"), 1},         {TEXT("a\n'b"), 2},
        {TEXT("a 'b\nc\n"), 1}, {TEXT("\na # '\n\"b'\n"), 3},
        {TEXT("\"a\\\""), 1},   {TEXT("a\0b"), 1},
        {TEXT("\n\n\0"), 3},    {TEXT("a b 'c\n\0d'"), 2},
        {TEXT("\"c\0d\""), 1},  {TEXT("\"c\\\0d\""), 1},
        {TEXT("c\\\0d"), 1},    {TEXT("a \\\n'a\0"), 2},
    };
#undef TEXT
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_fault f = {0};
        char **words = NULL;
        size_t n = 0;
        CHECK_ROW(gf_chain_split(rows[i].text, rows[i].len, &words, &n, &f) == -1, "row %zu", i);
        CHECK_ROW(f.status == GF_EXIT_USAGE, "row %zu: status %d", i, f.status);
        char at[40];
        snprintf(at, sizeof at, "line %zu of the chain file: ", rows[i].line);
        CHECK_ROW(strncmp(f.text, at, strlen(at)) == 0, "row %zu: '%s', not '%s'", i, f.text, at);
        for (size_t k = 0; k < n; k++)
            free(words[k]);
        free(words);
        gf_fault_release(&f);
    }
}

/* Any words, quoted in one of three ways, are the same words again. */
TEST(stream_chain, split_takes_back_what_was_quoted)
{
    static const char letters[] = "ab '\"\\#\n\t\r$`";
    uint64_t seed = 88172645463325252u;
    for (int round = 0; round < 3000; round++) {
        char word[4][8];
        const char *want[4];
        struct gf_buf text = {0};
        size_t n = rig_random(&seed, 5);
        gf_buf_puts(&text, "");
        for (size_t i = 0; i < n; i++) {
            size_t len = rig_random(&seed, 7);
            for (size_t k = 0; k < len; k++)
                word[i][k] = letters[rig_random(&seed, sizeof letters - 1)];
            word[i][len] = '\0';
            want[i] = word[i];
            int way = len ? (int)rig_random(&seed, 3) : 1;
            if ((way == 1 && memchr(word[i], '\'', len)) ||
                (way == 0 && memchr(word[i], '\n', len)))
                way = 2;
            gf_buf_puts(&text, way == 0 ? "" : way == 1 ? "'" : "\"");
            for (size_t k = 0; k < len; k++) {
                if (way == 0 || (way == 2 && strchr("\"\\$`", word[i][k])))
                    gf_buf_putc(&text, '\\');
                gf_buf_putc(&text, word[i][k]);
            }
            gf_buf_puts(&text, way == 0 ? " " : way == 1 ? "'\n" : "\"\t");
        }
        check_split(text.data, text.len, want, n);
        gf_buf_release(&text);
    }
}
