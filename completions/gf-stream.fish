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
            set separate --from --chain -d --separator -D --output-separator --memory --max-record -T --tmpdir -j --jobs --stats-file
            set names filter reject where except intersect map fields template upper lower trim enumerate split matches distinct uniq sort top bottom skip limit tail take-while drop-while sample every shuffle reverse batch window peek group count sum min max mean median percentile join reduce first any all none collect
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
            set style names
            set count 3
        case except
            set separate -f --fields
            set style names
            set count 1
        case intersect
            set separate -f --fields
            set style names
            set count 1
        case map
            set style names
            set count 1
        case fields
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
            set separate -e --pattern
            set style names
            set count 1
            set instead -e --pattern
        case distinct
            set separate -f --fields -k --key --max
            set style names
        case uniq
            set separate -f --fields -k --key --max
            set style names
            set instead --group
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
        case skip
            set style names
            set count 1
        case limit
            set style names
            set count 1
        case tail
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
        case sample
            set separate --seed
            set style names
            set count 1
        case every
            set style names
            set count 1
        case shuffle
            set separate --seed
            set style names
        case reverse
            set style names
        case batch
            set separate --join
            set style names
            set count 1
        case window
            set separate --join
            set style names
            set count 1
        case peek
            set style names
            set count 1
        case group
            set separate --join
            set style names
            set count 2
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
        case join
            set separate -f --field
            set style names
            set count 1
        case reduce
            set separate -f --field
            set style names
            set count 1
        case first
            set style names
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

