# gf-stream.fish - made by `make completions` from the option table; do not edit.

# Sets what the command $argv[1] is made of, in the caller's scope.
function __gf_stream_table --no-scope-shadowing
    set command $argv[1]
    set separate
    set style operand
    set count 0
    set instead
    set behind
    switch $command
        case gf-stream
            set separate --from -o --output --crlf --max-record -d --separator --separator-re -D --output-separator --chain --memory -T --tmpdir -j --jobs --stats-file
            set names filter reject where except intersect take-while drop-while between context skip limit tail first every sample map fields set bucket fill-down template upper lower trim enumerate split matches batch window join scan lookup transpose pivot distinct uniq sort top bottom shuffle reverse count sum min max mean median percentile reduce group any all none peek collect
            set style names
        case filter
            set separate -f --field -e --pattern --patterns
            set style names
            set count 1
            set instead -e --pattern --patterns
        case reject
            set separate -f --field -e --pattern --patterns
            set style names
            set count 1
            set instead -e --pattern --patterns
        case where
            set separate --zone --format --expr
            set style names
            set count 3
            set instead --expr
        case except
            set separate -f --fields
            set style names
            set count 1
        case intersect
            set separate -f --fields
            set style names
            set count 1
        case take-while
            set separate -f --field -e --pattern --patterns
            set style names
            set count 1
            set instead -e --pattern --patterns
        case drop-while
            set separate -f --field -e --pattern --patterns
            set style names
            set count 1
            set instead -e --pattern --patterns
        case between
            set separate -f --field
            set style names
            set count 2
        case context
            set separate -B --before -A --after -C --around -f --field -e --pattern --patterns
            set style names
            set count 1
            set instead -e --pattern
        case skip
            set style names
            set count 1
        case limit
            set style names
            set count 1
        case tail
            set style names
            set count 1
        case first
            set style names
        case every
            set style names
            set count 1
        case sample
            set separate --seed
            set style names
            set count 1
        case map
            set style names
            set count 1
        case fields
            set style names
            set count 1
        case set
            set style names
            set count 1
        case bucket
            set separate --zone --format
            set style names
            set count 2
        case fill-down
            set style names
            set count 1
        case template
            set style names
            set count 1
        case upper
            set style names
        case lower
            set style names
        case trim
            set style names
        case enumerate
            set separate --start
            set style names
        case split
            set style names
            set count 1
        case matches
            set separate -e --pattern --patterns
            set style names
            set count 1
            set instead -e --pattern --patterns
        case batch
            set separate --join
            set style names
            set count 1
        case window
            set separate --join --agg
            set style names
            set count 1
        case join
            set separate -f --field
            set style names
            set count 1
        case scan
            set style names
            set count 1
        case lookup
            set separate -f --fields
            set style names
            set count 1
        case transpose
            set style names
        case pivot
            set style names
            set count 3
        case distinct
            set separate -f --fields -k --key --max
            set style names
        case uniq
            set separate -f --fields -k --key --max
            set style names
        case sort
            set separate -f --fields -k --key --seed
            set style names
        case top
            set separate -f --fields -k --key
            set style names
            set count 1
        case bottom
            set separate -f --fields -k --key
            set style names
            set count 1
        case shuffle
            set separate --seed
            set style names
        case reverse
            set style names
        case count
            set style names
        case sum
            set separate -f --field
            set style names
        case min
            set separate -f --field
            set style names
        case max
            set separate -f --field
            set style names
        case mean
            set separate -f --field
            set style names
        case median
            set separate -f --field
            set style names
        case percentile
            set separate -f --field
            set style names
            set count 1
        case reduce
            set separate -f --field
            set style names
            set count 1
        case group
            set separate --join --fill --zone
            set style names
            set count 2
        case any
            set separate -f --field -e --pattern --patterns
            set style names
            set count 1
            set instead -e --pattern --patterns
        case all
            set separate -f --field -e --pattern --patterns
            set style names
            set count 1
            set instead -e --pattern --patterns
        case none
            set separate -f --field -e --pattern --patterns
            set style names
            set count 1
            set instead -e --pattern --patterns
        case peek
            set style names
            set count 1
        case collect
            set style names
    end
end

# The option $argv[1] was given with the value $argv[2].
function __gf_stream_given --no-scope-shadowing
    contains -- $argv[1] $instead; and set count (math $count - 1)
    return 0
end

# An option, or letters in one word. `option` is set when its argument is the next word.
function __gf_stream_option --no-scope-shadowing
    set -l parts (string split -m 1 = -- $argv[1])
    if string match -q -- '--*' $argv[1]
        if set -q parts[2]
            __gf_stream_given $parts
        else if contains -- $argv[1] $separate
            set option $argv[1]
        end
        return
    end
    set -l rest (string sub -s 2 -- $argv[1])
    while test -n "$rest"; and not contains -- -(string sub -l 1 -- $rest) $separate
        set rest (string sub -s 2 -- $rest)
    end
    if test (string length -- "$rest") -gt 1
        __gf_stream_given -(string sub -l 1 -- $rest) (string sub -s 2 -- $rest)
    else if test -n "$rest"
        set option -$rest
    end
end

# Whether `word` is an option: an operation has none behind its operands, and -3 is an operand there.
function __gf_stream_is_option --no-scope-shadowing
    string match -qr -- '^-.' $word; or return
    test $style != names; and return
    test $taken = 0; and string match -qr -- '^-[^0-9]' $word
