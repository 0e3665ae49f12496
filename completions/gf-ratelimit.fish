# gf-ratelimit.fish - made by `make completions` from the option table; do not edit.

# Sets what the command $argv[1] is made of, in the caller's scope.
function __gf_ratelimit_table --no-scope-shadowing
    set command $argv[1]
    set separate
    set style operand
    set count 0
    set instead
    set behind
    switch $command
        case gf-ratelimit
            set separate -r --rate -b --burst --initial --slack --ramp --jitter --pause -c --cost --max-cost-time -d --delimiter -o --output -K --key --key-rates --max-keys -w --wait --reject --buffer --report-drops --drop-marker -S --state --group --on-outage --batch --take --for --format --set --set-burst --load --memfree --feedback --min --stats-file
            set behind yes
    end
end

# The option $argv[1] was given with the value $argv[2].
function __gf_ratelimit_given --no-scope-shadowing
    contains -- $argv[1] $instead; and set count (math $count - 1)
    return 0
end

# An option, or letters in one word. `option` is set when its argument is the next word.
function __gf_ratelimit_option --no-scope-shadowing
    set -l parts (string split -m 1 = -- $argv[1])
    if string match -q -- '--*' $argv[1]
        if set -q parts[2]
            __gf_ratelimit_given $parts
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
        __gf_ratelimit_given -(string sub -l 1 -- $rest) (string sub -s 2 -- $rest)
    else if test -n "$rest"
        set option -$rest
    end
end

# Whether `word` is an option: an operation has none behind its operands, and -3 is an operand there.
function __gf_ratelimit_is_option --no-scope-shadowing
    string match -qr -- '^-.' $word; or return
    test $style != names; and return
    test $taken = 0; and string match -qr -- '^-[^0-9]' $word
end

# Prints a line each: the command that the line has come to, where another command begins (or 0), the
# state that the line names, and what may stand next: option, names, operand, command.
function __gf_ratelimit_read
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
    __gf_ratelimit_table gf-ratelimit
    while set i (math $i + 1); and set -q words[$i]; and test $begins = 0
        set -l word $words[$i]
        if set -q option[1]
            __gf_ratelimit_given $option $word
            set option
        else if not set -q ended[1]; and test "$word" = --
            set ended yes
            set -q behind[1]; and set begins (math $i + 1)
        else if not set -q ended[1]; and __gf_ratelimit_is_option
            __gf_ratelimit_option $word
        else if test $style = command
            set begins $i
        end
    end
    printf '%s\n' $command $begins "$state"
    __gf_ratelimit_next
end

function __gf_ratelimit_next --no-scope-shadowing
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
function __gf_ratelimit_at
    set -l read (__gf_ratelimit_read)
    contains -- $argv[1] $read[4..-1]; or return
    not set -q argv[2]; or test $read[1] = $argv[2]
end

# What fish offers for the command that the line holds.
function __gf_ratelimit_command
    set -l read (__gf_ratelimit_read)
    set -l words (commandline -opc)
    test $read[2] != 0; or set read[2] (math (count $words) + 1)
    complete -C (string join ' ' -- (string escape -- $words[$read[2]..-1]) (commandline -ct))
end

# The names of states: files and directories that end in $argv[1], where the tool keeps them.
function __gf_ratelimit_states
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

complete -c gf-ratelimit -n '__gf_ratelimit_at command' -f -a '(__gf_ratelimit_command)'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -s r -l rate -x -d 'a limit; with several, all of them hold'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -s b -l burst -x -d 'pass N at once after idle time (1; bytes: 10 ms)'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l initial -x -d 'part of the burst available at the start (all)'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l slack -x -d 'make up for lateness of at most DUR (10ms)'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l strict -d 'never exceed the rate in any window of its time'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l ramp -x -d 'start slowly; reach the full rate after DUR'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l jitter -x -d 'delay each wait by up to PCT % of an interval'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l pause -x -d 'no rate: wait DUR, or a random 3m..10m, after each'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -s c -l cost -x -a 'bytes' -d 'weight of a record: a number in FIELD, or bytes'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l max-cost-time -x -d 'refuse a cost that takes longer (1d, 1000 bursts)'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -s d -l delimiter -x -d 'fields end at the byte C (default: at blanks)'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -s 0 -l null -d 'records end with NUL instead of newline'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -s o -l output -r -F -d 'write FILE whole or not at all, or over the input'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -s K -l key -x -d 'a limit for each value of FIELD or of /regex/'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l key-rates -r -F -d 'rates of single keys: lines of KEY RATE [BURST]'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l ordered -d 'keep the order between keys too'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l max-keys -x -d 'know at most N keys (1000000; with -S: 65536)'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -s w -l wait -x -d 'refuse what would wait longer than DUR'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l drop -d 'drop records over the limit'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l reject -r -F -d 'write records over the limit to FILE, or to fd:N'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l fail -d 'stop with 75 at the first one (default with -w)'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l leaky -d 'only a record that finds the buffer full is over'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l buffer -x -d 'hold at most N records with -K or --leaky (65536)'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l report-drops -x -d 'say every DUR how many were over the limit'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l drop-marker -x -d 'also write a record: {n} were over, of {key}'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -s S -l state -x -a '(__gf_ratelimit_states .rate)' -d 'share it with all users of NAME, path, redis://...'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l group -x -d 'share the state, a path, with all users of a group'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l on-outage -x -a 'wait open local: fail' -d 'server away: wait (default), open, local:N, fail'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l batch -x -d 'take so much of a server\'s rate at once (100ms)'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l check -d 'take one now, or print when to try again; exit'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l take -x -d 'with --check: take N (1)'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l for -x -d 'with --check, --status: the budget of this key'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l status -d 'print the state and exit'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l format -x -a 'text json' -d 'of --status: text (default) or json'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l set -x -d 'change the rate for all users and exit'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l set-burst -x -d 'change the burst for all users and exit'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l reset -d 'fill all budgets, set the counts to 0, exit'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l load -x -d 'start it while under N tasks, or N% of CPUs, run'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l memfree -x -d 'start it while so much memory is free'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l feedback -r -F -d 'read ok, 429 [TIME], slow, fast; FILE or fd:N'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l feedback-from-start -d 'take the lines that are there already'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l min -x -d 'feedback never goes below RATE (a hundredth)'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l stats -a 'text json prom' -d 'numbers at the end: text (default), json or prom'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l stats-file -r -F -d 'write them to FILE instead of standard error'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -s v -l verbose -d 'say more on standard error'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -l no-sandbox -d 'run without the sandbox of gf(7)'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -s h -l help -d 'show this help and exit'
complete -c gf-ratelimit -n '__gf_ratelimit_at option gf-ratelimit' -s V -l version -d 'show the version and exit'
