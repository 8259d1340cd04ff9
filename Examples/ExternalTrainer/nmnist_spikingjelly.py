#!/usr/bin/env python3
"""A SpikingJelly network on N-MNIST, trained from Saccade: the learning rate and the weight of a spike-rate penalty are
live, and the spike rates of its layers are on the screen.

    pip install torch spikingjelly numpy
    saccade --engine 'python3 nmnist_spikingjelly.py --data N-MNIST'

N-MNIST is the folder with Train and Test, each with the folders 0 to 9 of .bin files; a folder that holds 0 to 9 itself is
split: every fifth recording of a class is tested.
"""

import argparse
import os
import pathlib

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from spikingjelly.activation_based import functional, layer, neuron, surrogate

import saccade_trainer as saccade

parser = argparse.ArgumentParser()
parser.add_argument("--data", required=True, help="folder of N-MNIST")
parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
arguments = parser.parse_args()

run = saccade.connect(
    "N-MNIST with SpikingJelly 1.0",
    settings=[
        saccade.number("optimizer.learning_rate", 2e-3, range=(1e-6, 1), logarithmic=True, live=True,
                       help="Step size of Adam."),
        saccade.number("loss.rate_penalty", 0.0, range=(0, 10), step=0.05, live=True,
                       help="Weight of the mean spike rate in the loss: larger saves spikes."),
        saccade.integer("training.batch", 32, range=(2, 512), help="Recordings a step."),
        saccade.integer("data.time_steps", 6, range=(1, 50), help="Frames that a recording is cut into."),
        saccade.integer("data.recordings_per_class", 50, range=(1, 6000), help="Of each class to train on, at most."),
        saccade.integer("network.channels", 16, range=(4, 256), help="Of the first convolution; the second has twice as many."),
    ],
    series=[
        saccade.series("loss.total"), saccade.series("loss.classification", "classification", panel="loss"),
        saccade.series("accuracy.event", "training accuracy"), saccade.series("spikes.rate"),
    ],
    spikes=True)
torch.manual_seed(run.seed)
T, SIZE = int(run.settings["data.time_steps"]), 34


# ---- Data

def recordings(folder):
    return [(str(path), label) for label in range(10) for path in sorted((pathlib.Path(folder) / str(label)).glob("*.bin"))]


def frames(path):
    """Events of 40 bits: x 8, y 8, polarity 1, microseconds 23; counted in T frames of equal time."""
    raw = np.fromfile(path, np.uint8).reshape(-1, 5).astype(np.int64)
    time = (raw[:, 2] & 127) << 16 | raw[:, 3] << 8 | raw[:, 4]
    counts = np.zeros((T, 2, SIZE, SIZE), np.float32)
    if len(time):
        bins = np.minimum((time - time[0]) * T // max(1, time[-1] - time[0] + 1), T - 1)
        keep = (raw[:, 0] < SIZE) & (raw[:, 1] < SIZE) & (bins >= 0)
        np.add.at(counts, (bins[keep], raw[keep, 2] >> 7, raw[keep, 1], raw[keep, 0]), 1)
    return torch.from_numpy(counts).clamp_(max=4) / 4


data = pathlib.Path(arguments.data)
if (data / "Train").is_dir():
    known, test = recordings(data / "Train"), recordings(data / "Test")
else:
    known = recordings(data)
    test = [entry for label in range(10) for entry in [e for e in known if e[1] == label][::5]]
    known = [entry for entry in known if entry not in set(test)]
if not known or not test:
    raise SystemExit("no recordings below %s: expected folders 0 to 9 with .bin files, or Train and Test" % data)
draw = np.random.default_rng(run.seed)
train, validation = [], []
for label in range(10):
    own = [entry for entry in known if entry[1] == label]
    draw.shuffle(own)
    count = min(int(run.settings["data.recordings_per_class"]), len(own) * 4 // 5)
    train += own[:count]
    validation += own[count:count + max(1, count // 4)]
splits = {"train": train, "validation": validation, "test": test}
cache = {}


def batch_of(entries):
    for path, _ in entries:
        if path not in cache:
            cache[path] = frames(path)
    x = torch.stack([cache[path] for path, _ in entries], dim=1)
    return x.to(arguments.device), torch.tensor([label for _, label in entries], device=arguments.device)


# ---- Network

def spiking():
    return neuron.LIFNode(tau=2.0, surrogate_function=surrogate.ATan(), detach_reset=True, step_mode="m")


C = int(run.settings["network.channels"])
net = nn.Sequential(
    layer.Conv2d(2, C, 3, padding=1, bias=False, step_mode="m"), layer.BatchNorm2d(C, step_mode="m"), spiking(),
    layer.MaxPool2d(2, 2, step_mode="m"),
    layer.Conv2d(C, 2 * C, 3, padding=1, bias=False, step_mode="m"), layer.BatchNorm2d(2 * C, step_mode="m"), spiking(),
    layer.MaxPool2d(2, 2, step_mode="m"), layer.Flatten(step_mode="m"),
    layer.Linear(2 * C * 8 * 8, 10, step_mode="m")).to(arguments.device)
rates = {}
for name, module in (("conv1", net[2]), ("conv2", net[6])):
    module.register_forward_hook(lambda module, _, output, name=name: rates.__setitem__(name, output.flatten(1).mean(1)))
optimizer = torch.optim.Adam(net.parameters(), lr=run.settings["optimizer.learning_rate"])


def logits(x):
    functional.reset_net(net)
    return net(x).mean(0)


@torch.no_grad()
def evaluate(split):
    net.eval()
    right, loss, entries = 0, 0.0, splits[split]
    for first in range(0, len(entries), 64):
        x, y = batch_of(entries[first:first + 64])
        z = logits(x)
        right += (z.argmax(1) == y).sum().item()
        loss += F.cross_entropy(z, y, reduction="sum").item()
        if first % 640 == 0 and first:
            run.log("%s: %d of %d" % (split, first, len(entries)), "debug")
    net.train()
    return {"accuracy": right / len(entries), "loss": loss / len(entries)}


# ---- Training

size = min(int(run.settings["training.batch"]), len(train))
steps = len(train) // size
run.ready(
    steps, evaluate=evaluate, state={"network": net, "optimizer": optimizer},
    notes=["%d training, %d validation and %d test recordings on %s" % (len(train), len(validation), len(test), arguments.device)],
    fingerprint="%d %d %d" % (len(train), len(validation), len(test)))
while True:
    # An order for each epoch, so that a resumed run sees what it would have seen.
    order = np.random.default_rng([run.seed, run.epoch]).permutation(len(train))
    x, y = batch_of([train[place] for place in order[run.batch * size:(run.batch + 1) * size]])
    for group in optimizer.param_groups:
        group["lr"] = run.settings["optimizer.learning_rate"]
    z = logits(x)
    classification = F.cross_entropy(z, y)
    rate = torch.stack([value.mean() for value in rates.values()]).mean()
    loss = classification + run.settings["loss.rate_penalty"] * rate
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    run.step(
        {"loss.total": loss.item(), "loss.classification": classification.item(), "spikes.rate": rate.item(),
         "accuracy.event": (z.argmax(1) == y).float().mean().item()},
        samples=size, spikes={name: value.tolist() for name, value in rates.items()})
