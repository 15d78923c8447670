#!/usr/bin/env python3
"""What lenet_replicas and pytorch.py printed, beside one another: ours at its best number of replicas, the share of the
GPU's peaks that it reaches, and how many times it is as fast as PyTorch's sequential training (graph) and as PyTorch at
its best. Networks with all weights are compared with those without a mask, others with masked ones.

    ratios.py LOG...
"""

import re
import sys

OURS = re.compile(r".*, \d+ multiprocessors, ([\d.]+) TFLOP/s, ([\d.]+) TB/s; LeNet.*, (fp32|tf32), \d+ steps(, resident)?$")
ROW = re.compile(r" *(\d+) +([\d.]+) +[\d.]+ +(\d+) +([\d.]+) +\S+ % +([\d.]+) +\S+ % +[0-9a-f]{8}$")
THEIRS = re.compile(r"PyTorch \S+, .*; batch \d+, Adam, (fp32|tf32), (masked|no mask)$")
PEER = re.compile(r"(graph|bmm|vmap) +(\d+) +[\d.]+ +(\d+)(?: +([\d.]+))?$")
FIGURE = re.compile(r"figure4: (\d+) seconds")

# The paper's figure 4: 5 trials, levels 0 to 21, a ticket and three redraws of each, evaluated every 100 iterations.
TRAININGS, ITERATIONS, EVALUATIONS = 5 * (1 + 21 * 4), 50_000, 500


def read(lines):
    """Ours as {(precision, percent): [(rate, form, R, TFLOP/s, TB/s)]}, theirs as {(precision, mask): [(rate, form, R,
    seconds of an evaluation)]}, the peaks, and what figure 4 took."""
    ours, theirs, peaks, figure, kind = {}, {}, None, None, None
    for line in map(str.rstrip, lines):
        if found := OURS.match(line):
            peaks = [float(found[1]), float(found[2])]
            kind = (found[3], "resident" if found[4] else "launched")
        elif found := THEIRS.match(line):
            kind = (found[1], found[2])
        elif (found := ROW.match(line)) and kind:
            row = (int(found[3]), kind[1], int(found[1]), float(found[4]), float(found[5]))
            ours.setdefault((kind[0], float(found[2])), []).append(row)
        elif (found := PEER.match(line)) and kind:
            evaluation = float(found[4]) / 1e6 if found[4] else None
            theirs.setdefault(kind, []).append((int(found[3]), found[1], int(found[2]), evaluation))
        elif found := FIGURE.match(line):
            figure = int(found[1])
    return ours, theirs, peaks, figure


def times(rate, other):
    return f"{rate / other[0]:6.2f} x" if other else f"{'–':>8}"


def named(row):
    return f"{row[0]:10,} {row[1]:>8} {row[2]:5}" if row else f"{'–':>25}"


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    lines = []
    for name in sys.argv[1:]:
        with open(name, errors="replace") as log:
            lines += log.readlines()
    ours, theirs, peaks, figure = read(lines)
    if not ours:
        sys.exit("ratios: no replica-steps of lenet_replicas are in the log")
    print(f"LeNet-300-100, replica-steps/s at the best R; peaks are {peaks[0]} TFLOP/s in fp32 and {peaks[1]} TB/s")
    print("       left %       ours     form     R  of fp32  of memory  graph R=1    times  strongest     form     R    times")
    for precision, percent in sorted(ours, key=lambda key: (key[0], -key[1])):
        best = max(ours[precision, percent])
        peers = theirs.get((precision, "no mask" if percent == 100 else "masked"), [])
        alone = max((row for row in peers if row[1] == "graph"), default=None)
        strongest = max(peers, default=None)
        shares = [100 * reached / peak if peak else float("nan") for reached, peak in zip(best[3:], peaks)]
        sequential = f"{alone[0]:10,}" if alone else f"{'–':>10}"
        print(
            f"{precision} {percent:8.2f} {named(best)} {shares[0]:6.1f} % {shares[1]:8.1f} % {sequential} {times(best[0], alone)}"
            f" {named(strongest)} {times(best[0], strongest)}"
        )
    evaluated = [row for row in theirs.get(("fp32", "masked"), []) if row[3]]
    if evaluated:
        taken = {row: TRAININGS * (ITERATIONS / row[0] + EVALUATIONS * row[3] / row[2]) for row in evaluated}
        best = min(taken, key=taken.get)
        said = f"figure 4, {TRAININGS} trainings with evaluation: PyTorch at its best ({best[1]}, R = {best[2]}) {taken[best]:.0f} s"
        ours = f", ours {figure} s, {taken[best] / figure:.2f} x" if figure else "; ours, of gpu figure4, is in no log"
        print(said + ours)


if __name__ == "__main__":
    main()
