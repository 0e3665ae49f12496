/* net_filename.c - net/filename: names by out, id and URL, and that none leads elsewhere. */
#include "net/filename.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "net/request.h"
#include "test.h"

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

/* What the head of filename.h promises of a name. */
static bool is_safe(const char *name)
{
    for (const char *p = name; *p; p++)
        if (*p == '/' || iscntrl((unsigned char)*p))
            return false;
    return *name && *name != '.' && *name != '-' && strlen(name) <= GF_FILENAME_MAX &&
           !ends_with(name, ".part") && !ends_with(name, ".part.etag");
}

static const char *name_of(const char *out, const char *id, const char *text)
{
    static char name[GF_FILENAME_SIZE];
    struct gf_url u;
    struct gf_net_why why = {0};
    if (gf_url_parse(&u, text, strlen(text), NULL) != GF_NET_OK)
        return "(no URL)";
    enum gf_net_error e = gf_filename_make(name, out, id, &u, &why);
    gf_url_release(&u);
    if (e == GF_NET_OK)
        CHECK_ROW(is_safe(name), "%s", name);
    else
        CHECK_ROW(e == GF_NET_BAD_REQUEST && why.what[0], "%s", why.what);
    return e == GF_NET_OK ? name : "(refused)";
}

/* ten bytes */
#define X10 "xxxxxxxxxx"
#define X40 X10 X10 X10 X10
#define X120 X40 X40 X40

/* A `*` stands for ten hexadecimal digits. */
static bool is_like(const char *name, const char *want)
{
    for (; *want; want++) {
        if (*want != '*') {
            if (*name++ != *want)
                return false;
            continue;
        }
        if (strspn(name, "0123456789abcdef") < 10)
            return false;
        name += 10;
    }
    return !*name;
}

