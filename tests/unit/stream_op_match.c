/* What asks of a record whether it matches, and what changes text: filter and where with fields,
 * take-while and drop-while, any, all and none, matches, map, upper, lower, trim, enumerate. */
#include "stream_rig.h"

#include <stdio.h>

TEST(stream_op_match, filter)
{
    static const struct rig_case cases[] = {
        {"filter a", "", ""},
        {"filter a", "a\nb\nca", "a\nca\n"},
        {"reject a", "a\nb\n\nca", "b\n\n"},
        {"filter ''", "a\n\n", "a\n\n"},
        {"filter -x ''", "a\n\n", "\n"},
        {"filter -i A", "a\nB\n", "a\n"},
        {"filter -F a.", "ab\na.\n", "a.\n"},
        {"filter -w a", "ab\nb a\n", "b a\n"},
        {"filter -Fxi A", "a\nab\n", "a\n"},
        {"filter -f 2 a", "a b\nb a\na\n", "b a\n"},
        {"filter -f 2 ''", "a b\na\n", "a b\na\n"},
        {"filter -f -1 -x a", "a b\nb a\na\n", "b a\na\n"},
        {"reject -f 2 a", "a b\nb a\na\n", "a b\na\n"},
        {"filter -e -a", "-a\na\n", "-a\n"},
        {"filter a filter b", "ab\na\nb\n", "ab\n"},
        {"filter '^$'", "\na\n", "\n"},
    };
    struct rig r;
    rig_init(&r);
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

TEST(stream_op_match, where)
{
    static const struct rig_case cases[] = {
        {"where 1 == 1", "1\n1.0\n01\n2\nx\n\n1 x\n", "1\n1.0\n01\n1 x\n"},
        {"where 1 '!=' 1", "1\n2\nx\n", "2\n"},
        {"where 2 -lt 0", "a -1\nb 0\nc -0.5\nd\n", "a -1\nc -0.5\n"},
        {"where -1 -ge 1e2", "a 99\nb 100\nc 1e3\n", "b 100\nc 1e3\n"},
        {"where 1 '<=' inf", "1\ninf\nnan\n", "1\ninf\n"},
        {"where 1 '>' -inf", "1\n-inf\n", "1\n"},
        {"where 1 -eq 9007199254740993", "9007199254740992\n9007199254740993\n",
         "9007199254740993\n"},
        {"where 1 eq 1", "1\n1.0\n", "1\n"},
        {"where 1 ne 1", "1\n1.0\n\n", "1.0\n\n"},
        {"where 2 lt b", "x a\nx b\nx aa\nx\n", "x a\nx aa\nx\n"},
        {"where 1 ge b", "a\nb\nba\n", "b\nba\n"},
        {"where 1 '~' '^a'", "a b\nb a\n", "a b\n"},
        {"where 2 '!~' a", "a b\nb a\na\n", "a b\na\n"},
        {"where --strict 1 == 1", "1\n2\n", "1\n"},
        {"where --strict 2 == 1", "a 1\nb\n", "a 1\n!123 where: record 2 is no number: ''"},
    };
    struct rig r;
    rig_init(&r);
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

/* Every comparison of numbers and of bytes, on small numbers in one digit, where both agree. */
TEST(stream_op_match, where_compares)
{
    static const struct {
        const char *number, *dashed, *bytes;
        bool less, equal, more;
    } rows[] = {
        {"==", "-eq", "eq", false, true, false}, {"!=", "-ne", "ne", true, false, true},
        {"<", "-lt", "lt", true, false, false},  {"<=", "-le", "le", true, true, false},
        {">", "-gt", "gt", false, false, true},  {">=", "-ge", "ge", false, true, true},
    };
    struct rig r;
    rig_init(&r);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int form = 0; form < 3; form++) {
            char words[40], want[8];
            snprintf(words, sizeof words, "where 1 '%s' 5",
                     form == 0   ? rows[i].number
                     : form == 1 ? rows[i].dashed
                                 : rows[i].bytes);
            snprintf(want, sizeof want, "%s%s%s", rows[i].less ? "4\n" : "",
                     rows[i].equal ? "5\n" : "", rows[i].more ? "6\n" : "");
            const char *got = rig_run(&r, words, "4\n5\n6\n", (struct rig_how){0});
            CHECK_ROW(strcmp(got, want) == 0, "%s: %s", words, got);
        }
    rig_release(&r);
}

TEST(stream_op_match, while_it_matches)
{
    static const struct rig_case cases[] = {
        {"take-while a", "", ""},
        {"take-while a", "a\nab\nb\na\n", "a\nab\n"},
        {"take-while a", "b\na\n", ""},
        {"take-while a", "a\na\n", "a\na\n"},
        {"drop-while a", "", ""},
        {"drop-while a", "a\nab\nb\na\n", "b\na\n"},
        {"drop-while a", "a\na\n", ""},
        {"drop-while a", "b\na\n", "b\na\n"},
        {"take-while -f 2 a", "x a\ny a\nz\n", "x a\ny a\n"},
        {"drop-while '^#' take-while .", "#\na\n#\n\nb\n", "a\n#\n"},
    };
    struct rig r;
    rig_init(&r);
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

TEST(stream_op_match, answers)
{
    static const struct {
        const char *words, *lines;
        int answer;
    } rows[] = {
        {"any a", "", 1},         {"any a", "b\na\nb\n", 0},  {"any a", "b\n", 1},
        {"all a", "", 0},         {"all a", "a\nab\n", 0},    {"all a", "a\nb\n", 1},
        {"none a", "", 0},        {"none a", "b\n\n", 0},     {"none a", "b\na\n", 1},
        {"any -f 2 a", "a\n", 1}, {"all -x a", "a\naa\n", 1}, {"none -iF A", "a\n", 1},
    };
    struct rig r;
    rig_init(&r);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t k = 0; k < RIG_HOWS; k++) {
            CHECK_STR(rig_run(&r, rows[i].words, rows[i].lines, rig_hows[k]), "");
            CHECK_ROW(r.st.answer == rows[i].answer, "%s on \"%s\" answers %d", rows[i].words,
                      rows[i].lines, r.st.answer);
        }
    rig_release(&r);
}

TEST(stream_op_match, matches)
{
    static const struct rig_case cases[] = {
        {"matches a", "", ""},
        {"matches a", "banana\nx\na", "a\na\na\na\n"},
        {"matches 'a.'", "banana\n", "an\nan\n"},
        {"matches 'x*'", "axxbx\n\n", "xx\nx\n"}, /* empty matches are none */
        {"matches 'a(.)'", "abac\n", "b\nc\n"},
        {"matches 'a(x)?'", "abax\n", "x\n"},
        {"matches -i A", "aA\n", "a\nA\n"},
        {"matches -F .", "a.b\n", ".\n"},
        {"matches '^a'", "aab\n", "a\n"},
        {"matches 'b$'", "abb\n", "b\n"},
        {"matches '[0-9]+' sum", "1 2\n3\n", "6\n"},
    };
    struct rig r;
    rig_init(&r);
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

TEST(stream_op_match, map)
{
    static const struct rig_case cases[] = {
        {"map s/a/b/", "", ""},
        {"map s/a/b/", "aa\nx\n", "ba\nx\n"},
        {"map s/a/b/g", "aa\nx\n", "bb\nx\n"},
        {"map 's/(.)(.)/$2$1/'", "ab\n", "ba\n"},
        {"map s/a//g", "aa\n", "\n"},
        {"map y/abc/xyz/", "cab\n", "zxy\n"},
        {"map 's/^$/-/'", "\na\n", "-\na\n"},
    };
    struct rig r;
    rig_init(&r);
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

TEST(stream_op_match, text)
{
    static const struct rig_case cases[] = {
        {"upper", "aZ1\xc3\xa4\n\nz{`", "AZ1\xc3\xa4\n\nZ{`\n"},
        {"lower", "Az1\xc3\x84[@\n", "az1\xc3\x84[@\n"},
        {"trim", " \t a b\r\v\f \n \n\nx", "a b\n\n\nx\n"},
        {"enumerate", "a\n\nb", "1\ta\n2\t\n3\tb\n"},
        {"enumerate --start -1", "a\nb\nc\n", "-1\ta\n0\tb\n1\tc\n"},
        {"enumerate --start=9223372036854775807", "a\n", "9223372036854775807\ta\n"},
        {"enumerate --start=9223372036854775806", "a\nb\nc\nd\n",
         "9223372036854775806\ta\n9223372036854775807\tb\n"
         "!125 enumerate: no number is left for record 3: 9223372036854775807 was the last"},
        {"enumerate --start=9223372036854775807 limit 1", "a\nb\n", "9223372036854775807\ta\n"},
        {"enumerate --start=-9223372036854775808", "a\n", "-9223372036854775808\ta\n"},
        {"count", "", "0\n"},
        {"count", "a\n\nb", "3\n"},
        {"limit 2 count", "a\n\nb", "2\n"},
    };
    struct rig r;
    rig_init(&r);
    RIG_CHECK(&r, cases);
    rig_release(&r);
}
