"""exact_numbers.py SEED ROUNDS SECONDS - random columns of numbers through gf-stream, against exact fractions.

Each round makes a column of one kind (whole numbers of some size, decimals, exponents, denormals, ends
of doubles, hexadecimals, or a mixture), and asks gf-stream for sums, means, extremes, percentiles,
deviations, comparisons and an order. It ends after ROUNDS rounds or SECONDS seconds, whichever is
first (0: no such limit), and with 1 at the first answer that is not the exact one, rounded once.
"""
import math
import random
import subprocess
import sys
import time
from fractions import Fraction

ZEROS = 38  # what the exponent of a whole number may add
LARGE = 2**53  # from here on doubles do not tell whole numbers apart
INFINITE = {"inf": 1, "+inf": 1, "infinity": 1, "-inf": -1}


def value(text):
    """A number as (-1, 0), (0, fraction) or (1, 0): these compare as the numbers do."""
    text = text.strip()
    if text.lower() in INFINITE:
        return INFINITE[text.lower()], Fraction(0)
    sign = -1 if text.startswith("-") else 1
    bare = text.lstrip("+-").lower()
    if bare.startswith("0x"):
        digits, _, exponent = bare[2:].partition("p")
        head, _, tail = digits.partition(".")
        return 0, sign * Fraction(int(head + tail, 16)) * Fraction(2) ** (int(exponent or 0) - 4 * len(tail))
    digits, _, exponent = bare.partition("e")
    head, _, tail = digits.partition(".")
    return 0, sign * Fraction(int(head + tail)) * Fraction(10) ** (int(exponent or 0) - len(tail))


def fraction(text):
    return value(text)[1]


def is_whole(text):
    bare = text.lower()
    exponent = 0 if "0x" in bare else int(bare.partition("e")[2] or 0)
    tail = bare.partition("e")[0].partition(".")[2]
    return fraction(text).denominator == 1 and ("0x" in bare or exponent - len(tail) <= ZEROS)


def rounded(x):
    try:
        return float(x)
    except OverflowError:
        return math.inf if x > 0 else -math.inf


def decimal_text(x, places):
    """x, which is a whole number of 10^-places."""
    n = x * 10**places
    assert n.denominator == 1
    head, tail = divmod(abs(n.numerator), 10**places)
    tail = str(tail).rjust(places, "0").rstrip("0") if places else ""
    return ("-" if n < 0 else "") + str(head) + ("." + tail if tail else "")


def same(got, exact, whole, quotient=False):
    """Is the text `got` the right one of an exact result?"""
    if whole and not quotient:
        return got == str(exact)
    double = rounded(exact)
    if whole and abs(double) >= LARGE:
        return got == decimal_text(round(exact, 9), 9)
    if abs(double) < 1e21 and double == int(double):
        return got == str(int(double))
    return float(got) == double and len(got.lstrip("-").replace(".", "").partition("e")[0].strip("0")) <= 17


# ---- columns -------------------------------------------------------------------------------------


def plain(r, bits):
    return str(r.randrange(-(2**bits), 2**bits))


def decimal(r, before, behind):
    head = "".join(r.choice("0123456789") for _ in range(r.randint(0, before)))
    tail = "".join(r.choice("0123456789") for _ in range(r.randint(0 if head else 1, behind)))
    return r.choice(["", "-", "+"]) + head + r.choice([".", "" if not tail else "."]) + tail


def midpoint(r):
    """Half way between two doubles, with all its digits, or a little off."""
    d = math.ldexp(r.random() / 2 + 0.5, r.choice([-1073, -1022, -400, -3, 0, 1, 30, 54, 100, 1000, 1024]))
    x = (Fraction(d) + Fraction(math.nextafter(d, 0))) / 2
    places = x.denominator.bit_length() - 1
    text = decimal_text(x, places)
    if "." in text and r.random() < 0.6:
        text = r.choice([text + "0000001", text[:-1] + "4999", text + "e0", text[:-2] or "0"])
    return r.choice(["", "-"]) + text