end

# An operand, or the name of the next command.
function __gf_stream_operand --no-scope-shadowing
    test $style = names; or return
    if test $taken -lt $count
        set taken (math $taken + 1)
    else if contains -- $argv[1] $names
        __gf_stream_table $argv[1]
        set taken 0
        set ended
    end
end

# Prints a line each: the command that the line has come to, where another command begins (or 0), the
# state that the line names, and what may stand next: option, names, operand, command.
function __gf_stream_read
    set -l words (commandline -opc)
    set -l i 1
    set -l begins 0
    set -l taken 0
    set -l ended
    set -l option
    set -l state
    set -l names
    set -l command
    set -l separate
    set -l style
    set -l count
    set -l instead
    set -l behind
    __gf_stream_table gf-stream
    while set i (math $i + 1); and set -q words[$i]; and test $begins = 0
        set -l word $words[$i]
        if set -q option[1]
            __gf_stream_given $option $word
            set option
        else if not set -q ended[1]; and test "$word" = --
            set ended yes
            set -q behind[1]; and set begins (math $i + 1)
        else if not set -q ended[1]; and __gf_stream_is_option
            __gf_stream_option $word
        else if test $style = command
            set begins $i
        else
            __gf_stream_operand $word
        end
    end
    printf '%s\n' $command $begins "$state"
    __gf_stream_next
end

function __gf_stream_next --no-scope-shadowing
    if set -q option[1]
        echo option
    else if test $begins != 0
        echo command
    else
        set -q ended[1]; or test $style = names -a $taken -gt 0; or echo option
        if test $style = names -a $taken -ge $count
            echo names
        else if test $style = command
            echo command
        else
            echo operand
        end
    end
end

# Whether $argv[1] can stand next, of the command $argv[2] if one is given.
function __gf_stream_at
    set -l read (__gf_stream_read)
    contains -- $argv[1] $read[4..-1]; or return
    not set -q argv[2]; or test $read[1] = $argv[2]
end

# The names of time zones. The second file is there where the first is not.
function __gf_stream_zones
    set -l dir /usr/share/zoneinfo
    set -q TZDIR[1]; and set dir $TZDIR
    if test -r $dir/tzdata.zi
        awk '$1 == "Z" { print $2 } $1 == "L" { print $3 }' $dir/tzdata.zi
    else
        awk -F '\t' '!/^#/ { print $3 }' $dir/zone1970.tab 2>/dev/null
    end
end

# The names of the columns of the file that --from names, where the line has --header: each behind what
# the word has up to its last comma or colon.
function __gf_stream_columns
    set -l words (commandline -opc)
    set -l how
    set -l from
    set -l before (string replace -r '[^,:]*$' '' -- (commandline -ct))
    contains -- --header $words; or return
    for i in (seq (count $words))
        set -l parts (string split -m 1 = -- $words[$i])
        switch $words[$i]
            case --csv --tsv '--separator=*' '--separator-re=*' '-d?*'
                set -a how $words[$i]
            case -d --separator --separator-re
                set -a how $words[$i] $words[(math $i + 1)]
            case --from
                set from $words[(math $i + 1)]
            case '--from=*'
                set from $parts[2]
        end
    end
    set from (string replace -r '^~/' "$HOME/" -- $from)
    test -f "$from"; or return
    for name in (gf-stream $how --from $from limit 1 transpose 2>/dev/null)
        string match -qr '^[[:alpha:]_][[:alnum:]_]*$' -- $name; or set name "{$name}"
        echo $before$name
    end
end

