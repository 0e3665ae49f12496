# gf-pool.fish - made by `make completions` from the option table; do not edit.
function __gf_pool_before_command
    set -l words (commandline -opc)
    set -e words[1]
    while set -q words[1]
        switch $words[1]
            case --
                return 1
            case -j --jobs -P --load --memfree -t --timeout --kill-after --retries --retry-delay --retry-on --halt -a --arg-file --delimiter -d --colsep -n --max-args --block -I --replace -s --script --rate --tagstring --results --chdir --env --nice --limit-mem --limit-cpu --limit-files --joblog --events --max-items --failed --report --stats-file -T --tmpdir --max-record
                set -q words[2]; and set -e words[1]
            case '-*'
            case '*'
                return 1
        end
        set -e words[1]
    end
end
complete -c gf-pool -n __gf_pool_before_command -s j -l jobs -x -d 'run N jobs at once: 8, 200%, +2, -1 (default: processors), or @FILE'
complete -c gf-pool -n __gf_pool_before_command -s P -x -d 'the same as -j, for users of xargs'
complete -c gf-pool -n __gf_pool_before_command -l load -x -d 'start none while N tasks run on the machine, or N% of processors'
complete -c gf-pool -n __gf_pool_before_command -l memfree -x -d 'start none while less than SIZE of memory is free'
complete -c gf-pool -n __gf_pool_before_command -s k -l keep-order -d 'print output in the order of the input'
complete -c gf-pool -n __gf_pool_before_command -s t -l timeout -x -d 'end a job that runs longer than DUR, or 300% of the median'
complete -c gf-pool -n __gf_pool_before_command -l kill-after -x -d 'SIGKILL comes DUR after SIGTERM (default 5s)'
complete -c gf-pool -n __gf_pool_before_command -l retries -x -d 'try a job that failed up to N times more'
complete -c gf-pool -n __gf_pool_before_command -l retry-delay -x -d 'wait so long before; 1s,x2,max 1m,jitter grows'
complete -c gf-pool -n __gf_pool_before_command -l retry-on -x -d 'only after these exit statuses, e.g. 7,75,124'
complete -c gf-pool -n __gf_pool_before_command -l halt -x -d 'stop early: soon,fail=1  now,success=1  soon,fail=5%  now,done=9'
complete -c gf-pool -n __gf_pool_before_command -s a -l arg-file -r -F -d 'records of FILE, not of standard input; several follow'
complete -c gf-pool -n __gf_pool_before_command -s 0 -l null -d 'records end with NUL, not newline'
complete -c gf-pool -n __gf_pool_before_command -l delimiter -x -d 'records end with the byte C'
complete -c gf-pool -n __gf_pool_before_command -s d -l colsep -x -d '{1} {2} {-1} are a record\'s columns, parted by SEP'
complete -c gf-pool -n __gf_pool_before_command -l header -d 'the first record names the columns: {name}'
complete -c gf-pool -n __gf_pool_before_command -s n -l max-args -x -d 'up to N records a command: {1} {2}, or all of them'
complete -c gf-pool -n __gf_pool_before_command -s X -d 'as many records a command as fit'
complete -c gf-pool -n __gf_pool_before_command -l pipe -d 'records go to the command\'s input, in blocks'
complete -c gf-pool -n __gf_pool_before_command -l block -x -d 'with --pipe: so much a command (default 1M); or -n N records'
complete -c gf-pool -n __gf_pool_before_command -s I -l replace -x -d 'STR stands for the record, instead of {}'
complete -c gf-pool -n __gf_pool_before_command -s s -l script -x -d 'run sh -c SCRIPT with the record as $1; no COMMAND then'
complete -c gf-pool -n __gf_pool_before_command -s r -l no-run-if-empty -d 'skip empty records'
complete -c gf-pool -n __gf_pool_before_command -l rate -x -d 'start no more jobs than RATE, e.g. 10/s'
complete -c gf-pool -n __gf_pool_before_command -s u -l ungroup -d 'let jobs write straight to the output; lines may mix'
complete -c gf-pool -n __gf_pool_before_command -l line-buffer -d 'print whole lines as they come; jobs mix'
complete -c gf-pool -n __gf_pool_before_command -l tag -d 'put the record and a TAB in front of each line of output'
complete -c gf-pool -n __gf_pool_before_command -l tagstring -x -d 'the same with STR, in which {} {1} {#} stand as usual'
complete -c gf-pool -n __gf_pool_before_command -l ci -a 'auto github gitlab' -d 'fold each job\'s output in the log of GitHub Actions or GitLab'
complete -c gf-pool -n __gf_pool_before_command -l results -x -a '(__fish_complete_directories)' -d 'keep DIR/NUMBER/stdout, stderr, command and status as well'
complete -c gf-pool -n __gf_pool_before_command -l chdir -x -a '(__fish_complete_directories)' -d 'run jobs in DIR'
complete -c gf-pool -n __gf_pool_before_command -l env -x -d 'set a variable for jobs; K alone passes it on'
complete -c gf-pool -n __gf_pool_before_command -l clean-env -d 'give jobs only what --env says, and GF_ variables'
complete -c gf-pool -n __gf_pool_before_command -l nice -x -d 'add N to the niceness of jobs'
complete -c gf-pool -n __gf_pool_before_command -l limit-mem -x -d 'address space of a process'
complete -c gf-pool -n __gf_pool_before_command -l limit-cpu -x -d 'processor time of a process'
complete -c gf-pool -n __gf_pool_before_command -l limit-files -x -d 'open files of a process'
complete -c gf-pool -n __gf_pool_before_command -l joblog -r -F -d 'log a row for each job; +FILE appends'
complete -c gf-pool -n __gf_pool_before_command -l resume -a 'words seq' -d 'run only what has no row in the joblog; =seq goes by number'
complete -c gf-pool -n __gf_pool_before_command -l resume-failed -d 'the same, and once more what failed'
complete -c gf-pool -n __gf_pool_before_command -l retry-failed -d 'run what failed in the joblog, by its rows alone'
complete -c gf-pool -n __gf_pool_before_command -l durable -d 'rows are on the disk before the next job starts'
complete -c gf-pool -n __gf_pool_before_command -l events -r -F -d 'write a JSON line for all that happens to a job; fd:N, too'
complete -c gf-pool -n __gf_pool_before_command -l worker -d 'N commands stay, and answer each record they read with one'
complete -c gf-pool -n __gf_pool_before_command -l max-items -x -d 'with --worker: a new one after N records'
complete -c gf-pool -n __gf_pool_before_command -l failed -r -F -d 'with --worker: write the records without an answer to FILE'
complete -c gf-pool -n __gf_pool_before_command -l dry-run -d 'print the commands, run nothing'
complete -c gf-pool -n __gf_pool_before_command -l report -r -F -d 'write a page (HTML) about the run: slots, times, failures'
complete -c gf-pool -n __gf_pool_before_command -l progress -a 'auto always never' -d 'show a progress line: auto (a terminal only), always or never'
complete -c gf-pool -n __gf_pool_before_command -l stats -a 'text json prom' -d 'numbers at the end: text (default), json or prom'
complete -c gf-pool -n __gf_pool_before_command -l stats-file -r -F -d 'write them to FILE instead of standard error'
complete -c gf-pool -n __gf_pool_before_command -s T -l tmpdir -x -a '(__fish_complete_directories)' -d 'where output too large for memory waits ($TMPDIR, /tmp)'
complete -c gf-pool -n __gf_pool_before_command -l max-record -x -d 'longest record taken (default 64M)'
complete -c gf-pool -n __gf_pool_before_command -s q -l quiet -d 'print errors only: no warnings, notes or summaries'
complete -c gf-pool -n __gf_pool_before_command -s v -l verbose -d 'say more on standard error'
complete -c gf-pool -n __gf_pool_before_command -l color -a 'auto always never' -d 'colour: auto (a terminal only), always or never'
complete -c gf-pool -n __gf_pool_before_command -s h -l help -d 'show this help and exit'
complete -c gf-pool -n __gf_pool_before_command -s V -l version -d 'show the version and exit'
complete -c gf-pool -n __gf_pool_before_command -x -a '(__fish_complete_subcommand)'
