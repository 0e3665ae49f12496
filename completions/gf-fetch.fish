# gf-fetch.fish - made by `make completions` from the option table; do not edit.

# Sets what the command $argv[1] is made of, in the caller's scope.
function __gf_fetch_table --no-scope-shadowing
    set command $argv[1]
    set separate
    set style operand
    set count 0
    set instead
    set behind
    switch $command
        case gf-fetch
            set separate -a --arg-file --lookahead --max-record -X --request -H --header -d --data -A --user-agent -u --user --auth-host --max-redirs -j --jobs --max-per-host --rate --rate-per-host -S --state -t --timeout --connect-timeout --low-speed --total-timeout --retries --retry-max-time --ok-status --format --dir --etag-store --failed --max-size -T --tmpdir --deny --allow --cacert --cert --key -x --proxy --resolve --report --stats-file
    end
end

# The option $argv[1] was given with the value $argv[2].
function __gf_fetch_given --no-scope-shadowing
    contains -- $argv[1] $instead; and set count (math $count - 1)
    return 0
end

# An option, or letters in one word. `option` is set when its argument is the next word.
function __gf_fetch_option --no-scope-shadowing
    set -l parts (string split -m 1 = -- $argv[1])
    if string match -q -- '--*' $argv[1]
        if set -q parts[2]
            __gf_fetch_given $parts
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
        __gf_fetch_given -(string sub -l 1 -- $rest) (string sub -s 2 -- $rest)
    else if test -n "$rest"
        set option -$rest
    end
end

# Whether `word` is an option: an operation has none behind its operands, and -3 is an operand there.
function __gf_fetch_is_option --no-scope-shadowing
    string match -qr -- '^-.' $word; or return
    test $style != names; and return
    test $taken = 0; and string match -qr -- '^-[^0-9]' $word
end

# Prints a line each: the command that the line has come to, where another command begins (or 0), the
# state that the line names, and what may stand next: option, names, operand, command.
function __gf_fetch_read
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
    __gf_fetch_table gf-fetch
    while set i (math $i + 1); and set -q words[$i]; and test $begins = 0
        set -l word $words[$i]
        if set -q option[1]
            __gf_fetch_given $option $word
            set option
        else if not set -q ended[1]; and test "$word" = --
            set ended yes
            set -q behind[1]; and set begins (math $i + 1)
        else if not set -q ended[1]; and __gf_fetch_is_option
            __gf_fetch_option $word
        else if test $style = command
            set begins $i
        end
    end
    printf '%s\n' $command $begins "$state"
    __gf_fetch_next
end

function __gf_fetch_next --no-scope-shadowing
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
function __gf_fetch_at
    set -l read (__gf_fetch_read)
    contains -- $argv[1] $read[4..-1]; or return
    not set -q argv[2]; or test $read[1] = $argv[2]
end

# The names of states: files and directories that end in $argv[1], where the tool keeps them.
function __gf_fetch_states
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

complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -s a -l arg-file -r -F -d 'read lines from FILE; - is standard input'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l lookahead -x -d 'hold at most N lines that wait (default 10000)'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l max-record -x -d 'longest line allowed (default 64M)'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -s X -l request -x -d 'the method where a line has none (GET)'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -s H -l header -x -d 'send the header "Name: value"'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -s d -l data -x -d 'the body where a line has none; POST'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -s A -l user-agent -x -d 'the name to give (gf-fetch/VERSION)'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -s u -l user -x -d 'who we are, to the origins of --auth-host'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l auth-host -x -d 'where -u and secret headers go: https://HOST'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l netrc -d 'look users and passwords up in ~/.netrc'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -s L -l location -d 'follow redirects'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l max-redirs -x -d 'with -L: at most N for a line (default 10)'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l allow-downgrade -d 'with -L: from https to http, too'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -s j -l jobs -x -d 'requests at once (default 16)'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l max-per-host -x -d 'of them to one host (default 6)'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l rate -x -d 'start at most RATE requests, such as 10/s'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l rate-per-host -x -d 'of them to one host'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -s S -l state -x -a '(__gf_fetch_states .rate)' -d 'share the rate of this name with gf-ratelimit -S'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -s t -l timeout -x -d 'end an attempt after DUR (default 5m; 0: never)'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l connect-timeout -x -d 'until it is connected (default 10s)'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l low-speed -x -d 'end an attempt below N bytes/s for DUR (1/30s)'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l total-timeout -x -d 'end the run after DUR'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l retries -x -d 'try what may pass again, up to N times (default 2)'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l retry-all -d 'POST and other methods, too'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l retry-max-time -x -d 'begin no try later than DUR (default 10m)'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l ok-status -x -d 'what counts as success (default 200-399)'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l fail-early -d 'stop at the first failure'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l format -x -a 'ndjson body none' -d 'ndjson (default), body or none'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l no-body -d 'records without bodies'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -s 0 -l null -d 'with --format body: a NUL behind each'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -s k -l keep-order -d 'print in the order of the input'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l dir -x -a '(__fish_complete_directories)' -d 'keep each body in a file in DIR'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l overwrite -d 'with --dir: replace files that are there'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l continue -d 'with --dir: go on where a file was cut off'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l etag-store -r -F -d 'fetch only what has changed since the last run'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l failed -r -F -d 'write the lines that failed to FILE, for -a FILE'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l max-size -x -d 'largest body, also unpacked (default 64M)'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -s T -l tmpdir -x -a '(__fish_complete_directories)' -d 'directory for large bodies ($TMPDIR, else /tmp)'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l deny-private -d 'connect to no private address'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l deny -x -d 'connect to no address of this network'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l allow -x -d 'but to those of this network'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l insecure -d 'believe any certificate'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l cacert -r -F -d 'trust the authorities in FILE'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l cert -r -F -d 'show this certificate'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l key -r -F -d 'with --cert: its key'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l compressed -d 'ask for packed bodies, and unpack them'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -s x -l proxy -x -d 'go through this proxy'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l resolve -x -d 'HOST has the address ADDR'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l http1.1 -d 'speak HTTP/1.1'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l http2 -d 'speak HTTP/2, without TLS, too'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -s 4 -l ipv4 -d 'IPv4 addresses alone'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -s 6 -l ipv6 -d 'IPv6 addresses alone'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l progress -a 'auto always never' -d 'progress line: auto (a terminal), always or never'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l report -r -F -d 'write an HTML page about the run'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l stats -a 'text json prom' -d 'numbers at the end: text (default), json or prom'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l stats-file -r -F -d 'write them to FILE instead of standard error'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -s q -l quiet -d 'print errors only, no warnings, notes, summaries'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -s v -l verbose -d 'say more on standard error'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -s h -l help -d 'show this help and exit'
complete -c gf-fetch -n '__gf_fetch_at option gf-fetch' -s V -l version -d 'show the version and exit'
complete -c gf-fetch -n '__gf_fetch_at operand gf-fetch' -f
