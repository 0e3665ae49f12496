# gf-ratelimit.fish - made by `make completions` from the option table; do not edit.
complete -c gf-ratelimit -s b -l burst -x -d 'let N pass at once after idle time (1; bytes: 10 ms\' worth)'
complete -c gf-ratelimit -l initial -x -d 'how much of the burst is there at the start (all)'
complete -c gf-ratelimit -l slack -x -d 'how much lateness may be made up (10ms)'
complete -c gf-ratelimit -s 0 -l null -d 'records end with NUL instead of newline'
complete -c gf-ratelimit -l stats -a 'text json prom' -d 'numbers at the end: text (default), json or prom'
complete -c gf-ratelimit -l stats-file -r -F -d 'write them to FILE instead of standard error'
complete -c gf-ratelimit -s h -l help -d 'show this help and exit'
complete -c gf-ratelimit -s V -l version -d 'show the version and exit'
