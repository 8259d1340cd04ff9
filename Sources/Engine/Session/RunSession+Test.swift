import Messages
import RunStore

/// What is found of a run once it is tested.
extension RunSession {
    /// Writes down what every test recording was taken for.
    func keepPredictions(of test: LearnerEvaluation) throws {
        guard let predictions = learner.predictions(of: test) else { return }
        try troubles.attempt(.predictions) { try store.record(predictions: predictions, run: run) }
    }
}
