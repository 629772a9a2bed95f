"""How far `compare` agrees with scikit-learn, scipy and statsmodels.

usage: peers.py ANSWERS.json (written by check.mjs: what `compare` printed, and the folder of the runs)

Every number is computed from predictions.csv in another way than the program's. Prints a Markdown table;
ends with 1 where a deterministic number agrees to fewer than 9 digits, or an interval's width is further
from the bootstrap's than the bootstrap's own error explains.
"""

import importlib.util
import json
import math
import os
import sys

import numpy as np
import scipy
import sklearn
import statsmodels
from scipy import stats
from sklearn import metrics
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

here = os.path.dirname(os.path.abspath(__file__))
spec = importlib.util.spec_from_file_location(
    "seeds_and_images", os.path.join(here, "..", "..", "test", "fixtures", "statistics", "seeds-and-images.py")
)
fixtures = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fixtures)

Z = stats.norm.ppf(0.975)
RESAMPLES = 2000
KEYS = {
    "accuracy": "accuracy",
    "balanced-accuracy": "balancedAccuracy",
    "precision": "precision",
    "recall": "recall",
    "f1": "f1",
    "roc-auc": "rocAuc",
    "pr-auc": "prAuc",
    "brier": "brier",
    "ece": "ece",
}
answers = json.load(open(sys.argv[1]))
single, grouped = answers["single"], answers["grouped"]


def read(run):
    """Label, predicted label and probability of each head, images sorted by name, of the test part."""
    import csv

    rows = list(csv.DictReader(open(os.path.join(answers["runs"], run, "predictions.csv"))))
    tested = [row for row in rows if row["split"] == "test"] or rows
    heads = {}
    for row in sorted(tested, key=lambda row: row["file"]):
        head = heads.setdefault(row["head"], ([], [], []))
        for column, name in zip(head, ("label", "predicted", "probability")):
            column.append(float(row[name]))
    return {name: tuple(np.array(column) for column in head) for name, head in heads.items()}


def ece(y, p, q):
    bins = np.searchsorted(np.linspace(0, 1, 11)[1:-1], q)
    return sum(abs(q[bins == b].sum() - y[bins == b].sum()) for b in range(10)) / len(y)


SCORES = {
    "accuracy": lambda y, p, q: metrics.accuracy_score(y, p),
    "balanced-accuracy": lambda y, p, q: metrics.balanced_accuracy_score(y, p),
    "precision": lambda y, p, q: metrics.precision_score(y, p),
    "recall": lambda y, p, q: metrics.recall_score(y, p),
    "f1": lambda y, p, q: metrics.f1_score(y, p),
    "roc-auc": lambda y, p, q: metrics.roc_auc_score(y, q),
    "pr-auc": lambda y, p, q: metrics.average_precision_score(y, q),
    "brier": lambda y, p, q: metrics.brier_score_loss(y, q),
    "ece": ece,
}

table = []
failed = False


def digits(what, pairs, peer):
    """The digits to which all pairs of numbers agree."""
    global failed
    if not pairs:
        return
    worst = max(abs(a - b) / max(abs(b), 1e-12) for a, b in pairs)
    agreed = 15 if worst == 0 else min(15, math.floor(-math.log10(worst)))
    failed = failed or agreed < 9
    table.append((what, len(pairs), f"{agreed} digits", peer))


def note(what, count, text, peer):
    table.append((what, count, text, peer))


by_run = {}
for group in single["accuracy"]["groups"]:
    for run in group["runs"]:
        if run.get("problem") is not None:
            continue
        by_run[group["name"]] = (run["id"], read(run["id"]), group)
heads = single["accuracy"]["heads"]

# Metrics of each run and head.
for metric, key in KEYS.items():
    pairs = [
        (group["heads"][head]["metrics"][key]["mean"], SCORES[metric](*data[head]))
        for _, data, group in by_run.values()
        for head in heads
    ]
    peer = "the definition, numpy" if metric == "ece" else "scikit-learn"
    digits({"pr-auc": "PR-AUC (`average_precision_score`)"}.get(metric, metric), pairs, peer)

# Wilson's intervals, of accuracy and recall.
pairs = []
for _, data, group in by_run.values():
    for head in heads:
        y, p, _ = data[head]
        for key, right, of in [("accuracy", (y == p).sum(), len(y)), ("recall", (y * p).sum(), y.sum())]:
            summary = group["heads"][head]["metrics"][key]
            pairs += zip((summary["ciLow"], summary["ciHigh"]), proportion_confint(right, of, 0.05, "wilson"))
digits("Wilson's interval (accuracy, recall)", pairs, "statsmodels")


