# rate.awk - lines by time as an SVG: one row of input is the second at which a line passed.
#
#     awk -v title='gf-ratelimit -b 10 10/s' -f rate.awk SECONDS
#
# A dot a line, a step from one to the next; 640 by 260 units, which the reader's window scales.
BEGIN { left = 44; right = 612; top = 34; bottom = 216 }
NR == 1 { first = $1 }
{ at[NR] = $1 - first }
function x(t) { return left + (right - left) * t / span }
function y(n) { return bottom - (bottom - top) * n / most }
END {
  span = int(at[NR]) + 1
  most = 10 * int(NR / 10 + 1)
  print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 260\" role=\"img\">"
  printf "<title>%s: lines that passed, by time</title>\n", title
  print "<style>text { font: 12px sans-serif; fill: #333 } .grid { stroke: #ddd } .line { fill: none; stroke: #0a6; stroke-width: 2 }"
  print ".dot { fill: #0a6 } .head { font: bold 13px monospace }"
  print "@media (prefers-color-scheme: dark) { text { fill: #ddd } .grid { stroke: #444 } .line { stroke: #3d9 } .dot { fill: #3d9 } }</style>"
  printf "<text class=\"head\" x=\"%d\" y=\"20\">%s</text>\n", left, title
  for (n = 0; n <= most; n += 10) {
    printf "<path class=\"grid\" d=\"M%d %.1fH%d\"/>\n", left, y(n), right
    printf "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%d</text>\n", left - 6, y(n) + 4, n
  }
  for (t = 0; t <= span; t++)
    printf "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d s</text>\n", x(t), bottom + 18, t
  printf "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">seconds; each dot is a line that passed</text>\n", (left + right) / 2, bottom + 36
  printf "<path class=\"line\" d=\"M%.1f %.1f", x(0), y(0)
  for (i = 1; i <= NR; i++) printf "H%.1fV%.1f", x(at[i]), y(i)
  print "\"/>"
  for (i = 1; i <= NR; i++) printf "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\"/>\n", x(at[i]), y(i)
  print "</svg>"
}
