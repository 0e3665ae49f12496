# pool.awk - the slots of a run as an SVG, from the events of gf-pool --events.
#
#     awk -v title='gf-pool -j4 ...' -f pool.awk EVENTS
#
# A row a slot, a box an attempt, coloured by how it ended; 640 units wide, which the reader's window
# scales.
function number(key) {
  match($0, "\"" key "\":[0-9.]+")
  return substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 3) + 0
}
function word(key) {
  if (!match($0, "\"" key "\":\"[^\"]*")) return ""
  return substr($0, RSTART + length(key) + 4, RLENGTH - length(key) - 4)
}
# Seconds of the day; no run of a picture crosses midnight.
function seconds(time) {
  split(substr(time, 12, 12), part, ":")
  return part[1] * 3600 + part[2] * 60 + part[3]
}
function colour(reason, status) { return reason == "timeout" ? "late" : reason == "exit" && !status ? "ok" : "bad" }
function x(t) { return left + (right - left) * t / span }

/"event":"begin"/ { first = seconds(word("time")) }
/"event":"started"/ { slot[number("job")] = number("slot") }
/"event":"ended"/ {
  n++
  row[n] = slot[number("job")]
  if (row[n] > rows) rows = row[n]
  end[n] = seconds(word("time")) - first
  start[n] = end[n] - number("seconds")
  class[n] = colour(word("reason"), number("exit"))
  name[n] = number("job")
  if (end[n] > span) span = end[n]
}
END {
  left = 20; right = 630; top = 34
  bottom = top + rows * 22
  print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 " bottom + 46 "\" role=\"img\">"
  print "<title>Which slot ran which job, and when</title>"
  print "<style>text { font: 11px sans-serif; fill: #333 } .head { font: bold 12px monospace } .ok { fill: #2b7a4b } .bad { fill: #c0322f }"
  print ".late { fill: #b05c00 } .in { fill: #fff } .row { fill: #f0f0f2 }"
  print "@media (prefers-color-scheme: dark) { text { fill: #ddd } .row { fill: #333 } .in { fill: #fff } }</style>"
  print "<text class=\"head\" x=\"" left "\" y=\"20\">" title "</text>"
  for (r = 1; r <= rows; r++) {
    printf "<text x=\"6\" y=\"%d\">%d</text>", top + r * 22 - 7, r
    printf "<rect class=\"row\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"20\"/>\n", left, top + r * 22 - 22, right - left
  }
  for (i = 1; i <= n; i++) {
    width = x(end[i]) - x(start[i]) - 1
    printf "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"20\" rx=\"2\"/>", class[i], x(start[i]), top + row[i] * 22 - 22, width < 1 ? 1 : width
    if (width > 18) printf "<text class=\"in\" x=\"%.1f\" y=\"%d\">%d</text>", x(start[i]) + 4, top + row[i] * 22 - 8, name[i]
    print ""
  }
  for (t = 0; t <= span; t++) printf "<text x=\"%.1f\" y=\"%d\">%d s</text>\n", x(t), bottom + 13, t
  at = left
  split("ok bad late", classes, " ")
  split("ended well|failed|timed out", words, "|")
  for (i = 1; i <= 3; i++) {
    printf "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"10\" height=\"10\"/><text x=\"%d\" y=\"%d\">%s</text>\n", classes[i], at, bottom + 26, at + 14, bottom + 35, words[i]
    at += 90
  }
  print "</svg>"
}
