import GRDB
import Messages

/// One line of the table `runs`.
struct RunRow {
    var number: Int64
    var id: String
    var name: String
    var parent: String?
    var forkStep: Int?
    var created: Double
    var note: String
    var dataSet: String
    var seed: Int
    /// JSON.
    var configuration: String
    /// JSON.
    var editedConfiguration: String
    var phase: RunState.Phase
    var optimizerStep: Int
    var totalSteps: Int
    var epoch: Int
    var epochs: Int
    /// Where a replay ends; `nil`: with its last epoch.
    var endStep: Int?
    var owner: ProcessIdentity?
    var preset: String?
    /// `nil` for runs of older programs.
    var origin: RunOrigin?

    init(_ row: Row) throws {
        (number, id, name, parent) = (row["number"], row["id"], row["name"], row["parent"])
        forkStep = row["fork_step"]
        (created, note, dataSet, seed) = (row["created"], row["note"], row["data_set"], row["seed"])
        (configuration, editedConfiguration) = (row["configuration"], row["edited_configuration"])
        let phaseName: String = row["phase"]
        guard let phase = RunState.Phase(rawValue: phaseName) else {
            throw RunStoreError.unreadableRun(run: id, detail: "unknown phase '\(phaseName)'")
        }
        self.phase = phase
        (optimizerStep, totalSteps) = (row["optimizer_step"], row["total_steps"])
        (epoch, epochs, endStep) = (row["epoch"], row["epochs"], row["end_step"])
        if let process: Int32 = row["owner_process"], let start: Int64 = row["owner_start"],
            let boot: String = row["owner_boot"]
        {
            owner = ProcessIdentity(processIdentifier: process, startTicks: start, boot: boot)
        }
        preset = row["preset"]
        if let host: String = row["host"], let processor: String = row["processor"],
            let version: String = row["version"]
        {
            origin = RunOrigin(host: host, processor: processor, version: version)
        }
    }

    /// Of a run that has made all its steps all of them; the engine counts the last one as begun until its end.
    var endedEpochs: Int { totalSteps > 0 && optimizerStep >= totalSteps ? epochs : min(epoch, epochs) }

    var isActive: Bool { RunState.isActive(phase) }

    /// Active, but nobody runs it.
    var isInterrupted: Bool { isActive && liveOwner == nil }

    /// The process that runs it now, or has just claimed it to go on with it.
    var liveOwner: ProcessIdentity? {
        guard let owner, owner.isAlive else { return nil }
        return owner
    }
}

extension RunState {
    static func isActive(_ phase: Phase) -> Bool {
        var state = RunState.idle
        state.phase = phase
        return state.isActive
    }
}
