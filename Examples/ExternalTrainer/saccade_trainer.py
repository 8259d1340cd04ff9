"""Makes a training loop in Python into a trainer that Saccade drives. Plain Python 3.8 or later, no dependencies.

    import saccade_trainer as saccade

    run = saccade.connect("my trainer 1.0", settings=[
        saccade.number("optimizer.learning_rate", 1e-3, range=(1e-6, 1), logarithmic=True, live=True)])
    model, optimizer, loader = ...                                   # as before
    run.ready(len(loader), evaluate=evaluate, state={"model": model, "optimizer": optimizer})
    for batch in run.batches(loader):
        for group in optimizer.param_groups:
            group["lr"] = run.settings["optimizer.learning_rate"]
        loss = ...                                                   # as before
        run.step({"loss.total": loss.item()}, samples=len(batch))

Then: saccade train --engine 'python3 my_trainer.py'. `saccade engine-check 'python3 my_trainer.py'` tells what is wrong
with it, and `saccade help engine` specifies what is sent. What the program prints goes into Saccade's log.
"""

import json
import os
import sys

PROTOCOL = 1


# ---- What a trainer says of itself

def number(key, default, range=None, step=None, logarithmic=False, live=False, title=None, help=""):
    """A setting that is a real number. `live`: it may change while a run goes on."""
    return _setting("number", key, float(default), live, title, help, range=range and list(range), step=step,
                    logarithmic=logarithmic or None)


def integer(key, default, range=None, live=False, title=None, help=""):
    return _setting("integer", key, int(default), live, title, help, range=range and list(range))


def flag(key, default, live=False, title=None, help=""):
    return _setting("flag", key, bool(default), live, title, help)


def choice(key, choices, default=None, live=False, title=None, help=""):
    return _setting("choice", key, choices[0] if default is None else default, live, title, help, choices=list(choices))


def text(key, default="", live=False, title=None, help=""):
    return _setting("text", key, str(default), live, title, help)


def series(key, title=None, unit=None, higher_is_better=None, scope=None, panel=None):
    """A curve. `unit`: plain, share (0 to 1, shown in percent) or count; `scope`: step, epoch or layer."""
    return _without_nothing(key=key, title=title, unit=unit, higher_is_better=higher_is_better, scope=scope, panel=panel)


def _setting(kind, key, default, live, title, help, **more):
    return _without_nothing(kind=kind, key=key, default=default, live=live, title=title, help=help, **more)


def _without_nothing(**entries):
    return {key: value for key, value in entries.items() if value is not None}


# ---- The connection

def connect(name, settings=(), series=(), panels=(), spikes=False, alignment=False):
    """Says what this trainer is, and waits for a run.

    Returns the `Run`; its `settings` are a dictionary of all values, kept up to date while the run goes on.
    """
    lines = _Lines()
    description = _without_nothing(
        protocol=PROTOCOL, name=name, settings=list(settings), series=list(series), panels=list(panels),
        spikes=bool(spikes), alignment=bool(alignment))
    while True:
        request = lines.next()
        if request["do"] == "describe":
            lines.answer(request, description)
        elif request["do"] == "start":
            return Run(lines, request)
        elif request["do"] == "stop":
            lines.answer(request, {})
            sys.exit(0)
        else:
            lines.refuse(request, "no run was started")


