# examples.awk - the commands of a page's EXAMPLES and QUESTIONS AND ANSWERS, or of README.md's ```sh blocks, one file each.
#
# `-v only=SECTION` takes those of one section of a page.
#
#     awk -v out=DIRECTORY -f examples.awk gf-pool.1 | README.md
#
# A file DIRECTORY/NN holds the status to expect on its first line (`norun` when it cannot run here, `server` when it
# succeeds with a Redis server) and the command behind it. Marks stand on the line before: `.\" status: N`,
# `.\" server` and `.\" norun: why` in a page, the same in <!-- --> in README.md. A ```text block behind a ```sh block is what the commands
# print, and stands in DIRECTORY/NN.out; `...` in it stands for any text.

function begin() {
  number++
  file = sprintf("%s/%02d", out, number)
  print mark == "" ? "0" : mark > file
  mark = ""
}

function end() { close(file) }

# What mdoc shows for a text line.
function shown(s) {
  gsub(/\\\(dq/, "\"", s)
  gsub(/\\\(aq/, "'", s)
  gsub(/\\\(ti/, "~", s)
  gsub(/\\\(ha/, "^", s)
  gsub(/\\\(ga/, "`", s)
  gsub(/\\-/, "-", s)
  gsub(/\\&/, "", s)
  gsub(/\\e/, "\\", s)
  return s
}

function note(s) {
  if (s ~ /norun: *[^ ]/) mark = "norun"
  else if (s ~ /^\.\\" server$/) mark = "server"
  else if (match(s, /status: *[0-9]+/)) {
    mark = substr(s, RSTART, RLENGTH)
    sub(/status: */, "", mark)
  }
}

FILENAME ~ /\.md$/ {
  if (/^<!--/) note($0)
  else if (inside && /^```/) { inside = 0; end(); target = "" }
  else if (inside) print > target
  else if (/^```sh/) { inside = 1; begin(); target = file; printed = 1 }
  else if (/^```text/ && printed) { inside = 1; target = file = file ".out"; printf "" > target; printed = 0 }
  else if ($0 != "") { mark = ""; printed = 0 }
  next
}

/^\.Sh/ { section = substr($0, 5) }
section != "EXAMPLES" && section != "QUESTIONS AND ANSWERS" { next }
only != "" && section != only { next }
/^\.\\"/ { note($0); next }
/^\.Bd -literal/ { inside = 1; begin(); next }
/^\.Ed/ { if (inside) end(); inside = 0; next }
inside { print shown($0) > file; next }
/^\.Dl / {
  begin()
  print shown(substr($0, 5)) > file
  end()
}
