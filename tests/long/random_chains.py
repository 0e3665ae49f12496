"""random_chains.py SEED ROUNDS SECONDS - random chains of gf-stream against a model, and against themselves.

Each round makes records of some kind and a chain of up to five operations, and runs it in every way that
must not matter: as it is, with --no-fuse, with one thread and with three, with little memory, and with
input that comes in small pieces. Bytes and exit status have to be the same, and those that the operations
as written here in Python make. It ends after ROUNDS rounds or SECONDS seconds, whichever is first (0: no
such limit), and with 1 at the first difference, with the command that shows it.
"""
import random
import re
import shlex
import subprocess
import sys
import time


def fields(rec):
    return [part for part in rec.replace(b"\t", b" ").split(b" ") if part]


def field(rec, n):
    cut = fields(rec)
    if n < 0:
        n += len(cut) + 1
    return cut[n - 1] if 1 <= n <= len(cut) else b""


def number(text):
    """The whole number that all of the text is, behind white space, or None (there are no others here)."""
    digits = text.lstrip(b" \t\n\v\f\r")
    return int(digits) if re.fullmatch(rb"[-+]?[0-9]+", digits) else None


def leading(text):
    """What sort -n sees: digits in front, after blanks and a minus; else 0."""
    text = text.lstrip(b" \t")
    sign = -1 if text[:1] == b"-" else 1
    text = text[1:] if text[:1] == b"-" else text
    digits = text[: len(text) - len(text.lstrip(b"0123456789"))]
    return sign * int(digits or 0)


def first_of(records, key):
    seen = set()
    return [r for r in records if not (key(r) in seen or seen.add(key(r)))]


def counted(records, key):
    count, first = {}, {}
    for r in records:
        count[key(r)] = count.get(key(r), 0) + 1
        first.setdefault(key(r), r)
    return [b"%d\t%s" % (count[k], first[k]) for k in count]


def runs(records):
    out = []
    for r in records:
        if not out or out[-1] != r:
            out.append(r)
    return out


def grouped(records):
    groups = {}
    for r in records:
        groups.setdefault(field(r, 1), []).append(r)
    return [b"%s %d %s" % (k, len(g), field(g[-1], 2)) for k, g in groups.items()]


def while_ahead(records, test):
    for i, r in enumerate(records):
        if not test(r):
            return i
    return len(records)


def blocks(records, begin, end, others):
    """What between keeps, or with --not."""
    out, held, inside = [], [], False
    for r in records:
        if not inside and begin not in r:
            out += [r] if others else []
            continue
        held.append(r)
        if inside and end in r:
            out += [] if others else held
            held, inside = [], False
        else:
            inside = True
    return out + (held if others else [])


def around(records, text, before, after):
    near = set()
    for i, r in enumerate(records):
        if text in r:
            near.update(range(max(0, i - before), min(len(records), i + after + 1)))
    return [records[i] for i in sorted(near)]


def operation(rng):
    """Words of an operation, and what it makes of records."""
    n = rng.choice([0, 1, 2, 3, 7, 40, 600])
    text = rng.choice(["a", "1", "00", "b ", "7", "k3"])
    raw = text.encode()
    several = [rng.choice(["a", "11", "k", "9 "]) for _ in range(rng.randint(2, 4))]
    f = rng.choice([1, 2, 3, -1])
    bound = rng.randint(-50, 900)
    return rng.choice([
        (["filter", "-F", text], lambda rs: [r for r in rs if raw in r]),
        (["filter", text + ".*" + text], lambda rs: [r for r in rs if r.count(raw) > 1]),
        (["filter"] + [w for t in several for w in ("-e", t)],
         lambda rs: [r for r in rs if any(t.encode() in r for t in several)]),
        (["reject", "-F", text], lambda rs: [r for r in rs if raw not in r]),
        (["filter", "-F", "-f", "2", text], lambda rs: [r for r in rs if raw in field(r, 2)]),
        (["where", str(f), "-gt", str(bound)],
         lambda rs: [r for r in rs if number(field(r, f)) is not None and number(field(r, f)) > bound]),
        (["where", str(f), "eq", text.strip()], lambda rs: [r for r in rs if field(r, f) == raw.strip()]),
        (["map", "s/%s/<$0>/g" % text], lambda rs: [r.replace(raw, b"<" + raw + b">") for r in rs]),
        (["fields", "2,1"], lambda rs: [field(r, 2) + b" " + field(r, 1) for r in rs]),
        (["fields", str(f)], lambda rs: [field(r, f) for r in rs]),
        (["template", "{2}-{1}"], lambda rs: [field(r, 2) + b"-" + field(r, 1) for r in rs]),
        (["upper"], lambda rs: [r.upper() for r in rs]),
        (["split", "a"], lambda rs: [p for r in rs for p in r.split(b"a")]),
        (["limit", str(n)], lambda rs: rs[:n]),
        (["skip", str(n)], lambda rs: rs[n:]),
        (["tail", str(n)], lambda rs: rs[-n:] if n else []),
        (["every", str(n + 1)], lambda rs: rs[n :: n + 1]),
        (["take-while", "-F", text], lambda rs: rs[: while_ahead(rs, lambda r: raw in r)]),
        (["drop-while", "-F", text], lambda rs: rs[while_ahead(rs, lambda r: raw in r) :]),
        (["take-while", "-v", "-F", text], lambda rs: rs[: while_ahead(rs, lambda r: raw not in r)]),
        (["drop-while", "-v", "-F", text], lambda rs: rs[while_ahead(rs, lambda r: raw not in r) :]),
        (["between", "-F", text, str(f)], lambda rs: blocks(rs, raw, b"%d" % f, False)),
        (["between", "-F", "--not", text, str(f)], lambda rs: blocks(rs, raw, b"%d" % f, True)),
        (["context", "-F", "-B", str(n), "-A", str(f + 1), text], lambda rs: around(rs, raw, n, f + 1)),
        (["sort"], sorted),
        (["sort", "-r"], lambda rs: sorted(rs)[::-1]),
        (["sort", "-n"], lambda rs: sorted(rs, key=leading)),
        (["sort", "-f", "2n"], lambda rs: sorted(rs, key=lambda r: leading(field(r, 2)))),
        (["sort", "-u"], lambda rs: sorted(set(rs))),
        (["distinct"], lambda rs: first_of(rs, lambda r: r)),
        (["distinct", "-f", "1"], lambda rs: first_of(rs, lambda r: field(r, 1))),
        (["distinct", "--any-field-order"], lambda rs: first_of(rs, lambda r: tuple(sorted(fields(r))))),
        (["distinct", "-c"], lambda rs: counted(rs, lambda r: r)),
        (["uniq"], runs),
        (["reverse"], lambda rs: rs[::-1]),
        (["group", "1", "count,last:2"], grouped),
        (["count"], lambda rs: [b"%d" % len(rs)]),
    ])


