/*
 * elsewhere.c - words that people bring along from sort, uniq, grep and the like.
 *
 * One table for the tool, with the names of commands that stand where an operation is expected, and
 * one for each operation that is a neighbour of a command. Whoever types one is told; the manual
 * page's list is made of the same rows. tests/cli/stream_brought.tsv runs what they name.
 */
#include "stream/elsewhere.h"

#define BEFORE " of gf-stream, before the operation"

const struct gf_opt_elsewhere gf_stream_elsewhere[] = {
    {"-t", "sort", "is -d here: gf-stream -d , sort -k 2n"},
    {"--field-separator", "sort", "is --separator here"},
    {"-z", "sort", "is -0 here"},
    {"--zero-terminated", "sort", "is --null here"},
    {"-S", "sort", "is --memory here"},
    {"--buffer-size", "sort", "is --memory here"},
    {"--parallel", "sort", "is --jobs here"},
    {"--temporary-directory", "sort", "is --tmpdir here"},
    {"--delimiter", "cut", "is --separator here"},
    {"--output-delimiter", "cut", "is --output-separator here"},
    {"-f", "cut", "is the operation fields here: gf-stream -d : fields 1,3"},
    {"-F", "awk", "is -d here, and --separator-re for a regular expression"},
    {"-W", "datamash", "is what happens here without -d"},
    {"--whitespace", "datamash", "is what happens here without -d"},
    {"--fs", "mlr", "is --separator here"},
    {"--ifs", "mlr", "is --separator here"},
    {"--ofs", "mlr", "is --output-separator here"},
    {"--icsv", "mlr", "is --csv --header here: what is read as CSV is written so"},
    {"--itsv", "mlr", "is --tsv --header here: what is read as TSV is written so"},
    {"--inidx", "mlr", "is what happens here without -d"},
    {"grep", "grep", "is filter here"},
    {"egrep", "egrep", "is filter here"},
    {"fgrep", "fgrep", "is filter -F here"},
    {"rg", "rg", "is filter here"},
    {"sed", "sed", "is map here: map 's/a/b/g'"},
    {"tr", "tr", "is map here: map 'y/abc/xyz/'"},
    {"cut", "cut", "is fields here: gf-stream -d : fields 1,3"},
    {"awk", "awk", "is where, fields, template and group here"},
    {"head", "head", "is limit here: limit 10"},
    {"wc", "wc", "is count here"},
    {"tac", "tac", "is reverse here"},
    {"nl", "nl", "is enumerate here"},
    {"cat", "cat", "is collect here, and is not needed"},
    {"shuf", "shuf", "is shuffle here, and sample 10 for ten of them"},
    {"comm", "comm", "is except FILE or intersect FILE here"},
    {"paste", "paste", "is join here, and batch for some records a line"},
    {"tee", "tee", "is peek here: peek FILE"},
    {"sponge", "sponge", "is -o here: gf-stream -o FILE sort"},
    {"groupby", "datamash", "is group here: group 1 sum:2"},
    {"stats1", "mlr", "is group here: group 1 sum:2"},
    {"count-distinct", "mlr", "is group here: group 1 count"},
    {"nest", "mlr", "is split here: split ,"},
    {"put", "mlr", "is set here: set total=price*count"},
    {"step", "mlr", "is scan here: scan sum:2"},
    {"reshape", "mlr", "is pivot here: pivot 1 3 first:2"},
    {"crosstab", "datamash", "is pivot here: pivot 1 3 count"},
    {"rmdup", "datamash", "is distinct here: distinct -f 1"},
    {"perc", "datamash", "is percentile here: percentile 95"},
    {"dedup", "qsv", "is distinct here"},
    {"frequency", "qsv", "is distinct here: distinct -c"},
    {"select", "qsv", "is fields here"},
    {"search", "qsv", "is filter here"},
    {"slice", "qsv", "is skip and limit here: skip 1 limit 2"},
    {"dedupe", "dedupe", "is distinct here"},
    {"unique", "unique", "is distinct here, or uniq for neighbours"},
    {"order", "order", "is sort here"},
    {"avg", "avg", "is mean here: mean -f 2"},
    {"average", "average", "is mean here: mean -f 2"},
    {"sub", "sub", "is map here: map 's/a/b/'"},
    {"gsub", "gsub", "is map here: map 's/a/b/g'"},
    {"replace", "replace", "is map here: map 's/a/b/g'"},
    {"take", "take", "is limit here: limit 10"},
    {"drop", "drop", "is skip here: skip 1"},
    {"freq", "freq", "is distinct here: distinct -c"},
    {0},
};

const struct gf_opt_elsewhere gf_sort_elsewhere[] = {
    {"-t", "sort", "is -d" BEFORE ": gf-stream -d , sort"},
    {"--field-separator", "sort", "is -d" BEFORE ": gf-stream -d , sort"},
    {"-z", "sort", "is -0" BEFORE},
    {"--zero-terminated", "sort", "is -0" BEFORE},
    {"-S", "sort", "is --memory" BEFORE},
    {"--buffer-size", "sort", "is --memory" BEFORE},
    {"--parallel", "sort", "is -j" BEFORE},
    {"-T", "sort", "is -T" BEFORE},
    {"--temporary-directory", "sort", "is -T" BEFORE},
    {"-o", "sort", "is -o" BEFORE ": gf-stream -o FILE sort"},
    {"--output", "sort", "is -o" BEFORE ": gf-stream -o FILE sort"},
    {"-c", "sort", "is --check here"},
    {"-C", "sort", "is --check here"},
    {"-m", "sort", "is --merge here"},
    {"-s", "sort", "is not needed here: equal records keep their order"},
    {"--stable", "sort", "is not needed here: equal records keep their order"},
    {"--numeric-sort", "sort", "is --numeric here"},
    {"--general-numeric-sort", "sort", "is --general here"},
    {"--human-numeric-sort", "sort", "is --human here"},
    {"--month-sort", "sort", "is --month here"},
    {"--random-sort", "sort", "is --random here"},
    {"--random-source", "sort", "is --seed here, which takes a number"},
    {"--dictionary-order", "sort", "is --dictionary here"},
    {"--ignore-leading-blanks", "sort", "is --ignore-blanks here"},
    {"--ignore-nonprinting", "sort", "is --printable here"},
    {0},
};

