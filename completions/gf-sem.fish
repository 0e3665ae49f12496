# gf-sem.fish - made by `make completions` from the option table; do not edit.
function __gf_sem_before_command
    set -l words (commandline -opc)
    set -e words[1]
    while set -q words[1]
        switch $words[1]
            case --
                return 1
            case -j --permits -S --state -w --max-wait --weight -E --conflict-exit-code --label --format --set
                set -q words[2]; and set -e words[1]
            case '-*'
            case '*'
                return 1
        end
        set -e words[1]
    end
end
complete -c gf-sem -n __gf_sem_before_command -s j -l permits -x -d 'how many permits there are, for all who name the same state'
complete -c gf-sem -n __gf_sem_before_command -s S -l state -x -a '(__fish_complete_directories)' -d 'which semaphore: a name, or a directory (default \'default\')'
complete -c gf-sem -n __gf_sem_before_command -s n -l no-wait -d 'do not wait: exit 75 when no permit is free'
complete -c gf-sem -n __gf_sem_before_command -s w -l max-wait -x -d 'wait at most so long, then exit 124'
complete -c gf-sem -n __gf_sem_before_command -l weight -x -d 'take W permits (default 1)'
complete -c gf-sem -n __gf_sem_before_command -s E -l conflict-exit-code -x -d 'exit so instead, for -n and -w'
complete -c gf-sem -n __gf_sem_before_command -l close -d 'the command does not hold the permit itself'
complete -c gf-sem -n __gf_sem_before_command -l label -x -d 'what --status shows (default: the command\'s name)'
complete -c gf-sem -n __gf_sem_before_command -l status -d 'show who holds and who waits'
complete -c gf-sem -n __gf_sem_before_command -l format -x -a 'text json' -d 'of --status: text (default) or json'
complete -c gf-sem -n __gf_sem_before_command -l set -x -d 'change the number of permits, for all users at once'
complete -c gf-sem -n __gf_sem_before_command -l wait-all -d 'wait until nobody holds or waits for a permit'
complete -c gf-sem -n __gf_sem_before_command -s q -l quiet -d 'print errors only: no warnings, notes or summaries'
complete -c gf-sem -n __gf_sem_before_command -s v -l verbose -d 'say more on standard error'
complete -c gf-sem -n __gf_sem_before_command -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-sem -n __gf_sem_before_command -s h -l help -d 'show this help and exit'
complete -c gf-sem -n __gf_sem_before_command -s V -l version -d 'show the version and exit'
complete -c gf-sem -n __gf_sem_before_command -x -a '(__fish_complete_subcommand)'