def delong(y, q):
    """Variance of ROC-AUC by the placements of DeLong, counted pair by pair."""
    ones, zeros = q[y == 1], q[y == 0]
    wins = (ones[:, None] > zeros[None, :]) + 0.5 * (ones[:, None] == zeros[None, :])
    return wins.mean(axis=1).var() / len(ones) + wins.mean(axis=0).var() / len(zeros)


def wilson(value, variance):
    trials = value * (1 - value) / variance
    return proportion_confint(value * trials, trials, 0.05, "wilson")


pairs = []
for _, data, group in by_run.values():
    for head in heads:
        y, _, q = data[head]
        summary = group["heads"][head]["metrics"]["rocAuc"]
        pairs += zip((summary["ciLow"], summary["ciHigh"]), wilson(summary["mean"], delong(y, q)))
digits("interval of ROC-AUC (DeLong's variance)", pairs, "numpy, pair by pair; statsmodels")

# Pairs of runs.
p_values, intervals, counts = [], [], []
for pair in single["accuracy"]["pairs"]:
    first, second = by_run[pair["first"]][1], by_run[pair["second"]][1]
    for test in pair["heads"]:
        y, p, _ = first[test["head"]]
        right, wrong = y == p, y == second[test["head"]][1]
        b, c = int((right & ~wrong).sum()), int((~right & wrong).sum())
        exact = b + c < 25
        p_values.append((test["p"], 1.0 if b + c == 0 else mcnemar([[0, b], [c, 0]], exact=exact, correction=True).pvalue))
        if len(intervals) < 60:
            intervals += zip((test["ciLow"], test["ciHigh"]), fixtures.score_interval(b, c, len(y), Z))
digits("p of McNemar's test", p_values, "statsmodels")
near = max(abs(a - b) for a, b in intervals)
note("Tango's interval", len(intervals), f"within {near:.0e}", "scipy: likelihood by search")
adjusted = [test["pAdjusted"] for pair in single["accuracy"]["pairs"] for test in pair["heads"]]
unadjusted = [test["p"] for pair in single["accuracy"]["pairs"] for test in pair["heads"]]
digits("Holm's adjusted p", list(zip(adjusted, multipletests(unadjusted, method="holm")[1])), "statsmodels")

# Differences of every metric are those of the scores, and the sign flips are what swapping the predictions gives.
for metric in KEYS:
    pairs = []
    for pair in single[metric]["pairs"]:
        first, second = by_run[pair["first"]][1], by_run[pair["second"]][1]
        for test in pair["heads"]:
            a, b = (SCORES[metric](*data[test["head"]]) for data in (first, second))
            if abs(a - b) > 1e-9:
                pairs.append((test["difference"], a - b))
    digits(f"difference in {metric}", pairs, "scikit-learn")

random = np.random.default_rng(1)


def f1(y, p):
    return 2 * (y * p).sum(-1) / (y.sum(-1) + p.sum(-1))


worst, tried = 0.0, 0
for pair in single["f1"]["pairs"][:20]:
    first, second = by_run[pair["first"]][1], by_run[pair["second"]][1]
    for test in pair["heads"]:
        y, p, _ = first[test["head"]]
        other = second[test["head"]][1]
        swapped = random.random((10_000, len(y))) < 0.5
        ours, theirs = np.where(swapped, other, p), np.where(swapped, p, other)
        reached = np.abs(f1(y, ours) - f1(y, theirs)) >= abs(f1(y, p) - f1(y, other)) - 1e-12
        worst, tried = max(worst, abs(reached.mean() - test["p"])), tried + 1
note("p of a difference in F1", tried, f"within {worst:.3f}", "10,000 permutations, numpy (their error: 0.015)")


# The widths of intervals, beside a bootstrap of the images.
def fast(metric, y, p, q):
    """Each row a resample."""
    if metric == "f1":
        return f1(y, p)
    if metric == "precision":
        return (y * p).sum(-1) / p.sum(-1)
    if metric == "balanced-accuracy":
        return ((y * p).sum(-1) / y.sum(-1) + ((1 - y) * (1 - p)).sum(-1) / (1 - y).sum(-1)) / 2
    if metric == "brier":
        return ((q - y) ** 2).mean(-1)
    return np.array([SCORES[metric](*row) for row in zip(y, p, q)])


