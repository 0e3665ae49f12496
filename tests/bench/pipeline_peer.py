"""What people write for want of a tool: each line through three commands, one after another, by
write, flush and readline."""

import subprocess
import sys

stages = [subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(3)]
for line in sys.stdin.buffer:
    for stage in stages:
        stage.stdin.write(line)
        stage.stdin.flush()
        line = stage.stdout.readline()
    sys.stdout.buffer.write(line)
