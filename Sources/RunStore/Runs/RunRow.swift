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
    /// Where a reproduced run ends; `nil`: with its last epoch.
    var endStep: Int?
    var owner: ProcessIdentity?
    var preset: String?
    /// `nil` for runs of older programs.
    var origin: RunOrigin?

    /// - Throws: `damagedValue` for a column that holds what it should not.
    init(_ row: Row) throws(RunStoreError) {
        let place = RunPlace(row)
        guard let id = place.id else {
            throw StoredRow(row, table: "runs", run: place.label)
                .refusal("id", "an identifier of letters, digits and hyphens")
        }
        let values = StoredRow(row, table: "runs", run: id)
        (number, self.id, name) = (place.number, id, try values.text("name", limit: RunLabel.nameBytes))
        parent = try values.optionalText("parent")
        forkStep = try values.optionalInteger("fork_step")
        created = try values.number("created", in: StoredRow.times)
        (note, dataSet) = (try values.text("note"), try values.text("data_set"))
        seed = try values.integer("seed", in: 0...Int.max)
        configuration = try values.wholeText("configuration")
        editedConfiguration = try values.wholeText("edited_configuration")
        let phaseName = try values.text("phase")
        guard let phase = RunState.Phase(rawValue: phaseName) else {
            throw values.refusal("phase", "the name of a state, such as finished")
        }
        self.phase = phase
        (optimizerStep, totalSteps) = (try values.integer("optimizer_step"), try values.integer("total_steps"))
        (epoch, epochs) = (try values.integer("epoch"), try values.integer("epochs"))
        (endStep, owner) = (try values.optionalInteger("end_step"), try values.owner())
        preset = try values.optionalText("preset")
        if let host = try values.optionalText("host"), let processor = try values.optionalText("processor"),
            let version = try values.optionalText("version")
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

/// What is known of a run whatever else of it is damaged: enough to find and to delete it.
struct RunPlace {
    var number: Int64
    /// `nil` if it cannot be the name of a folder in the history's own.
    var id: String?
    /// For people, when there is no identifier.
    var label: String
    /// `nil` if nobody runs it, or what is stored of it cannot be read.
    var liveOwner: ProcessIdentity?

    init(_ row: Row) {
        let values = StoredRow(row, table: "runs", run: "")
        // The row's own key: SQLite keeps nothing but integers there.
        number = (row["number"] as DatabaseValue).storage.value as? Int64 ?? 0
        let stored = try? values.optionalText("id")
        id = stored.flatMap { RunIdentifier.isSafe($0) ? $0 : nil }
        let name = try? values.optionalText("name", limit: RunLabel.nameBytes)
        label = id ?? name ?? "number \(number)"
        if let owner = try? values.owner(), owner.isAlive { liveOwner = owner }
    }
}

extension RunState {
    static func isActive(_ phase: Phase) -> Bool {
        var state = RunState.idle
        state.phase = phase
        return state.isActive
    }
}