for metric in ("balanced-accuracy", "precision", "f1", "roc-auc", "pr-auc", "brier"):
    ratios = []
    for pair in grouped["accuracy"]["pairs"][:1]:
        runs = [next(run for run in single["accuracy"]["groups"] if run["name"].startswith(name)) for name in (pair["first"], pair["second"])]
        tests = next(
            candidate
            for candidate in single[metric]["pairs"]
            if {candidate["first"], candidate["second"]} == {run["name"] for run in runs}
        )
        for test in tests["heads"]:
            y, p, q = by_run[tests["first"]][1][test["head"]]
            _, p2, q2 = by_run[tests["second"]][1][test["head"]]
            at = random.integers(0, len(y), (RESAMPLES, len(y)))
            differences = fast(metric, y[at], p[at], q[at]) - fast(metric, y[at], p2[at], q2[at])
            ratios.append((test["ciHigh"] - test["ciLow"]) / (2 * Z * differences.std()))
    note(
        f"width of the interval of a difference in {metric}",
        len(ratios),
        " and ".join(f"{100 * (ratio - 1):+.1f} %" for ratio in ratios),
        f"{RESAMPLES:,} resamples of the images, scikit-learn",
    )
    failed = failed or any(ratio < 0.85 for ratio in ratios)

# Groups of seeds.
t_tests, both, widths = [], [], []
for metric in ("accuracy", "f1", "roc-auc"):
    for pair in grouped[metric]["pairs"]:
        members = {
            group["name"]: {run["seed"]: read(run["id"]) for run in group["runs"] if run.get("problem") is None}
            for group in grouped[metric]["groups"]
        }
        seeds = [seed for seed in members[pair["first"]] if seed in members[pair["second"]]]
        for test in pair["heads"]:
            first, second = (
                [members[name][seed][test["head"]] for seed in seeds] for name in (pair["first"], pair["second"])
            )
            scores = [[SCORES[metric](*data) for data in side] for side in (first, second)]
            if len(seeds) > 1:
                t_tests.append((test["bySeed"]["p"], stats.ttest_rel(*scores).pvalue))
            if metric != "accuracy" or len(seeds) < 2:
                continue
            rows = np.array([(a[0] == a[1]) * 1.0 - (b[0] == b[1]) for a, b in zip(first, second)])
            difference = rows.mean()
            half = fixtures.half(rows, 0.05)
            squares = (rows.mean(axis=0) ** 2).sum()
            total = max(squares, abs(difference) * rows.shape[1])
            floor = fixtures.score_interval(
                (total + difference * rows.shape[1]) / 2, (total - difference * rows.shape[1]) / 2, rows.shape[1], Z
            )
            both += [
                (test["ciLow"], max(-1, min(floor[0], difference - half))),
                (test["ciHigh"], min(1, max(floor[1], difference + half))),
            ]
if t_tests:
    digits("p of the paired t test over seeds", t_tests, "scipy")
if both:
    note(
        "interval over seeds and images",
        len(both),
        f"within {max(abs(a - b) for a, b in both):.0e}",
        "numpy: least squares; scipy",
    )

# Metrics over heads.
means = {}
for group in grouped["mean-f1"]["groups"]:
    data = [read(run["id"]) for run in group["runs"] if run.get("problem") is None]
    if not data:
        continue
    means[group["name"]] = {
        metric: np.array([np.mean([SCORES[metric](*run[head]) for run in data]) for head in heads])
        for metric in ("accuracy", "f1")
    }
measured = [group for group in grouped["mean-f1"]["groups"] if group["name"] in means]
reference = means[grouped["delta-m"]["reference"]]["f1"]
ranks = stats.rankdata([-mean["f1"] for mean in means.values()], axis=0).mean(axis=1)
pairs = {"meanAccuracy": [], "meanError": [], "meanF1": [], "deltaM": [], "meanRank": []}
for group, rank in zip(measured, ranks):
    mean = means[group["name"]]
    theirs = {
        "meanAccuracy": mean["accuracy"].mean(),
        "meanError": 1 - mean["accuracy"].mean(),
        "meanF1": mean["f1"].mean(),
        "deltaM": float(np.mean(-100 * (mean["f1"] - reference) / reference)),
        "meanRank": rank,
    }
    for key, value in theirs.items():
        pairs[key].append((group["overall"][key]["mean"], value))
for key, values in pairs.items():
    values = [pair for pair in values if pair[0] is not None]
    digits(key, values, "numpy, scipy")

print("| what | numbers | agrees | with |")
print("| --- | ---: | --- | --- |")
for row in table:
    print("| " + " | ".join(str(cell) for cell in row) + " |")
print()
print(
    f"scipy {scipy.__version__}, scikit-learn {sklearn.__version__}, statsmodels {statsmodels.__version__}, "
    f"{len(by_run)} runs, {len(heads)} heads."
)
sys.exit(1 if failed else 0)
