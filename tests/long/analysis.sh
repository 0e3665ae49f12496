#!/usr/bin/env bash
# analysis.sh - what static analysis says of lib/ and cmd/: gcc -fanalyzer, clang-tidy, cppcheck. ONLY=pattern
# (of grep -E) looks at the sources whose names it fits, and at no unused row.
#
# A finding is a failure unless a row of tests/analysis excepts it; a row that excepts nothing any more is one
# too. What the programs said in full stays in build/analysis/, a file for each source. Two sources at a time.
# A program that cannot read a source fails the run by name.
set -u
cd "$(dirname "$0")/../.." || exit 1
export LC_ALL=C
export OUT=build/analysis
exceptions=${ANALYSIS_EXCEPTIONS:-tests/analysis}

# What is off as a whole is a matter of style here, or of a libc that is not ours.
tidy_checks=(
  '-*' 'bugprone-*' 'cert-*' 'clang-analyzer-*'
  -clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling # wants memcpy_s, which no libc here has
  -bugprone-easily-swappable-parameters                                 # style: names tell two numbers apart
)

mapfile -t sources < <(tests/files 'lib/*.c' 'cmd/*.c' | grep -E -e "${ONLY:-}")
[ ${#sources[@]} -gt 0 ] || {
  echo 'no source of that name'
  exit 1
}

# A word a line. Without what hardening adds: an analyzer knows memcpy, not __memcpy_chk.
FLAGS=$(make -s --no-print-directory print-cppflags | xargs -n 1)
[ -n "$FLAGS" ] || exit 1
TIDY_CHECKS=$(IFS=, && echo "${tidy_checks[*]}")
export FLAGS TIDY_CHECKS

# said TOOL SOURCE: the file for what the tool says of it.
said() { echo "$OUT/$1/${2//\//,}"; }

# One source a process: clang-tidy 14 takes the va_list of a second one for uninitialized.
analyze() {
  local source=$1 flags tool
  mapfile -t flags <<<"$FLAGS"
  run_gcc() { gcc "${flags[@]}" -std=c11 -O2 -fanalyzer -fdiagnostics-plain-output -c -o "$(said gcc "$source").o" "$source"; }
  run_clang-tidy() { clang-tidy --quiet --checks="$TIDY_CHECKS" "$source" -- "${flags[@]}" -std=c11; }
  run_cppcheck() {
    local known=() flag
    for flag in "${flags[@]}"; do case $flag in -I* | -D*) known+=("$flag") ;; esac done
    cppcheck --quiet --std=c11 --library=posix --enable=warning,performance,portability --inconclusive \
      --template='{file}:{line}:{column}: {severity}: {message} [{id}]' "${known[@]}" "$source"
  }
  for tool in gcc clang-tidy cppcheck; do
    "run_$tool" >"$(said "$tool" "$source")" 2>&1 || echo "$tool $source"
  done
}
export -f said analyze

# TOOL, CHECK, FILE, LINE and MESSAGE of each finding, with tabs between.
findings() {
  local tool
  for tool in gcc clang-tidy cppcheck; do
    find "$OUT/$tool" -type f ! -name '*.o' -exec cat {} + | awk -v tool="$tool" -v here="$PWD/" '
      index($0, here) == 1 { $0 = substr($0, length(here) + 1) }
      !/^[^ :]+:[0-9]+:[0-9]+: (warning|error|style|performance|portability|information): .*\[[^ ]*\]$/ { next }
      {
        split($0, at, ":")
        check = $NF
        gsub(/^\[(-W)?|\]$/, "", check)
        sub(/^[^ ]+ [a-z]+: (inconclusive: )?/, "")
        sub(/( \[CWE-[0-9]+\])? \[[^ ]*\]$/, "")
        print tool "\t" check "\t" at[1] "\t" at[2] "\t" $0
      }'
  done | sort -u
}

rm -rf "$OUT"
mkdir -p "$OUT"/{gcc,clang-tidy,cppcheck}
failed=$(printf '%s\0' "${sources[@]}" | nice -n 10 xargs -0 -P 2 -I '{}' bash -c 'analyze "$1"' analyze '{}')
bad=0
while read -r tool source; do
  [ -n "$tool" ] || continue
  bad=1
  echo "$tool cannot read $source:"
  sed 's/^/  /' "$(said "$tool" "$source")"
done <<<"$failed"
for tool in gcc clang-tidy cppcheck; do
  [ "$(find "$OUT/$tool" -type f ! -name '*.o' | wc -l)" -eq ${#sources[@]} ] && continue
  bad=1
  echo "$tool has not seen every source"
done

rows=()
mapfile -t rows < <(grep -v -e '^#' -e '^$' "$exceptions")
used=()

# excepted TOOL CHECK FILE LINE MESSAGE: the first row that fits is used.
excepted() {
  local i tool check file text reason source
  source=$(sed -n "$4p" "$3")
  for i in "${!rows[@]}"; do
    IFS=$'\t' read -r tool check file text reason <<<"${rows[i]}"
    # shellcheck disable=SC2053 # they are patterns
    if [[ $1 == "$tool" && $2 == $check && $3 == $file && -n $reason ]] &&
      [[ $5 == $text || $source == $text ]]; then
      used[i]=1
      return 0
    fi
  done
  return 1
}

found=0 but=0
while IFS=$'\t' read -r tool check file line message; do
  [ -n "$tool" ] || continue
  found=$((found + 1))
  if excepted "$tool" "$check" "$file" "$line" "$message"; then
    but=$((but + 1))
  else
    echo "$file:$line: $message [$tool $check]"
    sed -n "${line}p" "$file"
  fi
done < <(findings)
[ "$found" -eq "$but" ] || bad=1
for i in "${!rows[@]}"; do
  [ -n "${used[i]:-}" ] || [ -n "${ONLY:-}" ] && continue
  echo "a row of $exceptions excepts nothing: ${rows[i]}"
  bad=1
done
echo "analysis: ${#sources[@]} sources, $found findings, $but excepted"
exit "$bad"
