# gf-buffer.fish - made by `make completions` from the option table; do not edit.

# Sets what the command $argv[1] is made of, in the caller's scope.
function __gf_buffer_table --no-scope-shadowing
    set command $argv[1]
    set separate
    set style operand
    set count 0
    set instead
    set behind
    switch $command
        case gf-buffer
            set separate -m --memory --records --when-full --start-at --resume-at --append --tee --flush-size --flush-interval --fsync --retries --retry-for --drain --log-dir --rotate-size --rotate-age --keep --keep-bytes --keep-age --on-rotate --mode --group --atomic --ok-status --expect-bytes --expect-sha256 --spool --spool-max --then --status --format --stats-file --stats-interval
            set behind yes
    end
end

# The option $argv[1] was given with the value $argv[2].
function __gf_buffer_given --no-scope-shadowing
    contains -- $argv[1] $instead; and set count (math $count - 1)
    return 0
end

# An option, or letters in one word. `option` is set when its argument is the next word.
function __gf_buffer_option --no-scope-shadowing
    set -l parts (string split -m 1 = -- $argv[1])
    if string match -q -- '--*' $argv[1]
        if set -q parts[2]
            __gf_buffer_given $parts
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
        __gf_buffer_given -(string sub -l 1 -- $rest) (string sub -s 2 -- $rest)
    else if test -n "$rest"
        set option -$rest
    end
end

# Whether `word` is an option: an operation has none behind its operands, and -3 is an operand there.
function __gf_buffer_is_option --no-scope-shadowing
    string match -qr -- '^-.' $word; or return
    test $style != names; and return
    test $taken = 0; and string match -qr -- '^-[^0-9]' $word
end

# Prints a line each: the command that the line has come to, where another command begins (or 0), the
# state that the line names, and what may stand next: option, names, operand, command.
function __gf_buffer_read
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
    __gf_buffer_table gf-buffer
    while set i (math $i + 1); and set -q words[$i]; and test $begins = 0
        set -l word $words[$i]
        if set -q option[1]
            __gf_buffer_given $option $word
            set option
        else if not set -q ended[1]; and test "$word" = --
            set ended yes
            set -q behind[1]; and set begins (math $i + 1)
        else if not set -q ended[1]; and __gf_buffer_is_option
            __gf_buffer_option $word
        else if test $style = command
            set begins $i
        end
    end
    printf '%s\n' $command $begins "$state"
    __gf_buffer_next
end

function __gf_buffer_next --no-scope-shadowing
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
function __gf_buffer_at
    set -l read (__gf_buffer_read)
    contains -- $argv[1] $read[4..-1]; or return
    not set -q argv[2]; or test $read[1] = $argv[2]
end

# What fish offers for the command that the line holds.
function __gf_buffer_command
    set -l read (__gf_buffer_read)
    set -l words (commandline -opc)
    test $read[2] != 0; or set read[2] (math (count $words) + 1)
    complete -C (string join ' ' -- (string escape -- $words[$read[2]..-1]) (commandline -ct))
end

complete -c gf-buffer -n '__gf_buffer_at command' -f -a '(__gf_buffer_command)'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -s m -l memory -x -d 'hold at most SIZE in memory (default 16M)'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l records -x -d 'and at most N records'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l when-full -x -a 'block drop-newest drop-oldest error spill' -d 'block (default), drop-newest, drop-oldest, error'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l drop-marker -d 'say in the output where records are missing'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l bytes -d 'there are no records: bytes alone'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -s 0 -l null -d 'records end with NUL instead of newline'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l timestamp -a 'rfc3339 epoch elapsed' -d 'a time in front of each: rfc3339, epoch, elapsed'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l start-at -x -d 'hold output back until P (80%, 4M) is there'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l resume-at -x -d 'once full, read on when P is left'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l append -r -F -d 'write to the end of FILE'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l tee -r -F -d 'write a copy to FILE, or to fd:N'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l flush-size -x -d 'write files SIZE at a time (default 64K)'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l flush-interval -x -d 'or after DUR (default 1s)'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l fsync -x -a 'never record' -d 'sync files: never (default), DUR, record'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l retries -x -d 'give up a failing file after N further tries'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l retry-for -x -d 'give up a failing file after DUR'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l drain -x -d 'after a signal, end the work within DUR (10s)'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l log-dir -x -a '(__fish_complete_directories)' -d 'write DIR/current, put away now and then'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l rotate-size -x -d 'when it has SIZE'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l rotate-age -x -d 'when its first record is DUR old'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l keep -x -d 'keep at most N archives'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l keep-bytes -x -d 'let all files have at most SIZE'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l keep-age -x -d 'keep archives for DUR'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l on-rotate -x -d 'run sh -c CMD with the archive as "$1"'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l keep-force -d 'remove archives for which CMD did not succeed, too'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l mode -x -d 'mode of the files (default 0640)'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l group -x -d 'group of the files'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l atomic -r -F -d 'replace FILE when all is there, or leave it'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l ok-status -x -d 'statuses besides 0 that are success'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l expect-bytes -x -d 'all is there when it is N bytes'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l expect-sha256 -x -d 'all is there when its SHA-256 is HEX'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l commit-on-eof -d 'take the end of input for proof'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l allow-empty -d 'nothing may replace a file that is not empty'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l if-changed -d 'leave FILE alone when the bytes are the same'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l backup -d 'keep the old file as FILE with SUFFIX (~)'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l no-follow -d 'refuse a FILE that is a symbolic link'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l spool -x -a '(__fish_complete_directories)' -d 'what has no room waits on disk, and outlives us'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l durable -d 'everything goes through the spool'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l spool-max -x -d 'the spool has at most SIZE'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l then -x -a 'block drop-newest drop-oldest error' -d 'and then: block, drop-newest, drop-oldest, error'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l status -x -a '(__fish_complete_directories)' -d 'show what is in a spool, and exit'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l format -x -a 'text json' -d 'of --status: text (default) or json'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l progress -a 'auto always never' -d 'progress line: auto (a terminal), always or never'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l stats -a 'text json prom' -d 'numbers at the end: text (default), json or prom'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l stats-file -r -F -d 'write them to FILE instead of standard error'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l stats-interval -x -d 'write them every DUR, too'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -s v -l verbose -d 'say more on standard error'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -l no-sandbox -d 'run without the sandbox of gf(7)'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -s h -l help -d 'show this help and exit'
complete -c gf-buffer -n '__gf_buffer_at option gf-buffer' -s V -l version -d 'show the version and exit'
complete -c gf-buffer -n '__gf_buffer_at operand gf-buffer' -f
