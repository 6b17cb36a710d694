#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""mutate.py: whether the unit tests notice random one-operator changes to the headers.

Of all changes that can be made to include/*.h, --number are drawn by --seed, each one by itself: other
edits of the headers leave a seed's changes as they are. A change that does not compile, or that leaves
all objects the same, is passed over for another. The tests run until one fails, those first that have
noticed most changes of the same header; a change that none notices has survived. It is printed unless
the list of equivalent changes names it. Exit status 1 if one was printed, or if an entry of the list
names no change.
"""

import argparse
import glob
import hashlib
import os
import queue
import sys
import threading
import time
from collections import Counter, defaultdict

import build
import changes
import equivalents

SECONDS_MIN = 20.0  # that a test may take, however fast it is without a change
TIMES_SLOWER = 10.0
PASSED_OVER = ("does not compile", "same code")
KILLED = ("killed by ", "stopped in ")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--root", default=".", help="the checkout")
    parser.add_argument("--out", required=True, help="where copies and objects go")
    parser.add_argument("--number", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--flags", default="", help="for make")
    parser.add_argument("--equivalent", required=True, help="the list of equivalent changes")
    parser.add_argument("--only", default="*.h", help="pattern of the headers to be changed")
    parser.add_argument("--pick", help="a list of changes: try these and no others")
    parser.add_argument(
        "--again", action="store_true", help="do not try again what the last run saw killed"
    )
    parser.add_argument("--verbose", action="store_true", help="print what became of every change")
    parser.add_argument("tests", nargs="+")
    return parser.parse_args()


def all_changes(root, pattern):
    found = []
    for path in sorted(glob.glob(os.path.join(root, build.HEADERS, pattern))):
        with open(path, encoding="utf-8") as file:
            found += changes.changes_of(os.path.relpath(path, root), file.read())
    return found


def draw(seed, found):
    """The changes @found in the order that @seed gives them, each one by itself."""
    alike, order = Counter(), []
    for change in found:
        key = (seed, *equivalents.key(change))
        alike[key] += 1
        order.append((hashlib.sha256(repr((key, alike[key])).encode()).digest(), change))
    return [change for _, change in sorted(order, key=lambda one: one[0])]


def time_tests(shop, tests):
    """The tests with how long each takes without a change, in the order given."""
    times = []
    for test in tests:
        status, seconds = shop.run_test(test, 600)
        if status != "passed":
            raise build.Failure(f"{test}: {status} without a change")
        times.append((seconds, test))
    return times


class Results:
    """What became of changes, by what they make of their header; kept in the file at @path."""

    def __init__(self, path, again):
        self.known, self.lock = {}, threading.Lock()
        if again and os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                self.known = dict(line.rstrip("\n").split(" ", 1) for line in file)
        self.file = open(path, "w", encoding="utf-8")  # pylint: disable=consider-using-with
        for text, result in list(self.known.items()):
            self.write(text, result)

    @staticmethod
    def key(change, text):
        return hashlib.sha256(f"{change.file}\n{text}".encode()).hexdigest()

    def write(self, key, result):
        with self.lock:
            self.file.write(f"{key} {result}\n")
            self.file.flush()

    def find(self, change, text):
        result = self.known.get(self.key(change, text), "survived")
        return None if result == "survived" else result

    def add(self, change, text, result):
        self.write(self.key(change, text), result)


class Order:
    """The tests, those first that have killed most changes of a header."""

    def __init__(self, tests):
        self.tests, self.kills = tests, defaultdict(Counter)

    def of(self, header):
        kills = self.kills[header]
        return sorted(self.tests, key=lambda one: -kills[os.path.basename(one[1])])

    def learn(self, header, result):
        if result.startswith(KILLED):
            self.kills[header][result.split()[-1]] += 1


def try_tests(shop, tests, listed):
    for seconds, test in tests:
        codes = shop.compile_for(test)
        if "none" in codes:
            return PASSED_OVER[0]
        if "other" not in codes:
            continue
        status, _ = shop.run_test(test, max(SECONDS_MIN, seconds * TIMES_SLOWER))
        if status != "passed":
            return KILLED[status == "late"] + os.path.basename(test)
    # What is listed is known to make none that a test sees; to compile it with optimisation takes long.
    return "survived" if listed or shop.makes_a_difference() else PASSED_OVER[1]


def try_change(shop, order, results, change, listed):
    """What becomes of @change, in words. @listed: the list of equivalent changes names it."""
    text = change.apply(shop.read(change.file))
    result = results.find(change, text)
    if result is None:
        shop.begin(change.file, text)
        try:
            result = try_tests(shop, order.of(change.file), listed)
        finally:
            shop.end()
        results.add(change, text, result)
    order.learn(change.file, result)
    return result


class Trial:
    """Changes in the order drawn, tried by several threads, until there are enough that count."""

    def __init__(self, drawn, number, report):
        self.drawn, self.number, self.report = drawn, number, report
        self.results, self.lock = {}, threading.Lock()
        self.next, self.reported, self.counted = 0, 0, 0
        self.failures = queue.Queue()

    def take(self):
        with self.lock:
            if self.counted >= self.number or self.next >= len(self.drawn):
                return None
            self.next += 1
            return self.next - 1

    def put(self, index, result):
        """Results count in the order drawn, so that they are the same however threads take turns."""
        with self.lock:
            self.results[index] = result
            while self.reported in self.results and self.counted < self.number:
                result = self.results[self.reported]
                self.counted += result not in PASSED_OVER
                self.report(self.drawn[self.reported], result)
                self.reported += 1

    def work(self, shop, order, results):
        try:
            while (index := self.take()) is not None:
                change = self.drawn[index]
                listed = equivalents.key(change) in self.report.listed
                self.put(index, try_change(shop, order, results, change, listed))
        except Exception as error:  # pylint: disable=broad-except
            self.failures.put(error)

    def run(self, shops, order, results):
        threads = [
            threading.Thread(target=self.work, args=(shop, order, results)) for shop in shops
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if not self.failures.empty():
            raise self.failures.get()


class Report:
    def __init__(self, listed, verbose):
        self.listed, self.verbose, self.sums = listed, verbose, Counter()

    def __call__(self, change, result):
        if result == "survived" and equivalents.key(change) in self.listed:
            result = "equivalent"
        self.sums[result if result in PASSED_OVER else result.split()[0]] += 1
        if result == "survived" or self.verbose:
            print(
                f"{change.file}:{change.line} {change.where}: {result}\n"
                f"  - {change.before}\n  + {change.after}",
                flush=True,
            )

    def summary(self, seed, seconds):
        sums = self.sums
        tried = sum(sums.values()) - sum(sums[result] for result in PASSED_OVER)
        return (
            f"{tried} changes with seed {seed}: {sums['killed'] + sums['stopped']} killed "
            f"({sums['stopped']} of them by the time limit), {sums['equivalent']} equivalent, "
            f"{sums['survived']} survived; passed over {sums[PASSED_OVER[0]]} that do not compile and "
            f"{sums[PASSED_OVER[1]]} that give the same code; {seconds:.0f} s"
        )


def check_list(path, listed, possible):
    """Print the entries of the list at @path that name no change. Gives whether there are none."""
    stale = equivalents.stale(listed, possible)
    for entry in stale:
        print(f"{path}:{entry.number}: there is no such line, or no such change, by now", flush=True)
    return not stale


def try_changes(arguments, report):
    drawn = draw(arguments.seed, all_changes(arguments.root, arguments.only))
    if arguments.pick:
        picked = equivalents.read(arguments.pick)
        drawn = [change for change in drawn if equivalents.key(change) in picked]
    out = os.path.abspath(arguments.out)
    tree = build.Tree(
        arguments.root, os.path.join(out, "tree"), arguments.tests, arguments.flags, arguments.jobs
    )
    shops = [build.Workshop(tree, os.path.join(out, str(i))) for i in range(arguments.jobs)]
    order = Order(time_tests(shops[0], tree.tests))
    results = Results(os.path.join(out, "results"), arguments.again)
    Trial(drawn, arguments.number, report).run(shops, order, results)


def main():
    arguments = parse_arguments()
    begun = time.monotonic()
    listed = equivalents.read(arguments.equivalent)
    current = check_list(arguments.equivalent, listed, all_changes(arguments.root, "*.h"))
    report = Report(listed, arguments.verbose)
    if arguments.number:
        try_changes(arguments, report)
    print(report.summary(arguments.seed, time.monotonic() - begun))
    return 1 if report.sums["survived"] or not current else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (build.Failure, equivalents.Malformed) as failure:
        sys.exit(f"mutate: {failure}")