complete -c gf-stream -n '__gf_stream_at names' -f -a filter -d 'keep the records that match PAT'
complete -c gf-stream -n '__gf_stream_at names' -f -a reject -d 'drop the records that match PAT'
complete -c gf-stream -n '__gf_stream_at names' -f -a where -d 'keep records by comparing a field: where 3 -ge 100'
complete -c gf-stream -n '__gf_stream_at names' -f -a except -d 'keep the records that are not in FILE'
complete -c gf-stream -n '__gf_stream_at names' -f -a intersect -d 'keep the records that are also in FILE'
complete -c gf-stream -n '__gf_stream_at names' -f -a take-while -d 'stop at the first record that does not match PAT'
complete -c gf-stream -n '__gf_stream_at names' -f -a drop-while -d 'drop records up to the first that does not match PAT'
complete -c gf-stream -n '__gf_stream_at names' -f -a between -d 'keep the blocks from a record that matches BEGIN to END'
complete -c gf-stream -n '__gf_stream_at names' -f -a context -d 'keep the records that match PAT, and those around'
complete -c gf-stream -n '__gf_stream_at names' -f -a skip -d 'drop the first N records; -N drops the last N'
complete -c gf-stream -n '__gf_stream_at names' -f -a limit -d 'keep the first N records and read no further'
complete -c gf-stream -n '__gf_stream_at names' -f -a tail -d 'keep the last N records'
complete -c gf-stream -n '__gf_stream_at names' -f -a first -d 'keep the first record; exit status 1 if there is none'
complete -c gf-stream -n '__gf_stream_at names' -f -a every -d 'keep every Nth record'
complete -c gf-stream -n '__gf_stream_at names' -f -a sample -d 'keep N records or P% of them, chosen at random'
complete -c gf-stream -n '__gf_stream_at names' -f -a map -d 'replace text: s/re/replacement/flags, or bytes: y/a-c/xyz/'
complete -c gf-stream -n '__gf_stream_at names' -f -a fields -d 'keep the listed fields in the listed order: 3,1 2- -1'
complete -c gf-stream -n '__gf_stream_at names' -f -a set -d 'work out a field: total=price*count, 3={1}+{2}'
complete -c gf-stream -n '__gf_stream_at names' -f -a bucket -d 'make a time the start of its 5 minutes, hour, day: bucket 1 5m'
complete -c gf-stream -n '__gf_stream_at names' -f -a fill-down -d 'fill empty fields from the record before: 1,3'
complete -c gf-stream -n '__gf_stream_at names' -f -a template -d 'put fields into a text: \'{2}: {1}\' ({0} is the record)'
complete -c gf-stream -n '__gf_stream_at names' -f -a upper -d 'change letters to upper case'
complete -c gf-stream -n '__gf_stream_at names' -f -a lower -d 'change letters to lower case'
complete -c gf-stream -n '__gf_stream_at names' -f -a trim -d 'remove white space at both ends'
complete -c gf-stream -n '__gf_stream_at names' -f -a enumerate -d 'put the number of the record in front'
complete -c gf-stream -n '__gf_stream_at names' -f -a split -d 'make a record of each piece between separators'
complete -c gf-stream -n '__gf_stream_at names' -f -a matches -d 'make a record of each match'
complete -c gf-stream -n '__gf_stream_at names' -f -a batch -d 'join every N records into one'
complete -c gf-stream -n '__gf_stream_at names' -f -a window -d 'join each record with the N-1 records before it'
complete -c gf-stream -n '__gf_stream_at names' -f -a join -d 'join all records into one, with SEP between them'
complete -c gf-stream -n '__gf_stream_at names' -f -a scan -d 'put running values behind: sum:2,delta:1,mean:2/5'
complete -c gf-stream -n '__gf_stream_at names' -f -a lookup -d 'put the fields of FILE behind, by a key: lookup -f 1=2 FILE'
complete -c gf-stream -n '__gf_stream_at names' -f -a transpose -d 'make columns of the records'
complete -c gf-stream -n '__gf_stream_at names' -f -a pivot -d 'make a table of two fields: a row a KEY, a column a value of COL'
complete -c gf-stream -n '__gf_stream_at names' -f -a distinct -d 'keep the first of equal records, wherever they stand'
complete -c gf-stream -n '__gf_stream_at names' -f -a uniq -d 'keep the first of equal records that are neighbours'
complete -c gf-stream -n '__gf_stream_at names' -f -a sort -d 'sort the records; equal records keep their order'
complete -c gf-stream -n '__gf_stream_at names' -f -a top -d 'keep the K largest records, largest first'
complete -c gf-stream -n '__gf_stream_at names' -f -a bottom -d 'keep the K smallest records, smallest first'
complete -c gf-stream -n '__gf_stream_at names' -f -a shuffle -d 'put the records in random order'
complete -c gf-stream -n '__gf_stream_at names' -f -a reverse -d 'reverse the order: the last record comes first'
complete -c gf-stream -n '__gf_stream_at names' -f -a count -d 'print the number of records'
complete -c gf-stream -n '__gf_stream_at names' -f -a sum -d 'print the sum'
complete -c gf-stream -n '__gf_stream_at names' -f -a min -d 'print the smallest number as it was written'
complete -c gf-stream -n '__gf_stream_at names' -f -a max -d 'print the largest number as it was written'
complete -c gf-stream -n '__gf_stream_at names' -f -a mean -d 'print the mean'
complete -c gf-stream -n '__gf_stream_at names' -f -a median -d 'print the median'
complete -c gf-stream -n '__gf_stream_at names' -f -a percentile -d 'print percentiles, one a record: percentile 50,99'
complete -c gf-stream -n '__gf_stream_at names' -f -a reduce -d 'reduce all records to one: sum, min, max or concat'
complete -c gf-stream -n '__gf_stream_at names' -f -a group -d 'print a record for each key: counts, sums, percentiles'
complete -c gf-stream -n '__gf_stream_at names' -f -a any -d 'exit with 0 if a record matches PAT, else with 1'
complete -c gf-stream -n '__gf_stream_at names' -f -a all -d 'exit with 0 if every record matches PAT, else with 1'
complete -c gf-stream -n '__gf_stream_at names' -f -a none -d 'exit with 0 if no record matches PAT, else with 1'
complete -c gf-stream -n '__gf_stream_at names' -f -a peek -d 'copy each record to FILE (- is standard error)'
complete -c gf-stream -n '__gf_stream_at names' -f -a collect -d 'print the records; no operation can follow'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l from -r -F -d 'read FILE (repeatable; - is standard input)'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -s o -l output -r -F -d 'write FILE whole or not at all, or over the input'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -s 0 -l null -d 'records end with NUL, not with newline'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l crlf -x -a 'auto keep strip' -d 'CR LF and byte order mark: auto, keep, strip'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l decompress -d 'read compressed inputs: gzip, zstd, xz, bzip2'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l max-record -x -d 'longest allowed record (default 64M)'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l header -d 'the first record names the columns: -f user'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l csv -d 'records are CSV: fields may be in quotes'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l tsv -d 'records are TSV: \\t \\n \\\\ in a field are escapes'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -s d -l separator -x -d 'field separator: a byte, \\t \\0 \\xHH, a string'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l separator-re -x -d 'fields are what is between matches of RE'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -s D -l output-separator -x -d 'text that joins fields on output'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l utf8 -d 'patterns and case are of UTF-8, not of bytes'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l chain -r -F -d 'read the chain from FILE'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l explain -d 'print the plan and run nothing'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l no-fuse -d 'run the chain as written, without shortcuts'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l memory -x -d 'memory for held records (default 1/4 of all)'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -s T -l tmpdir -x -a '(__fish_complete_directories)' -d 'directory for temporary files (repeatable)'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -s j -l jobs -x -d 'threads at most (default one per processor)'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l stats -a 'text json prom' -d 'numbers at the end: text (default), json or prom'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l stats-file -r -F -d 'write them to FILE instead of standard error'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -s v -l verbose -d 'say more on standard error'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l no-sandbox -d 'run without the sandbox of gf(7)'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option filter' -s F -l fixed -d 'take the pattern as plain text'
complete -c gf-stream -n '__gf_stream_at option filter' -s i -l ignore-case -d 'ignore the case of letters'
complete -c gf-stream -n '__gf_stream_at option filter' -s w -l word -d 'match whole words only'
complete -c gf-stream -n '__gf_stream_at option filter' -s x -l whole -d 'match whole records only'
complete -c gf-stream -n '__gf_stream_at option filter' -s f -l field -x -d 'search field N only'
complete -c gf-stream -n '__gf_stream_at option filter' -s e -l pattern -x -d 'a pattern; it may begin with a dash'
complete -c gf-stream -n '__gf_stream_at option filter' -l patterns -r -F -d 'match any pattern of FILE, one a line'
complete -c gf-stream -n '__gf_stream_at option filter' -s v -l invert-match -d 'keep those that do not match, as reject'
complete -c gf-stream -n '__gf_stream_at option filter' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option filter' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand filter' -f
complete -c gf-stream -n '__gf_stream_at option reject' -s F -l fixed -d 'take the pattern as plain text'
complete -c gf-stream -n '__gf_stream_at option reject' -s i -l ignore-case -d 'ignore the case of letters'
complete -c gf-stream -n '__gf_stream_at option reject' -s w -l word -d 'match whole words only'
complete -c gf-stream -n '__gf_stream_at option reject' -s x -l whole -d 'match whole records only'
complete -c gf-stream -n '__gf_stream_at option reject' -s f -l field -x -d 'search field N only'
complete -c gf-stream -n '__gf_stream_at option reject' -s e -l pattern -x -d 'a pattern; it may begin with a dash'
complete -c gf-stream -n '__gf_stream_at option reject' -l patterns -r -F -d 'match any pattern of FILE, one a line'
complete -c gf-stream -n '__gf_stream_at option reject' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option reject' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand reject' -f
complete -c gf-stream -n '__gf_stream_at option where' -l strict -d 'end with 123 at what is no number, no time'
complete -c gf-stream -n '__gf_stream_at option where' -l zone -x -a '(__gf_stream_zones)' -d 'of times that say none (default UTC)'
complete -c gf-stream -n '__gf_stream_at option where' -l format -x -d 'how times are written: \'%d.%m.%Y %T\''
complete -c gf-stream -n '__gf_stream_at option where' -l expr -x -d 'keep records for which EXPR is true: \'a > 2*b\''
complete -c gf-stream -n '__gf_stream_at option where' -l skip-bad -d 'leave out records whose value cannot be worked out'
complete -c gf-stream -n '__gf_stream_at option where' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option where' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand where' -f -a '(__gf_stream_columns)'
complete -c gf-stream -n '__gf_stream_at option except' -s f -l fields -x -a '(__gf_stream_columns)' -d 'compare these fields only, on both sides'
complete -c gf-stream -n '__gf_stream_at option except' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option except' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option intersect' -s f -l fields -x -a '(__gf_stream_columns)' -d 'compare these fields only, on both sides'
complete -c gf-stream -n '__gf_stream_at option intersect' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option intersect' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option take-while' -s F -l fixed -d 'take the pattern as plain text'
complete -c gf-stream -n '__gf_stream_at option take-while' -s i -l ignore-case -d 'ignore the case of letters'
complete -c gf-stream -n '__gf_stream_at option take-while' -s w -l word -d 'match whole words only'
complete -c gf-stream -n '__gf_stream_at option take-while' -s x -l whole -d 'match whole records only'
complete -c gf-stream -n '__gf_stream_at option take-while' -s f -l field -x -d 'search field N only'
complete -c gf-stream -n '__gf_stream_at option take-while' -s e -l pattern -x -d 'a pattern; it may begin with a dash'
complete -c gf-stream -n '__gf_stream_at option take-while' -l patterns -r -F -d 'match any pattern of FILE, one a line'
complete -c gf-stream -n '__gf_stream_at option take-while' -s v -l invert-match -d 'up to the first record that does match'
complete -c gf-stream -n '__gf_stream_at option take-while' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option take-while' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand take-while' -f
complete -c gf-stream -n '__gf_stream_at option drop-while' -s F -l fixed -d 'take the pattern as plain text'
complete -c gf-stream -n '__gf_stream_at option drop-while' -s i -l ignore-case -d 'ignore the case of letters'
complete -c gf-stream -n '__gf_stream_at option drop-while' -s w -l word -d 'match whole words only'
complete -c gf-stream -n '__gf_stream_at option drop-while' -s x -l whole -d 'match whole records only'
complete -c gf-stream -n '__gf_stream_at option drop-while' -s f -l field -x -d 'search field N only'
complete -c gf-stream -n '__gf_stream_at option drop-while' -s e -l pattern -x -d 'a pattern; it may begin with a dash'
complete -c gf-stream -n '__gf_stream_at option drop-while' -l patterns -r -F -d 'match any pattern of FILE, one a line'
complete -c gf-stream -n '__gf_stream_at option drop-while' -s v -l invert-match -d 'up to the first record that does match'
complete -c gf-stream -n '__gf_stream_at option drop-while' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option drop-while' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand drop-while' -f
complete -c gf-stream -n '__gf_stream_at option between' -s F -l fixed -d 'take the pattern as plain text'
complete -c gf-stream -n '__gf_stream_at option between' -s i -l ignore-case -d 'ignore the case of letters'
complete -c gf-stream -n '__gf_stream_at option between' -s w -l word -d 'match whole words only'
complete -c gf-stream -n '__gf_stream_at option between' -s x -l whole -d 'match whole records only'
complete -c gf-stream -n '__gf_stream_at option between' -s f -l field -x -d 'search field N only'
complete -c gf-stream -n '__gf_stream_at option between' -l inner -d 'leave out the records that match BEGIN and END'
complete -c gf-stream -n '__gf_stream_at option between' -l first -d 'one block only: read no further'
complete -c gf-stream -n '__gf_stream_at option between' -l not -d 'keep everything else'
complete -c gf-stream -n '__gf_stream_at option between' -l unclosed -d 'the input may end a block, as END does'
complete -c gf-stream -n '__gf_stream_at option between' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option between' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand between' -f
complete -c gf-stream -n '__gf_stream_at option context' -s B -l before -x -d 'keep N records before each that matches'
complete -c gf-stream -n '__gf_stream_at option context' -s A -l after -x -d 'keep N records after each that matches'
complete -c gf-stream -n '__gf_stream_at option context' -s C -l around -x -d 'keep N records before and after'
complete -c gf-stream -n '__gf_stream_at option context' -s F -l fixed -d 'take the pattern as plain text'
complete -c gf-stream -n '__gf_stream_at option context' -s i -l ignore-case -d 'ignore the case of letters'
complete -c gf-stream -n '__gf_stream_at option context' -s w -l word -d 'match whole words only'
complete -c gf-stream -n '__gf_stream_at option context' -s x -l whole -d 'match whole records only'
complete -c gf-stream -n '__gf_stream_at option context' -s f -l field -x -d 'search field N only'
complete -c gf-stream -n '__gf_stream_at option context' -s e -l pattern -x -d 'a pattern; it may begin with a dash'
complete -c gf-stream -n '__gf_stream_at option context' -l patterns -r -F -d 'match any pattern of FILE, one a line'
complete -c gf-stream -n '__gf_stream_at option context' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option context' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand context' -f
complete -c gf-stream -n '__gf_stream_at option skip' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option skip' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand skip' -f
complete -c gf-stream -n '__gf_stream_at option limit' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option limit' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand limit' -f
complete -c gf-stream -n '__gf_stream_at option tail' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option tail' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand tail' -f
complete -c gf-stream -n '__gf_stream_at option first' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option first' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option every' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option every' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand every' -f
complete -c gf-stream -n '__gf_stream_at option sample' -l seed -x -d 'make the random choice repeatable'
complete -c gf-stream -n '__gf_stream_at option sample' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option sample' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand sample' -f
complete -c gf-stream -n '__gf_stream_at option map' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option map' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand map' -f
complete -c gf-stream -n '__gf_stream_at option fields' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option fields' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand fields' -f -a '(__gf_stream_columns)'
complete -c gf-stream -n '__gf_stream_at option set' -l skip-bad -d 'leave out records whose value cannot be worked out'
complete -c gf-stream -n '__gf_stream_at option set' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option set' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand set' -f
complete -c gf-stream -n '__gf_stream_at option bucket' -l zone -x -a '(__gf_stream_zones)' -d 'days begin at midnight there (default UTC)'
complete -c gf-stream -n '__gf_stream_at option bucket' -l format -x -d 'how times are written: \'%d.%m.%Y %T\''
complete -c gf-stream -n '__gf_stream_at option bucket' -l skip-bad -d 'leave out records whose field is no time'
complete -c gf-stream -n '__gf_stream_at option bucket' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option bucket' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand bucket' -f -a '(__gf_stream_columns)'
complete -c gf-stream -n '__gf_stream_at option fill-down' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option fill-down' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand fill-down' -f -a '(__gf_stream_columns)'
complete -c gf-stream -n '__gf_stream_at option template' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option template' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand template' -f
complete -c gf-stream -n '__gf_stream_at option upper' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option upper' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option lower' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option lower' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option trim' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option trim' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option enumerate' -l start -x -d 'number of the first record (default 1)'
complete -c gf-stream -n '__gf_stream_at option enumerate' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option enumerate' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option split' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option split' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand split' -f
complete -c gf-stream -n '__gf_stream_at option matches' -s F -l fixed -d 'take the pattern as plain text'
complete -c gf-stream -n '__gf_stream_at option matches' -s i -l ignore-case -d 'ignore the case of letters'
complete -c gf-stream -n '__gf_stream_at option matches' -s w -l word -d 'match whole words only'
complete -c gf-stream -n '__gf_stream_at option matches' -s e -l pattern -x -d 'a pattern; it may begin with a dash'
complete -c gf-stream -n '__gf_stream_at option matches' -l patterns -r -F -d 'find any pattern of FILE, one a line'
complete -c gf-stream -n '__gf_stream_at option matches' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option matches' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand matches' -f
complete -c gf-stream -n '__gf_stream_at option batch' -l join -x -d 'text between the records (default TAB)'
complete -c gf-stream -n '__gf_stream_at option batch' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option batch' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand batch' -f
complete -c gf-stream -n '__gf_stream_at option window' -l join -x -d 'text between the records (default TAB)'
complete -c gf-stream -n '__gf_stream_at option window' -l agg -x -d 'running values of the N records: mean:2,max:2'
complete -c gf-stream -n '__gf_stream_at option window' -l skip-bad -d 'with --agg: leave out records that are no number'
complete -c gf-stream -n '__gf_stream_at option window' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option window' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand window' -f
complete -c gf-stream -n '__gf_stream_at option join' -s f -l field -x -a '(__gf_stream_columns)' -d 'use field N instead of the record'
complete -c gf-stream -n '__gf_stream_at option join' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option join' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand join' -f
complete -c gf-stream -n '__gf_stream_at option scan' -l skip-bad -d 'leave out records that are no number'
complete -c gf-stream -n '__gf_stream_at option scan' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option scan' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand scan' -f -a '(__gf_stream_columns)'
complete -c gf-stream -n '__gf_stream_at option lookup' -s f -l fields -x -a '(__gf_stream_columns)' -d 'keys, here and there: 1=2 user=id (default 1)'
complete -c gf-stream -n '__gf_stream_at option lookup' -l left -d 'keep a record without a match, with empty fields'
complete -c gf-stream -n '__gf_stream_at option lookup' -l anti -d 'keep only records without a match, as they are'
complete -c gf-stream -n '__gf_stream_at option lookup' -l outer -d 'as --left, and in the end what FILE has left'
complete -c gf-stream -n '__gf_stream_at option lookup' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option lookup' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option transpose' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option transpose' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option pivot' -l skip-bad -d 'skip values that are no number'
complete -c gf-stream -n '__gf_stream_at option pivot' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option pivot' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand pivot' -f -a '(__gf_stream_columns)'
complete -c gf-stream -n '__gf_stream_at option distinct' -s f -l fields -x -a '(__gf_stream_columns)' -d 'compare these fields only'
complete -c gf-stream -n '__gf_stream_at option distinct' -s k -l key -x -d 'compare this key, as in sort: 2,2n 1.3,1.5'
complete -c gf-stream -n '__gf_stream_at option distinct' -s i -l ignore-case -d 'ignore the case of letters'
complete -c gf-stream -n '__gf_stream_at option distinct' -s c -l count -d 'put the count in front'
complete -c gf-stream -n '__gf_stream_at option distinct' -l last -d 'keep the last of equal records, in its place'
complete -c gf-stream -n '__gf_stream_at option distinct' -l max -x -d 'keep the first N of equal records'
complete -c gf-stream -n '__gf_stream_at option distinct' -l only-dup -d 'keep records that occur more than once'
complete -c gf-stream -n '__gf_stream_at option distinct' -l only-unique -d 'keep records that occur only once'
complete -c gf-stream -n '__gf_stream_at option distinct' -l any-field-order -d 'compare the fields in whatever order'
complete -c gf-stream -n '__gf_stream_at option distinct' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option distinct' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option uniq' -s f -l fields -x -a '(__gf_stream_columns)' -d 'compare these fields only'
complete -c gf-stream -n '__gf_stream_at option uniq' -s k -l key -x -d 'compare this key, as in sort: 2,2n 1.3,1.5'
complete -c gf-stream -n '__gf_stream_at option uniq' -s i -l ignore-case -d 'ignore the case of letters'
complete -c gf-stream -n '__gf_stream_at option uniq' -s c -l count -d 'put the count in front'
complete -c gf-stream -n '__gf_stream_at option uniq' -l last -d 'keep the last of equal records, in its place'
complete -c gf-stream -n '__gf_stream_at option uniq' -l max -x -d 'keep the first N of equal records'
complete -c gf-stream -n '__gf_stream_at option uniq' -l only-dup -d 'keep records that occur more than once'
complete -c gf-stream -n '__gf_stream_at option uniq' -l only-unique -d 'keep records that occur only once'
complete -c gf-stream -n '__gf_stream_at option uniq' -l group -a 'separate' -d 'keep all, with an empty record between groups'
complete -c gf-stream -n '__gf_stream_at option uniq' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option uniq' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option sort' -s n -l numeric -d 'compare as numbers of any precision'
complete -c gf-stream -n '__gf_stream_at option sort' -s g -l general -d 'compare as numbers with exponents, inf, nan'
complete -c gf-stream -n '__gf_stream_at option sort' -s h -l human -d 'compare as numbers with a suffix: 2K 1M'
complete -c gf-stream -n '__gf_stream_at option sort' -s V -l version-sort -d 'compare as versions: 1.9 before 1.10'
complete -c gf-stream -n '__gf_stream_at option sort' -s M -l month -d 'compare as months: JAN before FEB'
complete -c gf-stream -n '__gf_stream_at option sort' -s b -l ignore-blanks -d 'ignore blanks in front of a key'
complete -c gf-stream -n '__gf_stream_at option sort' -s d -l dictionary -d 'compare blanks, letters and digits only'
complete -c gf-stream -n '__gf_stream_at option sort' -s i -l printable -d 'compare printable bytes only'
complete -c gf-stream -n '__gf_stream_at option sort' -l ignore-case -d 'ignore the case of letters'
complete -c gf-stream -n '__gf_stream_at option sort' -s r -l reverse -d 'reverse the order'
complete -c gf-stream -n '__gf_stream_at option sort' -s f -l fields -x -a '(__gf_stream_columns)' -d 'order by these fields only: 2,1nr'
complete -c gf-stream -n '__gf_stream_at option sort' -s k -l key -x -d 'order by this key, as sort -k: 2,2n 1.3,1.5'
complete -c gf-stream -n '__gf_stream_at option sort' -s R -l random -d 'random order, equal keys together'
complete -c gf-stream -n '__gf_stream_at option sort' -l seed -x -d 'make the random order repeatable'
complete -c gf-stream -n '__gf_stream_at option sort' -s u -l unique -d 'keep the first of equal keys'
complete -c gf-stream -n '__gf_stream_at option sort' -l check -d 'print nothing; exit with 1 if not sorted'
complete -c gf-stream -n '__gf_stream_at option sort' -l merge -d 'merge inputs that are sorted already'
complete -c gf-stream -n '__gf_stream_at option sort' -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option sort' -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option top' -s n -l numeric -d 'compare as numbers of any precision'
complete -c gf-stream -n '__gf_stream_at option top' -s g -l general -d 'compare as numbers with exponents, inf, nan'
complete -c gf-stream -n '__gf_stream_at option top' -s h -l human -d 'compare as numbers with a suffix: 2K 1M'
complete -c gf-stream -n '__gf_stream_at option top' -s V -l version-sort -d 'compare as versions: 1.9 before 1.10'
complete -c gf-stream -n '__gf_stream_at option top' -s M -l month -d 'compare as months: JAN before FEB'
complete -c gf-stream -n '__gf_stream_at option top' -s b -l ignore-blanks -d 'ignore blanks in front of a key'
complete -c gf-stream -n '__gf_stream_at option top' -s d -l dictionary -d 'compare blanks, letters and digits only'
complete -c gf-stream -n '__gf_stream_at option top' -s i -l printable -d 'compare printable bytes only'
complete -c gf-stream -n '__gf_stream_at option top' -l ignore-case -d 'ignore the case of letters'
complete -c gf-stream -n '__gf_stream_at option top' -s r -l reverse -d 'reverse the order'
complete -c gf-stream -n '__gf_stream_at option top' -s f -l fields -x -a '(__gf_stream_columns)' -d 'order by these fields only: 2,1nr'
complete -c gf-stream -n '__gf_stream_at option top' -s k -l key -x -d 'order by this key, as sort -k: 2,2n 1.3,1.5'
complete -c gf-stream -n '__gf_stream_at option top' -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option top' -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand top' -f
complete -c gf-stream -n '__gf_stream_at option bottom' -s n -l numeric -d 'compare as numbers of any precision'
complete -c gf-stream -n '__gf_stream_at option bottom' -s g -l general -d 'compare as numbers with exponents, inf, nan'
complete -c gf-stream -n '__gf_stream_at option bottom' -s h -l human -d 'compare as numbers with a suffix: 2K 1M'
complete -c gf-stream -n '__gf_stream_at option bottom' -s V -l version-sort -d 'compare as versions: 1.9 before 1.10'
complete -c gf-stream -n '__gf_stream_at option bottom' -s M -l month -d 'compare as months: JAN before FEB'
complete -c gf-stream -n '__gf_stream_at option bottom' -s b -l ignore-blanks -d 'ignore blanks in front of a key'
complete -c gf-stream -n '__gf_stream_at option bottom' -s d -l dictionary -d 'compare blanks, letters and digits only'
complete -c gf-stream -n '__gf_stream_at option bottom' -s i -l printable -d 'compare printable bytes only'
complete -c gf-stream -n '__gf_stream_at option bottom' -l ignore-case -d 'ignore the case of letters'
complete -c gf-stream -n '__gf_stream_at option bottom' -s r -l reverse -d 'reverse the order'
complete -c gf-stream -n '__gf_stream_at option bottom' -s f -l fields -x -a '(__gf_stream_columns)' -d 'order by these fields only: 2,1nr'
complete -c gf-stream -n '__gf_stream_at option bottom' -s k -l key -x -d 'order by this key, as sort -k: 2,2n 1.3,1.5'
complete -c gf-stream -n '__gf_stream_at option bottom' -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option bottom' -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand bottom' -f
complete -c gf-stream -n '__gf_stream_at option shuffle' -l seed -x -d 'make the random order repeatable'
complete -c gf-stream -n '__gf_stream_at option shuffle' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option shuffle' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option reverse' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option reverse' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option count' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option count' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option sum' -s f -l field -x -a '(__gf_stream_columns)' -d 'use field N instead of the record'
complete -c gf-stream -n '__gf_stream_at option sum' -l skip-bad -d 'skip records that are no number'
complete -c gf-stream -n '__gf_stream_at option sum' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option sum' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option min' -s f -l field -x -a '(__gf_stream_columns)' -d 'use field N instead of the record'
complete -c gf-stream -n '__gf_stream_at option min' -l skip-bad -d 'skip records that are no number'
complete -c gf-stream -n '__gf_stream_at option min' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option min' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option max' -s f -l field -x -a '(__gf_stream_columns)' -d 'use field N instead of the record'
complete -c gf-stream -n '__gf_stream_at option max' -l skip-bad -d 'skip records that are no number'
complete -c gf-stream -n '__gf_stream_at option max' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option max' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option mean' -s f -l field -x -a '(__gf_stream_columns)' -d 'use field N instead of the record'
complete -c gf-stream -n '__gf_stream_at option mean' -l skip-bad -d 'skip records that are no number'
complete -c gf-stream -n '__gf_stream_at option mean' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option mean' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option median' -s f -l field -x -a '(__gf_stream_columns)' -d 'use field N instead of the record'
complete -c gf-stream -n '__gf_stream_at option median' -l skip-bad -d 'skip records that are no number'
complete -c gf-stream -n '__gf_stream_at option median' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option median' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option percentile' -l nearest -d 'a value that is there, as it was written'
complete -c gf-stream -n '__gf_stream_at option percentile' -s f -l field -x -a '(__gf_stream_columns)' -d 'use field N instead of the record'
complete -c gf-stream -n '__gf_stream_at option percentile' -l skip-bad -d 'skip records that are no number'
complete -c gf-stream -n '__gf_stream_at option percentile' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option percentile' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand percentile' -f
complete -c gf-stream -n '__gf_stream_at option reduce' -s f -l field -x -a '(__gf_stream_columns)' -d 'use field N instead of the record'
complete -c gf-stream -n '__gf_stream_at option reduce' -l skip-bad -d 'skip records that are no number'
complete -c gf-stream -n '__gf_stream_at option reduce' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option reduce' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand reduce' -f -a 'sum min max concat'
complete -c gf-stream -n '__gf_stream_at option group' -l join -x -d 'text between the values of join:F (default ,)'
complete -c gf-stream -n '__gf_stream_at option group' -l skip-bad -d 'skip values that are no number'
complete -c gf-stream -n '__gf_stream_at option group' -l fill -x -d 'a record also for each bucket of DUR without one'
complete -c gf-stream -n '__gf_stream_at option group' -l zone -x -a '(__gf_stream_zones)' -d 'with --fill: that of bucket (default UTC)'
complete -c gf-stream -n '__gf_stream_at option group' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option group' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand group' -f -a '(__gf_stream_columns)'
complete -c gf-stream -n '__gf_stream_at option any' -s F -l fixed -d 'take the pattern as plain text'
complete -c gf-stream -n '__gf_stream_at option any' -s i -l ignore-case -d 'ignore the case of letters'
complete -c gf-stream -n '__gf_stream_at option any' -s w -l word -d 'match whole words only'
complete -c gf-stream -n '__gf_stream_at option any' -s x -l whole -d 'match whole records only'
complete -c gf-stream -n '__gf_stream_at option any' -s f -l field -x -d 'search field N only'
complete -c gf-stream -n '__gf_stream_at option any' -s e -l pattern -x -d 'a pattern; it may begin with a dash'
complete -c gf-stream -n '__gf_stream_at option any' -l patterns -r -F -d 'match any pattern of FILE, one a line'
complete -c gf-stream -n '__gf_stream_at option any' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option any' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand any' -f
complete -c gf-stream -n '__gf_stream_at option all' -s F -l fixed -d 'take the pattern as plain text'
complete -c gf-stream -n '__gf_stream_at option all' -s i -l ignore-case -d 'ignore the case of letters'
complete -c gf-stream -n '__gf_stream_at option all' -s w -l word -d 'match whole words only'
complete -c gf-stream -n '__gf_stream_at option all' -s x -l whole -d 'match whole records only'
complete -c gf-stream -n '__gf_stream_at option all' -s f -l field -x -d 'search field N only'
complete -c gf-stream -n '__gf_stream_at option all' -s e -l pattern -x -d 'a pattern; it may begin with a dash'
complete -c gf-stream -n '__gf_stream_at option all' -l patterns -r -F -d 'match any pattern of FILE, one a line'
complete -c gf-stream -n '__gf_stream_at option all' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option all' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand all' -f
complete -c gf-stream -n '__gf_stream_at option none' -s F -l fixed -d 'take the pattern as plain text'
complete -c gf-stream -n '__gf_stream_at option none' -s i -l ignore-case -d 'ignore the case of letters'
complete -c gf-stream -n '__gf_stream_at option none' -s w -l word -d 'match whole words only'
complete -c gf-stream -n '__gf_stream_at option none' -s x -l whole -d 'match whole records only'
complete -c gf-stream -n '__gf_stream_at option none' -s f -l field -x -d 'search field N only'
complete -c gf-stream -n '__gf_stream_at option none' -s e -l pattern -x -d 'a pattern; it may begin with a dash'
complete -c gf-stream -n '__gf_stream_at option none' -l patterns -r -F -d 'match any pattern of FILE, one a line'
complete -c gf-stream -n '__gf_stream_at option none' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option none' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand none' -f
complete -c gf-stream -n '__gf_stream_at option peek' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option peek' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option collect' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option collect' -s V -l version -d 'show the version and exit'