def set_operation(rng, records, name):
    """except or intersect with a file of this name that has some of the records, and some that are none."""
    known = [r for r in records if rng.random() < 0.4]
    known += [b"%d f%d" % (i % 5000, i) for i in range(rng.choice([0, 3, 3, 60000]))]
    if rng.random() < 0.5:
        rng.shuffle(known)
    with open(name, "wb") as f:
        f.write(b"".join(r + b"\n" for r in known))
    which, key = rng.choice([
        ([], lambda r: r),
        (["-f", "1"], lambda r: field(r, 1)),
        (["-f", "-1"], lambda r: field(r, -1)),
        (["-f", "2,1"], lambda r: (field(r, 2), field(r, 1))),
    ])
    keys = set(map(key, known))
    if rng.random() < 0.5:
        return ["except"] + which + [name], lambda rs: [r for r in rs if key(r) not in keys]
    return ["intersect"] + which + [name], lambda rs: [r for r in rs if key(r) in keys]


def content(rng):
    kind = rng.randrange(5)
    n = rng.choice([0, 1, 5, 300, 3000, 3000, 900, 40000])
    if rng.random() < 0.04:
        n = 250000  # enough for blocks to be done side by side
    if kind == 0:
        return [b"k%d a%d %d" % (rng.randrange(9), rng.randrange(200), rng.randrange(-99, 999)) for _ in range(n)]
    if kind == 1:
        return [b"%d" % rng.randrange(-500, 5000) for _ in range(n)]
    if kind == 2:
        return [rng.choice([b"", b"a", b"b b", b"a a 1", b"  a  7 "]) for _ in range(n)]
    if kind == 3:
        return [bytes(rng.choice(b"ab1 \t\x00\xff\v") for _ in range(rng.randrange(12))) for _ in range(n)]
    return [b"x" * rng.choice([1, 60, 4000]) + b" %d" % rng.randrange(50) for _ in range(min(n, 2000))]


def run(options, words, data, step=0):
    p = subprocess.Popen(["gf-stream"] + options + words, stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if not step:
        out, err = p.communicate(data, timeout=120)
        return p.returncode, out, err
    feeder = subprocess.run(["dd", "bs=%d" % step, "status=none"], input=data, stdout=p.stdin, check=False)
    p.stdin.close()
    del feeder
    out = p.stdout.read()
    err = p.stderr.read()
    return p.wait(), out, err


def complain(words, data, options, want, got):
    with open("chain.in", "wb") as f:
        f.write(data)
    print("gf-stream %s %s <chain.in: status %d (%d), %d bytes (%d)\n%s" % (
        shlex.join(options), shlex.join(words), got[0], want[0], len(got[1]), len(want[1]),
        got[2].decode(errors="replace")))
    return 1


def one_round(rng):
    records = content(rng)
    ops = [set_operation(rng, records, "known%d" % i) if rng.random() < 0.07 else operation(rng)
           for i in range(rng.randint(1, 5))]
    words = [w for op in ops for w in op[0]]
    for i, op in enumerate(ops):
        if op[0] == ["count"]:
            words = [w for o in ops[: i + 1] for w in o[0]]
            ops = ops[: i + 1]
            break
    data = b"".join(r + b"\n" for r in records)
    if records and rng.random() < 0.3:
        data = data[:-1]
        if not records[-1]:
            records = records[:-1]
    made = records
    for op in ops:
        made = op[1](made)
    want = (0, b"".join(r + b"\n" for r in made), b"")
    ways = [([], 0), (["--no-fuse"], 0), (["-j1"], 0), (["-j3"], 0), (["--memory", "1M"], 0)]
    if len(data) < 100000:
        ways.append(([], rng.choice([1, 7, 100])))
    for options, step in ways:
        if options[:1] in (["-j1"], ["-j3"]) and not takes(options, words):
            continue
        got = run(options, words, data, step)
        if got[:2] != want[:2]:
            return complain(words, data, options, want, got)
    return 0


known = {}


def takes(options, words):
    """Whether the options may be given with these operations: a chain without use for them refuses."""
    key = (options[0], tuple(w for w in words if w.isalpha()))
    if key not in known:
        known[key] = run(options, words, b"")[0] != 2
    return known[key]


def main():
    seed, rounds, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    rng = random.Random(seed)
    begin, done = time.monotonic(), 0
    while (not rounds or done < rounds) and (not seconds or time.monotonic() - begin < seconds):
        if one_round(rng):
            print("random_chains.py: seed %d, round %d" % (seed, done))
            return 1
        done += 1
    print("random_chains.py: %d chains" % done)
    return 0


if __name__ == "__main__":
    sys.exit(main())
