# gf-sem.fish - made by `make completions` from the option table; do not edit.

# Sets what the command $argv[1] is made of, in the caller's scope.
function __gf_sem_table --no-scope-shadowing
    set command $argv[1]
    set separate
    set style operand
    set count 0
    set instead
    set behind
    switch $command
        case gf-sem
            set separate -j --permits -S --state --weight --fd -w --max-wait -E --conflict-exit-code --priority --eager --kill-after --lease --on-lease-lost --label --group --format --set
            set style command
    end
end

# The option $argv[1] was given with the value $argv[2].
function __gf_sem_given --no-scope-shadowing
    contains -- $argv[1] $instead; and set count (math $count - 1)
    return 0
end

# An option, or letters in one word. `option` is set when its argument is the next word.
function __gf_sem_option --no-scope-shadowing
    set -l parts (string split -m 1 = -- $argv[1])
    if string match -q -- '--*' $argv[1]
        if set -q parts[2]
            __gf_sem_given $parts
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
        __gf_sem_given -(string sub -l 1 -- $rest) (string sub -s 2 -- $rest)
    else if test -n "$rest"
        set option -$rest
    end
end

# Whether `word` is an option: an operation has none behind its operands, and -3 is an operand there.
function __gf_sem_is_option --no-scope-shadowing
    string match -qr -- '^-.' $word; or return
    test $style != names; and return
    test $taken = 0; and string match -qr -- '^-[^0-9]' $word
end

# Prints a line each: the command that the line has come to, where another command begins (or 0), the
# state that the line names, and what may stand next: option, names, operand, command.
function __gf_sem_read
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
    __gf_sem_table gf-sem
    while set i (math $i + 1); and set -q words[$i]; and test $begins = 0
        set -l word $words[$i]
        if set -q option[1]
            __gf_sem_given $option $word
            set option
        else if not set -q ended[1]; and test "$word" = --
            set ended yes
            set -q behind[1]; and set begins (math $i + 1)
        else if not set -q ended[1]; and __gf_sem_is_option
            __gf_sem_option $word
        else if test $style = command
            set begins $i
        end
    end
    printf '%s\n' $command $begins "$state"
    __gf_sem_next
end

function __gf_sem_next --no-scope-shadowing
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
function __gf_sem_at
    set -l read (__gf_sem_read)
    contains -- $argv[1] $read[4..-1]; or return
    not set -q argv[2]; or test $read[1] = $argv[2]
end

# What fish offers for the command that the line holds.
function __gf_sem_command
    set -l read (__gf_sem_read)
    set -l words (commandline -opc)
    test $read[2] != 0; or set read[2] (math (count $words) + 1)
    complete -C (string join ' ' -- (string escape -- $words[$read[2]..-1]) (commandline -ct))
end

# The names of states: files and directories that end in $argv[1], where the tool keeps them.
function __gf_sem_states
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

complete -c gf-sem -n '__gf_sem_at command' -f -a '(__gf_sem_command)'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -s j -l permits -x -d 'how many permits, for all users; or 50% of CPUs'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -s S -l state -x -a '(__gf_sem_states .sem)' -d 'which semaphore (default: \'default\')'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -l weight -x -d 'take W permits (default 1)'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -l shared -d 'a reader: take one permit (no -j is needed)'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -l exclusive -d 'a writer: take all permits'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -l fd -x -d 'take a permit for the open file N'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -s n -l no-wait -d 'do not wait: exit 75 when no permit is free'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -s w -l max-wait -x -d 'wait at most DUR, then exit 124'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -s E -l conflict-exit-code -x -d 'exit with CODE instead of 75 and 124'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -l priority -x -d 'whom to serve first: 0 (default 5)'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -l eager -x -d 'pass those that want more than is free, N times'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -l replace -d 'those that wait give up with 75, and we wait'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -l cancel-running -d 'end the commands that hold the permits'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -l kill-after -x -d 'SIGKILL follows SIGTERM after DUR (default 5s)'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -l lease -x -d 'how long a server keeps it for who is gone (30s)'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -l on-lease-lost -x -a 'term warn' -d 'end the command (term, default) or warn'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -l close -d 'only gf-sem holds the permit, not the command'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -l label -x -d 'name in --status (default: the command\'s name)'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -l status -d 'print who holds and who waits'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -l group -x -d 'share the state, a DIR, with all users of a group'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -l format -x -a 'text json' -d 'of --status: text (default) or json'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -l set -x -d 'change the number of permits for all users'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -l wait-all -d 'wait until no process holds or waits'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -s v -l verbose -d 'say more on standard error'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -s h -l help -d 'show this help and exit'
complete -c gf-sem -n '__gf_sem_at option gf-sem' -s V -l version -d 'show the version and exit'
