# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Figures from results: medians, normalised scores, ranks, and what is more than noise.

`results` is {(task, contestant): {seed: {trials: best}}}.
"""
import math
import statistics


def quantile(values, share):
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def bests(results, task, contestant, trials):
    """Best values after so many trials, one a seed."""
    return [curve[trials] for curve in results.get((task, contestant), {}).values()
            if trials in curve]


def normalised(value, reference, best):
    """1 at the best known value, 0 where random search ends, below where worse."""
    return (reference - value) / (reference - best) if reference > best else float(value <= best)


def ranks(values):
    """1 is the least; equal values share the mean of their ranks."""
    ordered = sorted(range(len(values)), key=lambda i: values[i])
    result = [0.0] * len(values)
    start = 0
    while start < len(ordered):
        end = start
        while end + 1 < len(ordered) and values[ordered[end + 1]] == values[ordered[start]]:
            end += 1
        for place in range(start, end + 1):
            result[ordered[place]] = (start + end) / 2 + 1
        start = end + 1
    return result


def two_sided(z):
    return math.erfc(abs(z) / math.sqrt(2))


def mann_whitney(a, b):
    """p of two samples differing in place (normal approximation with ties); 1 where all is equal."""
    n, m = len(a), len(b)
    both = ranks(list(a) + list(b))
    u = sum(both[:n]) - n * (n + 1) / 2
    ties = sum(t ** 3 - t for t in
               (sum(1 for r in both if r == value) for value in set(both)))
    total = n + m
    variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)))
    if variance <= 0:
        return 1.0
    return two_sided((abs(u - n * m / 2) - 0.5) / math.sqrt(variance))


def wilcoxon(differences):
    """p of paired differences being centred at 0 (normal approximation)."""
    kept = [d for d in differences if d != 0]
    if len(kept) < 6:
        return 1.0
    by_size = ranks([abs(d) for d in kept])
    positive = sum(r for r, d in zip(by_size, kept) if d > 0)
    n = len(kept)
    mean, variance = n * (n + 1) / 4, n * (n + 1) * (2 * n + 1) / 24
    return two_sided((abs(positive - mean) - 0.5) / math.sqrt(variance))


class Score:
    """Of all contestants over the tasks that all of them have done, after so many trials."""

    def __init__(self, results, tasks, contestants, trials, references):
        self.trials = trials
        self.contestants = [c for c in contestants
                            if any(bests(results, t, c, trials) for t in tasks)]
        self.tasks = [t for t in tasks
                      if all(bests(results, t, c, trials) for c in self.contestants)]
        self.medians = {(t, c): statistics.median(bests(results, t, c, trials))
                        for t in self.tasks for c in self.contestants}
        self.scores = {
            c: statistics.fmean(normalised(self.medians[t, c], references[t], tasks[t].best)
                                for t in self.tasks) if self.tasks else math.nan
            for c in self.contestants}
        by_task = {t: ranks([self.medians[t, c] for c in self.contestants]) for t in self.tasks}
        self.mean_ranks = {
            c: statistics.fmean(by_task[t][i] for t in self.tasks) if self.tasks else math.nan
            for i, c in enumerate(self.contestants)}

    def losses(self, results, ours, others):
        """Tasks in which one of `others` is ahead of `ours` beyond noise (Mann-Whitney, 5 %)."""
        found = []
        for task in self.tasks:
            mine = bests(results, task, ours, self.trials)
            ahead = [c for c in others if c in self.contestants
                     and self.medians[task, c] < self.medians[task, ours]
                     and mann_whitney(mine, bests(results, task, c, self.trials)) < 0.05]
            if ahead:
                found.append((task, ahead))
        return found

    def paired(self, results, ours, other, references, tasks):
        """p of the normalised scores of all tasks and common seeds being alike."""
        differences = []
        for task in self.tasks:
            mine = results.get((task, ours), {})
            theirs = results.get((task, other), {})
            for seed in sorted(set(mine) & set(theirs)):
                if self.trials in mine[seed] and self.trials in theirs[seed]:
                    differences.append(
                        normalised(mine[seed][self.trials], references[task], tasks[task].best)
                        - normalised(theirs[seed][self.trials], references[task],
                                     tasks[task].best))
        return wilcoxon(differences)
