"""Minimises test functions with Optuna's TPESampler and RandomSampler; prints the best values as JSON.

Arguments: number of seeds, number of trials. `bench/search/run.mjs` calls it.
"""

import json
import math
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
SEEDS, TRIALS = int(sys.argv[1]), int(sys.argv[2])

A = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
P = [
    [1312, 1696, 5569, 124, 8283, 5886],
    [2329, 4135, 8307, 3736, 1004, 9991],
    [2348, 1451, 3522, 2883, 3047, 6650],
    [4047, 8828, 8732, 5743, 1091, 381],
]
C = [1, 1.2, 3, 3.2]


def sphere(trial):
    return sum(trial.suggest_float(key, -5, 5) ** 2 for key in "xy")


def branin(trial):
    x, y = trial.suggest_float("x", -5, 10), trial.suggest_float("y", 0, 15)
    return (
        (y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6) ** 2
        + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x)
        + 10
    )


def hartmann(trial):
    x = [trial.suggest_float(f"x{i}", 0, 1) for i in range(6)]
    return -sum(
        c * math.exp(-sum(a * (v - p / 10000) ** 2 for a, v, p in zip(row, x, centre)))
        for c, row, centre in zip(C, A, P)
    )


def mixed(trial):
    rate = math.log10(trial.suggest_float("rate", 1e-5, 1, log=True))
    units = trial.suggest_int("units", 4, 128)
    kind = trial.suggest_categorical("kind", ["a", "b", "c", "d"])
    return (rate + 2.5) ** 2 + ((units - 48) / 32) ** 2 + "cbad".index(kind)


samplers = {
    "Optuna, univariate TPE": lambda seed: optuna.samplers.TPESampler(
        seed=seed, multivariate=False, constant_liar=False
    ),
    "Optuna, random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
}
results = {"version": optuna.__version__}
for function in [sphere, branin, hartmann, mixed]:
    for name, sampler in samplers.items():
        best = []
        for seed in range(SEEDS):
            study = optuna.create_study(sampler=sampler(seed))
            study.optimize(function, n_trials=TRIALS)
            values = [trial.value for trial in study.trials]
            best.append([min(values[: TRIALS // 2]), min(values)])
        results.setdefault(function.__name__, {})[name] = best
print(json.dumps(results))
