"""decimals.py CALC SEED ROUNDS - random sums, products, quotients, remainders, powers and roundings by
lib/expr, against Python's decimal.

CALC reads `EXPR TAB FIELD TAB FIELD` and prints the value, or ! and what was wrong. Numbers come from
where rounding goes wrong: ties, 34 and 35 digits, 2^63, 2^64 and 2^127, zeros with places, exponents
at the ends of the range. Each result is made exactly, or with 400 digits, and rounded once by the
rules of lib/expr/dec.h: to 34 digits, half to even, but a whole one below 2^127 not at all. Ends with
1 at the first answers that differ.
"""
import random
import subprocess
import sys
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from decimal import InvalidOperation, Overflow, Subnormal

SURE = Context(prec=400, rounding=ROUND_HALF_EVEN, Emax=999999, Emin=-999999, traps=[InvalidOperation])
EXACT = Context(prec=14000, rounding=ROUND_HALF_EVEN, Emax=999999, Emin=-999999, traps=[InvalidOperation])
OURS = Context(prec=34, rounding=ROUND_HALF_EVEN, Emax=6144, Emin=-6143, clamp=0, traps=[Overflow, Subnormal])
MOST = 2**127 - 1
RANGE = "! out of range"


def digits(d):
    return len(d.as_tuple().digits)


def settled(d):
    """The number that lib/expr has for an exact one, or one of 400 digits."""
    if d.is_zero():
        d = d.copy_abs()
    if digits(d) > 34 and abs(d.adjusted()) < 40 and d == d.to_integral_value(context=EXACT):
        if 10**34 <= abs(int(d)) <= MOST:
            return Decimal(int(d))
    return OURS.plus(d)


def text(d):
    sign, figures, exp = d.as_tuple()
    first = exp + len(figures) - 1
    if d.is_zero():
        sign = 0
        if exp >= 0:
            return "0"
    if -40 <= first <= 40 and not (d.is_zero() and exp < -40):
        return format(d.copy_abs() if not sign else d, "f")
    figures = "".join(map(str, figures))
    head = figures[0] + ("." + figures[1:] if len(figures) > 1 else "")
    return ("-" if sign else "") + head + "E%+d" % first


def reduced(q, ideal):
    """An exact quotient without the zeros that it does not need."""
    while q.as_tuple().exponent < ideal and not q.is_zero() and q.as_tuple().digits[-1] == 0:
        q = q.quantize(Decimal((0, (1,), q.as_tuple().exponent + 1)), context=EXACT)
    return q


def divide(a, b):
    ideal = a.as_tuple().exponent - b.as_tuple().exponent
    if a.is_zero():
        return Decimal((0, (0,), ideal))
    q = SURE.divide(a, b)
    if EXACT.multiply(q, b) == a:  # as short as it can be
        q = reduced(q.normalize(SURE), ideal)
        if q.as_tuple().exponent > ideal:
            wider = digits(q) + q.as_tuple().exponent - ideal
            if wider < 400:
                q = q.quantize(Decimal((0, (1,), ideal)), context=SURE)
    return q


def power(a, n):
    if n == 0:
        return Decimal(1)
    up = SURE.power(a, abs(n)) if digits(a) * abs(n) > 390 else a
    if up is a:
        up = Decimal(1)
        for _ in range(abs(n)):
            up = EXACT.multiply(up, a)
    return up if n > 0 else divide(Decimal(1), up)


def rounded(d, places, way):
    exp = -places
    size = d.as_tuple()
    if size.exponent > exp:
        if d.is_zero():
            return Decimal((0, (0,), exp))
        zeros = size.exponent - exp
        if len(size.digits) + zeros > 38:
            return d
        longer = d.quantize(Decimal((0, (1,), exp)), context=EXACT)
        whole = exp == 0 and abs(int(longer)) <= MOST
        return longer if len(size.digits) + zeros <= 34 or whole else d
    return d.quantize(Decimal((0, (1,), exp)), rounding=way, context=EXACT)


def answer(op, a, b, n):
    a, b = settled(a), settled(b)
    if op == "+":
        r = EXACT.add(a, b)
        low = min(a.as_tuple().exponent, b.as_tuple().exponent)
        if not r.is_zero() and digits(r) < 14000 and r.as_tuple().exponent > low:
            r = r.quantize(Decimal((0, (1,), low)), context=EXACT)
    elif op == "-":
        r = EXACT.subtract(a, b)
    elif op == "*":
        r = EXACT.multiply(a, b)
    elif op == "/":
        if b.is_zero():
            return "! division by zero"
        r = divide(a, b)
    elif op == "%":
        if b.is_zero():
            return "! division by zero"
        r = EXACT.remainder(a, b)
    elif op == "**":
        if a.is_zero() and n < 0:
            return "! division by zero"
        r = power(a, n)
    elif op == "<":
        return "1" if a < b else "0"
    elif op == "==":
        return "1" if a == b else "0"
    elif op == "round":
        r = rounded(a, n, ROUND_HALF_EVEN)
    else:
        way = {"floor": ROUND_FLOOR, "ceil": ROUND_CEILING, "int": ROUND_DOWN}[op]
        r = rounded(a, 0, way)
    return text(settled(r))


