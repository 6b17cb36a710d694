#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""report.py METRICS LIMITS FOLDER: from measurements to results.

METRICS has lines "NAME MEDIAN [LOW HIGH]", LIMITS lines "NAME <= NUMBER" or "NAME >= NUMBER". What has
a goal, or is what others do too, is printed beside these: how many times better than the best of them it was in this run, which
is also a figure, NAME.times_best. FOLDER gets bench.json with everything, and the curves as SVG.
"""
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time

from curves import draw_all

HOOK = re.compile(r"\.(xdp|tc)$")

SNIFFERS = ("ring", "dnscap", "dnstop", "tcpdump")
READERS = ("dnstop", "dnscap", "tcpdump", "tshark")
# Our figures that others have, too: the others' names, the figure of each, and whether more is better.
PEERS = {
    **{
        f"peer.{ours}.{what}": (SNIFFERS, f"peer.{{}}.{what}", more)
        for ours in ("native", "tc")
        for what, more in (("cpu_ms_per_million", False), ("throughput", True))
    },
    "read.rcodewatch.per_core": (READERS, "read.{}.per_core", True),
    "read.rcodewatch_all.per_second": (READERS, "read.{}.per_second", True),
    "read.rcodewatch_errors.per_core": (READERS, "read.{}_errors.per_core", True),
}


def read_metrics(path):
    metrics = {}
    with open(path, encoding="ascii") as file:
        for line in file:
            name, *numbers = line.split()
            values = [float(n) for n in numbers]
            if len(values) not in (1, 3):
                sys.exit(f"report.py: {path}: not a measurement: {line.strip()}")
            low, high = values[1:] or values * 2
            metrics[name] = {"median": values[0], "low": low, "high": high}
    return metrics


def read_limits(path):
    limits = {}
    with open(path, encoding="ascii") as file:
        for line in file:
            match = re.match(r"(\S+) (<=|>=) (\S+)$", line.split("#")[0].strip())
            if match:
                limits[match[1]] = (match[2], float(match[3]))
    return limits


def compare(metrics):
    """Note in our figures who was the best of the others, and how many times better we were."""
    for name, (others, figure, more) in PEERS.items():
        found = {o: metrics[figure.format(o)]["median"] for o in others if figure.format(o) in metrics}
        ours = metrics.get(name, {"median": 0})["median"]
        if not found or not ours or not all(found.values()):
            continue
        best = (max if more else min)(found, key=found.get)
        ratio = ours / found[best] if more else found[best] / ours
        metrics[name].update(best=best, times_best=ratio)
        metrics[f"{name}.times_best"] = {"median": ratio, "low": ratio, "high": ratio}


def compare_paths(metrics):
    """Note how many times the fast path's time the slow path takes: the median of the kinds of packets, by hook."""
    for hook in ("xdp", "tc"):
        times = []
        for name, slow in metrics.items():
            match = re.fullmatch(rf"packet\.(.+)\.slow\.{hook}", name)
            fast = match and metrics.get(f"packet.{match[1]}.hot.{hook}")
            if fast and fast["median"] > 0:
                times.append(slow["median"] / fast["median"])
        if times:
            low, middle, high = statistics.quantiles(times, method="inclusive") if len(times) > 1 else times * 3
            metrics[f"packet.slow_path.times_fast.{hook}"] = {"median": middle, "low": low, "high": high}


def hold(metrics, limits):
    """Note the goals in the metrics, and which of the limits nothing was measured for."""
    seen = set()
    for name, metric in metrics.items():
        key = name if name in limits else HOOK.sub("", name)
        if key not in limits:
            continue
        seen.add(key)
        way, goal = limits[key]
        met = metric["median"] <= goal if way == "<=" else metric["median"] >= goal
        metric.update(goal=goal, way=way, met=met)
    return sorted(set(limits) - seen)


def command(*words):
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.splitlines()[0].strip() if done.stdout else None


def machine():
    cpu = None
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                cpu = line.split(":", 1)[1].strip()
                break
    return {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "kernel": platform.release(),
        "machine": platform.machine(),
        "cpu": cpu,
        "cpus": len(os.sched_getaffinity(0)),
        # More than the bench itself makes, and others were at work.
        "load": round(os.getloadavg()[2], 1),
        "clang": command(os.environ.get("CLANG", "clang"), "--version"),
        "commit": command("git", "describe", "--always", "--dirty"),
    }


def number(value):
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def print_table(metrics, missing):
    missed = 0
    print(f"{'figure':<44} {'measured':>12} {'quartiles':>21} {'goal':>14}  times the best peer")
    for name, m in metrics.items():
        if "goal" not in m and "best" not in m:
            continue
        met = m.get("met", True)
        missed += not met
        spread = f"{number(m['low'])} - {number(m['high'])}"
        goal = f"{m['way']} {number(m['goal'])}" if "goal" in m else ""
        best = f"{m['times_best']:.2f} x {m['best']}" if "best" in m else ""
        print(
            f"{name:<44} {number(m['median']):>12} {spread:>21} {goal:>14}  {best:<20}"
            f"{'' if met else '  not met'}".rstrip()
        )
    for name in missing:
        print(f"{name:<36} was not measured")
    print(f"{missed} goals not met" if missed else "all goals met")


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: report.py METRICS LIMITS FOLDER")
    metrics_path, limits_path, folder = sys.argv[1:]
    metrics = read_metrics(metrics_path)
    compare(metrics)
    compare_paths(metrics)
    missing = hold(metrics, read_limits(limits_path))
    print_table(metrics, missing)
    with open(os.path.join(folder, "bench.json"), "w", encoding="ascii") as file:
        json.dump({"machine": machine(), "metrics": metrics}, file, indent=1)
        file.write("\n")
    draw_all(metrics, folder)


if __name__ == "__main__":
    main()
