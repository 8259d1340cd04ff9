import Messages

/// Which edits stand and which are undone, read off the journal. Undoing is an edit of its own; nothing is rewritten.
struct EditHistory {
    private(set) var standing: [AppliedEdit] = []
    /// The latest undone last. Empty after an edit of the user's: there is nothing to redo then.
    private(set) var undone: [AppliedEdit] = []

    init(_ journal: [AppliedEdit]) {
        for edit in journal {
            switch edit.origin {
            case .user, .schedule:
                standing.append(edit)
                undone.removeAll()
            case .undo:
                if let last = standing.popLast() { undone.append(last) }
            case .redo:
                if let last = undone.popLast() { standing.append(last) }
            }
        }
    }
}