def hexadecimal(r):
    form = r.randrange(3)
    if form == 0:
        return r.choice(["", "-", "+"]) + "0x%x" % r.randrange(2 ** r.choice([4, 32, 64, 65, 127, 300]))
    if form == 1:
        return "0x%x.%xp%d" % (r.randrange(32), r.randrange(2**60), r.randint(-700, 700))
    return math.ldexp(r.random(), r.randint(-1074, 1000)).hex()


def exponent(r, most):
    return decimal(r, 6, 20) + r.choice("eE") + r.choice(["", "+"]) + str(r.randint(0, most)) if r.random() < 0.4 else (
        decimal(r, 20, 3) + "e-" + str(r.randint(0, most)))


KINDS = [
    lambda r: plain(r, 8),
    lambda r: plain(r, 31),
    lambda r: str(2**53 + r.randint(-3, 3)),
    lambda r: str(2**64 + r.randint(-3, 3)),
    lambda r: str(r.choice([-1, 1]) * 2**127 + r.randint(-3, 3)),
    lambda r: str(1700000000123456789 + r.randint(0, 1000)),
    lambda r: plain(r, r.choice([62, 63, 64, 65, 100, 126, 127, 128, 200])),
    lambda r: "%d.%02d" % (r.randint(-99999, 99999), r.randrange(100)),
    lambda r: decimal(r, 5, 20),
    lambda r: decimal(r, 3, 40),
    lambda r: r.choice(["0.1", "0.10", "0.1000000000000000000000000000000000001", "0.09999999999999999999999999999999999"]),
    lambda r: exponent(r, 30),
    lambda r: exponent(r, 330),
    lambda r: "%de-324" % r.randint(-30, 30),
    lambda r: r.choice(["1e308", "-1e308", "1.7976931348623157e308", "-1.7976931348623157e308", "1e292", "1e400", "-1e400"]),
    midpoint,
    hexadecimal,
    lambda r: r.choice(["0", "-0", "+0", "-0.0", "0x0", "+5", "007", "5.", ".5", "5.00", " 5", "1e2", "1e22", "12e-1", "3e38", "1e39"]),
]


def column(r):
    kinds = [r.choice(KINDS)] if r.random() < 0.7 else r.sample(KINDS, 3)
    return [r.choice(kinds)(r) for _ in range(r.choice([1, 2, 3, 4, 7, 20, 100]))]


# ---- questions -----------------------------------------------------------------------------------


class Wrong(Exception):
    pass


def ask(lines, *words, ok=(0,)):
    run = subprocess.run(["gf-stream", *words], input="".join(x + "\n" for x in lines), capture_output=True, text=True)
    if run.returncode not in ok or run.stderr:
        raise Wrong("%s: status %d: %s" % (" ".join(words), run.returncode, run.stderr))
    return run.stdout.splitlines()


def check(got, right, what, exact=""):
    if not right:
        raise Wrong("%s is %s, not %s" % (what, got, exact))


def place(ordered, percent):
    """The exact percentile of texts in order, and whether it is one of whole numbers."""
    at = (len(ordered) - 1) * percent / 100
    lo = ordered[int(at)]
    hi = lo if at == int(at) else ordered[int(at) + 1]
    hi = lo if fraction(lo) == fraction(hi) else hi
    a, b = fraction(lo), fraction(hi)
    return a + (b - a) * (at - int(at)), is_whole(lo) and is_whole(hi)


def check_deviation(got, values):
    n, total = len(values), sum(values)
    exact = (n * sum(v * v for v in values) - total * total) / (n * (n - 1))
    d = float(got)
    if math.isinf(d):
        below, above = Fraction(2**1024) - Fraction(2**970), None
    else:
        up = math.nextafter(d, math.inf)
        above = (Fraction(d) + (Fraction(2**1024) if math.isinf(up) else Fraction(up))) / 2
        below = (Fraction(d) + Fraction(math.nextafter(d, 0))) / 2 if d else Fraction(0)
    check(got, below * below <= exact and (above is None or exact <= above * above), "stddev", math.sqrt(rounded(exact)))