class Run:
    """A run that Saccade has started, or goes on with."""

    def __init__(self, lines, request):
        self._lines = lines
        self._start = request
        self._asked = None          # the request for a step that is being made
        self.name = request.get("run", "")
        self.folder = request.get("folder", ".")    # of the run: anything may be kept there
        self.settings = dict(request.get("settings", {}))
        self.seed = int(self.settings.get("training.seed", 0))
        self.epochs = int(request.get("epochs", self.settings.get("training.epochs", 1)))
        self.steps_per_epoch = 0
        self.step_number = 0        # steps made before the one that is being made
        self.epoch = 0              # of the step that is being made, from 0
        self.batch = 0              # its place in the epoch, from 0

    def ready(self, steps_per_epoch, evaluate=None, save=None, load=None, state=None, edit=None, notes=(),
              validation=None, test=None, fingerprint=None):
        """Says that the run can begin, and waits for its first step.

        evaluate(split)  "validation" or "test": the accuracy from 0 to 1, or a dictionary with "accuracy" and, where there
                         are, "loss", "spikes" (for one recording) and "values" (other figures by their series)
        save(folder)     writes what is needed to go on; load(folder) reads it
        state            instead of both, for PyTorch: a dictionary of what has a state_dict
        edit(changes)    called after `settings` has changed; whatever it raises refuses the edit
        fingerprint      a text that changes when the data do
        """
        self.steps_per_epoch = int(steps_per_epoch)
        self._evaluate, self._edit = evaluate, edit
        if state is not None:
            save, load = _torch_state(state)
        self._save, self._load = save, load
        can = evaluate is not None
        self._lines.answer(self._start, _without_nothing(
            steps_per_epoch=self.steps_per_epoch, notes=list(notes),
            validation=can if validation is None else bool(validation), test=can if test is None else bool(test),
            fingerprint=fingerprint))
        self._serve()

    def step(self, values, samples=None, waiting=None, spikes=None, alignment=None):
        """Reports the step that was just made and waits for the next; whatever is asked meanwhile is done.

        values     figures by their series, as {"loss.total": 0.3}
        waiting    seconds of the step that went into waiting for data
        spikes     rates by layer: {"conv1": [0.1, 0.2]}, one a time step
        alignment  similarity of two streams at each time step, 0 to 1
        """
        answer = {"values": {key: _finite(value) for key, value in values.items()}}
        if samples is not None:
            answer["samples"] = int(samples)
        if waiting is not None:
            answer["waiting"] = float(waiting)
        if spikes is not None:
            answer["spikes"] = {"layers": [
                {"name": name, "rates": [float(rate) for rate in rates]} for name, rates in spikes.items()]}
        if alignment is not None:
            answer["alignment"] = {"cka": [float(value) for value in alignment]}
        self._lines.answer(self._asked, answer)
        self._serve()

    def batches(self, loader, begin_epoch=None):
        """The batches of a loader, epoch after epoch, from where the run stands.

        begin_epoch(epoch)  called before an epoch's first batch, for a sampler's set_epoch or a seed
        """
        while True:
            epoch, skipped = self.epoch, self.batch
            if begin_epoch is not None:
                begin_epoch(epoch)
            count = 0
            for index, batch in enumerate(loader):
                if index >= self.steps_per_epoch:
                    break
                count += 1
                if index < skipped:
                    continue
                yield batch
            if count < self.steps_per_epoch:
                raise RuntimeError("the loader has %d batches, but %d steps an epoch were promised"
                                   % (count, self.steps_per_epoch))

    def log(self, text, level="info"):
        """A line for Saccade's log: "debug", "info", "warning" or "error"."""
        self._lines.write({"log": str(text), "level": level})

    def _serve(self):
        """Does what is asked until the next step is."""
        while True:
            request = self._lines.next()
            kind = request["do"]
            if kind == "step":
                self._asked = request
                self.step_number, self.epoch, self.batch = request["step"], request["epoch"], request["batch"]
                self.epochs = request.get("epochs", self.epochs)
                return
            try:
                answer = self._answer(kind, request)
            except Exception as error:
                import traceback
                traceback.print_exc()
                self._lines.refuse(request, "%s: %s" % (type(error).__name__, error))
                continue
            self._lines.answer(request, answer)
            if kind == "stop":
                sys.exit(0)

    def _answer(self, kind, request):
        if kind == "edit":
            changes = request["settings"]
            before = dict(self.settings)
            self.settings.update(changes)
            try:
                if self._edit is not None:
                    self._edit(changes)
            except Exception:
                self.settings.clear()
                self.settings.update(before)
                raise
            return {}
        if kind == "checkpoint":
            if self._save is None:
                raise RuntimeError("this trainer cannot save: ready() has neither save nor state")
            self._save(request["folder"])
            return {}
        if kind == "restore":
            if self._load is None:
                raise RuntimeError("this trainer cannot load: ready() has neither load nor state")
            self._load(request["folder"])
            self.settings.update(request.get("settings", {}))
            return {}
        if kind == "evaluate":
            if self._evaluate is None:
                raise RuntimeError("this trainer cannot evaluate")
            found = self._evaluate(request["split"])
            found = dict(found) if isinstance(found, dict) else {"accuracy": found}
            return {key: {name: _finite(one) for name, one in value.items()} if isinstance(value, dict)
                    else _finite(value) for key, value in found.items()}
        if kind == "stop":
            return {}
        raise RuntimeError("'%s' is not known to this version of saccade_trainer.py" % kind)


class _Lines:
    """Requests come on standard input, answers go to standard output; what others print goes to standard error."""

    def __init__(self):
        self._output = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
        os.dup2(2, 1)
        self._input = os.fdopen(os.dup(0), "r", encoding="utf-8")

    def next(self):
        line = self._input.readline()
        if not line:
            sys.exit(0)             # Saccade has gone
        return json.loads(line)

    def write(self, message):
        try:
            self._output.write(json.dumps(message, allow_nan=False) + "\n")
            self._output.flush()
        except BrokenPipeError:
            sys.exit(0)

    def answer(self, request, answer):
        self.write(dict(answer, id=request["id"]))

    def refuse(self, request, reason):
        self.write({"id": request["id"], "error": reason})


def _finite(value):
    """As JSON has it: nothing for what is no number."""
    value = float(value)
    return value if value == value and abs(value) != float("inf") else None


def _torch_state(state):
    import torch

    def save(folder):
        everything = {name: part.state_dict() for name, part in state.items()}
        everything["torch random state"] = torch.get_rng_state()
        torch.save(everything, os.path.join(folder, "state.pt"))

    def load(folder):
        everything = torch.load(os.path.join(folder, "state.pt"), map_location="cpu", weights_only=True)
        for name, part in state.items():
            part.load_state_dict(everything[name])
        torch.set_rng_state(everything["torch random state"])

    return save, load
