import Communication
import Configuration
import Data
import Foundation
import RunStore
import Training

/// A rank that is not the first: does what the first says, and writes nothing down.
public struct RankFollower {
    private let catalogue: TrainingCatalogue
    private let paths: StoragePaths

    public init(paths: StoragePaths, catalogue: TrainingCatalogue = .shipped) {
        (self.paths, self.catalogue) = (paths, catalogue)
    }

    /// Works until the first rank says that it is over.
    ///
    /// - Throws: `CommunicationError` if the others are gone.
    public func run(in group: RankGroup) throws {
        var replica: Replica?
        while true {
            let order = try RankOrder.next(from: group, catalogue)
            do {
                switch order {
                case .prepare(let plan):
                    // The old one's memory first.
                    replica = nil
                    replica = try Replica.make(plan, catalogue, paths: paths, group: group)
                case .takeState: try replica?.shareState(described: catalogue.description)
                case .step(let progress, let optimizerStep, let configuration):
                    _ = try replica?.advance(progress, optimizerStep: optimizerStep, edited: configuration)
                case .evaluate(let split, let round):
                    guard let replica else { break }
                    var tally = replica.evaluation.begin()
                    try replica.evaluate(split, round: round, into: &tally)
                case .quit: return
                }
            } catch {
                // What is wrong with the run the first rank finds, too, and says what is to be done next.
                guard let failure = group.failure else { continue }
                // The others look, too, and are to find the one that was first.
                if case .lost = failure { Thread.sleep(forTimeInterval: 1) }
                throw failure
            }
        }
    }

    /// Tells all followers that it is over; by the first rank.
    public static func release(_ group: RankGroup, catalogue: TrainingCatalogue = .shipped) throws(CommunicationError) {
        try RankOrder.quit.send(to: group, catalogue)
    }
}
