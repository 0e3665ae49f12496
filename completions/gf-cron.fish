# gf-cron.fish - made by `make completions` from the option table; do not edit.

# Sets what the command $argv[1] is made of, in the caller's scope.
function __gf_cron_table --no-scope-shadowing
    set command $argv[1]
    set separate
    set style operand
    set count 0
    set instead
    set behind
    switch $command
        case gf-cron
            set names next explain check run once emit history pause resume trigger status show
            set style names
        case next
            set separate -n --from --until --tz --dst --format --table --id
        case explain
            set separate --from --tz --dst --id
        case check
            set separate --tz
        case run
            set separate -e --expr -n --times --tz --dst -j --jobs --drain --output --log --ping --stats-file -S --state --keep --lease
            set behind yes
        case once
            set separate --tz --dst
            set behind yes
        case emit
            set separate -n --tz --dst
        case history
            set separate -S --state --since --job --format --tz
        case pause
            set separate -S --state
        case resume
            set separate -S --state
        case trigger
            set separate -S --state
        case status
            set separate -S --state --format
        case show
            set separate -o --output --days --from --format --tz --dst
    end
end

# The option $argv[1] was given with the value $argv[2].
function __gf_cron_given --no-scope-shadowing
    contains -- $argv[1] $instead; and set count (math $count - 1)
    contains -- $argv[1] -S --state; and set state $argv[2]
    return 0
end

# An option, or letters in one word. `option` is set when its argument is the next word.
function __gf_cron_option --no-scope-shadowing
    set -l parts (string split -m 1 = -- $argv[1])
    if string match -q -- '--*' $argv[1]
        if set -q parts[2]
            __gf_cron_given $parts
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
        __gf_cron_given -(string sub -l 1 -- $rest) (string sub -s 2 -- $rest)
    else if test -n "$rest"
        set option -$rest
    end
end

# Whether `word` is an option: an operation has none behind its operands, and -3 is an operand there.
function __gf_cron_is_option --no-scope-shadowing
    string match -qr -- '^-.' $word; or return
    test $style != names; and return
    test $taken = 0; and string match -qr -- '^-[^0-9]' $word
end

# An operand, or the name of the next command.
function __gf_cron_operand --no-scope-shadowing
    test $style = names; or return
    if test $taken -lt $count
        set taken (math $taken + 1)
    else if contains -- $argv[1] $names
        __gf_cron_table $argv[1]
        set taken 0
        set ended
    end
end

# Prints a line each: the command that the line has come to, where another command begins (or 0), the
# state that the line names, and what may stand next: option, names, operand, command.
function __gf_cron_read
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
    __gf_cron_table gf-cron
    while set i (math $i + 1); and set -q words[$i]; and test $begins = 0
        set -l word $words[$i]
        if set -q option[1]
            __gf_cron_given $option $word
            set option
        else if not set -q ended[1]; and test "$word" = --
            set ended yes
            set -q behind[1]; and set begins (math $i + 1)
        else if not set -q ended[1]; and __gf_cron_is_option
            __gf_cron_option $word
        else if test $style = command
            set begins $i
        else
            __gf_cron_operand $word
        end
    end
    printf '%s\n' $command $begins "$state"
    __gf_cron_next
end

function __gf_cron_next --no-scope-shadowing
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
function __gf_cron_at
    set -l read (__gf_cron_read)
    contains -- $argv[1] $read[4..-1]; or return
    not set -q argv[2]; or test $read[1] = $argv[2]
end

# What fish offers for the command that the line holds.
function __gf_cron_command
    set -l read (__gf_cron_read)
    set -l words (commandline -opc)
    test $read[2] != 0; or set read[2] (math (count $words) + 1)
    complete -C (string join ' ' -- (string escape -- $words[$read[2]..-1]) (commandline -ct))
end

# The names of states: files and directories that end in $argv[1], where the tool keeps them.
function __gf_cron_states
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

