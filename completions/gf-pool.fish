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
            set separate -a --arg-file --delimiter --recend --recstart -d --colsep --max-record -s --script -I --replace -n --max-args --block --chdir --env --nice --limit-mem --limit-cpu --limit-files -j --jobs -P --load --memfree --rate -t --timeout --kill-after --retries --retry-delay --retry-on --halt --tagstring --results --max-output -T --tmpdir --spill-max --joblog --failed --events --report --max-items --queue --stop-after --lease --max-deliveries --keep --stats-file
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

# The names of states: files and directories that end in $argv[1], where the tool keeps them.
function __gf_pool_states
    set -l dir $HOME/.local/state
    string match -q -- '/*' "$XDG_STATE_HOME"; and set dir $XDG_STATE_HOME
    if string match -q -- '*/*' (commandline -ct)
        __fish_complete_path (commandline -ct)
    else
        for path in $dir/gf/*$argv[1]
            string replace -r '.*/' '' -- (string sub -e -(string length -- $argv[1]) -- $path)
        end
    end
end

complete -c gf-pool -n '__gf_pool_at command' -f -a '(__gf_pool_command)'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s a -l arg-file -r -F -d 'read records from FILE; - is standard input'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s 0 -l null -d 'records end with a NUL byte, not a newline'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l delimiter -x -d 'records end with the byte C, not a newline'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l recend -x -d 'records end with the string STR'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l recstart -x -d 'records begin with the string STR'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l paragraph -d 'records have empty lines between them'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s d -l colsep -x -d 'split records at SEP into columns {1} {2} {-1}'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l csv -d 'records are CSV: columns may be in quotes'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l header -d 'the first record names the columns: {name}'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s r -l no-run-if-empty -d 'skip empty records'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l max-record -x -d 'longest record allowed (default 64M)'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l shuf -d 'take the records in random order'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s s -l script -x -d 'run sh -c SCRIPT with the record as $1'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s I -l replace -x -d 'STR stands for the record, instead of {}'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s n -l max-args -x -d 'give each command up to N records'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s X -d 'give each command as many records as fit'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l pipe -d 'write records to standard input, in blocks'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l block -x -d 'with --pipe: bytes per job at most (default 1M)'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l chdir -x -a '(__fish_complete_directories)' -d 'run jobs in the directory DIR'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l env -x -d 'set a variable for jobs; K alone keeps its value'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l clean-env -d 'jobs get only the variables of --env and GF_*'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l nice -x -d 'add N to the niceness of jobs'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l limit-mem -x -d 'limit the address space of each process'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l limit-cpu -x -d 'limit the processor time of each process'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l limit-files -x -d 'limit the open files of each process'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l dry-run -d 'print the commands, run nothing'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l confirm -d 'ask on the terminal before each job'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l tty -d 'give each job the terminal, one at a time'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s j -l jobs -x -d 'jobs at once: 8, 200%, +2, @FILE (default: CPUs)'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s P -x -d 'the same as -j, as in xargs'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l load -x -d 'start no job while N tasks run, or N% of CPUs'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l memfree -x -d 'start no job while less memory is free'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l rate -x -d 'start at most RATE jobs, such as 10/s'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s t -l timeout -x -d 'end a job after DUR, or 300% of the median time'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l kill-after -x -d 'SIGKILL follows SIGTERM after DUR (default 5s)'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l retries -x -d 'run a failed job again, up to N times'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l retry-delay -x -d 'wait before a retry: 1s or 1s,x2,max 1m,jitter'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l retry-on -x -d 'retry only these exit statuses: 7,75,124'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l halt -x -d 'stop early: soon,fail=1 now,success=1 soon,done=9'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s k -l keep-order -d 'print output in the order of the input'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s u -l ungroup -d 'jobs write directly; lines of jobs may mix'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l line-buffer -d 'print whole lines as they come; jobs alternate'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l tag -d 'print the record and a TAB before each line'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l tagstring -x -d 'print STR and a TAB before each line'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l ci -a 'auto github gitlab' -d 'fold output in logs of GitHub Actions or GitLab'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l ci-commands -d 'obey workflow commands in the output of jobs'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l results -x -a '(__fish_complete_directories)' -d 'keep output and status below DIR, or DIR/{1}'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l max-output -x -d 'end a job that writes more than SIZE'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s T -l tmpdir -x -a '(__fish_complete_directories)' -d 'directory for large output ($TMPDIR, else /tmp)'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l spill-max -x -d 'hold at most SIZE there (default half of the free)'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l joblog -r -F -d 'write a row for each job; +FILE appends'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l resume -a 'words seq' -d 'skip jobs that have a row; =seq compares numbers'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l resume-failed -d 'skip jobs done in the log; run failed jobs again'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l retry-failed -d 'run the failed jobs of the log; no input is read'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l failed -r -F -d 'write the records that failed to FILE, for -a FILE'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l durable -d 'bring rows to the disk before the next start'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l events -r -F -d 'append a JSON line for each event; fd:N works too'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l report -r -F -d 'write an HTML page about the run'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l worker -d 'keep -j commands running; each answers records'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l max-items -x -d 'replace a worker after N records'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l queue -x -a '(__gf_pool_states .queue)' -d 'take records from the queue NAME, of gf-queue'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l until-empty -d 'end when nothing waits, is delayed or runs'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l stop-after -x -d 'end after N records'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l lease -x -d 'a record is ours for so long, unless renewed (30s)'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l max-deliveries -x -d 'a record that was delivered so often is dead (5)'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l keep -x -d 'keep results in the queue for so long (1h)'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l progress -a 'auto always never' -d 'progress line: auto (a terminal), always or never'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l stats -a 'text json prom' -d 'numbers at the end: text (default), json or prom'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l stats-file -r -F -d 'write them to FILE instead of standard error'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s v -l verbose -d 'say more on standard error'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s h -l help -d 'show this help and exit'
complete -c gf-pool -n '__gf_pool_at option gf-pool' -s V -l version -d 'show the version and exit'