complete -c gf-stream -n '__gf_stream_at names' -f -a filter -d 'keep records that match'
complete -c gf-stream -n '__gf_stream_at names' -f -a reject -d 'drop records that match'
complete -c gf-stream -n '__gf_stream_at names' -f -a where -d 'keep records whose field compares so'
complete -c gf-stream -n '__gf_stream_at names' -f -a except -d 'keep records that are not in FILE'
complete -c gf-stream -n '__gf_stream_at names' -f -a intersect -d 'keep records that are in FILE'
complete -c gf-stream -n '__gf_stream_at names' -f -a map -d 'substitute: s/re/replacement/gix, y/abc/xyz/'
complete -c gf-stream -n '__gf_stream_at names' -f -a fields -d 'pick and reorder fields: 3,1 2- -1'
complete -c gf-stream -n '__gf_stream_at names' -f -a template -d 'fields set into a text: \'{2}: {1}\'; {0} is the record'
complete -c gf-stream -n '__gf_stream_at names' -f -a upper -d 'upper case (ASCII)'
complete -c gf-stream -n '__gf_stream_at names' -f -a lower -d 'lower case (ASCII)'
complete -c gf-stream -n '__gf_stream_at names' -f -a trim -d 'no white space at both ends'
complete -c gf-stream -n '__gf_stream_at names' -f -a enumerate -d 'put the number and a TAB in front'
complete -c gf-stream -n '__gf_stream_at names' -f -a split -d 'one record a piece; \' \' splits at runs of blanks'
complete -c gf-stream -n '__gf_stream_at names' -f -a matches -d 'one record for each match, or for its first group'
complete -c gf-stream -n '__gf_stream_at names' -f -a distinct -d 'the first of each over the whole stream, in input order'
complete -c gf-stream -n '__gf_stream_at names' -f -a uniq -d 'the same on neighbours'
complete -c gf-stream -n '__gf_stream_at names' -f -a sort -d 'in order, stable'
complete -c gf-stream -n '__gf_stream_at names' -f -a top -d 'the K largest, largest first'
complete -c gf-stream -n '__gf_stream_at names' -f -a bottom -d 'the K smallest, smallest first'
complete -c gf-stream -n '__gf_stream_at names' -f -a skip -d 'drop the first N records, or with -N the last N'
complete -c gf-stream -n '__gf_stream_at names' -f -a limit -d 'the first N records; reads no further'
complete -c gf-stream -n '__gf_stream_at names' -f -a tail -d 'the last N records'
complete -c gf-stream -n '__gf_stream_at names' -f -a take-while -d 'stop at the first record that does not match'
complete -c gf-stream -n '__gf_stream_at names' -f -a drop-while -d 'drop records up to the first that does not match'
complete -c gf-stream -n '__gf_stream_at names' -f -a sample -d 'N records by chance, in input order'
complete -c gf-stream -n '__gf_stream_at names' -f -a every -d 'each Nth record'
complete -c gf-stream -n '__gf_stream_at names' -f -a shuffle -d 'in an order by chance'
complete -c gf-stream -n '__gf_stream_at names' -f -a reverse -d 'the last record first'
complete -c gf-stream -n '__gf_stream_at names' -f -a batch -d 'N records as one, the last may be short'
complete -c gf-stream -n '__gf_stream_at names' -f -a window -d 'each record with the N-1 before it, as one'
complete -c gf-stream -n '__gf_stream_at names' -f -a peek -d 'write what passes to FILE (- is standard error)'
complete -c gf-stream -n '__gf_stream_at names' -f -a group -d 'one record a key, with what its records come to'
complete -c gf-stream -n '__gf_stream_at names' -f -a count -d 'how many records'
complete -c gf-stream -n '__gf_stream_at names' -f -a sum -d 'the sum'
complete -c gf-stream -n '__gf_stream_at names' -f -a min -d 'the smallest number, as written'
complete -c gf-stream -n '__gf_stream_at names' -f -a max -d 'the largest number, as written'
complete -c gf-stream -n '__gf_stream_at names' -f -a mean -d 'the mean'
complete -c gf-stream -n '__gf_stream_at names' -f -a median -d 'the median'
complete -c gf-stream -n '__gf_stream_at names' -f -a percentile -d 'percentiles, one a record'
complete -c gf-stream -n '__gf_stream_at names' -f -a join -d 'all records as one, SEP between them'
complete -c gf-stream -n '__gf_stream_at names' -f -a reduce -d 'all records into one: sum, min, max or concat'
complete -c gf-stream -n '__gf_stream_at names' -f -a first -d 'the first record; exit status 1 when there is none'
complete -c gf-stream -n '__gf_stream_at names' -f -a any -d 'exit status 0 when a record matches, else 1'
complete -c gf-stream -n '__gf_stream_at names' -f -a all -d 'exit status 0 when all records match, else 1'
complete -c gf-stream -n '__gf_stream_at names' -f -a none -d 'exit status 0 when no record matches, else 1'
complete -c gf-stream -n '__gf_stream_at names' -f -a collect -d 'print the records: the end of a chain, said aloud'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l from -r -F -d 'read FILE (repeatable; - is standard input)'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l chain -r -F -d 'read the chain from FILE'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -s d -l separator -x -d 'field separator: a byte, \\t \\0 \\xHH, a string'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -s D -l output-separator -x -d 'what joins fields on output'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -s 0 -l null -d 'records end with NUL instead of newline'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l utf8 -d 'patterns see UTF-8 characters, not bytes'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l memory -x -d 'what held data may use (default a quarter of all)'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l max-record -x -d 'longest record (default 64M)'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -s T -l tmpdir -x -a '(__fish_complete_directories)' -d 'for temporary files (repeatable; default $TMPDIR or /var/tmp)'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -s j -l jobs -x -d 'threads that sort (default one a processor)'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l explain -d 'print the plan and run nothing'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l no-fuse -d 'do as written, without shortcuts'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l stats -a 'text json prom' -d 'numbers at the end: text (default), json or prom'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l stats-file -r -F -d 'write them to FILE instead of standard error'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -s q -l quiet -d 'print errors only: no warnings, notes or summaries'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -s v -l verbose -d 'say more on standard error'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option gf-stream' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option filter' -s F -l fixed -d 'the pattern is plain text'
complete -c gf-stream -n '__gf_stream_at option filter' -s i -l ignore-case -d 'upper and lower case are the same'
complete -c gf-stream -n '__gf_stream_at option filter' -s w -l word -d 'match whole words only'
complete -c gf-stream -n '__gf_stream_at option filter' -s x -l whole -d 'match whole records only'
complete -c gf-stream -n '__gf_stream_at option filter' -s f -l field -x -d 'look in field N only'
complete -c gf-stream -n '__gf_stream_at option filter' -s e -l pattern -x -d 'the pattern, also when it begins with a dash'
complete -c gf-stream -n '__gf_stream_at option filter' -l patterns -r -F -d 'any of the patterns in FILE, one a line'
complete -c gf-stream -n '__gf_stream_at option filter' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option filter' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand filter' -f
complete -c gf-stream -n '__gf_stream_at option reject' -s F -l fixed -d 'the pattern is plain text'
complete -c gf-stream -n '__gf_stream_at option reject' -s i -l ignore-case -d 'upper and lower case are the same'
complete -c gf-stream -n '__gf_stream_at option reject' -s w -l word -d 'match whole words only'
complete -c gf-stream -n '__gf_stream_at option reject' -s x -l whole -d 'match whole records only'
complete -c gf-stream -n '__gf_stream_at option reject' -s f -l field -x -d 'look in field N only'
complete -c gf-stream -n '__gf_stream_at option reject' -s e -l pattern -x -d 'the pattern, also when it begins with a dash'
complete -c gf-stream -n '__gf_stream_at option reject' -l patterns -r -F -d 'any of the patterns in FILE, one a line'
complete -c gf-stream -n '__gf_stream_at option reject' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option reject' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand reject' -f
complete -c gf-stream -n '__gf_stream_at option where' -l strict -d 'a field that is no number is an error'
complete -c gf-stream -n '__gf_stream_at option where' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option where' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand where' -f
complete -c gf-stream -n '__gf_stream_at option except' -s f -l fields -x -d 'compare these fields, of the records and of FILE'
complete -c gf-stream -n '__gf_stream_at option except' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option except' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option intersect' -s f -l fields -x -d 'compare these fields, of the records and of FILE'
complete -c gf-stream -n '__gf_stream_at option intersect' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option intersect' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option map' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option map' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand map' -f
complete -c gf-stream -n '__gf_stream_at option fields' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option fields' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand fields' -f
complete -c gf-stream -n '__gf_stream_at option template' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option template' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand template' -f
complete -c gf-stream -n '__gf_stream_at option upper' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option upper' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option lower' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option lower' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option trim' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option trim' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option enumerate' -l start -x -d 'the first number (default 1)'
complete -c gf-stream -n '__gf_stream_at option enumerate' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option enumerate' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option split' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option split' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand split' -f
complete -c gf-stream -n '__gf_stream_at option matches' -s F -l fixed -d 'the pattern is plain text'
complete -c gf-stream -n '__gf_stream_at option matches' -s i -l ignore-case -d 'upper and lower case are the same'
complete -c gf-stream -n '__gf_stream_at option matches' -s w -l word -d 'match whole words only'
complete -c gf-stream -n '__gf_stream_at option matches' -s e -l pattern -x -d 'the pattern, also when it begins with a dash'
complete -c gf-stream -n '__gf_stream_at option matches' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option matches' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand matches' -f
complete -c gf-stream -n '__gf_stream_at option distinct' -s f -l fields -x -d 'by these fields'
complete -c gf-stream -n '__gf_stream_at option distinct' -s k -l key -x -d 'by a key as in sort: 2,2n or 1.3,1.5'
complete -c gf-stream -n '__gf_stream_at option distinct' -s i -l ignore-case -d 'upper and lower case are the same'
complete -c gf-stream -n '__gf_stream_at option distinct' -s c -l count -d 'put how many there are and a TAB in front'
complete -c gf-stream -n '__gf_stream_at option distinct' -l last -d 'keep the last of each, in its place'
complete -c gf-stream -n '__gf_stream_at option distinct' -l max -x -d 'keep the first N of each'
complete -c gf-stream -n '__gf_stream_at option distinct' -l only-dup -d 'only those there are several of'
complete -c gf-stream -n '__gf_stream_at option distinct' -l only-unique -d 'only those there is one of'
complete -c gf-stream -n '__gf_stream_at option distinct' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option distinct' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option uniq' -s f -l fields -x -d 'by these fields'
complete -c gf-stream -n '__gf_stream_at option uniq' -s k -l key -x -d 'by a key as in sort: 2,2n or 1.3,1.5'
complete -c gf-stream -n '__gf_stream_at option uniq' -s i -l ignore-case -d 'upper and lower case are the same'
complete -c gf-stream -n '__gf_stream_at option uniq' -s c -l count -d 'put how many there are and a TAB in front'
complete -c gf-stream -n '__gf_stream_at option uniq' -l last -d 'keep the last of each, in its place'
complete -c gf-stream -n '__gf_stream_at option uniq' -l max -x -d 'keep the first N of each'
complete -c gf-stream -n '__gf_stream_at option uniq' -l only-dup -d 'only those there are several of'
complete -c gf-stream -n '__gf_stream_at option uniq' -l only-unique -d 'only those there is one of'
complete -c gf-stream -n '__gf_stream_at option uniq' -l group -a 'separate' -d 'all records, an empty one between runs'
complete -c gf-stream -n '__gf_stream_at option uniq' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option uniq' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option sort' -s n -l numeric -d 'by number, any precision (as sort -n)'
complete -c gf-stream -n '__gf_stream_at option sort' -s g -l general -d 'by number with exponents, inf and nan'
complete -c gf-stream -n '__gf_stream_at option sort' -s h -l human -d 'by number with a suffix: 2K 1M'
complete -c gf-stream -n '__gf_stream_at option sort' -s V -l version-sort -d 'by version: 1.9 before 1.10'
complete -c gf-stream -n '__gf_stream_at option sort' -s M -l month -d 'by month: JAN before FEB'
complete -c gf-stream -n '__gf_stream_at option sort' -s b -l ignore-blanks -d 'leave out blanks in front of a key'
complete -c gf-stream -n '__gf_stream_at option sort' -s d -l dictionary -d 'only blanks, letters and digits count'
complete -c gf-stream -n '__gf_stream_at option sort' -s i -l printable -d 'only printable bytes count'
complete -c gf-stream -n '__gf_stream_at option sort' -l ignore-case -d 'upper and lower case are the same'
complete -c gf-stream -n '__gf_stream_at option sort' -s r -l reverse -d 'the other way round'
complete -c gf-stream -n '__gf_stream_at option sort' -s f -l fields -x -d 'by these fields alone: 2,1nr'
complete -c gf-stream -n '__gf_stream_at option sort' -s k -l key -x -d 'by a key as in sort: 2,2n or 1.3,1.5'
complete -c gf-stream -n '__gf_stream_at option sort' -s R -l random -d 'by chance, equal keys together'
complete -c gf-stream -n '__gf_stream_at option sort' -l seed -x -d 'the same chance each time'
complete -c gf-stream -n '__gf_stream_at option sort' -s u -l unique -d 'of equal keys keep the first'
complete -c gf-stream -n '__gf_stream_at option sort' -l check -d 'only say whether it is sorted: exit status 1 when not'
complete -c gf-stream -n '__gf_stream_at option sort' -l merge -d 'merge the inputs, each sorted already'
complete -c gf-stream -n '__gf_stream_at option sort' -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option sort' -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option top' -s n -l numeric -d 'by number, any precision (as sort -n)'
complete -c gf-stream -n '__gf_stream_at option top' -s g -l general -d 'by number with exponents, inf and nan'
complete -c gf-stream -n '__gf_stream_at option top' -s h -l human -d 'by number with a suffix: 2K 1M'
complete -c gf-stream -n '__gf_stream_at option top' -s V -l version-sort -d 'by version: 1.9 before 1.10'
complete -c gf-stream -n '__gf_stream_at option top' -s M -l month -d 'by month: JAN before FEB'
complete -c gf-stream -n '__gf_stream_at option top' -s b -l ignore-blanks -d 'leave out blanks in front of a key'
complete -c gf-stream -n '__gf_stream_at option top' -s d -l dictionary -d 'only blanks, letters and digits count'
complete -c gf-stream -n '__gf_stream_at option top' -s i -l printable -d 'only printable bytes count'
complete -c gf-stream -n '__gf_stream_at option top' -l ignore-case -d 'upper and lower case are the same'
complete -c gf-stream -n '__gf_stream_at option top' -s r -l reverse -d 'the other way round'
complete -c gf-stream -n '__gf_stream_at option top' -s f -l fields -x -d 'by these fields alone: 2,1nr'
complete -c gf-stream -n '__gf_stream_at option top' -s k -l key -x -d 'by a key as in sort: 2,2n or 1.3,1.5'
complete -c gf-stream -n '__gf_stream_at option top' -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option top' -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand top' -f
complete -c gf-stream -n '__gf_stream_at option bottom' -s n -l numeric -d 'by number, any precision (as sort -n)'
complete -c gf-stream -n '__gf_stream_at option bottom' -s g -l general -d 'by number with exponents, inf and nan'
complete -c gf-stream -n '__gf_stream_at option bottom' -s h -l human -d 'by number with a suffix: 2K 1M'
complete -c gf-stream -n '__gf_stream_at option bottom' -s V -l version-sort -d 'by version: 1.9 before 1.10'
complete -c gf-stream -n '__gf_stream_at option bottom' -s M -l month -d 'by month: JAN before FEB'
complete -c gf-stream -n '__gf_stream_at option bottom' -s b -l ignore-blanks -d 'leave out blanks in front of a key'
complete -c gf-stream -n '__gf_stream_at option bottom' -s d -l dictionary -d 'only blanks, letters and digits count'
complete -c gf-stream -n '__gf_stream_at option bottom' -s i -l printable -d 'only printable bytes count'
complete -c gf-stream -n '__gf_stream_at option bottom' -l ignore-case -d 'upper and lower case are the same'
complete -c gf-stream -n '__gf_stream_at option bottom' -s r -l reverse -d 'the other way round'
complete -c gf-stream -n '__gf_stream_at option bottom' -s f -l fields -x -d 'by these fields alone: 2,1nr'
complete -c gf-stream -n '__gf_stream_at option bottom' -s k -l key -x -d 'by a key as in sort: 2,2n or 1.3,1.5'
complete -c gf-stream -n '__gf_stream_at option bottom' -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option bottom' -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand bottom' -f
complete -c gf-stream -n '__gf_stream_at option skip' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option skip' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand skip' -f
complete -c gf-stream -n '__gf_stream_at option limit' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option limit' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand limit' -f
complete -c gf-stream -n '__gf_stream_at option tail' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option tail' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand tail' -f
complete -c gf-stream -n '__gf_stream_at option take-while' -s F -l fixed -d 'the pattern is plain text'
complete -c gf-stream -n '__gf_stream_at option take-while' -s i -l ignore-case -d 'upper and lower case are the same'
complete -c gf-stream -n '__gf_stream_at option take-while' -s w -l word -d 'match whole words only'
complete -c gf-stream -n '__gf_stream_at option take-while' -s x -l whole -d 'match whole records only'
complete -c gf-stream -n '__gf_stream_at option take-while' -s f -l field -x -d 'look in field N only'
complete -c gf-stream -n '__gf_stream_at option take-while' -s e -l pattern -x -d 'the pattern, also when it begins with a dash'
complete -c gf-stream -n '__gf_stream_at option take-while' -l patterns -r -F -d 'any of the patterns in FILE, one a line'
complete -c gf-stream -n '__gf_stream_at option take-while' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option take-while' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand take-while' -f
complete -c gf-stream -n '__gf_stream_at option drop-while' -s F -l fixed -d 'the pattern is plain text'
complete -c gf-stream -n '__gf_stream_at option drop-while' -s i -l ignore-case -d 'upper and lower case are the same'
complete -c gf-stream -n '__gf_stream_at option drop-while' -s w -l word -d 'match whole words only'
complete -c gf-stream -n '__gf_stream_at option drop-while' -s x -l whole -d 'match whole records only'
complete -c gf-stream -n '__gf_stream_at option drop-while' -s f -l field -x -d 'look in field N only'
complete -c gf-stream -n '__gf_stream_at option drop-while' -s e -l pattern -x -d 'the pattern, also when it begins with a dash'
complete -c gf-stream -n '__gf_stream_at option drop-while' -l patterns -r -F -d 'any of the patterns in FILE, one a line'
complete -c gf-stream -n '__gf_stream_at option drop-while' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option drop-while' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand drop-while' -f
complete -c gf-stream -n '__gf_stream_at option sample' -l seed -x -d 'the same choice each time'
complete -c gf-stream -n '__gf_stream_at option sample' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option sample' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand sample' -f
complete -c gf-stream -n '__gf_stream_at option every' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option every' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand every' -f
complete -c gf-stream -n '__gf_stream_at option shuffle' -l seed -x -d 'the same order each time'
complete -c gf-stream -n '__gf_stream_at option shuffle' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option shuffle' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option reverse' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option reverse' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option batch' -l join -x -d 'what stands between the records (default TAB)'
complete -c gf-stream -n '__gf_stream_at option batch' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option batch' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand batch' -f
complete -c gf-stream -n '__gf_stream_at option window' -l join -x -d 'what stands between the records (default TAB)'
complete -c gf-stream -n '__gf_stream_at option window' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option window' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand window' -f
complete -c gf-stream -n '__gf_stream_at option peek' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option peek' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option group' -l join -x -d 'what stands between the values of join:F (default a comma)'
complete -c gf-stream -n '__gf_stream_at option group' -l skip-bad -d 'pass over values that are no number'
complete -c gf-stream -n '__gf_stream_at option group' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option group' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand group' -f
complete -c gf-stream -n '__gf_stream_at option count' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option count' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option sum' -s f -l field -x -d 'of field N instead of the record'
complete -c gf-stream -n '__gf_stream_at option sum' -l skip-bad -d 'pass over records that are no number'
complete -c gf-stream -n '__gf_stream_at option sum' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option sum' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option min' -s f -l field -x -d 'of field N instead of the record'
complete -c gf-stream -n '__gf_stream_at option min' -l skip-bad -d 'pass over records that are no number'
complete -c gf-stream -n '__gf_stream_at option min' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option min' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option max' -s f -l field -x -d 'of field N instead of the record'
complete -c gf-stream -n '__gf_stream_at option max' -l skip-bad -d 'pass over records that are no number'
complete -c gf-stream -n '__gf_stream_at option max' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option max' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option mean' -s f -l field -x -d 'of field N instead of the record'
complete -c gf-stream -n '__gf_stream_at option mean' -l skip-bad -d 'pass over records that are no number'
complete -c gf-stream -n '__gf_stream_at option mean' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option mean' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option median' -s f -l field -x -d 'of field N instead of the record'
complete -c gf-stream -n '__gf_stream_at option median' -l skip-bad -d 'pass over records that are no number'
complete -c gf-stream -n '__gf_stream_at option median' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option median' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option percentile' -s f -l field -x -d 'of field N instead of the record'
complete -c gf-stream -n '__gf_stream_at option percentile' -l skip-bad -d 'pass over records that are no number'
complete -c gf-stream -n '__gf_stream_at option percentile' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option percentile' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand percentile' -f
complete -c gf-stream -n '__gf_stream_at option join' -s f -l field -x -d 'of field N instead of the record'
complete -c gf-stream -n '__gf_stream_at option join' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option join' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand join' -f
complete -c gf-stream -n '__gf_stream_at option reduce' -s f -l field -x -d 'of field N instead of the record'
complete -c gf-stream -n '__gf_stream_at option reduce' -l skip-bad -d 'pass over records that are no number'
complete -c gf-stream -n '__gf_stream_at option reduce' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option reduce' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand reduce' -f -a 'sum min max concat'
complete -c gf-stream -n '__gf_stream_at option first' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option first' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at option any' -s F -l fixed -d 'the pattern is plain text'
complete -c gf-stream -n '__gf_stream_at option any' -s i -l ignore-case -d 'upper and lower case are the same'
complete -c gf-stream -n '__gf_stream_at option any' -s w -l word -d 'match whole words only'
complete -c gf-stream -n '__gf_stream_at option any' -s x -l whole -d 'match whole records only'
complete -c gf-stream -n '__gf_stream_at option any' -s f -l field -x -d 'look in field N only'
complete -c gf-stream -n '__gf_stream_at option any' -s e -l pattern -x -d 'the pattern, also when it begins with a dash'
complete -c gf-stream -n '__gf_stream_at option any' -l patterns -r -F -d 'any of the patterns in FILE, one a line'
complete -c gf-stream -n '__gf_stream_at option any' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option any' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand any' -f
complete -c gf-stream -n '__gf_stream_at option all' -s F -l fixed -d 'the pattern is plain text'
complete -c gf-stream -n '__gf_stream_at option all' -s i -l ignore-case -d 'upper and lower case are the same'
complete -c gf-stream -n '__gf_stream_at option all' -s w -l word -d 'match whole words only'
complete -c gf-stream -n '__gf_stream_at option all' -s x -l whole -d 'match whole records only'
complete -c gf-stream -n '__gf_stream_at option all' -s f -l field -x -d 'look in field N only'
complete -c gf-stream -n '__gf_stream_at option all' -s e -l pattern -x -d 'the pattern, also when it begins with a dash'
complete -c gf-stream -n '__gf_stream_at option all' -l patterns -r -F -d 'any of the patterns in FILE, one a line'
complete -c gf-stream -n '__gf_stream_at option all' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option all' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand all' -f
complete -c gf-stream -n '__gf_stream_at option none' -s F -l fixed -d 'the pattern is plain text'
complete -c gf-stream -n '__gf_stream_at option none' -s i -l ignore-case -d 'upper and lower case are the same'
complete -c gf-stream -n '__gf_stream_at option none' -s w -l word -d 'match whole words only'
complete -c gf-stream -n '__gf_stream_at option none' -s x -l whole -d 'match whole records only'
complete -c gf-stream -n '__gf_stream_at option none' -s f -l field -x -d 'look in field N only'
complete -c gf-stream -n '__gf_stream_at option none' -s e -l pattern -x -d 'the pattern, also when it begins with a dash'
complete -c gf-stream -n '__gf_stream_at option none' -l patterns -r -F -d 'any of the patterns in FILE, one a line'
complete -c gf-stream -n '__gf_stream_at option none' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option none' -s V -l version -d 'show the version and exit'
complete -c gf-stream -n '__gf_stream_at operand none' -f
complete -c gf-stream -n '__gf_stream_at option collect' -s h -l help -d 'show this help and exit'
complete -c gf-stream -n '__gf_stream_at option collect' -s V -l version -d 'show the version and exit'
