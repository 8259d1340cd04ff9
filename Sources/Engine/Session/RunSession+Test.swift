import Messages
import RunStore
import Training

/// What is found of a run once it is tested.
extension RunSession {
    /// Writes down what every test recording was taken for.
    ///
    /// - Parameter answers: classes, in the order of the test recordings.
    func keepPredictions(_ answers: [Int]) throws {
        let rows = zip(zip(dataSet.testRecordings, dataSet.labels(of: .test)), answers).map { test, answer in
            TestPredictions.Row(
                recording: test.0, className: dataSet.classNames[test.1], answer: dataSet.classNames[answer])
        }
        try troubles.attempt(.predictions) { try store.record(predictions: TestPredictions(rows), run: run) }
    }

    /// Nanojoules of one inference with the weights as they are, estimated on test recordings; `nil` where neurons fire
    /// something else than spikes, or the memory for it is not free.
    func energyPerInference() throws -> Double? {
        let measurement = OperationMeasurement(network: network, options: try configuration.traceOptions())
        guard measurement.plannedBytes < MachineMemory.available ?? .max else { return nil }
        return dataSet.operations(on: .test, measurement)?.reduce(0) { $0 + $1.nanojoules }
    }
}
