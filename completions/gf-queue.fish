# gf-queue.fish - made by `make completions` from the option table; do not edit.

# Sets what the command $argv[1] is made of, in the caller's scope.
function __gf_queue_table --no-scope-shadowing
    set command $argv[1]
    set separate
    set style operand
    set count 0
    set instead
    set behind
    switch $command
        case gf-queue
            set names put take ack fail renew status list dead retry drop purge
            set style names
        case put
            set separate --priority --delay --ttl -f --fields -d --separator --max-record
        case take
            set separate -n --count -l --lease -w --wait --max-deliveries
        case ack
            set separate --keep --status
        case fail
            set separate --delay --max-deliveries --status
        case renew
            set separate -l --lease
        case status
            set separate --format
        case list
            set separate --format
        case dead
            set separate --format
        case retry
        case drop
        case purge
    end
end

# The option $argv[1] was given with the value $argv[2].
function __gf_queue_given --no-scope-shadowing
    contains -- $argv[1] $instead; and set count (math $count - 1)
    return 0
end

# An option, or letters in one word. `option` is set when its argument is the next word.
function __gf_queue_option --no-scope-shadowing
    set -l parts (string split -m 1 = -- $argv[1])
    if string match -q -- '--*' $argv[1]
        if set -q parts[2]
            __gf_queue_given $parts
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
        __gf_queue_given -(string sub -l 1 -- $rest) (string sub -s 2 -- $rest)
    else if test -n "$rest"
        set option -$rest
    end
end

# Whether `word` is an option: an operation has none behind its operands, and -3 is an operand there.
function __gf_queue_is_option --no-scope-shadowing
    string match -qr -- '^-.' $word; or return
    test $style != names; and return
    test $taken = 0; and string match -qr -- '^-[^0-9]' $word
end

# An operand, or the name of the next command.
function __gf_queue_operand --no-scope-shadowing
    test $style = names; or return
    if test $taken -lt $count
        set taken (math $taken + 1)
    else if contains -- $argv[1] $names
        __gf_queue_table $argv[1]
        set taken 0
        set ended
    end
end

# Prints a line each: the command that the line has come to, where another command begins (or 0), the
# state that the line names, and what may stand next: option, names, operand, command.
function __gf_queue_read
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
    __gf_queue_table gf-queue
    while set i (math $i + 1); and set -q words[$i]; and test $begins = 0
        set -l word $words[$i]
        if set -q option[1]
            __gf_queue_given $option $word
            set option
        else if not set -q ended[1]; and test "$word" = --
            set ended yes
            set -q behind[1]; and set begins (math $i + 1)
        else if not set -q ended[1]; and __gf_queue_is_option
            __gf_queue_option $word
        else if test $style = command
            set begins $i
        else
            __gf_queue_operand $word
        end
    end
    printf '%s\n' $command $begins "$state"
    __gf_queue_next
end

function __gf_queue_next --no-scope-shadowing
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
function __gf_queue_at
    set -l read (__gf_queue_read)
    contains -- $argv[1] $read[4..-1]; or return
    not set -q argv[2]; or test $read[1] = $argv[2]
end

# The names of states: files and directories that end in $argv[1], where the tool keeps them.
function __gf_queue_states
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

