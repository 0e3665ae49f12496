# gf-pipeline.fish - made by `make completions` from the option table; do not edit.

# Sets what the command $argv[1] is made of, in the caller's scope.
function __gf_pipeline_table --no-scope-shadowing
    set command $argv[1]
    set separate
    set style operand
    set count 0
    set instead
    set behind
    switch $command
        case gf-pipeline
            set separate --stage --tee --chain --sep --mode -j --jobs -t --timeout --kill-after --retries --retry-delay --on-error --reject-prefix --reject-status --by -d --delimiter --window --latency --total-timeout --on-crash-loop --drain --name --max-record --replay --dead --commit --stats-file --stats-interval --report --events
            set style command
            set behind yes
    end
end

# The option $argv[1] was given with the value $argv[2].
function __gf_pipeline_given --no-scope-shadowing
    contains -- $argv[1] $instead; and set count (math $count - 1)
    return 0
end

# An option, or letters in one word. `option` is set when its argument is the next word.
function __gf_pipeline_option --no-scope-shadowing
    set -l parts (string split -m 1 = -- $argv[1])
    if string match -q -- '--*' $argv[1]
        if set -q parts[2]
            __gf_pipeline_given $parts
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
        __gf_pipeline_given -(string sub -l 1 -- $rest) (string sub -s 2 -- $rest)
    else if test -n "$rest"
        set option -$rest
    end
end

# Whether `word` is an option: an operation has none behind its operands, and -3 is an operand there.
function __gf_pipeline_is_option --no-scope-shadowing
    string match -qr -- '^-.' $word; or return
    test $style != names; and return
    test $taken = 0; and string match -qr -- '^-[^0-9]' $word
end

# Prints a line each: the command that the line has come to, where another command begins (or 0), the
# state that the line names, and what may stand next: option, names, operand, command.
function __gf_pipeline_read
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
    __gf_pipeline_table gf-pipeline
    while set i (math $i + 1); and set -q words[$i]; and test $begins = 0
        set -l word $words[$i]
        if set -q option[1]
            __gf_pipeline_given $option $word
            set option
        else if not set -q ended[1]; and test "$word" = --
            set ended yes
            set -q behind[1]; and set begins (math $i + 1)
        else if not set -q ended[1]; and __gf_pipeline_is_option
            __gf_pipeline_option $word
        else if test $style = command
            set begins $i
        end
    end
    printf '%s\n' $command $begins "$state"
    __gf_pipeline_next
end

function __gf_pipeline_next --no-scope-shadowing
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
function __gf_pipeline_at
    set -l read (__gf_pipeline_read)
    contains -- $argv[1] $read[4..-1]; or return
    not set -q argv[2]; or test $read[1] = $argv[2]
end

# What fish offers for the command that the line holds.
function __gf_pipeline_command
    set -l read (__gf_pipeline_read)
    set -l words (commandline -opc)
    test $read[2] != 0; or set read[2] (math (count $words) + 1)
    complete -C (string join ' ' -- (string escape -- $words[$read[2]..-1]) (commandline -ct))
end

complete -c gf-pipeline -n '__gf_pipeline_at command' -f -a '(__gf_pipeline_command)'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l stage -x -d 'a stage: its options, --, its command, :::'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l tee -r -F -d 'write what leaves the stage to FILE too'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l chain -r -F -d 'read the stages from FILE, one a line'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l sep -x -d 'the word behind a command, instead of :::'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l check -d 'say what is wrong, and run nothing'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l print -d 'print the stages as a file for --chain'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l mode -x -a 'map filter each batch=100' -d 'map (default), filter, each, or batch=N[,DUR]'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -s j -l jobs -x -d 'processes at once: 8, 200%, +2 (default 1)'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -s t -l timeout -x -d 'end what has a record for longer'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l kill-after -x -d 'SIGKILL follows SIGTERM after DUR (default 5s)'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l retries -x -d 'try a failed record again, up to N times'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l retry-delay -x -d 'wait before a retry: 1s or 1s,x2,max 1m,jitter'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l on-error -x -a 'dead pass drop stop' -d 'a record that failed: dead, pass, drop or stop'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l reject-prefix -x -d 'an answer that begins with STR refuses the record'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l reject-status -x -d 'with each: these exit statuses refuse it: 3,10-19'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l drop-empty -d 'drop records whose answer is empty'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l by -x -d 'records with the same field go to one process'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -s d -l delimiter -x -d 'what is between fields (default: blanks)'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l window -x -d 'with map: unanswered records of a process, at most'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l latency -x -d 'with map: time of a window (default 50ms)'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l total-timeout -x -d 'limit of a record in all stages together'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l unordered -d 'write records as they are done'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l on-crash-loop -x -a 'stop dead' -d 'when processes only die: stop, or dead (letters)'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l drain -x -d 'after SIGTERM, time for the rest (default 30s)'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l name -x -d 'the pipeline\'s name in dead letters and events'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -s 0 -l null -d 'records end with NUL, not newline'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l max-record -x -d 'longest record allowed (default 64M)'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l replay -r -F -d 'read dead letters, and try their records again'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l from-stage -d 'with --replay: each enters where it failed'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l dead -r -F -d 'append a JSON line for each dead letter; or fd:N'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l fsync -d 'bring dead letters and commits to the disk'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l commit -r -F -d 'keep in FILE how far the input is done'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l resume -d 'go on behind what --commit says is done'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l skip-known -d 'with --resume: read the input up to there'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l progress -a 'auto always never' -d 'progress line: auto (a terminal), always or never'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l stats -a 'text json prom' -d 'numbers at the end: text (default), json or prom'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l stats-file -r -F -d 'write them to FILE instead of standard error'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l stats-interval -x -d 'write --stats-file anew every DUR'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l report -r -F -d 'write an HTML page about the run'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l events -r -F -d 'append a JSON line for each event; fd:N works too'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -s v -l verbose -d 'say more on standard error'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -s h -l help -d 'show this help and exit'
complete -c gf-pipeline -n '__gf_pipeline_at option gf-pipeline' -s V -l version -d 'show the version and exit'