def whole(rng):
    near = rng.choice([0, 1, 10, 2**31, 2**53, 2**63, 2**64, 10**18, 10**19, 10**34, 10**37, 10**38, 2**126, MOST])
    v = near + rng.randint(-3, 3) if rng.random() < 0.6 else rng.randrange(10 ** rng.randint(1, 38))
    return str(v if rng.random() < 0.6 else -v)


def figures(rng, n):
    kind = rng.random()
    if kind < 0.3:
        return str(rng.randrange(10**n))
    if kind < 0.5:
        return "9" * n
    if kind < 0.7:
        return str(rng.randrange(10 ** rng.randint(1, 4))) + "0" * rng.randint(0, n)
    if kind < 0.85:
        return str(rng.randrange(10**n)) + "5" + "0" * rng.choice([0, 0, 1, 40])
    return "".join(rng.choice("0059") for _ in range(n))


def number(rng):
    kind = rng.random()
    if kind < 0.25:
        return whole(rng)
    sign = rng.choice(["", "", "-", "+"])
    if kind < 0.5:  # as in a table
        return sign + "%d.%0*d" % (rng.randrange(10 ** rng.randint(1, 9)), rng.randint(1, 4), rng.randrange(10))
    some = figures(rng, rng.choice([1, 2, 5, 17, 18, 19, 33, 34, 35, 36, 38, 39, 50, 76, 77, 80]))
    if rng.random() < 0.6:
        at = rng.randint(0, len(some))
        some = some[:at] + "." + some[at:]
    if rng.random() < 0.4:
        far = rng.choice([1, 5, 20, 34, 40, 45, 80, 3000, 6100, 6144, 6200])
        some += "%s%+d" % (rng.choice("eE"), rng.randint(-far, far))
    return sign + some


def power_case(rng):
    a = number(rng) if rng.random() < 0.4 else rng.choice(["2", "3", "10", "1.1", "0.5", "-7", "1.000001", "25e-1"])
    n = rng.randint(-12, 12) if rng.random() < 0.7 else rng.randint(-130, 130)
    return a, n


def cases(rng, rounds):
    for _ in range(rounds):
        op = rng.choice(["+", "+", "-", "-", "*", "*", "/", "/", "%", "%", "**", "<", "==", "round", "floor", "ceil", "int"])
        a, b, n = number(rng), number(rng), 0
        if rng.random() < 0.15:
            b = a if rng.random() < 0.5 else "-" + a.lstrip("+-")
        if op == "**":
            a, n = power_case(rng)
            yield op, "{1}**%d\t%s" % (n, a), a, "0", n
        elif op == "round":
            n = rng.randint(-5, 6) if rng.random() < 0.7 else rng.randint(-45, 45)
            yield op, "round({1},%d)\t%s" % (n, a), a, "0", n
        elif op in ("floor", "ceil", "int"):
            yield op, "%s({1})\t%s" % (op, a), a, "0", 0
        else:
            yield op, "{1}%s{2}\t%s\t%s" % (op, a, b), a, b, 0


def expected(op, a, b, n):
    try:
        return answer(op, Decimal(a), Decimal(b), n)
    except (Overflow, Subnormal):
        if op in ("<", "=="):  # what is out of range is no number there, and compared by bytes
            return "1" if (a < b if op == "<" else a == b) else "0"
        return RANGE


def main():
    calc, seed, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    all_cases = list(cases(random.Random(seed), rounds))
    lines = "".join(line + "\n" for _, line, _, _, _ in all_cases)
    got = subprocess.run([calc], input=lines, capture_output=True, text=True, check=True).stdout.splitlines()
    if len(got) != len(all_cases):
        sys.exit("%d answers to %d lines" % (len(got), len(all_cases)))
    wrong = 0
    for (op, line, a, b, n), said in zip(all_cases, got):
        want = expected(op, a, b, n)
        if said.split(" (field")[0] != want and wrong < 10:
            print("%s\n  is    %s\n  not   %s" % (line, want, said))
            wrong += 1
    if wrong:
        print("seed %d" % seed)
        sys.exit(1)
    refused = sum(1 for said in got if said.startswith("!"))
    print("%d of %d lines agree, %d of them errors" % (len(got), len(got), refused))


main()
