/// The validation that counts most so far: the highest accuracy; of equals the lowest loss; of equals again the latest, which
/// has seen most.
struct BestEpoch: Sendable, Hashable {
    /// 0…1.
    var accuracy: Double
    /// `nil` of a run that an older program has begun.
    var loss: Double?
    /// Epochs made.
    var epoch: Int
    /// Optimizer steps made; `nil` of a run that an older program has begun.
    var optimizerStep: Int?

    /// Whether a later validation takes its place.
    func gives(wayTo accuracy: Double, loss: Double) -> Bool {
        guard accuracy == self.accuracy else { return accuracy > self.accuracy }
        guard let own = self.loss, own.isFinite, loss.isFinite else { return true }
        return loss <= own
    }
}
