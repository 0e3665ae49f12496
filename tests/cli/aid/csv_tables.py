"""csv_tables.py - random tables through gf-stream --csv are what Python's csv reads and writes.

    csv_tables.py SEED ROUNDS

Each round makes a text out of bytes that CSV gives a meaning, quoted or not as it comes, and
compares the identity, one column, and a filter by the value of a column. A text that ends in quotes
is refused by gf-stream, and left out.
"""

import csv
import io
import random
import subprocess
import sys


def text(r):
    alphabet = ["a", "b", "12", ",", ",", '"', '""', "\n", "\r\n", " ", "x" * 70, "\x00", "\x1f", "\x1e", "é"]
    rows = []
    for _ in range(r.randint(1, 40)):
        fields = []
        for _ in range(r.randint(1, 6)):
            raw = "".join(r.choice(alphabet) for _ in range(r.randint(0, 6)))
            if r.random() < 0.6:
                raw = '"' + raw.replace('"', '""') + '"'
            elif r.random() < 0.7:
                raw = raw.replace("\n", "").replace("\r", "").replace('"', "").replace(",", "")
            fields.append(raw)
        rows.append(",".join(fields))
    return r.choice(["\n", "\r\n"]).join(rows) + r.choice(["", "\n"])


def read(data):
    """The rows, without those of lines without a byte; None: it ends in quotes."""
    rows = []
    line = ""
    # csv.reader ends records at any CR as well: lines are handed over as they end here.
    reader = csv.reader(io.StringIO(data.replace("\r\n", "\n"), newline="\n"), strict=False)
    for row in reader:
        if row:
            rows.append(row)
    del line
    return rows


def write(rows, end):
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=end).writerows(rows)
    return out.getvalue()


def is_open(data):
    """Whether a quote is open at the end: by the states of RFC 4180, read as csv does."""
    state = "begin"
    for c in data:
        if state == "quoted":
            state = "behind" if c == '"' else "quoted"
        elif state == "behind" and c == '"':
            state = "quoted"
        elif c in ",\n":
            state = "begin"
        elif c == '"' and state == "begin":
            state = "quoted"
        else:
            state = "plain"
    return state == "quoted"


def run(data, *words):
    done = subprocess.run(["gf-stream", "--csv", *words], input=data.encode(), capture_output=True, check=False)
    if done.returncode not in (0, 123):
        sys.exit(f"status {done.returncode}: {done.stderr.decode()}")
    return done.stdout.decode()


def check(what, got, want, data):
    if got != want:
        sys.exit(f"{what}\ninput {data!r}\ngot   {got!r}\nwant  {want!r}")


def main():
    seed, rounds = int(sys.argv[1]), int(sys.argv[2])
    r = random.Random(seed)
    for n in range(rounds):
        data = text(r)
        if is_open(data):
            continue
        rows = read(data)
        first = data.split("\n", 1)[0]
        # The line ends of the output are those of the first record; CR LF in quotes are one LF to Python here.
        got = run(data, "limit", "1000000").replace("\r\n", "\n")
        check(f"seed {seed}, round {n}", got, write(rows, "\n"), data)
        got = run(data, "fields", "2").replace("\r\n", "\n")
        check(f"seed {seed}, round {n}, fields 2", got, write([[row[1] if len(row) > 1 else ""] for row in rows], "\n"), data)
        got = run(data, "where", "1", "eq", "12").replace("\r\n", "\n")
        check(f"seed {seed}, round {n}, where", got, write([row for row in rows if row[0] == "12"], "\n"), data)
        del first


main()
