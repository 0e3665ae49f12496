# shellcheck shell=bash disable=SC2034,SC2154
# buffer_check.bash - records with checksums (aid/records.c) through gf-buffer, for buffer_check.bats and
# tests/long/buffer.sh.

# The ways that are looked at: what the reader has to find (records.c), the statuses that may be, and the words.
# shellcheck disable=SC2034 # for who loads this
WAYS='whole 0 --when-full block
gaps 0,123 --when-full drop-newest
gaps 0,123 --when-full drop-oldest
markers 0,123 --when-full drop-newest --drop-marker
markers 0,123 --when-full drop-oldest --drop-marker
markers 0,123 --when-full drop-oldest --drop-marker --records 20
start 0,75 --when-full error
whole 0 --spool sp
whole 0 --spool sp --spool-max 1M
whole 0 --spool sp --spool-max 1M --then block
gaps 0,123 --spool sp --spool-max 1M --then drop-newest
gaps 0,123 --spool sp --spool-max 1M --then drop-oldest
start 0,75 --spool sp --spool-max 1M --then error
whole 0 --spool sp --durable
whole 0 --spool sp --durable --fsync 20ms
gaps 0,123 --spool sp --durable --spool-max 1M --then drop-oldest
whole 0 --bytes
whole 0 --bytes --spool sp --durable
whole 0 --start-at 80%
whole 0 --resume-at 20%'

# one_way SEED RECORDS MEMORY HOW STATUSES WORD...: says what is wrong, if anything is. Leaves the numbers in
# `stats` and what the reader saw in `seen`.
one_way() {
  local seed=$1 total=$2 memory=$3 how=$4 statuses=$5 got=0 said
  shift 5
  rm -rf sp stats status seen
  "$GF_AID/records" write "$seed" "$total" 2>/dev/null |
    { gf-buffer -q -m "$memory" "$@" --stats=json --stats-file stats 2>err || echo $? >status; } |
    "$GF_AID/records" read "$seed" "$total" "$how" >seen 2>judged || got=${PIPESTATUS[2]}
  local words="seed $seed, -m $memory $*"
  if [ "$got" -ne 0 ]; then
    echo "$words: $(cat judged err)"
    return 1
  fi
  got=$(cat status 2>/dev/null || echo 0)
  case ,$statuses, in *",$got,"*) ;; *)
    echo "$words: status $got: $(cat err)"
    return 1
    ;;
  esac
  read -r _ records _ bytes _ missing _ <seen
  # A status is about what was dropped; an input that --when-full=error leaves is not read to its end.
  said=$(jq -r --argjson records "$records" --argjson bytes "$bytes" --argjson missing "$missing" \
    --argjson total "$total" --arg how "$how" --argjson status "$got" --arg by_bytes "$(case " $* " in *' --bytes '*) echo yes ;; esac)" '
    if .in + .found != .out + .dropped + .held then "records do not add up"
    elif .in_bytes + .found_bytes + .added_bytes != .out_bytes + .dropped_bytes + .held_bytes then "bytes do not add up"
    elif .held != 0 or .held_bytes != 0 then "something is held at the end"
    elif .out_bytes - .added_bytes != $bytes then "not so many bytes are out"
    elif $by_bytes == "yes" then ""
    elif .out != $records then "not so many records are out"
    elif $status != 75 and .in != $total then "not so many came"
    elif $how != "start" and .dropped != $missing then "not so many are missing"
    elif (.dropped > 0) != ($status != 0) then "the status does not fit"
    else "" end' stats)
  if [ -n "$said" ]; then
    echo "$words: $said: $(cat stats seen err)"
    return 1
  fi
  [ ! -d sp ] || [ "$(gf-buffer --status sp --format json | jq -r '[.records, .bytes] == [0, 0]')" = true ] || {
    echo "$words: something is left in the spool: $(ls -l sp)"
    return 1
  }
}