complete -c gf-queue -n '__gf_queue_at names' -f -a put -d 'put the records of standard input, or of files, as jobs'
complete -c gf-queue -n '__gf_queue_at names' -f -a take -d 'take jobs under a lease, and print TOKEN TAB RECORD for each'
complete -c gf-queue -n '__gf_queue_at names' -f -a ack -d 'jobs are done'
complete -c gf-queue -n '__gf_queue_at names' -f -a fail -d 'jobs have failed, and wait again, or are dead'
complete -c gf-queue -n '__gf_queue_at names' -f -a renew -d 'the leases of jobs begin anew'
complete -c gf-queue -n '__gf_queue_at names' -f -a status -d 'print how many jobs wait, run, are dead and done'
complete -c gf-queue -n '__gf_queue_at names' -f -a list -d 'print the jobs, one line each: all, but those that are done'
complete -c gf-queue -n '__gf_queue_at names' -f -a dead -d 'print the jobs that are dead: list --dead'
complete -c gf-queue -n '__gf_queue_at names' -f -a retry -d 'dead jobs wait again'
complete -c gf-queue -n '__gf_queue_at names' -f -a drop -d 'forget jobs, in whatever state; who runs one loses its lease'
complete -c gf-queue -n '__gf_queue_at names' -f -a purge -d 'forget all jobs in a state, but for those that run'
complete -c gf-queue -n '__gf_queue_at option gf-queue' -s h -l help -d 'show this help and exit'
complete -c gf-queue -n '__gf_queue_at option gf-queue' -s V -l version -d 'show the version and exit'
complete -c gf-queue -n '__gf_queue_at option put' -s 0 -l null -d 'records end with NUL, not with a newline'
complete -c gf-queue -n '__gf_queue_at option put' -l priority -x -a 'high normal low' -d 'high, normal (default) or low'
complete -c gf-queue -n '__gf_queue_at option put' -l delay -x -d 'they wait from then on, not at once'
complete -c gf-queue -n '__gf_queue_at option put' -l ttl -x -d 'what has not been taken by then is forgotten'
complete -c gf-queue -n '__gf_queue_at option put' -l unique -a 'line' -d 'put no record that waits or runs already'
complete -c gf-queue -n '__gf_queue_at option put' -s f -l fields -x -d 'with --unique: these fields say which are the same'
complete -c gf-queue -n '__gf_queue_at option put' -s d -l separator -x -d 'with -f: what is between fields (blanks)'
complete -c gf-queue -n '__gf_queue_at option put' -l fsync -d 'what is put survives the loss of power'
complete -c gf-queue -n '__gf_queue_at option put' -l max-record -x -d 'refuse longer records (64M, at most)'
complete -c gf-queue -n '__gf_queue_at option put' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-queue -n '__gf_queue_at option put' -s v -l verbose -d 'say more on standard error'
complete -c gf-queue -n '__gf_queue_at option put' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-queue -n '__gf_queue_at option put' -s h -l help -d 'show this help and exit'
complete -c gf-queue -n '__gf_queue_at option put' -s V -l version -d 'show the version and exit'
complete -c gf-queue -n '__gf_queue_at operand put' -f -a '(__gf_queue_states .queue)'
complete -c gf-queue -n '__gf_queue_at option take' -s n -l count -x -d 'take up to N jobs (1)'
complete -c gf-queue -n '__gf_queue_at option take' -s l -l lease -x -d 'the job is ours for so long, unless renewed (30s)'
complete -c gf-queue -n '__gf_queue_at option take' -s w -l wait -x -d 'wait so long for a job (not at all)'
complete -c gf-queue -n '__gf_queue_at option take' -s 0 -l null -d 'end what is printed with NUL, not with a newline'
complete -c gf-queue -n '__gf_queue_at option take' -l max-deliveries -x -d 'a job that was delivered so often is dead (5)'
complete -c gf-queue -n '__gf_queue_at option take' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-queue -n '__gf_queue_at option take' -s v -l verbose -d 'say more on standard error'
complete -c gf-queue -n '__gf_queue_at option take' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-queue -n '__gf_queue_at option take' -s h -l help -d 'show this help and exit'
complete -c gf-queue -n '__gf_queue_at option take' -s V -l version -d 'show the version and exit'
complete -c gf-queue -n '__gf_queue_at operand take' -f -a '(__gf_queue_states .queue)'
complete -c gf-queue -n '__gf_queue_at option ack' -l keep -x -d 'keep the result for so long (1h); 0: not at all'
complete -c gf-queue -n '__gf_queue_at option ack' -l status -x -d 'the exit status of the work, for the result'
complete -c gf-queue -n '__gf_queue_at option ack' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-queue -n '__gf_queue_at option ack' -s v -l verbose -d 'say more on standard error'
complete -c gf-queue -n '__gf_queue_at option ack' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-queue -n '__gf_queue_at option ack' -s h -l help -d 'show this help and exit'
complete -c gf-queue -n '__gf_queue_at option ack' -s V -l version -d 'show the version and exit'
complete -c gf-queue -n '__gf_queue_at operand ack' -f -a '(__gf_queue_states .queue)'
complete -c gf-queue -n '__gf_queue_at option fail' -l delay -x -d 'they wait from then on, not at once'
complete -c gf-queue -n '__gf_queue_at option fail' -l dead -d 'they are dead: nobody gets them again'
complete -c gf-queue -n '__gf_queue_at option fail' -l max-deliveries -x -d 'a job that was delivered so often is dead (5)'
complete -c gf-queue -n '__gf_queue_at option fail' -l status -x -d 'the exit status of the work, for the result'
complete -c gf-queue -n '__gf_queue_at option fail' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-queue -n '__gf_queue_at option fail' -s v -l verbose -d 'say more on standard error'
complete -c gf-queue -n '__gf_queue_at option fail' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-queue -n '__gf_queue_at option fail' -s h -l help -d 'show this help and exit'
complete -c gf-queue -n '__gf_queue_at option fail' -s V -l version -d 'show the version and exit'
complete -c gf-queue -n '__gf_queue_at operand fail' -f -a '(__gf_queue_states .queue)'
complete -c gf-queue -n '__gf_queue_at option renew' -s l -l lease -x -d 'the job is ours for so long, unless renewed (30s)'
complete -c gf-queue -n '__gf_queue_at option renew' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-queue -n '__gf_queue_at option renew' -s v -l verbose -d 'say more on standard error'
complete -c gf-queue -n '__gf_queue_at option renew' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-queue -n '__gf_queue_at option renew' -s h -l help -d 'show this help and exit'
complete -c gf-queue -n '__gf_queue_at option renew' -s V -l version -d 'show the version and exit'
complete -c gf-queue -n '__gf_queue_at operand renew' -f -a '(__gf_queue_states .queue)'
complete -c gf-queue -n '__gf_queue_at option status' -l format -x -a 'text json prom' -d 'text (default), json or prom'
complete -c gf-queue -n '__gf_queue_at option status' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-queue -n '__gf_queue_at option status' -s v -l verbose -d 'say more on standard error'
complete -c gf-queue -n '__gf_queue_at option status' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-queue -n '__gf_queue_at option status' -s h -l help -d 'show this help and exit'
complete -c gf-queue -n '__gf_queue_at option status' -s V -l version -d 'show the version and exit'
complete -c gf-queue -n '__gf_queue_at operand status' -f -a '(__gf_queue_states .queue)'
complete -c gf-queue -n '__gf_queue_at option list' -l waiting -d 'those that wait'
complete -c gf-queue -n '__gf_queue_at option list' -l delayed -d 'those that are delayed'
complete -c gf-queue -n '__gf_queue_at option list' -l running -d 'those that run'
complete -c gf-queue -n '__gf_queue_at option list' -l dead -d 'those that are dead'
complete -c gf-queue -n '__gf_queue_at option list' -l done -d 'those that are done'
complete -c gf-queue -n '__gf_queue_at option list' -l format -x -a 'tsv json' -d 'tsv (default) or json'
complete -c gf-queue -n '__gf_queue_at option list' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-queue -n '__gf_queue_at option list' -s v -l verbose -d 'say more on standard error'
complete -c gf-queue -n '__gf_queue_at option list' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-queue -n '__gf_queue_at option list' -s h -l help -d 'show this help and exit'
complete -c gf-queue -n '__gf_queue_at option list' -s V -l version -d 'show the version and exit'
complete -c gf-queue -n '__gf_queue_at operand list' -f -a '(__gf_queue_states .queue)'
complete -c gf-queue -n '__gf_queue_at option dead' -l format -x -a 'tsv json' -d 'tsv (default) or json'
complete -c gf-queue -n '__gf_queue_at option dead' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-queue -n '__gf_queue_at option dead' -s v -l verbose -d 'say more on standard error'
complete -c gf-queue -n '__gf_queue_at option dead' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-queue -n '__gf_queue_at option dead' -s h -l help -d 'show this help and exit'
complete -c gf-queue -n '__gf_queue_at option dead' -s V -l version -d 'show the version and exit'
complete -c gf-queue -n '__gf_queue_at operand dead' -f -a '(__gf_queue_states .queue)'
complete -c gf-queue -n '__gf_queue_at option retry' -l all -d 'all that are dead'
complete -c gf-queue -n '__gf_queue_at option retry' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-queue -n '__gf_queue_at option retry' -s v -l verbose -d 'say more on standard error'
complete -c gf-queue -n '__gf_queue_at option retry' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-queue -n '__gf_queue_at option retry' -s h -l help -d 'show this help and exit'
complete -c gf-queue -n '__gf_queue_at option retry' -s V -l version -d 'show the version and exit'
complete -c gf-queue -n '__gf_queue_at operand retry' -f -a '(__gf_queue_states .queue)'
complete -c gf-queue -n '__gf_queue_at option drop' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-queue -n '__gf_queue_at option drop' -s v -l verbose -d 'say more on standard error'
complete -c gf-queue -n '__gf_queue_at option drop' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-queue -n '__gf_queue_at option drop' -s h -l help -d 'show this help and exit'
complete -c gf-queue -n '__gf_queue_at option drop' -s V -l version -d 'show the version and exit'
complete -c gf-queue -n '__gf_queue_at operand drop' -f -a '(__gf_queue_states .queue)'
complete -c gf-queue -n '__gf_queue_at option purge' -l waiting -d 'those that wait'
complete -c gf-queue -n '__gf_queue_at option purge' -l delayed -d 'those that are delayed'
complete -c gf-queue -n '__gf_queue_at option purge' -l dead -d 'those that are dead'
complete -c gf-queue -n '__gf_queue_at option purge' -l done -d 'the results of those that are done'
complete -c gf-queue -n '__gf_queue_at option purge' -l all -d 'all of these'
complete -c gf-queue -n '__gf_queue_at option purge' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-queue -n '__gf_queue_at option purge' -s v -l verbose -d 'say more on standard error'
complete -c gf-queue -n '__gf_queue_at option purge' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-queue -n '__gf_queue_at option purge' -s h -l help -d 'show this help and exit'
complete -c gf-queue -n '__gf_queue_at option purge' -s V -l version -d 'show the version and exit'
complete -c gf-queue -n '__gf_queue_at operand purge' -f -a '(__gf_queue_states .queue)'
