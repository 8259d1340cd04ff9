extension Topic {
    static let nir = Topic(
        name: "nir", title: "NIR graphs and PyTorch",
        blocks: [
            .text(
                "NIR (neuroir.org) is the file by which simulators and chips of spiking networks exchange networks. "
                    + "`saccade export-nir RUN -o net.nir` writes the event path of a network; `saccade evaluate net.nir` "
                    + "tests one, ours or another program's, on recordings."),
            .heading("What is written"),
            .text(
                "Conv2d, LIF or IF, AvgPool2d or SumPool2d (--pool), Flatten and Affine, with batch normalization folded "
                    + "into the weights before it by its running statistics (in residual networks a Conv2d of single "
                    + "pixels and channels, since sums stand before it), and without dropout. The output is the logits of "
                    + "a time step; the answer is the largest of their mean. A LIF node has tau = τ·dt, r = 1, v_leak = "
                    + "v_reset = 0; an IF node r = 1/dt; dt (--dt) is 1e-4 by convention. NIR has hard reset only."),
            .list([
                Entry("snnTorch", "--pool average; one recording at a time, without a batch axis."),
                Entry("SpikingJelly", "--pool average; no residual networks, which need grouped convolutions."),
                Entry("Norse", "--pool sum; from_nir(graph, dt=1e-4); without a batch axis."),
                Entry(
                    "sinabs", "--pool sum; only network.neuron integrate, and its neurons subtract the threshold."),
            ]),
            .heading("What is read"),
            .text(
                "Input, Output, Conv2d, LIF, IF, SumPool2d, AvgPool2d, Flatten, Affine and Linear, with any edges that "
                    + "run from input to output; several edges to a node are added. Other types, graphs in graphs and "
                    + "recurrent edges are refused by the node's name. Neurons begin at 0 and fire above their threshold; "
                    + "an IF node with r = 1 or r = 1/dt adds its input as it is. The input is (2, size, size): counts of "
                    + "OFF, then ON events; size and number of classes must be the data set's."),
            .text(
                "The graph of NIR's paper, with time steps of 1 ms: `saccade evaluate cnn_sinabs.nir --set "
                    + "data.set=nmnist --set data.slicing=window --set data.window=1000 --set data.time_steps=340`."),
            .heading("Weights in PyTorch"),
            .text(
                "Checkpoints are safetensors with the reference's names and order. Examples/PyTorch/load_run.py builds "
                    + "the networks in plain PyTorch, loads such a file and compares with what `saccade evaluate RUN "
                    + "--save answers.npz` wrote: frames (N, T, 2, H, W), labels (N) and logits (N, T, K)."),
        ])
}
