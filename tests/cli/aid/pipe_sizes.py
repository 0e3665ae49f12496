"""pipe_sizes.py COMMAND...: what the pipes of a filter hold once it has answered a line.

Prints two sizes in KiB, of its input and of its output; "narrow" instead where the system gives no
pipe of 1 MiB here.
"""

import fcntl
import os
import subprocess
import sys

F_SETPIPE_SZ, F_GETPIPE_SZ = 1031, 1032


def size(fd):
    return fcntl.fcntl(fd, F_GETPIPE_SZ) // 1024


probe, end = os.pipe()
try:
    fcntl.fcntl(probe, F_SETPIPE_SZ, 1 << 20)
except OSError:
    print("narrow")
    sys.exit()
os.close(probe)
os.close(end)
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
child.stdin.write(b"1\n")
child.stdin.flush()
os.read(child.stdout.fileno(), 100)
print(size(child.stdin.fileno()), size(child.stdout.fileno()))
child.stdin.close()
child.stdout.read()
sys.exit(child.wait())