TEST(net_filename, by_url)
{
    static const struct {
        const char *url, *want;
    } rows[] = {
        {"http://h/report.pdf", "report-*.pdf"},
        {"http://h/a/b/report.pdf", "report-*.pdf"},
        {"http://h/a/b/", "b-*"},
        {"http://h/a.tar.gz//", "a.tar-*.gz"},
        {"http://h/", "index-*"},
        {"http://h", "index-*"},
        {"http://h?a/b.c", "index-*"},
        {"http://h/x?a/b.c", "x-*"},
        {"http://h/x#a/b.c", "x-*"},
        {"http://me:secret@h/x.y", "x-*.y"},
        /* made harmless */
        {"http://h/a%2Fb", "a_2Fb-*"},
        {"http://h/..%2f..%2fetc%2fpasswd", "_._2f.._2fetc_2fpasswd-*"},
        {"http://h/\xc3\xa4.txt", "__-*.txt"},
        {"http://h/a'b;c&$(d)`e`|f*", "a_b_c___d__e__f_-*"},
        {"http://h/.bashrc", "_bashrc-*"},
        {"http://h/..", "_.-*"},
        {"http://h/.", "_-*"},
        {"http://h/...", "_..-*"},
        {"http://h/-rf", "_rf-*"},
        {"http://h/-rf.x", "_rf-*.x"},
        {"http://h/~", "_-*"},
        /* what is behind the last dot */
        {"http://h/x.part", "x-*"},
        {"http://h/x.part.etag", "x.part-*.etag"},
        {"http://h/x.a%20b", "x.a_20b-*"},
        {"http://h/x.", "x.-*"},
        {"http://h/x.123456789012345", "x-*.123456789012345"},
        {"http://h/x.1234567890123456", "x.1234567890123456-*"},
        {"http://h/.x.y", "_x-*.y"},
        /* long ones are cut */
        {"http://h/" X120, X120 "-*"},
        {"http://h/" X120 "x", X120 "-*"},
        {"http://h/" X120 X120 ".123456789012345", X120 "-*.123456789012345"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *name = name_of(NULL, NULL, rows[i].url);
        CHECK_ROW(is_like(name, rows[i].want), "%s: %s, not %s", rows[i].url, name, rows[i].want);
        CHECK_STR(name_of(NULL, "", rows[i].url), name);
    }
}

/* `printf http://h/report.pdf | sha256sum` */
TEST(net_filename, digits)
{
    CHECK_STR(name_of(NULL, NULL, "http://h/report.pdf"), "report-88d532ea40.pdf");
    CHECK_STR(name_of(NULL, NULL, "http://me:secret@h/report.pdf#a"), "report-88d532ea40.pdf");
    char first[GF_FILENAME_SIZE];
    snprintf(first, sizeof first, "%s", name_of(NULL, NULL, "http://h/a/report.pdf"));
    CHECK(strcmp(first, name_of(NULL, NULL, "http://h/b/report.pdf")) != 0);
    snprintf(first, sizeof first, "%s", name_of(NULL, NULL, "http://h/report.pdf?1"));
    CHECK(strcmp(first, name_of(NULL, NULL, "http://h/report.pdf?2")) != 0);
    snprintf(first, sizeof first, "%s", name_of(NULL, "a/b", "http://h/"));
    CHECK(strcmp(first, name_of(NULL, "a?b", "http://h/")) != 0);
}

TEST(net_filename, by_id)
{
    static const struct {
        const char *id, *want;
    } rows[] = {
        {"7", "7"},
        {"a.b_c-D", "a.b_c-D"},
        {"a b", "a_b-*"},
        {"a/b", "a_b-*"},
        {"../../etc/passwd", "_._.._etc_passwd-*"},
        {"..", "_.-*"},
        {".", "_-*"},
        {"/", "_-*"},
        {".x", "_x-*"},
        {"-x", "_x-*"},
        {"--", "_--*"},
        {"a\nb", "a_b-*"},
        {"\x1b[2J", "__2J-*"},
        {"\xc3\xa4", "__-*"},
        {"x.part", "x.part-*"},
        {"x.part.etag", "x.part.etag-*"},
        {".part", "_part-*"},
        {"x.part ", "x.part_-*"},
        {"part", "part"},
        {X120, X120},
        {X120 "x", X120 "-*"},
        {X120 "/", X120 "-*"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *name = name_of(NULL, rows[i].id, "http://h/u.v");
        CHECK_ROW(is_like(name, rows[i].want), "'%s': %s, not %s", rows[i].id, name, rows[i].want);
    }
}

TEST(net_filename, by_out)
{
    static const struct {
        const char *out;
        bool want;
    } rows[] = {
        {"a", true},        {"a b", true},      {"\xc3\xa4;*", true}, {"a.", true},
        {"part", true},     {"a.part.x", true}, {X120 X40 X40, true}, {X120 X40 X40 "x", false},
        {"", false},        {".", false},       {"..", false},        {".a", false},
        {"-a", false},      {"-", false},       {"a/b", false},       {"/a", false},
        {"a/", false},      {"../a", false},    {"a\nb", false},      {"a\x7f", false},
        {"\x1b[2J", false}, {"a.part", false},  {".part", false},     {"a.part.etag", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_STR(name_of(rows[i].out, "id", "http://h/u.v"),
                  rows[i].want ? rows[i].out : "(refused)");
}

/* ---- at random ------------------------------------------------------------------------------- */

/* Text of parts that are likely to go wrong, up to `size - 1` bytes. */
static void make(char *text, size_t size, uint64_t *seed)
{
    static const char *const parts[] = {
        ".",  "..",       "/",  "-",   ".part", ".etag", ".part.etag", "%2f",  "a",
        "B7", "\xc3\xa4", "\\", "~",   "*",     " ",     "\n",         "\x7f", "?",
        "#",  ":",        "@",  "x.y", X40,     X120,    "\x01",       "\xff", "_"};
    size_t n = 0, most = gf_random_seeded(seed, 12);
    text[0] = '\0';
    for (size_t i = 0; i < most; i++) {
        const char *part = parts[gf_random_seeded(seed, sizeof parts / sizeof parts[0] - 1)];
        if (n + strlen(part) >= size)
            break;
        n = (size_t)(stpcpy(text + n, part) - text);
    }
}

/* name_of looks at each. */
TEST(net_filename, random)
{
    uint64_t seed = 23;
    size_t urls = 0, outs = 0;
    for (int round = 0; round < 30000; round++) {
        char url[1000] = "http://h/", text[1000];
        make(url + strlen(url), sizeof url - strlen(url), &seed);
        make(text, sizeof text, &seed);
        urls += strcmp(name_of(NULL, NULL, url), "(no URL)") != 0;
        outs += strcmp(name_of(text, NULL, "http://h/"), "(refused)") != 0;
        name_of(NULL, text, "http://h/");
    }
    CHECK_ROW(urls > 10000, "%zu URLs", urls);
    CHECK_ROW(outs > 1000, "%zu names", outs);
}