const struct gf_opt_elsewhere gf_uniq_elsewhere[] = {
    {"-d", "uniq", "is --only-dup here"},
    {"--repeated", "uniq", "is --only-dup here"},
    {"-u", "uniq", "is --only-unique here"},
    {"--unique", "uniq", "is --only-unique here"},
    {"-z", "uniq", "is -0" BEFORE},
    {"--skip-fields", "uniq", "is -k here: -k 2 skips one field"},
    {"-s", "uniq", "is -k here: -k 1.4 skips three bytes"},
    {"--skip-chars", "uniq", "is -k here: -k 1.4 skips three bytes"},
    {0},
};

const struct gf_opt_elsewhere gf_filter_elsewhere[] = {
    {"-c", "grep", "is count here, behind it: filter PAT count"},
    {"--count", "grep", "is count here, behind it: filter PAT count"},
    {"-o", "grep", "is matches here"},
    {"--only-matching", "grep", "is matches here"},
    {"-m", "grep", "is limit here, behind it: filter PAT limit 3"},
    {"--max-count", "grep", "is limit here, behind it: filter PAT limit 3"},
    {"-q", "grep", "is any here"},
    {"--quiet", "grep", "is any here"},
    {"-A", "grep", "is of context here: context -A 2 PAT"},
    {"--after-context", "grep", "is of context here: context --after 2 PAT"},
    {"-B", "grep", "is of context here: context -B 2 PAT"},
    {"--before-context", "grep", "is of context here: context --before 2 PAT"},
    {"-C", "grep", "is of context here: context -C 2 PAT"},
    {"--context", "grep", "is of context here: context --around 2 PAT"},
    {"-E", "grep", "is not needed here: patterns are those of PCRE2"},
    {"-P", "grep", "is not needed here: patterns are those of PCRE2"},
    {"--extended-regexp", "grep", "is not needed here: patterns are those of PCRE2"},
    {"--perl-regexp", "grep", "is not needed here: patterns are those of PCRE2"},
    {"-z", "grep", "is -0" BEFORE},
    {"--fixed-strings", "grep", "is --fixed here"},
    {"--word-regexp", "grep", "is --word here"},
    {"--line-regexp", "grep", "is --whole here"},
    {"--regexp", "grep", "is --pattern here"},
    {"--file", "grep", "is --patterns here"},
    {0},
};

const struct gf_opt_elsewhere gf_reject_elsewhere[] = {
    {"-v", "grep", "is what reject does: reject PAT, or filter -v PAT"},
    {"--invert-match", "grep", "is what reject does: reject PAT, or filter -v PAT"},
    {"-c", "grep", "is count here, behind it: reject PAT count"},
    {"--count", "grep", "is count here, behind it: reject PAT count"},
    {"-m", "grep", "is limit here, behind it: reject PAT limit 3"},
    {"--max-count", "grep", "is limit here, behind it: reject PAT limit 3"},
    {"-z", "grep", "is -0" BEFORE},
    {0},
};

const struct gf_opt_elsewhere gf_limit_elsewhere[] = {
    {"-n", "head", "is not needed here: limit 10"},
    {"--lines", "head", "is not needed here: limit 10"},
    {0},
};

const struct gf_opt_elsewhere gf_tail_elsewhere[] = {
    {"-n", "tail", "is not needed here: tail 10, and skip 2 for -n +3"},
    {"--lines", "tail", "is not needed here: tail 10, and skip 2 for -n +3"},
    {0},
};

const struct gf_opt_elsewhere gf_shuffle_elsewhere[] = {
    {"-n", "shuf", "is sample here: sample 10 shuffle"},
    {"--head-count", "shuf", "is sample here: sample 10 shuffle"},
    {0},
};

const struct gf_opt_elsewhere gf_fields_elsewhere[] = {
    {"-f", "cut", "is not needed here: fields 1,3"},
    {"--fields", "cut", "is not needed here: fields 1,3"},
    {"-d", "cut", "is -d" BEFORE ": gf-stream -d : fields 1,3"},
    {"--delimiter", "cut", "is -d" BEFORE ": gf-stream -d : fields 1,3"},
    {0},
};

const struct gf_opt_elsewhere gf_count_elsewhere[] = {
    {"-l", "wc", "is not needed here: count counts records"},
    {"--lines", "wc", "is not needed here: count counts records"},
    {0},
};

const struct gf_opt_elsewhere gf_join_elsewhere[] = {
    {"-j", "join", "is lookup here: lookup -f 1=2 FILE"},
    {"-t", "join", "is -d" BEFORE ": gf-stream -d , lookup FILE"},
    {"-d", "paste", "is the operand here: join ,"},
    {"-s", "paste", "is not needed here: join ,"},
    {0},
};
