import Foundation
import Messages

/// How far a cell is, as whoever trains it says in a small file.
///
/// A history in SQLite must not be opened on one machine while another writes it over a network; a text that is replaced
/// whole can be read from everywhere.
public struct CellProgress: Sendable, Hashable, Codable {
    public enum Phase: String, Sendable, Hashable, Codable {
        /// For the weights of another cell.
        case waiting
        case running
        /// With a checkpoint: the same command goes on.
        case stopped
        case failed
        case finished
    }

    public var phase: Phase
    /// The run in the cell's home.
    public var run: String?
    public var step = 0
    /// Of the whole run.
    public var steps: Int
    /// Why it failed, stopped or waits.
    public var reason: String?
    public var validationAccuracy: Double?
    public var testAccuracy: Double?
    /// The machine that trains it, or did.
    public var host: String
    /// The batch system's number, if one started it.
    public var job: String?
    /// When this was written, in seconds since 1970.
    @TimeOfDay public var written = 0.0

    /// Seconds from one writing to the next while it is trained.
    static let interval = 5
    /// Who has written nothing for so long has ended: longer than file systems on a network keep what they know of files.
    static let patience = 90.0

    init(_ phase: Phase, of entry: CellList.Entry, host: String, job: String?) {
        (self.phase, steps, self.host, self.job) = (phase, entry.steps, host, job)
    }

    /// Whether somebody is at work on it.
    public func isAlive(now: Date = Date()) -> Bool {
        (phase == .running || phase == .waiting) && now.timeIntervalSince1970 - written < Self.patience
    }

    mutating func take(_ result: CellResult) {
        (phase, run, step, reason) = (.finished, result.run, result.optimizerSteps, nil)
        (validationAccuracy, testAccuracy) = (result.validationAccuracy, result.testAccuracy)
    }
}
