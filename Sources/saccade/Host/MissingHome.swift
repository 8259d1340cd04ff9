import Foundation
import RunStore
import Synchronization

/// Says, once, that the home that was named is not there: so it is, too, when its name was mistyped.
enum MissingHome {
    private static let state = Mutex((matters: false, isSaid: false))

    /// What a command is about should be in the home: if it fails, that is what to say first.
    static func matters() { state.withLock { $0.matters = true } }

    /// Before a command's failure is told.
    ///
    /// - Parameter isUnknown: whether something was not found that a home would hold.
    static func sayIfItMatters(isUnknown: Bool) {
        guard isUnknown || state.withLock({ $0.matters }) else { return }
        say()
    }

    static func say(_ paths: StoragePaths = StoragePaths()) {
        guard let missing = paths.missingHome else { return }
        let isNew = state.withLock { state in
            defer { state.isSaid = true }
            return !state.isSaid
        }
        guard isNew else { return }
        StandardError.line("saccade: SACCADE_HOME names \(missing), which does not exist: there are no runs in it yet")
    }
}
