#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Result per trial of Diwan's algorithms beside their peers, on the same tasks and seeds.

usage: compare.py PATH/TO/diwan [--peers] [--contestants NAME…] [--tasks NAME…] [--budget 100]
                  [--seeds 10] [--pending 1] [--csv FILE] [--markdown FILE] [--plot FILE.svg]

Diwan runs anew each time, through `diwan suggest`. Its peers take hours: their results, with their
versions, are read from recorded.csv beside this file; --peers runs them again and writes that file.
A peer that does not install is named with the reason. With --pending Q there are always Q trials
asked for and not told, which end in random order. Tables and score are over the tasks that all have
done; the score is 1 at the best known value and 0 where random search ends.
"""
import argparse
import csv
import pathlib
import random
import sys
import time

import contestants as field
import plot
import scoring
import tasks as task_room

RECORDED = pathlib.Path(__file__).parent / "recorded.csv"
MOMENTS = (10, 20, 30, 40, 60, 80, 100, 150, 200)
COLUMNS = ("contestant", "version", "task", "seed", "pending", "trials", "best")


def race(name, program, task, seed, budget, pending):
    """Best so far at the moments up to `budget`."""
    runner = field.make(name, program, task, seed, budget, pending)
    order = random.Random(seed)
    open_trials, asked, told, best, curve = [], 0, 0, float("inf"), {}
    try:
        while told < budget:
            while asked < budget and len(open_trials) < pending:
                open_trials.append(runner.ask())
                asked += 1
            handle, at = open_trials.pop(order.randrange(len(open_trials)))
            value = task.value(at)
            runner.tell(handle, value)
            told += 1
            best = min(best, value)
            if told in MOMENTS:
                curve[told] = best
    finally:
        runner.close()
    return curve


def read(file, pending):
    """Results and versions of a table."""
    results, versions = {}, {}
    if file.exists():
        with open(file, newline="") as lines:
            for row in csv.DictReader(lines):
                if int(row["pending"]) == pending:
                    curve = results.setdefault((row["task"], row["contestant"]), {}).setdefault(
                        int(row["seed"]), {})
                    curve[int(row["trials"])] = float(row["best"])
                    versions[row["contestant"]] = row["version"]
    return results, versions


def rows_of(results, versions, pending):
    for (task, name), seeds in sorted(results.items()):
        for seed, curve in sorted(seeds.items()):
            for trials, best in sorted(curve.items()):
                yield (name, versions.get(name, ""), task, seed, pending, trials, repr(float(best)))


def write(file, rows):
    with open(file, "w", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def run(arguments, tasks, names, results):
    for name in names:
        begin = time.monotonic()
        for task in tasks.values():
            for seed in range(arguments.seeds):
                try:
                    curve = race(name, arguments.diwan, task, seed, arguments.budget,
                                 arguments.pending)
                except Exception as error:  # a peer may fail in any way
                    if name in field.DIWAN:
                        raise
                    print(f"{name} on {task.name}, seed {seed}: {error}", file=sys.stderr)
                    continue
                results.setdefault((task.name, name), {})[seed] = curve
        print(f"{name}: {time.monotonic() - begin:.0f} s", file=sys.stderr)


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def report(arguments, tasks, results, versions, absent):
    names = [n for n in (*field.DIWAN, *field.PEERS) if any(c == n for _, c in results)]
    moments = [m for m in MOMENTS if m <= arguments.budget]
    references = {t: scoring.statistics.median(scoring.bests(results, t, "random", moments[-1]))
                  for t in tasks}
    shown = [m for m in moments if m in (30, 60, 100, 200)] or moments[-1:]
    scores = {m: scoring.Score(results, tasks, names, m, references) for m in moments}
    text = [f"{arguments.pending} trial(s) pending; random search ends at {moments[-1]} trials.\n"]
    text.append(table(
        ["", "version", *[f"score {m}" for m in shown], *[f"mean rank {m}" for m in shown],
         "behind auto, p"],
        [[n, versions.get(n, ""),
          *[f"{scores[m].scores[n]:.3f}" if n in scores[m].scores else "" for m in shown],
          *[f"{scores[m].mean_ranks[n]:.2f}" if n in scores[m].mean_ranks else "" for m in shown],
          "" if n == "auto" or "auto" not in names else
          f"{scores[shown[-1]].paired(results, 'auto', n, references, tasks):.3f}"]
         for n in names]))
    for m in shown:
        text.append(f"\nMedian (quartiles) of {arguments.seeds} seeds at most after {m} trials:\n")
        rows = []
        for task in scores[m].tasks:
            cells = []
            for n in scores[m].contestants:
                values = scoring.bests(results, task, n, m)
                cells.append(f"{scoring.quantile(values, 0.5):.4g} "
                             f"({scoring.quantile(values, 0.25):.3g}…"
                             f"{scoring.quantile(values, 0.75):.3g})")
            rows.append([task, *cells])
        text.append(table(["task", *scores[m].contestants], rows))
        if "auto" in names:
            losses = scores[m].losses(results, "auto", [n for n in names if n in field.PEERS])
            text.append("\nauto is behind a peer beyond noise on: " + (
                "; ".join(f"{t} ({', '.join(ahead)})" for t, ahead in losses) or "no task") + "\n")
    for name, why in absent.items():
        text.append(f"\n{name} does not take part: {why}\n")
    curves = {n: [(m, scores[m].scores[n]) for m in moments if n in scores[m].scores]
              for n in names}
    return "".join(text), plot.svg({n: points for n, points in curves.items() if points})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("diwan")
    parser.add_argument("--peers", action="store_true", help="run the peers again and record them")
    parser.add_argument("--contestants", nargs="*", default=None)
    parser.add_argument("--tasks", nargs="*", default=None)
    parser.add_argument("--budget", type=int, default=100)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--pending", type=int, default=1)
    parser.add_argument("--csv", type=pathlib.Path)
    parser.add_argument("--markdown", type=pathlib.Path)
    parser.add_argument("--plot", type=pathlib.Path)
    arguments = parser.parse_args()
    known = task_room.all_tasks()
    tasks = {name: known[name] for name in arguments.tasks or known}
    wanted = arguments.contestants or [*field.DIWAN, *field.PEERS]

    recorded, versions = read(RECORDED, arguments.pending)
    results = {key: seeds for key, seeds in recorded.items()
               if key[0] in tasks and key[1] in wanted}
    run(arguments, tasks, [n for n in wanted if n in field.DIWAN], results)
    absent = {n: "it has no recorded results; `scripts/bench peers` records them" for n in wanted
              if n in field.PEERS and not any(c == n for _, c in results)}
    if arguments.peers:
        absent = {n: why for n in wanted if (why := field.missing(n))}
        peers = [n for n in wanted if n in field.PEERS and n not in absent]
        run(arguments, tasks, peers, results)
        versions.update({n: field.version(n) for n in peers})
        others = [row for q in (1, 4, 16) if q != arguments.pending
                  for row in rows_of(*read(RECORDED, q), q)]
        kept = dict(recorded)
        kept.update({key: seeds for key, seeds in results.items() if key[1] in field.PEERS})
        write(RECORDED, sorted([*others, *rows_of(kept, versions, arguments.pending)],
                               key=lambda row: tuple(map(str, row[:2])) + row[2:6]))
    if arguments.csv:
        write(arguments.csv, rows_of(results, versions, arguments.pending))
    text, drawing = report(arguments, tasks, results, versions, absent)
    print(text)
    if arguments.markdown:
        arguments.markdown.write_text(text)
    if arguments.plot:
        arguments.plot.write_text(drawing)


main()
