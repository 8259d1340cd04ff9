import Configuration
import FileFormats
import Foundation
import GRDB
import Messages

extension RunStore {
    /// Enters a new run, owned by this process, and makes its folder with `configuration.yaml`, `summary.csv` and
    /// `checkpoints/`.
    ///
    /// The folder is made before the entry, so that a run that is in the history always has its folder.
    ///
    /// - Parameters:
    ///   - name: a label that need not be unique; without it a short one is made, such as `digits-k3f9`.
    ///   - parent: the run that this one comes from, if any.
    ///   - preset: what the configuration came from, if it came from one.
    ///   - entry: of the queue, that this run was; it leaves the queue in the same transaction.
    /// - Returns: the identifier, such as `20261123-204501-digits-k3f9`.
    public func create(
        configuration: RunConfiguration, name: String?, parent: String?, preset: String? = nil, entry: Int? = nil
    ) throws(RunStoreError) -> String {
        try create(configuration: configuration, name: name, parent: parent, preset: preset, entry: entry) { _, _ in }
    }

    /// - Parameter complete: enters more about the run, in the same transaction; its folder is there.
    func create(
        configuration: RunConfiguration, name: String?, parent: String?, preset: String? = nil, entry: Int?,
        complete: (Database, RunRow) throws -> Void
    ) throws(RunStoreError) -> String {
        let name = try name.map { (name) throws(RunStoreError) in try RunLabel.checked(name: name) }
        let created = now()
        removeLeftovers()
        let (parts, lock) = try makeFolder(
            label: name ?? description.text(of: KnownKnob.dataSet, in: configuration), at: created)
        let folder = folder(of: parts.identifier)
        // Until it is entered the folder looks like one that was left behind.
        defer { withExtendedLifetime(lock) {} }
        do throws(StorageError) {
            try WholeFile.write(
                ConfigurationWriter(description).text(
                    of: configuration, note: "",
                    heading: """
                        The initial configuration of the run \(parts.identifier): all settings.
                        The file can be loaded like a preset to start the same run again.
                        """,
                    extent: .everything),
                to: folder.appendingPathComponent(RunFolder.configuration), replacing: false)
            try WholeFile.write(
                EpochSummary.heading(description) + "\n", to: folder.appendingPathComponent(RunFolder.summary),
                replacing: false)
            try StoragePaths.ensure(folder.appendingPathComponent(RunFolder.checkpoints))
        } catch {
            try? FileManager.default.removeItem(at: folder)
            throw .storage(error)
        }
        let json = try StoredJSON.text(configuration, run: parts.identifier, description)
        let origin = RunOrigin.current
        do {
            try write { db in
                try db.execute(
                    sql: """
                        INSERT INTO runs (id, name, parent, created, data_set, seed, configuration,
                            edited_configuration, phase, optimizer_step, total_steps, epoch, epochs,
                            owner_process, owner_start, owner_boot, preset, host, processor, version)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?, ?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        parts.identifier, name ?? parts.shortName, parent, created.timeIntervalSince1970,
                        description.text(of: KnownKnob.dataSet, in: configuration),
                        Int(description.text(of: KnownKnob.seed, in: configuration)) ?? 0, json, json,
                        RunState.Phase.preparing.rawValue,
                        Int(description.text(of: KnownKnob.epochs, in: configuration)) ?? 0,
                        identity.processIdentifier, identity.startTicks, identity.boot, preset, origin.host,
                        origin.processor, origin.version,
                    ])
                if let entry { try db.execute(sql: "DELETE FROM queue WHERE number = ?", arguments: [entry]) }
                try complete(db, Self.row(parts.identifier, in: db))
            }
        } catch {
            // Without its entry nobody would ever find it.
            try? FileManager.default.removeItem(at: folder)
            throw error
        }
        return parts.identifier
    }

    /// Where the run's files are.
    public func folder(of identifier: String) -> URL {
        paths.runs.appendingPathComponent(identifier, isDirectory: true)
    }

    /// Where the engine puts the run's checkpoints, a folder each.
    public func checkpointFolder(of identifier: String) -> URL {
        folder(of: identifier).appendingPathComponent(RunFolder.checkpoints, isDirectory: true)
    }

    /// Why nothing of a run's checkpoints can be reached, if that is so: their folder has gone, or a link on the way to it
    /// leads nowhere.
    public func checkpointProblem(of identifier: String) -> String? {
        let path = checkpointFolder(of: identifier).path
        do throws(StorageError) {
            try HomePlace.check(folder: folder(of: identifier).path)
            try HomePlace.check(folder: path)
        } catch {
            return error.description
        }
        guard access(path, R_OK | X_OK) != 0 else { return nil }
        return errno == ENOENT ? "\(path) does not exist" : "\(path) cannot be read: \(systemMessage(errno))"
    }

    /// Whoever makes the folder has the identifier: no two processes ever get the same.
    private func makeFolder(label: String, at date: Date) throws(RunStoreError) -> (RunIdentifier.Parts, FolderLock) {
        try translatingStorage { () throws(StorageError) in try StoragePaths.ensure(paths.runs) }
        while true {
            let parts = RunIdentifier.make(label: label, at: date)
            let path = folder(of: parts.identifier).path
            do {
                try Disk.makeFolder(path)
            } catch {
                guard error.code == EEXIST else {
                    throw .storage(.unwritableFolder(path: path, reason: error.reason))
                }
                continue
            }
            // Somebody who clears up may have taken it for one that was left behind: then it gets another name.
            if let lock = FolderLock(path) { return (parts, lock) }
        }
    }

    func translatingStorage<Value>(_ body: () throws(StorageError) -> Value) throws(RunStoreError) -> Value {
        do throws(StorageError) { return try body() } catch { throw .storage(error) }
    }
}

/// The names inside a run's folder.
enum RunFolder {
    static let configuration = "configuration.yaml"
    static let summary = "summary.csv"
    static let checkpoints = "checkpoints"
    static let predictions = "predictions.csv"
}
