/// Curves that this program's own screens and lists speak of by name; whoever measures them describes them.
extension MetricSeries {
    public static let totalLoss = MetricSeries("loss.total")
    public static let imageLoss = MetricSeries("loss.image")
    public static let eventLoss = MetricSeries("loss.event")
    /// The distance of the streams' features, averaged over time steps, weighted as in training, before the coefficient.
    public static let domainLoss = MetricSeries("loss.domain")
    public static let validationLoss = MetricSeries("loss.validation")
    /// Accuracies are shares, 0…1.
    public static let imageAccuracy = MetricSeries("accuracy.image")
    public static let eventAccuracy = MetricSeries("accuracy.event")
    public static let validationAccuracy = MetricSeries("accuracy.validation")
    public static let testAccuracy = MetricSeries("accuracy.test")
    /// Classes with validation recordings that none of them was given.
    public static let unpredictedClasses = MetricSeries("accuracy.unpredicted_classes")
    public static let replacementProbability = MetricSeries("sliding.probability")
    /// Mean linear CKA over the time steps.
    public static let linearCKA = MetricSeries("alignment.cka")
    public static let learningRate = MetricSeries("optimizer.learning_rate")
    public static let gradientNorm = MetricSeries("gradient.norm")
    /// Spikes per neuron and time step over the whole network, event stream.
    public static let spikeRate = MetricSeries("spikes.rate")
    /// Spikes of the whole network for one recording, all time steps together, measured wherever the network is tested:
    /// what a neuromorphic chip would have to send.
    public static let spikesPerInference = MetricSeries("spikes.inference")
    /// Nanojoules of one inference: operations of the layers with weights, at 45 nm.
    public static let energyPerInference = MetricSeries("energy.inference_nj")
    /// τ of a layer of parametric neurons, in time steps; a curve for each layer.
    public static let timeConstant = MetricSeries("neuron.tau")
    /// θ of a layer that trains it, in the units of the membrane potential; a curve for each layer.
    public static let threshold = MetricSeries("neuron.threshold")
    /// Means over about a second, in milliseconds a step; the parts add up to the first.
    public static let stepTime = MetricSeries("machine.step_ms")
    public static let dataTime = MetricSeries("machine.data_ms")
    public static let forwardTime = MetricSeries("machine.forward_ms")
    public static let lossTime = MetricSeries("machine.loss_ms")
    public static let backwardTime = MetricSeries("machine.backward_ms")
    public static let optimizerTime = MetricSeries("machine.optimizer_ms")
    public static let ranksTime = MetricSeries("machine.ranks_ms")
    /// Processor time of the process that trains, in cores: 2 means that two were busy.
    public static let processorUse = MetricSeries("machine.cpu_cores")
    public static let memoryUse = MetricSeries("machine.memory_gib")
}