# The ids of the jobs in the state file that the line names.
function __gf_cron_jobs
    set -l read (__gf_cron_read)
    test -n "$read[3]"; and gf-cron status -S (string replace -r '^~/' "$HOME/" -- $read[3]) 2>/dev/null | string replace -r '\t.*' ''
end

# The names of time zones. The second file is there where the first is not.
function __gf_cron_zones
    set -l dir /usr/share/zoneinfo
    set -q TZDIR[1]; and set dir $TZDIR
    if test -r $dir/tzdata.zi
        awk '$1 == "Z" { print $2 } $1 == "L" { print $3 }' $dir/tzdata.zi
    else
        awk -F '\t' '!/^#/ { print $3 }' $dir/zone1970.tab 2>/dev/null
    end
end

complete -c gf-cron -n '__gf_cron_at names' -f -a next -d 'print when a schedule fires'
complete -c gf-cron -n '__gf_cron_at names' -f -a explain -d 'print a schedule in words, and what clock changes do to it'
complete -c gf-cron -n '__gf_cron_at names' -f -a check -d 'print every error in a crontab'
complete -c gf-cron -n '__gf_cron_at names' -f -a run -d 'run the jobs of a crontab, in the foreground'
complete -c gf-cron -n '__gf_cron_at names' -f -a once -d 'wait for the next firing, then run a command'
complete -c gf-cron -n '__gf_cron_at names' -f -a emit -d 'print the jobs of a crontab when they are due; run nothing'
complete -c gf-cron -n '__gf_cron_at names' -f -a history -d 'print the runs in a state file'
complete -c gf-cron -n '__gf_cron_at names' -f -a pause -d 'pause a job: skip its runs'
complete -c gf-cron -n '__gf_cron_at names' -f -a resume -d 'end the pause of a job'
complete -c gf-cron -n '__gf_cron_at names' -f -a trigger -d 'run a job once, now or when a scheduler starts'
complete -c gf-cron -n '__gf_cron_at names' -f -a status -d 'print each job in a state file, its last and its next run'
complete -c gf-cron -n '__gf_cron_at names' -f -a show -d 'draw when the jobs of a crontab run'
complete -c gf-cron -n '__gf_cron_at command' -f -a '(__gf_cron_command)'
complete -c gf-cron -n '__gf_cron_at option gf-cron' -s h -l help -d 'show this help and exit'
complete -c gf-cron -n '__gf_cron_at option gf-cron' -s V -l version -d 'show the version and exit'
complete -c gf-cron -n '__gf_cron_at option next' -s n -x -d 'print N firings (default: 1; with --until: all)'
complete -c gf-cron -n '__gf_cron_at option next' -l from -x -d 'print firings after TIME (default: now)'
complete -c gf-cron -n '__gf_cron_at option next' -l until -x -d 'print firings up to and including TIME'
complete -c gf-cron -n '__gf_cron_at option next' -l tz -x -a '(__gf_cron_zones)' -d 'time zone (default: TZ, else of the machine)'
complete -c gf-cron -n '__gf_cron_at option next' -l dst -x -a 'debian skip' -d 'for a skipped time: debian (default) or skip'
complete -c gf-cron -n '__gf_cron_at option next' -l format -x -a 'rfc3339 epoch json' -d 'rfc3339 (default), epoch or json'
complete -c gf-cron -n '__gf_cron_at option next' -l table -r -F -d 'print firings of all jobs of a crontab'
complete -c gf-cron -n '__gf_cron_at option next' -l vixie-percent -d '% ends a command and starts its standard input'
complete -c gf-cron -n '__gf_cron_at option next' -l id -x -d 'id from which H and ~ choose their values'
complete -c gf-cron -n '__gf_cron_at option next' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-cron -n '__gf_cron_at option next' -s v -l verbose -d 'say more on standard error'
complete -c gf-cron -n '__gf_cron_at option next' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-cron -n '__gf_cron_at option next' -l no-sandbox -d 'run without the sandbox of gf(7)'
complete -c gf-cron -n '__gf_cron_at option next' -s h -l help -d 'show this help and exit'
complete -c gf-cron -n '__gf_cron_at option next' -s V -l version -d 'show the version and exit'
complete -c gf-cron -n '__gf_cron_at operand next' -f
complete -c gf-cron -n '__gf_cron_at option explain' -l from -x -d 'look for firings after TIME (default: now)'
complete -c gf-cron -n '__gf_cron_at option explain' -l tz -x -a '(__gf_cron_zones)' -d 'time zone (default: TZ, else of the machine)'
complete -c gf-cron -n '__gf_cron_at option explain' -l dst -x -a 'debian skip' -d 'for a skipped time: debian (default) or skip'
complete -c gf-cron -n '__gf_cron_at option explain' -l id -x -d 'id from which H and ~ choose their values'
complete -c gf-cron -n '__gf_cron_at option explain' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-cron -n '__gf_cron_at option explain' -s v -l verbose -d 'say more on standard error'
complete -c gf-cron -n '__gf_cron_at option explain' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-cron -n '__gf_cron_at option explain' -l no-sandbox -d 'run without the sandbox of gf(7)'
complete -c gf-cron -n '__gf_cron_at option explain' -s h -l help -d 'show this help and exit'
complete -c gf-cron -n '__gf_cron_at option explain' -s V -l version -d 'show the version and exit'
complete -c gf-cron -n '__gf_cron_at operand explain' -f
complete -c gf-cron -n '__gf_cron_at option check' -l tz -x -a '(__gf_cron_zones)' -d 'time zone (default: TZ, else of the machine)'
complete -c gf-cron -n '__gf_cron_at option check' -l vixie-percent -d '% ends a command and starts its standard input'
complete -c gf-cron -n '__gf_cron_at option check' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-cron -n '__gf_cron_at option check' -s v -l verbose -d 'say more on standard error'
complete -c gf-cron -n '__gf_cron_at option check' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-cron -n '__gf_cron_at option check' -l no-sandbox -d 'run without the sandbox of gf(7)'
complete -c gf-cron -n '__gf_cron_at option check' -s h -l help -d 'show this help and exit'
complete -c gf-cron -n '__gf_cron_at option check' -s V -l version -d 'show the version and exit'
complete -c gf-cron -n '__gf_cron_at option run' -s e -l expr -x -d 'run the command after -- by this schedule'
complete -c gf-cron -n '__gf_cron_at option run' -s n -l times -x -d 'with -e: end after N runs'
complete -c gf-cron -n '__gf_cron_at option run' -l tz -x -a '(__gf_cron_zones)' -d 'time zone (default: TZ, else of the machine)'
complete -c gf-cron -n '__gf_cron_at option run' -l dst -x -a 'debian skip' -d 'for a skipped time: debian (default) or skip'
complete -c gf-cron -n '__gf_cron_at option run' -l vixie-percent -d '% ends a command and starts its standard input'
complete -c gf-cron -n '__gf_cron_at option run' -l watch -d 'read the crontab again when it changes'
complete -c gf-cron -n '__gf_cron_at option run' -s j -l jobs -x -d 'run at most N jobs at once'
complete -c gf-cron -n '__gf_cron_at option run' -l drain -x -d 'at a stop, wait DUR for jobs, then end them'
complete -c gf-cron -n '__gf_cron_at option run' -l fail-on-error -d 'exit with 123 when a run failed'
complete -c gf-cron -n '__gf_cron_at option run' -l output -x -a 'prefix raw json' -d 'form of job lines: prefix (default), raw or json'
complete -c gf-cron -n '__gf_cron_at option run' -l log -x -a 'text json' -d 'print every event on stderr: text or json'
complete -c gf-cron -n '__gf_cron_at option run' -l ping -x -d 'fetch URL/start, URL or URL/fail for each run'
complete -c gf-cron -n '__gf_cron_at option run' -l stats -a 'text json prom' -d 'numbers at the end: text (default), json or prom'
complete -c gf-cron -n '__gf_cron_at option run' -l stats-file -r -F -d 'write them to FILE instead of standard error'
complete -c gf-cron -n '__gf_cron_at option run' -s S -l state -x -a '(__gf_cron_states .cron)' -d 'record all runs there (default: nowhere)'
complete -c gf-cron -n '__gf_cron_at option run' -l keep -x -d 'delete older runs (default: 400d, 100,000 runs)'
complete -c gf-cron -n '__gf_cron_at option run' -l lease -x -d 'on a server: others take over after DUR (30s)'
complete -c gf-cron -n '__gf_cron_at option run' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-cron -n '__gf_cron_at option run' -s v -l verbose -d 'say more on standard error'
complete -c gf-cron -n '__gf_cron_at option run' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-cron -n '__gf_cron_at option run' -s h -l help -d 'show this help and exit'
complete -c gf-cron -n '__gf_cron_at option run' -s V -l version -d 'show the version and exit'
complete -c gf-cron -n '__gf_cron_at option once' -l tz -x -a '(__gf_cron_zones)' -d 'time zone (default: TZ, else of the machine)'
complete -c gf-cron -n '__gf_cron_at option once' -l dst -x -a 'debian skip' -d 'for a skipped time: debian (default) or skip'
complete -c gf-cron -n '__gf_cron_at option once' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-cron -n '__gf_cron_at option once' -s v -l verbose -d 'say more on standard error'
complete -c gf-cron -n '__gf_cron_at option once' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-cron -n '__gf_cron_at option once' -s h -l help -d 'show this help and exit'
complete -c gf-cron -n '__gf_cron_at option once' -s V -l version -d 'show the version and exit'
complete -c gf-cron -n '__gf_cron_at operand once' -f
complete -c gf-cron -n '__gf_cron_at option emit' -s n -x -d 'end after N lines'
complete -c gf-cron -n '__gf_cron_at option emit' -l tz -x -a '(__gf_cron_zones)' -d 'time zone (default: TZ, else of the machine)'
complete -c gf-cron -n '__gf_cron_at option emit' -l dst -x -a 'debian skip' -d 'for a skipped time: debian (default) or skip'
complete -c gf-cron -n '__gf_cron_at option emit' -l vixie-percent -d '% ends a command and starts its standard input'
complete -c gf-cron -n '__gf_cron_at option emit' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-cron -n '__gf_cron_at option emit' -s v -l verbose -d 'say more on standard error'
complete -c gf-cron -n '__gf_cron_at option emit' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-cron -n '__gf_cron_at option emit' -s h -l help -d 'show this help and exit'
complete -c gf-cron -n '__gf_cron_at option emit' -s V -l version -d 'show the version and exit'
complete -c gf-cron -n '__gf_cron_at option history' -s S -l state -x -a '(__gf_cron_states .cron)' -d 'the state of gf-cron run'
complete -c gf-cron -n '__gf_cron_at option history' -l since -x -d 'print runs that were due at TIME or later'
complete -c gf-cron -n '__gf_cron_at option history' -l job -x -a '(__gf_cron_jobs)' -d 'print runs of this job only'
complete -c gf-cron -n '__gf_cron_at option history' -l failed -d 'print only failed, timeout and interrupted runs'
complete -c gf-cron -n '__gf_cron_at option history' -l format -x -a 'tsv json' -d 'tsv (default) or json'
complete -c gf-cron -n '__gf_cron_at option history' -l tz -x -a '(__gf_cron_zones)' -d 'time zone (default: TZ, else of the machine)'
complete -c gf-cron -n '__gf_cron_at option history' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-cron -n '__gf_cron_at option history' -s v -l verbose -d 'say more on standard error'
complete -c gf-cron -n '__gf_cron_at option history' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-cron -n '__gf_cron_at option history' -s h -l help -d 'show this help and exit'
complete -c gf-cron -n '__gf_cron_at option history' -s V -l version -d 'show the version and exit'
complete -c gf-cron -n '__gf_cron_at operand history' -f
complete -c gf-cron -n '__gf_cron_at option pause' -s S -l state -x -a '(__gf_cron_states .cron)' -d 'the state of gf-cron run'
complete -c gf-cron -n '__gf_cron_at option pause' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-cron -n '__gf_cron_at option pause' -s v -l verbose -d 'say more on standard error'
complete -c gf-cron -n '__gf_cron_at option pause' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-cron -n '__gf_cron_at option pause' -s h -l help -d 'show this help and exit'
complete -c gf-cron -n '__gf_cron_at option pause' -s V -l version -d 'show the version and exit'
complete -c gf-cron -n '__gf_cron_at operand pause' -f -a '(__gf_cron_jobs)'
complete -c gf-cron -n '__gf_cron_at option resume' -s S -l state -x -a '(__gf_cron_states .cron)' -d 'the state of gf-cron run'
complete -c gf-cron -n '__gf_cron_at option resume' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-cron -n '__gf_cron_at option resume' -s v -l verbose -d 'say more on standard error'
complete -c gf-cron -n '__gf_cron_at option resume' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-cron -n '__gf_cron_at option resume' -s h -l help -d 'show this help and exit'
complete -c gf-cron -n '__gf_cron_at option resume' -s V -l version -d 'show the version and exit'
complete -c gf-cron -n '__gf_cron_at operand resume' -f -a '(__gf_cron_jobs)'
complete -c gf-cron -n '__gf_cron_at option trigger' -s S -l state -x -a '(__gf_cron_states .cron)' -d 'the state of gf-cron run'
complete -c gf-cron -n '__gf_cron_at option trigger' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-cron -n '__gf_cron_at option trigger' -s v -l verbose -d 'say more on standard error'
complete -c gf-cron -n '__gf_cron_at option trigger' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-cron -n '__gf_cron_at option trigger' -s h -l help -d 'show this help and exit'
complete -c gf-cron -n '__gf_cron_at option trigger' -s V -l version -d 'show the version and exit'
complete -c gf-cron -n '__gf_cron_at operand trigger' -f -a '(__gf_cron_jobs)'
complete -c gf-cron -n '__gf_cron_at option status' -s S -l state -x -a '(__gf_cron_states .cron)' -d 'the state of gf-cron run'
complete -c gf-cron -n '__gf_cron_at option status' -l format -x -a 'tsv json' -d 'tsv (default) or json'
complete -c gf-cron -n '__gf_cron_at option status' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-cron -n '__gf_cron_at option status' -s v -l verbose -d 'say more on standard error'
complete -c gf-cron -n '__gf_cron_at option status' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-cron -n '__gf_cron_at option status' -s h -l help -d 'show this help and exit'
complete -c gf-cron -n '__gf_cron_at option status' -s V -l version -d 'show the version and exit'
complete -c gf-cron -n '__gf_cron_at operand status' -f
complete -c gf-cron -n '__gf_cron_at option show' -s o -l output -r -F -d 'write the picture to FILE (default: stdout)'
complete -c gf-cron -n '__gf_cron_at option show' -l days -x -d 'draw N days (default: 7)'
complete -c gf-cron -n '__gf_cron_at option show' -l from -x -d 'begin with the day of TIME (default: today)'
complete -c gf-cron -n '__gf_cron_at option show' -l format -x -a 'text svg' -d 'text (default) or svg (default with -o)'
complete -c gf-cron -n '__gf_cron_at option show' -l tz -x -a '(__gf_cron_zones)' -d 'time zone (default: TZ, else of the machine)'
complete -c gf-cron -n '__gf_cron_at option show' -l dst -x -a 'debian skip' -d 'for a skipped time: debian (default) or skip'
complete -c gf-cron -n '__gf_cron_at option show' -l vixie-percent -d '% ends a command and starts its standard input'
complete -c gf-cron -n '__gf_cron_at option show' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-cron -n '__gf_cron_at option show' -s v -l verbose -d 'say more on standard error'
complete -c gf-cron -n '__gf_cron_at option show' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-cron -n '__gf_cron_at option show' -l no-sandbox -d 'run without the sandbox of gf(7)'
complete -c gf-cron -n '__gf_cron_at option show' -s h -l help -d 'show this help and exit'
complete -c gf-cron -n '__gf_cron_at option show' -s V -l version -d 'show the version and exit'
