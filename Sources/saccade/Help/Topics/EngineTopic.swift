extension Topic {
    static let engine = Topic(
        name: "engine", title: "External trainers",
        blocks: [
            .text(
                "A program of yours, in any language, can train in place of Saccade's own engine: live edits, marks, undo, "
                    + "forks, plots, presets, the queue, attach and the history stay as they are."),
            .lines(
                """
                saccade train --engine 'python3 my_trainer.py --gpu 0' --epochs 10
                saccade --engine 'python3 my_trainer.py'     the workbench
                saccade train --resume RUN                   starts the run's own trainer
                saccade engine-check 'python3 my_trainer.py' says what is wrong with it
                """),
            .text(
                "Examples/ExternalTrainer/saccade_trainer.py makes a training loop in Python into such a program with about "
                    + "ten lines; toy.py beside it is the least one, nmnist_spikingjelly.py trains on N-MNIST."),
            .heading("The protocol, version 1"),
            .text(
                "The command is started by /bin/sh in the current folder, once to describe itself and once for every run "
                    + "(the first run takes the process that has described itself). It reads requests from standard input and "
                    + "answers on standard output, one JSON object on a line each, in UTF-8. An answer has the id of its "
                    + "request, and what is asked for, or \"error\" with a reason. A line {\"log\": TEXT, \"level\": \"info\"} "
                    + "may stand anywhere (levels debug, info, warning, error). Standard error, and lines that are no objects, "
                    + "go into the log. When standard input ends, the program ends. What it does not know in a request it "
                    + "leaves out of account."),
            .heading("describe"),
            .lines(
                """
                > {"id":1,"do":"describe","protocol":1}
                < {"id":1,"protocol":1,"name":"my trainer 1.0",
                   "settings":[{"key":"optimizer.lr","default":0.001,"range":[1e-6,1],
                                "logarithmic":true,"live":true,"help":"Step size."}],
                   "series":[{"key":"loss.total"},{"key":"accuracy.train","unit":"share",
                              "panel":"accuracy"}]}
                """),
            .text(
                "settings: key (section.name), default, and where wanted title, help, live (may change during a run), kind "
                    + "(number, integer, flag, choice, text; else as the default is), range, step, logarithmic, choices. "
                    + "series: key, and title, unit (plain, share, count), higher_is_better, scope (step, epoch, layer), panel. "
                    + "panels: key, title, logarithmic, percent; without it a series is drawn in the panel of its key's first "
                    + "word. \"spikes\": true and \"alignment\": true add those panels. Keys that Saccade knows, as loss.total, "
                    + "loss.event, accuracy.event, spikes.rate and optimizer.learning_rate, are shown as its own. In the line "
                    + "above the breaks are for reading."),
            .heading("start"),
            .lines(
                """
                > {"id":2,"do":"start","run":"20261201-…","folder":"…/trainer","epochs":20,
                   "settings":{"optimizer.lr":0.001,"training.seed":42,"training.epochs":20}}
                < {"id":2,"steps_per_epoch":150,"validation":true,"test":true,
                   "notes":["4800 recordings"],"fingerprint":"sha256…"}
                """),
            .text(
                "settings holds every value. folder is there for whatever the trainer keeps. validation and test say whether "
                    + "it can evaluate (true without them). A resume with another fingerprint is refused."),
            .heading("step"),
            .lines(
                """
                > {"id":3,"do":"step","step":0,"epoch":0,"batch":0,"epochs":20}
                < {"id":3,"values":{"loss.total":2.3,"accuracy.train":0.1},"samples":32}
                """),
            .text(
                "step, epoch and batch count from 0. values: numbers by series, of one a layer by series.layer, null where "
                    + "there is none. Also: waiting (seconds for data), spikes {\"layers\":[{\"name\":\"conv1\",\"rates\":[0.1], "
                    + "\"dead\":0.2,\"saturated\":0}]} with a rate from 0 to 1 for each time step, and alignment "
                    + "{\"cka\":[0.5],\"weights\":[1]}."),
            .heading("edit"),
            .lines(
                """
                > {"id":4,"do":"edit","settings":{"optimizer.lr":0.0005}}
                < {"id":4}
                """),
            .text(
                "Holds from the next step on; always within the range that was described. With \"error\" nothing changes, and "
                    + "the person reads why. Undo and redo are edits, too."),
            .heading("checkpoint and restore"),
            .lines(
                """
                > {"id":5,"do":"checkpoint","step":150,"folder":"…/trainer"}
                < {"id":5,"files":["state.pt"]}
                > {"id":6,"do":"restore","step":150,"folder":"…/trainer","settings":{…}}
                < {"id":6}
                """),
            .text(
                "Into the folder, which is empty and there, goes all that is needed to go on: weights, optimizer, random "
                    + "state. Saccade hashes the files and looks at them again before a restore. A restore comes after start, "
                    + "to go on, or before the test, for the weights of the best epoch; the next step says where the run is."
            ),
            .heading("evaluate"),
            .lines(
                """
                > {"id":7,"do":"evaluate","split":"validation"}
                < {"id":7,"accuracy":0.91,"loss":0.31,"spikes":10422,
                   "values":{"accuracy.top5":0.99}}
                """),
            .text(
                "split: validation or test. accuracy is a share; the rest may be missing. spikes: for one recording."),
            .heading("stop"),
            .lines(
                """
                > {"id":8,"do":"stop"}
                < {"id":8}
                """),
            .text("The run is over; the program ends. Its answer may be missing."),
            .heading("When it does not answer"),
            .text(
                "After 30 s without a line the log says so, and after engine.answer_timeout (600 s, live) the run fails. A "
                    + "step may take longer where the program writes a log line now and then. Who stops a run waits at most 60 s "
                    + "for the trainer. Whatever it does, what was journalled stays, and `saccade train --resume RUN` goes on "
                    + "from the last checkpoint whose files are as they were written."),
        ])
}
