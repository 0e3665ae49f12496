# gf-pool.fish - made by `make completions` from the option table; do not edit.

# Sets what the command $argv[1] is made of, in the caller's scope.
function __gf_pool_table --no-scope-shadowing
    set command $argv[1]
    set separate
    set style operand
    set count 0
    set instead
    set behind
    switch $command
        case gf-pool
            set separate -j --jobs -P --load --memfree -t --timeout --kill-after --retries --retry-delay --retry-on --halt -a --arg-file --delimiter -d --colsep -n --max-args --block -I --replace -s --script --rate --tagstring --results --chdir --env --nice --limit-mem --limit-cpu --limit-files --joblog --events --max-items --failed --report --stats-file -T --tmpdir --max-record
            set style command
    end
end

# The option $argv[1] was given with the value $argv[2].
function __gf_pool_given --no-scope-shadowing
    contains -- $argv[1] $instead; and set count (math $count - 1)
    return 0
end

# An option, or letters in one word. `option` is set when its argument is the next word.
function __gf_pool_option --no-scope-shadowing
    set -l parts (string split -m 1 = -- $argv[1])
    if string match -q -- '--*' $argv[1]
        if set -q parts[2]
            __gf_pool_given $parts
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
        __gf_pool_given -(string sub -l 1 -- $rest) (string sub -s 2 -- $rest)
    else if test -n "$rest"
        set option -$rest
    end
end

# Whether `word` is an option: an operation has none behind its operands, and -3 is an operand there.
function __gf_pool_is_option --no-scope-shadowing
    string match -qr -- '^-.' $word; or return
    test $style != names; and return
    test $taken = 0; and string match -qr -- '^-[^0-9]' $word
end

# Prints a line each: the command that the line has come to, where another command begins (or 0), the
# state that the line names, and what may stand next: option, names, operand, command.
function __gf_pool_read
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
    __gf_pool_table gf-pool
    while set i (math $i + 1); and set -q words[$i]; and test $begins = 0
        set -l word $words[$i]
        if set -q option[1]
            __gf_pool_given $option $word
            set option
        else if not set -q ended[1]; and test "$word" = --
            set ended yes
            set -q behind[1]; and set begins (math $i + 1)
        else if not set -q ended[1]; and __gf_pool_is_option
            __gf_pool_option $word
        else if test $style = command
            set begins $i
        end
    end
    printf '%s\n' $command $begins "$state"
    __gf_pool_next
end

function __gf_pool_next --no-scope-shadowing
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
function __gf_pool_at
    set -l read (__gf_pool_read)
    contains -- $argv[1] $read[4..-1]; or return
    not set -q argv[2]; or test $read[1] = $argv[2]
end

# What fish offers for the command that the line holds.
function __gf_pool_command
    set -l read (__gf_pool_read)
    set -l words (commandline -opc)
    test $read[2] != 0; or set read[2] (math (count $words) + 1)
    complete -C (string join ' ' -- (string escape -- $words[$read[2]..-1]) (commandline -ct))
end

complete -c gf-pool -n '__gf_pool_at command' -f -a '(__gf_pool_command)'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s j -l jobs -x -d 'run N jobs at once: 8, 200%, +2, -1 (default: processors), or @FILE'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s P -x -d 'the same as -j, for users of xargs'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l load -x -d 'start none while N tasks run on the machine, or N% of processors'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l memfree -x -d 'start none while less than SIZE of memory is free'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s k -l keep-order -d 'print output in the order of the input'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s t -l timeout -x -d 'end a job that runs longer than DUR, or 300% of the median'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l kill-after -x -d 'SIGKILL comes DUR after SIGTERM (default 5s)'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l retries -x -d 'try a job that failed up to N times more'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l retry-delay -x -d 'wait so long before; 1s,x2,max 1m,jitter grows'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l retry-on -x -d 'only after these exit statuses, e.g. 7,75,124'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l halt -x -d 'stop early: soon,fail=1  now,success=1  soon,fail=5%  now,done=9'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s a -l arg-file -r -F -d 'records of FILE, not of standard input; several follow'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s 0 -l null -d 'records end with NUL, not newline'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l delimiter -x -d 'records end with the byte C'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s d -l colsep -x -d '{1} {2} {-1} are a record\'s columns, parted by SEP'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l header -d 'the first record names the columns: {name}'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s n -l max-args -x -d 'up to N records a command: {1} {2}, or all of them'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s X -d 'as many records a command as fit'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l pipe -d 'records go to the command\'s input, in blocks'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l block -x -d 'with --pipe: so much a command (default 1M); or -n N records'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s I -l replace -x -d 'STR stands for the record, instead of {}'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s s -l script -x -d 'run sh -c SCRIPT with the record as $1; no COMMAND then'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s r -l no-run-if-empty -d 'skip empty records'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l rate -x -d 'start no more jobs than RATE, e.g. 10/s'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s u -l ungroup -d 'let jobs write straight to the output; lines may mix'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l line-buffer -d 'print whole lines as they come; jobs mix'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l tag -d 'put the record and a TAB in front of each line of output'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l tagstring -x -d 'the same with STR, in which {} {1} {#} stand as usual'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l ci -a 'auto github gitlab' -d 'fold each job\'s output in the log of GitHub Actions or GitLab'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l results -x -a '(__fish_complete_directories)' -d 'keep DIR/NUMBER/stdout, stderr, command and status as well'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l chdir -x -a '(__fish_complete_directories)' -d 'run jobs in DIR'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l env -x -d 'set a variable for jobs; K alone passes it on'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l clean-env -d 'give jobs only what --env says, and GF_ variables'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l nice -x -d 'add N to the niceness of jobs'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l limit-mem -x -d 'address space of a process'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l limit-cpu -x -d 'processor time of a process'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l limit-files -x -d 'open files of a process'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l joblog -r -F -d 'log a row for each job; +FILE appends'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l resume -a 'words seq' -d 'run only what has no row in the joblog; =seq goes by number'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l resume-failed -d 'the same, and once more what failed'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l retry-failed -d 'run what failed in the joblog, by its rows alone'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l durable -d 'rows are on the disk before the next job starts'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l events -r -F -d 'write a JSON line for all that happens to a job; fd:N, too'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l worker -d 'N commands stay, and answer each record they read with one'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l max-items -x -d 'with --worker: a new one after N records'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l failed -r -F -d 'with --worker: write the records without an answer to FILE'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l dry-run -d 'print the commands, run nothing'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l report -r -F -d 'write a page (HTML) about the run: slots, times, failures'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l progress -a 'auto always never' -d 'show a progress line: auto (a terminal only), always or never'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l stats -a 'text json prom' -d 'numbers at the end: text (default), json or prom'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l stats-file -r -F -d 'write them to FILE instead of standard error'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s T -l tmpdir -x -a '(__fish_complete_directories)' -d 'where output too large for memory waits ($TMPDIR, /tmp)'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l max-record -x -d 'longest record taken (default 64M)'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s q -l quiet -d 'print errors only: no warnings, notes or summaries'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s v -l verbose -d 'say more on standard error'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s h -l help -d 'show this help and exit'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s V -l version -d 'show the version and exit'
