import Messages

/// What can go wrong with the run history; every text says what was found, where, and what to do.
public enum RunStoreError: Error, Sendable, Hashable {
    case storage(StorageError)
    /// Made by a later version of the program.
    case newerDatabase(path: String, found: Int, known: Int)
    case damagedDatabase(path: String, detail: String)
    /// An SQLite file of some other program.
    case foreignDatabase(path: String)
    case unwritableDatabase(path: String, detail: String)
    case unreadableDatabase(path: String, detail: String)
    /// The history was opened for reading only, because nothing can be written where it lies.
    case readOnlyHistory(path: String)
    /// The disk, or the file system on it, refused. Nothing says that the history is damaged.
    case deviceError(path: String, detail: String)
    /// Something was called damaged, but a look at the whole finds nothing wrong.
    case passingFault(path: String, detail: String)
    case fullDisk(path: String)
    /// `holder`: who has it locked, if that is known.
    case busyDatabase(path: String, holder: OtherProcess?)
    case database(path: String, detail: String)
    /// `near`: identifiers or names that may have been meant.
    case unknownRun(String, near: [String])
    case ambiguousRun(String, matches: [String])
    /// Another process that is alive runs it.
    case ownedElsewhere(run: String, by: OtherProcess)
    /// Another home has it: it can be looked at, not changed.
    case ofAnotherHome(run: String, home: String)
    /// A process of another machine has shown less than a minute ago that it trains the run.
    case trainedOnAnotherMachine(run: String, host: String)
    /// A run that is going on cannot be deleted.
    case live(run: String, by: OtherProcess)
    /// It never began, so that there is nothing to tell where in it its edits lie.
    case noSteps(run: String)
    /// Of the queue.
    case unknownEntry(Int)
    case unsuitableName(String, reason: String)
    case unsuitableTag(String, reason: String)
    case longNote(bytes: Int)
    /// The journal holds another edit under this number.
    case editConflict(run: String, number: Int)
    /// What the database says of a run cannot be understood.
    case unreadableRun(run: String, detail: String)
    /// A column holds a value that it cannot hold. `column`: with its table.
    case damagedValue(run: String, column: String, found: String, expected: String)
    /// The run is out of the history, its folder still lies there.
    case folderRemains(path: String, reason: String)
}

extension RunStoreError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .storage(let error): error.description
        case .newerDatabase(let path, let found, let known):
            "the run history \(path) was written by a newer version of saccade "
                + "(format \(found), this one supports \(known)): update saccade, "
                + "or set SACCADE_HOME to keep a separate history"
        case .damagedDatabase(let path, let detail):
            "the run history \(path) is damaged: the integrity check reports \(detail); nothing was changed. "
                + "Restore a backup if you have one, or move it aside to start a new one: "
                + "mv '\(path)' '\(path).damaged' (and '\(path)-wal', '\(path)-shm' if they exist); "
                + "the folders of the runs are kept"
        case .foreignDatabase(let path):
            "\(path) is a database, but not a run history; nothing was changed: move it elsewhere, or set SACCADE_HOME to "
                + "another folder"
        case .unwritableDatabase(let path, let detail):
            "cannot write the run history \(path) (\(detail)): make the file and its folder writable, or set "
                + "SACCADE_HOME to a folder that is"
        case .unreadableDatabase(let path, let detail):
            "cannot open the run history \(path) (\(detail)): make the file and its folder readable, or set "
                + "SACCADE_HOME to another folder"
        case .readOnlyHistory(let path):
            "the run history \(path) is read-only: make the file and its folder writable to change it, or set "
                + "SACCADE_HOME to a folder that is"
        case .deviceError(let path, let detail):
            "the disk that holds \(path) reports an error (\(detail)). The run history itself may be intact: leave it "
                + "where it is, check the disk (dmesg, mount), and try again once it works; "
                + "runs can be resumed from their last checkpoints"
        case .passingFault(let path, let detail):
            "SQLite could not read the run history \(path) (\(detail)), but the integrity check finds no error: "
                + "leave it where it is and try again; if it happens again, check the disk or network it is on"
        case .fullDisk(let path):
            "the disk that holds \(path) is full: free some space; a run that failed for this reason can be resumed from its last checkpoint"
        case .busyDatabase(let path, let holder):
            "the run history \(path) has been locked by \(holder?.text ?? "another process") for too long: "
                + (holder == nil
                    ? "see who has it open (lsof, fuser), and try again" : "try again when it has finished")
        case .database(let path, let detail): "the run history \(path) reports an error: \(detail)"
        case .unknownRun(let reference, let near):
            "there is no run '\(reference)'"
                + (near.isEmpty ? ": `saccade runs list` shows all" : "; did you mean \(near.joined(separator: ", "))?")
        case .ambiguousRun(let reference, let matches):
            "'\(reference)' matches several runs: \(matches.joined(separator: ", ")); give more of the identifier"
        case .ownedElsewhere(let run, let process):
            "the run \(run) is being trained by \(process.text): stop it first with `saccade tell \(run) stop`"
        case .ofAnotherHome(let run, let home):
            "the run \(run) is in another home, \(home), and is only shown here: copy it with "
                + "`saccade runs pull \(home) \(run)`, or set SACCADE_HOME to that home"
        case .trainedOnAnotherMachine(let run, let host):
            "the run \(run) is being trained on \(host): stop it there first"
        case .live(let run, let process):
            "the run \(run) is being trained by \(process.text) and was not deleted: stop it first with "
                + "`saccade tell \(run) stop`"
        case .noSteps(let run): "the run \(run) made no steps, so its edits cannot be scheduled; resume it first"
        case .unknownEntry(let number):
            "the queue has no entry \(number), or it has just begun: `saccade runs queue` lists the queue"
        case .unsuitableName(let name, let reason): "'\(name)' cannot name a run: \(reason)"
        case .unsuitableTag(let tag, let reason): "'\(tag)' cannot be a tag: \(reason)"
        case .longNote(let bytes):
            "the note has \(bytes) bytes and was not saved: a note may have at most \(StoredText.limit / 1024) KiB; "
                + "keep the text in a file and mention it in the note"
        case .editConflict(let run, let number):
            "the journal of \(run) already has another edit \(number); it was not changed"
        case .unreadableRun(let run, let detail):
            "the run \(run) cannot be read from the history: \(detail); it may have been written by a newer version of saccade"
        case .damagedValue(let run, let column, let found, let expected):
            "the run \(run) is damaged in the history: \(column) holds \(found), expected \(expected); other runs "
                + "are not affected. Restore a backup of runs.sqlite, or delete the run with `saccade runs delete`"
        case .folderRemains(let path, let reason):
            "the run is deleted, but its folder \(path) could not be removed: \(reason); remove it by hand"
        }
    }
}
