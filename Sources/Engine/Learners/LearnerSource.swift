import Configuration
import Foundation
import RunStore
import Training

/// What makes learners, and knows what they can do before one is made: the catalogue of this program, or a program of
/// somebody else.
protocol LearnerSource: AnyObject {
    var description: EngineDescription { get }
    /// What a new run is to be entered with: the source adds what the run must say of it.
    func completed(_ configuration: RunConfiguration) -> RunConfiguration
    /// Finds what is wrong with a configuration before a run is entered into the history. Reads no recording.
    func check(_ configuration: RunConfiguration) throws
    /// The same for one that comes from a run: what only a new run needs is not looked for.
    func checkAgain(_ configuration: RunConfiguration) throws
    /// What an edit names that does not exist.
    func checkLiveNames(of configuration: RunConfiguration) throws
    /// What people should know before a run begins, a line each.
    func warnings(_ configuration: RunConfiguration) throws -> [String]
    /// What a run will take, a line for people; `nil` where nobody can tell.
    func cost(_ configuration: RunConfiguration) throws -> String?
    /// Whether a fork may train as edited although the run began as `started`.
    func checkFork(_ edited: RunConfiguration, startedAs started: RunConfiguration) throws
    /// Reads the data, makes the network; may take minutes.
    func make(_ order: LearnerOrder) throws -> any Learner
}

/// What a learner is made for.
struct LearnerOrder {
    var run: String
    /// As far as it was edited.
    var configuration: RunConfiguration
    /// As the run was started: an edit back to it must find what it needs.
    var started: RunConfiguration
    /// Where its weights and state come from; `nil` begins.
    var checkpoint: URL?
}

extension LearnerSource {
    func completed(_ configuration: RunConfiguration) -> RunConfiguration { configuration }
}
