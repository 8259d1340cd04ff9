#!/usr/bin/env python3
"""The least trainer that does everything: logistic regression on made-up points, in plain Python.

    saccade train --engine './toy.py' --epochs 5
    saccade --engine './toy.py'                       # the workbench, with the learning rate under your fingers
"""

import json
import math
import os
import random

import saccade_trainer as saccade

run = saccade.connect(
    "toy 1.0",
    settings=[
        saccade.number("optimizer.learning_rate", 0.5, range=(0.001, 10), logarithmic=True, live=True,
                       help="Step size; larger is faster, until it no longer converges."),
        saccade.number("loss.weight_decay", 0.0, range=(0, 1), step=0.01, live=True, help="Pulls the weights to zero."),
        saccade.integer("data.points", 400, range=(20, 100000), help="Points to learn from."),
    ],
    series=[saccade.series("loss.total"), saccade.series("accuracy.event", "training accuracy"),
            saccade.series("weights.norm", "norm of the weights", panel="weights")])

draw = random.Random(run.seed)


def point():
    x = (draw.gauss(0, 1), draw.gauss(0, 1), 1.0)
    return x, 1.0 if x[0] + 0.5 * x[1] + draw.gauss(0, 0.5) > 0.2 else 0.0


points = [point() for _ in range(int(run.settings["data.points"]))]
held = {"validation": [point() for _ in range(200)], "test": [point() for _ in range(200)]}
weights = [0.0, 0.0, 0.0]


def probability(x):
    return 1 / (1 + math.exp(-max(-30, min(30, sum(w * value for w, value in zip(weights, x))))))


def evaluate(split):
    right = sum((probability(x) > 0.5) == (y > 0.5) for x, y in held[split])
    loss = -sum(math.log(max(1e-9, probability(x) if y else 1 - probability(x))) for x, y in held[split])
    return {"accuracy": right / len(held[split]), "loss": loss / len(held[split])}


def save(folder):
    with open(os.path.join(folder, "weights.json"), "w") as file:
        json.dump(weights, file)


def load(folder):
    with open(os.path.join(folder, "weights.json")) as file:
        weights[:] = json.load(file)


SIZE = 20
batches = [points[first:first + SIZE] for first in range(0, len(points) - SIZE + 1, SIZE)]
run.ready(len(batches), evaluate=evaluate, save=save, load=load, fingerprint="%d points, seed %d" % (len(points), run.seed))
for batch in run.batches(batches):
    rate, decay = run.settings["optimizer.learning_rate"], run.settings["loss.weight_decay"]
    gradient = [decay * w for w in weights]
    loss = right = 0.0
    for x, y in batch:
        p = probability(x)
        loss -= math.log(max(1e-9, p if y else 1 - p)) / SIZE
        right += ((p > 0.5) == (y > 0.5)) / SIZE
        for place in range(3):
            gradient[place] += (p - y) * x[place] / SIZE
    for place in range(3):
        weights[place] -= rate * gradient[place]
    run.step({"loss.total": loss, "accuracy.event": right, "weights.norm": math.hypot(*weights)}, samples=SIZE)
