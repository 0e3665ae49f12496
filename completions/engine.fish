# engine.fish - what fish does with a tool's table (table.awk describes the copying, fish.awk the table).
#
# The words before the cursor are read as the tool itself reads them. A condition asks what may stand
# next. The functions below __ID_read share its variables.
#:
# The option $argv[1] was given with the value $argv[2].
function __ID_given --no-scope-shadowing
    contains -- $argv[1] $instead; and set count (math $count - 1)
    #: @job
    contains -- $argv[1] -S --state; and set state $argv[2]
    #:
    return 0
end

# An option, or letters in one word. `option` is set when its argument is the next word.
function __ID_option --no-scope-shadowing
    set -l parts (string split -m 1 = -- $argv[1])
    if string match -q -- '--*' $argv[1]
        if set -q parts[2]
            __ID_given $parts
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
        __ID_given -(string sub -l 1 -- $rest) (string sub -s 2 -- $rest)
    else if test -n "$rest"
        set option -$rest
    end
end

# Whether `word` is an option: an operation has none behind its operands, and -3 is an operand there.
function __ID_is_option --no-scope-shadowing
    string match -qr -- '^-.' $word; or return
    test $style != names; and return
    test $taken = 0; and string match -qr -- '^-[^0-9]' $word
end

#: names
# An operand, or the name of the next command.
function __ID_operand --no-scope-shadowing
    test $style = names; or return
    if test $taken -lt $count
        set taken (math $taken + 1)
    else if contains -- $argv[1] $names
        __ID_table $argv[1]
        set taken 0
        set ended
    end
end

#:
# Prints a line each: the command that the line has come to, where another command begins (or 0), the
# state that the line names, and what may stand next: option, names, operand, command.
function __ID_read
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
    __ID_table TOOL
    while set i (math $i + 1); and set -q words[$i]; and test $begins = 0
        set -l word $words[$i]
        if set -q option[1]
            __ID_given $option $word
            set option
        else if not set -q ended[1]; and test "$word" = --
            set ended yes
            set -q behind[1]; and set begins (math $i + 1)
        else if not set -q ended[1]; and __ID_is_option
            __ID_option $word
        else if test $style = command
            set begins $i
        #: names
        else
            __ID_operand $word
        #:
        end
    end
    printf '%s\n' $command $begins "$state"
    __ID_next
end

function __ID_next --no-scope-shadowing
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
function __ID_at
    set -l read (__ID_read)
    contains -- $argv[1] $read[4..-1]; or return
    not set -q argv[2]; or test $read[1] = $argv[2]
end

#: command
# What fish offers for the command that the line holds.
function __ID_command
    set -l read (__ID_read)
    set -l words (commandline -opc)
    test $read[2] != 0; or set read[2] (math (count $words) + 1)
    complete -C (string join ' ' -- (string escape -- $words[$read[2]..-1]) (commandline -ct))
end

#: @state
# The names of states: files and directories that end in $argv[1], where the tool keeps them.
function __ID_states
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

#: @job
# The ids of the jobs in the state file that the line names.
function __ID_jobs
    set -l read (__ID_read)
    test -n "$read[3]"; and TOOL status -S (string replace -r '^~/' "$HOME/" -- $read[3]) 2>/dev/null | string replace -r '\t.*' ''
end

#: @zone
# The names of time zones. The second file is there where the first is not.
function __ID_zones
    set -l dir /usr/share/zoneinfo
    set -q TZDIR[1]; and set dir $TZDIR
    if test -r $dir/tzdata.zi
        awk '$1 == "Z" { print $2 } $1 == "L" { print $3 }' $dir/tzdata.zi
    else
        awk -F '\t' '!/^#/ { print $3 }' $dir/zone1970.tab 2>/dev/null
    end
end

#: @column
# The names of the columns of the file that --from names, where the line has --header: each behind what
# the word has up to its last comma or colon.
function __ID_columns
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
    for name in (TOOL $how --from $from limit 1 transpose 2>/dev/null)
        string match -qr '^[[:alpha:]_][[:alnum:]_]*$' -- $name; or set name "{$name}"
        echo $before$name
    end
end

#:
