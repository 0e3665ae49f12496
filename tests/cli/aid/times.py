"""times.py CALC SEED ROUNDS - the functions of times in expressions, beside Python's datetime.

Each round is a random time, to the microsecond (Python has no more), in the years 1000 to 9998: it
is read from RFC 3339 and by a random form, written by one, and put into a bucket, in UTC or in a
zone that is given as a rule. Python is given the rule as a class of a few lines, since its zoneinfo
needs files that a bare machine does not have; times of the two days a year that have a change are
left out where the local time alone is read, since Python and we choose differently there.
"""

import datetime
import random
import subprocess
import sys
from datetime import timedelta

UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
RULE = "CET-1CEST,M3.5.0,M10.5.0/3"


def change(year, month):
    """When the clock is changed in a year, in UTC: 01:00 of the month's last Sunday."""
    last = datetime.datetime(year, month, 31, 1)
    return last - timedelta(days=(last.weekday() + 1) % 7)


class Berlin(datetime.tzinfo):
    """Central European time, by the rule above."""

    def fromutc(self, at):
        bare = at.replace(tzinfo=None)
        summer = change(bare.year, 3) <= bare < change(bare.year, 10)
        again = timedelta(0) <= bare - change(bare.year, 10) < timedelta(hours=1)
        return (at + timedelta(hours=2 if summer else 1)).replace(fold=int(again))

    def utcoffset(self, at):
        bare = at.replace(tzinfo=None)
        first = change(bare.year, 3) + timedelta(hours=2)
        last = change(bare.year, 10) + timedelta(hours=1 if at.fold else 2)
        return timedelta(hours=2 if first <= bare < last else 1)

    def dst(self, at):
        return self.utcoffset(at) - timedelta(hours=1)

    def tzname(self, at):
        return "CET"


BERLIN = Berlin()


def micros(at):
    """Microseconds since the epoch."""
    return (at - EPOCH) // timedelta(microseconds=1)


def decimal(us):
    """Microseconds as a decimal of seconds, as short as it may be."""
    text = f"{'-' if us < 0 else ''}{abs(us) // 1000000}.{abs(us) % 1000000:06}"
    return text.rstrip("0").rstrip(".")


def form(chance):
    """A form that says all of a time but the fraction, and one for Python's strftime."""
    date = chance.choice(["%F", "%Y%m%d", "%d.%m.%Y", "%d/%b/%Y", "%a %e %b %Y", "%A, %d %B %Y", "%Y %j"])
    clock = chance.choice(["%T", "%H:%M:%S", "%H%M%S", "%I:%M:%S %p"])
    one = f"{date} {clock}"
    return one, one.replace("%F", "%Y-%m-%d").replace("%T", "%H:%M:%S")


def written(at, like):
    """What strftime gives; Python fills up neither years nor knows %e on each machine."""
    like = like.replace("%Y", f"{at.year:04}").replace("%e", f"{at.day:2}")
    return at.strftime(like)


def lines(chance):
    """An expression with a field, and what its value is."""
    us = chance.randrange(micros(datetime.datetime(1000, 1, 1, tzinfo=UTC)), micros(datetime.datetime(9998, 1, 1, tzinfo=UTC)))
    if chance.random() < 0.5:
        us = chance.randrange(0, 2**31 * 10**6)
    if chance.random() < 0.3:
        us -= us % 1000000
    zone, name = chance.choice([(UTC, "UTC"), (BERLIN, RULE)])
    at = (EPOCH + timedelta(microseconds=us)).astimezone(zone)
    whole = us - us % 1000000
    kind = chance.randrange(5)
    ours, like = form(chance)
    if kind == 0:
        return f"time({{1}})\t{at.isoformat()}", decimal(us)
    if kind == 1:
        text = at.isoformat()
        if at.microsecond:
            text = text[:19] + text[19:26].rstrip("0") + text[26:]
        if zone is UTC:
            text = text.replace("+00:00", "Z")
        return f"date({decimal(us)}, '{name}')", text
    if kind == 2:
        return f"strftime({decimal(us)}, '{ours} %6f %z', '{name}')", written(at, like + " %f %z")
    if kind == 3:
        bare = at.replace(tzinfo=None)
        changed = zone is BERLIN and any(
            abs(bare - change(bare.year, m)) < timedelta(days=1) for m in (3, 10)
        )
        if changed:
            return f"time({{1}}, '{ours} %z')\t{written(at, like + ' %z')}", decimal(whole)
        return f"time({{1}}, '{ours}', '{name}')\t{written(at, like)}", decimal(whole)
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if chance.random() < 0.5:
        return f"bucket({decimal(us)}, '1d', '{name}')", decimal(micros(day))
    monday = day.replace(tzinfo=None) - timedelta(days=day.weekday())
    return f"bucket({decimal(us)}, '1w', '{name}')", decimal(micros(monday.replace(tzinfo=zone)))


def main():
    """Asks for all at once."""
    calc, seed, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(seed)
    rows = [lines(chance) for _ in range(rounds)]
    said = subprocess.run(
        [calc], input="".join(row[0] + "\n" for row in rows), stdout=subprocess.PIPE, check=True, text=True
    ).stdout.split("\n")
    good = 0
    for (asked, want), got in zip(rows, said):
        good += want == got
        if want != got:
            print(f"{asked}: {got}, not {want}")
    print(f"{good} of {rounds} lines agree")
    return good != rounds


sys.exit(main())
