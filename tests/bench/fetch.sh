#!/usr/bin/env bash
# fetch.sh - gf-fetch against curl -Z, wget2, aria2c, xargs and gf-pool with curl, on nginx over loopback.
#
# nginx runs for this script alone, with a configuration of its own; the row with latency has a server
# that waits (faraway.c).
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"
if ! command -v gf-fetch >/dev/null; then
  echo '(gf-fetch is not built here: left out)'
  exit 0
fi
n=$((10000 / SCALE))
port=18091
mkdir -p "$BENCH_DIR/html/d" "$BENCH_DIR/t"
head -c 100 /dev/zero | tr '\0' x >"$BENCH_DIR/html/100"
cat >"$BENCH_DIR/nginx.conf" <<END
user root; pid $BENCH_DIR/pid; error_log $BENCH_DIR/err; worker_processes 1;
events { worker_connections 8192; }
http {
  access_log off; keepalive_requests 100000000;
  client_body_temp_path $BENCH_DIR/t; proxy_temp_path $BENCH_DIR/t; fastcgi_temp_path $BENCH_DIR/t;
  uwsgi_temp_path $BENCH_DIR/t; scgi_temp_path $BENCH_DIR/t;
  server { listen 127.0.0.1:$port backlog=8192; root $BENCH_DIR/html;
    location /n/ { alias $BENCH_DIR/html/; try_files /100 /100; } }
}
END
serve() { nginx -c "$BENCH_DIR/nginx.conf" 2>/dev/null && sleep 0.3; }
unserve() { kill "$(cat "$BENCH_DIR/pid" 2>/dev/null)" 2>/dev/null; }
trap 'unserve; rm -rf "$BENCH_DIR"' EXIT
serve || {
  echo '(nginx does not start here: left out)'
  exit 0
}

base=http://127.0.0.1:$port
seq "$n" | sed "s#^#$base/n/#" >"$BENCH_DIR/urls"
sed 's#.*#url = "&"\noutput = "/dev/null"#' "$BENCH_DIR/urls" >"$BENCH_DIR/config"
sed 's#.*#url = "&"#' "$BENCH_DIR/urls" >"$BENCH_DIR/config.body"
ours="gf-fetch -j8 --max-per-host 8 <$BENCH_DIR/urls"
pair "$n URLs of 100 bytes, a record with the body each" '0.75 of curl -Z -w' "$ours" \
  'curl -Z -w %{json}' "curl -sSZ --parallel-max 8 -w '%{json}\n' -K $BENCH_DIR/config.body 2>/dev/null"
pair "$n URLs of 100 bytes" '0.85 of curl -Z' "$ours" \
  'curl -Z, no records' "curl -sSZ --parallel-max 8 -K $BENCH_DIR/config 2>/dev/null"
need wget2 && pair "$n URLs beside wget2, no records" 'moonshot 1' "$ours" \
  'wget2, 8 threads' "wget2 -q --max-threads=8 -O /dev/null -i $BENCH_DIR/urls"
few=$((1000 / SCALE))
head -n "$few" "$BENCH_DIR/urls" >"$BENCH_DIR/few"
peers=('xargs -P8 -n1 curl' "xargs -P8 -n1 curl -s -o /dev/null <$BENCH_DIR/few"
  'gf-pool -j8 curl' "gf-pool -j8 curl -s -o /dev/null <$BENCH_DIR/few")
need aria2c && peers+=(aria2c "aria2c -q -j8 --allow-overwrite=true -d $BENCH_DIR/d -i $BENCH_DIR/few")
ROUNDS=1 pair "$few URLs" faster "gf-fetch -j8 --max-per-host 8 <$BENCH_DIR/few" "${peers[@]}"

# Processor time and system calls of a URL.
rm -f "$BENCH_DIR"/*.m
for ((i = 0; i < ROUNDS; i++)); do
  measured cpu "$ours"
  measured curl "curl -sSZ --parallel-max 8 -K $BENCH_DIR/config 2>/dev/null"
done
echo "processor time of a URL: ours $(awk -v t="$(of cpu 2)" -v n="$n" 'BEGIN { printf "%.1f", t / n / 1e3 }') us, curl -Z $(
  awk -v t="$(of curl 2)" -v n="$n" 'BEGIN { printf "%.1f", t / n / 1e3 }'
) us (goal 35)"
if need strace; then
  strace -f -c -o "$BENCH_DIR/calls" gf-fetch -j8 --max-per-host 8 <"$BENCH_DIR/urls" >/dev/null
  awk -v n="$n" '$NF == "total" { printf "system calls of a URL: %.2f (goal 5: send, receive, and 3)\n", $(NF - 2) / n }' "$BENCH_DIR/calls"
fi

# Memory for few and for many.
for count in "$n" $((n * 100)); do
  seq "$count" | sed "s#^#$base/n/#" >"$BENCH_DIR/many"
  rm -f "$BENCH_DIR/mem.m"
  "$BENCH_DATA/measure" "$BENCH_DIR/mem.m" gf-fetch -j16 <"$BENCH_DIR/many" >/dev/null
  echo "memory, $count URLs at -j16: ours $(mebibytes "$(of mem 3)") (goal 16 MiB)"
done

# From the first line to the request for it, with the input left open.
mkfifo "$BENCH_DIR/in"
for ((i = 0; i < 9; i++)); do
  gf-fetch --no-body <"$BENCH_DIR/in" >"$BENCH_DIR/first" &
  exec 9>"$BENCH_DIR/in"
  sleep 0.2
  start=$(now)
  echo "$base/100" >&9
  until [ -s "$BENCH_DIR/first" ]; do :; done
  echo $(($(now) - start))
  exec 9>&-
  wait
done >"$BENCH_DIR/delays"
echo "first record after the first line, input open: ours $(ms "$(median <"$BENCH_DIR/delays")") (goal 5 ms; curl, wget2, aria2c: when the input ends)"

# 1,000 at once, 50 ms away.
compile faraway
coproc far { "$BENCH_DATA/faraway" $((port + 1)) 50; }
read -r -u "${far[0]}" _
seq "$n" | sed "s#^#http://127.0.0.1:$((port + 1))/#" >"$BENCH_DIR/far"
ulimit -n 4096
start=$(now)
gf-fetch -j1000 --max-per-host 1000 --no-body <"$BENCH_DIR/far" >"$BENCH_DIR/got"
span=$(($(now) - start))
awk -v n="$(grep -c '"ok":true' "$BENCH_DIR/got")" -v ns="$span" \
  'BEGIN { printf "%d URLs, 1,000 at once, 50 ms away: ours %.0f a second (goal 10000)\n", n, n * 1e9 / ns }'
eval "exec ${far[1]}>&-"
