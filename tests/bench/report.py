#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""report.py METRICS LIMITS FOLDER: from measurements to results.

METRICS has lines "NAME MEDIAN [LOW HIGH]", LIMITS lines "NAME <= NUMBER" or "NAME >= NUMBER". What has
a goal is printed beside it; FOLDER gets bench.json with everything, and the curves as SVG.
"""
import json
import os
import platform
import re
import subprocess
import sys
import time

from curves import draw_all

HOOK = re.compile(r"\.(xdp|tc)$")


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


def print_goals(metrics, missing):
    missed = 0
    print(f"{'goal':<36} {'measured':>12} {'quartiles':>21} {'goal':>14}")
    for name, m in metrics.items():
        if "goal" not in m:
            continue
        missed += not m["met"]
        spread = f"{number(m['low'])} - {number(m['high'])}"
        print(
            f"{name:<36} {number(m['median']):>12} {spread:>21} {m['way'] + ' ' + number(m['goal']):>14}"
            f"{'' if m['met'] else '  not met'}"
        )
    for name in missing:
        print(f"{name:<36} was not measured")
    print(f"{missed} goals not met" if missed else "all goals met")


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: report.py METRICS LIMITS FOLDER")
    metrics_path, limits_path, folder = sys.argv[1:]
    metrics = read_metrics(metrics_path)
    missing = hold(metrics, read_limits(limits_path))
    print_goals(metrics, missing)
    with open(os.path.join(folder, "bench.json"), "w", encoding="ascii") as file:
        json.dump({"machine": machine(), "metrics": metrics}, file, indent=1)
        file.write("\n")
    draw_all(metrics, folder)


if __name__ == "__main__":
    main()