def try_answers(r, texts):
    values, whole = [fraction(t) for t in texts], all(map(is_whole, texts))
    n, total = len(texts), sum(values)
    [got] = ask(texts, "sum")
    check(got, same(got, total, whole), "sum", total)
    [got] = ask(texts, "mean")
    check(got, same(got, total / n, whole, True), "mean", total / n)
    for name, best in ("min", min(values)), ("max", max(values)):
        [got] = ask(texts, name)
        check(got, got == texts[values.index(best)], name, texts[values.index(best)])
    ordered = sorted(texts, key=value)
    check("", ask(texts, "sort", "-g") == ordered, "sort -g", ordered)
    percents = ["0", "50", "100", "99.9", "%d.%04d" % (r.randrange(100), r.randrange(10000)), "%.16f" % (r.random() * 9)]
    for p, got in zip(percents, ask(texts, "percentile", ",".join(percents))):
        exact, both = place(ordered, Fraction(p))
        check(got, same(got, exact, both, True), "percentile " + p, exact)


def try_group(r, texts):
    keys = [r.choice("ab") for _ in texts]
    lines = ["%s,%s" % pair for pair in zip(keys, texts)]
    wanted = "count,sum:2,min:2,max:2,mean:2,stddev:2,median:2,p12.5:2,first:2,last:2"
    for row in ask(lines, "-d", ",", "group", "1", wanted):
        key, count, total, least, most, mean, deviation, median, eighth, first, last = row.split(",")
        own = [t for k, t in zip(keys, texts) if k == key]
        values, whole, ordered = [fraction(t) for t in own], all(map(is_whole, own)), sorted(own, key=value)
        check(count, int(count) == len(own), "count")
        check(total, same(total, sum(values), whole), "group sum", sum(values))
        check(mean, same(mean, sum(values) / len(own), whole, True), "group mean", sum(values) / len(own))
        check(least, least == own[values.index(min(values))], "group min")
        check(most, most == own[values.index(max(values))], "group max")
        check(first + last, first == own[0] and last == own[-1], "group first, last")
        for got, percent in (median, 50), (eighth, Fraction(25, 2)):
            exact, both = place(ordered, Fraction(percent))
            check(got, same(got, exact, both, True), "group p%s" % percent, exact)
        if len(own) > 1:
            check_deviation(deviation, values)
        else:
            check(deviation, deviation == "", "group stddev of one")


COMPARE = {"==": lambda c: c == 0, "!=": lambda c: c != 0, "-lt": lambda c: c < 0, "<=": lambda c: c <= 0,
           "-gt": lambda c: c > 0, ">=": lambda c: c >= 0}


def try_comparisons(r, texts):
    texts = texts + r.sample(["inf", "-inf", "infinity", "1e400", "-1e400", "1e-400", "0x1p1023", "1e4950"], 3)
    for one in r.sample(texts, min(3, len(texts))):
        op = r.choice(list(COMPARE))
        right = [t for t in texts if COMPARE[op]((value(t) > value(one)) - (value(t) < value(one)))]
        # A comma, so that blanks belong to the field.
        check("", ask(texts, "-d", ",", "where", "1", op, one) == right, "where 1 %s %s" % (op, one), right)
    check("", ask(texts, "sort", "-g") == sorted(texts, key=value), "sort -g of these and infinities")


def main():
    seed, rounds, seconds = (int(word) for word in sys.argv[1:4])
    r, end, done = random.Random(seed), time.monotonic() + seconds, 0
    while (not rounds or done < rounds) and (not seconds or time.monotonic() < end):
        texts = column(r)
        try:
            try_answers(r, texts)
            try_group(r, texts)
            try_comparisons(r, texts)
        except Wrong as wrong:
            print("exact_numbers.py: SEED=%d, round %d: %s\nof: %s" % (seed, done, wrong, "\n    ".join(texts)))
            return 1
        done += 1
    print("exact_numbers.py: %d columns" % done)
    return 0


sys.exit(main())
