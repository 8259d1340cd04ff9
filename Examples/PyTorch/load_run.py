"""Loads the weights of a run into the same network in plain PyTorch, and compares the answers.

    saccade evaluate RUN --save answers.npz
    python load_run.py model.safetensors answers.npz

model.safetensors lies in a checkpoint of the run, below runs/RUN/checkpoints in the program's data folder
(`saccade runs show RUN` names them). Needs torch and numpy. For the networks mini and vgg, with leaky,
integrating or parametric neurons.
"""
import json
import struct
import sys

import numpy as np
import torch
from torch import nn

# Channels of each block convolution - BatchNorm - neuron; None is an average pooling of 2x2.
BODIES = {
    "mini": [16, None, 32, None, 64, None],
    "vgg": [64, 128, None, 256, 256, None, 512, 512, None, 512, 512, None],
}


def read_safetensors(path):
    """Tensors by name, and the file's metadata. An 8-byte length, a header in JSON, then the numbers."""
    types = {"F32": np.float32, "F16": np.float16, "F64": np.float64, "I64": np.int64, "I32": np.int32}
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        content = file.read()
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        numbers = np.frombuffer(content[first:last], types[entry["dtype"]]).reshape(entry["shape"])
        tensors[name] = torch.from_numpy(numbers.copy())
    return tensors, metadata


class Surrogate(nn.Module):
    """The surrogate gradient's sharpness; the forward pass does not need it."""

    def __init__(self):
        super().__init__()
        self.alpha = nn.Parameter(torch.tensor(2.0))


class Neuron(nn.Module):
    """u = m + (I - m) / tau, a spike where u > threshold, m = u where there was none and 0 where there was."""

    def __init__(self, kind, time_constant):
        super().__init__()
        self.threshold = nn.Parameter(torch.tensor(0.5))
        self.act_fun = Surrogate()
        self.kind, self.time_constant = kind, time_constant
        if kind == "parametric":
            self.w = nn.Parameter(torch.tensor(0.0))
        self.membrane = None

    def forward(self, current):
        if self.membrane is None:
            self.membrane = torch.zeros_like(current)
        if self.kind == "integrate":
            potential = self.membrane + current
        elif self.kind == "parametric":
            potential = self.membrane + (current - self.membrane) * torch.sigmoid(self.w)
        else:
            potential = self.membrane + (current - self.membrane) / self.time_constant
        spikes = (potential > self.threshold).to(current.dtype)
        self.membrane = potential * (1 - spikes)
        return spikes


class Block(nn.Module):
    def __init__(self, channels_in, channels_out, kind, time_constant):
        super().__init__()
        self.conv = nn.Conv2d(channels_in, channels_out, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(channels_out)
        self.node = Neuron(kind, time_constant)

    def forward(self, frames):
        return self.node(self.bn(self.conv(frames)))


class TransferNetwork(nn.Module):
    """One body for images and events, a head for each; names as in the reference (Transfer_VGG_SNN)."""

    def __init__(self, model, size, class_count, time_steps, kind="leaky", time_constant=2.0):
        super().__init__()
        layers, channels = [], 2
        for width in BODIES[model]:
            if width is None:
                layers.append(nn.AvgPool2d(2))
                size //= 2
            else:
                layers.append(Block(channels, width, kind, time_constant))
                channels = width
        self.feature = nn.Sequential(*layers)
        features = channels * size * size
        self.rgb_fc = nn.Sequential(nn.Flatten(), nn.Linear(features, class_count))
        self.dvs_fc = nn.Sequential(nn.Flatten(), nn.Linear(features, class_count))
        self.coefficient = nn.ParameterList([nn.Parameter(torch.ones(1)) for _ in range(time_steps)])

    def forward(self, frames):
        """Event frames (N, T, 2, H, W) to the logits of each time step, (N, T, K). The answer is that of their mean."""
        for module in self.modules():
            if isinstance(module, Neuron):
                module.membrane = None
        logits = [self.dvs_fc(self.feature(frames[:, step])) for step in range(frames.shape[1])]
        return torch.stack(logits, dim=1)


def load(path):
    """The network of a model.safetensors, ready for evaluation."""
    tensors, metadata = read_safetensors(path)
    settings = json.loads(metadata["saccade.configuration"])
    model = settings["network.model"]
    if model not in BODIES:
        sys.exit(f"{path}: network.model is {model}; this script has {', '.join(BODIES)}")
    if settings["network.neuron"] not in ("leaky", "integrate", "parametric"):
        sys.exit(f"{path}: network.neuron is {settings['network.neuron']}, which this script does not have")
    network = TransferNetwork(
        model, int(settings["data.size"]), tensors["dvs_fc.1.bias"].numel(), int(settings["data.time_steps"]),
        settings["network.neuron"], float(settings["network.membrane_time_constant"]))
    network.load_state_dict(tensors, strict=True)
    return network.eval()


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    network = load(sys.argv[1])
    answers = np.load(sys.argv[2])
    with torch.no_grad():
        batches = torch.from_numpy(answers["frames"]).split(32)
        logits = torch.cat([network(batch) for batch in batches]).numpy()
    difference = np.abs(logits - answers["logits"])
    ours, theirs = logits.mean(1).argmax(1), answers["logits"].mean(1).argmax(1)
    accuracy = (ours == answers["labels"]).mean()
    print(
        f"{len(ours)} recordings, accuracy {100 * accuracy:.1f} %; logits differ by {difference.max():.2g} at most "
        f"({np.median(difference):.2g} in the middle), {(ours != theirs).sum()} answers differ")
    if len(ours) > 1 and logits.std(axis=0).max() == 0:
        sys.exit("every recording has the same logits: no neuron fires before the head, so this compares nothing")
    # A potential within rounding of the threshold fires in one program and not in the other.
    sys.exit(int(np.median(difference) > 1e-4 or (ours != theirs).mean() > 0.01))


if __name__ == "__main__":
    main()
