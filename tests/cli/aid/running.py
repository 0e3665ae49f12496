"""running.py SEED - numbers of all sizes to standard output, and to standard error what their running sums
and means are, exactly and then rounded to 34 digits (whole ones below 2^127 not at all).

running.py --compare WANT GOT - whether the two have the same numbers, however these are written.
"""

import random
import sys
from decimal import ROUND_HALF_EVEN, Context, Decimal

EXACT = Context(prec=3000, Emax=99999, Emin=-99999)
SHORT = Context(prec=34, rounding=ROUND_HALF_EVEN, Emax=99999, Emin=-99999)
COUNT = 5000


def rounded(x):
    whole = x == x.to_integral_value(context=EXACT)
    return x if whole and abs(x) < 2**127 else SHORT.plus(x)


def number(rng):
    kind = rng.random()
    if kind < 0.3:
        return repr(rng.random() * 10 ** rng.randint(-20, 15))
    if kind < 0.5:
        return str(rng.randint(-(10**40), 10**40))
    if kind < 0.6:
        return f"{rng.randint(-999, 999)}e{rng.randint(-300, 300)}"
    return str(rng.randint(-1000, 1000) / 8)


def total(values):
    out = Decimal(0)
    for value in values:
        out = EXACT.add(out, value)
    return out


def main():
    if sys.argv[1] == "--compare":
        want, got = ([[Decimal(x) for x in line.split()] for line in open(path)] for path in sys.argv[2:])
        for at, (a, b) in enumerate(zip(want, got)):
            if a != b:
                sys.exit(f"record {at + 1}: {a} is {b}")
        return sys.exit(len(want) != COUNT or len(got) != COUNT)
    rng = random.Random(int(sys.argv[1]))
    values, running = [], Decimal(0)
    for at in range(COUNT):
        text = number(rng)
        print(text)
        values.append(rounded(Decimal(text)))
        running = EXACT.add(running, values[-1])
        three, seven = values[-3:], values[-7:]
        row = (
            total(three),
            EXACT.divide(total(three), len(three)),
            running,
            EXACT.divide(total(seven), len(seven)),
        )
        print(*(rounded(x) for x in row), file=sys.stderr)
    return None


main()
