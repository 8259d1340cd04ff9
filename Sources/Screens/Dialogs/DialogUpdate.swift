import Terminal

/// What came of a key that a dialog took.
enum DialogOutcome: Sendable, Hashable {
    /// It stays open, perhaps changed.
    case stays(Dialog)
    case closed(Intent)
    /// It stays open, and something is done.
    case doing(Intent)
    case typed(Prompt)
    /// What was typed is to be completed.
    case completing(Prompt)
    /// The filter changes while it is typed.
    case filtering(Prompt, String)
}

extension Dialog {
    func taking(_ key: KeyPress) -> DialogOutcome {
        switch self {
        case .question(let question): question.taking(key)
        case .prompt(let prompt): prompt.taking(key)
        case .chooser(let chooser): chooser.taking(key)
        case .help(let scroll): Self.help(key, scroll)
        case .analysis(let view): view.taking(key)
        }
    }

    private static func help(_ key: KeyPress, _ scroll: Int) -> DialogOutcome {
        switch BindingTable.action(for: key, in: .everywhere) {
        case .down: .stays(.help(scroll: min(200, scroll + 1)))
        case .up: .stays(.help(scroll: max(0, scroll - 1)))
        case .pageDown: .stays(.help(scroll: min(200, scroll + 10)))
        case .pageUp: .stays(.help(scroll: max(0, scroll - 10)))
        case .top: .stays(.help(scroll: 0))
        default: .closed(.nothing)
        }
    }
}

extension Question {
    func taking(_ key: KeyPress) -> DialogOutcome {
        var copy = self
        switch key {
        case .up, .left, .backTab, .character("k"), .character("h"):
            copy.focused = (focused + choices.count - 1) % choices.count
        case .down, .right, .tab, .character("j"), .character("l"):
            copy.focused = (focused + 1) % choices.count
        case .enter: return .closed(choices[focused].intent)
        case .escape, .character("q"), .character("n"): return .closed(.nothing)
        default: break
        }
        return .stays(.question(copy))
    }
}

extension Prompt {
    func taking(_ key: KeyPress) -> DialogOutcome {
        var copy = self
        switch key {
        case .enter: return .typed(self)
        case .tab where purpose == .studyFile: return .completing(self)
        case .escape:
            guard purpose == .filter else { return .closed(purpose.wayBack) }
            // Typing is given up; the filter that was there stays.
            copy.field = TextField(original)
            return .typed(copy)
        default:
            var key = key
            // A blank at the end of a filter would have to be in what it finds.
            if purpose == .filter, case .paste(let text) = key { key = .paste(text.trimmed) }
            guard copy.field.take(key) else { return .stays(.prompt(self)) }
            copy.choices = []
            copy.problem = copy.field.isFull ? "at most \(TextField.sizeLimit) characters" : nil
            return purpose == .filter ? .filtering(copy, copy.field.text) : .stays(.prompt(copy))
        }
    }
}

extension Chooser {
    func takes(_ key: KeyPress) -> Bool {
        switch key {
        case .enter, .escape, .up, .down, .pageUp, .pageDown: true
        default: filters
        }
    }

    func taking(_ key: KeyPress) -> DialogOutcome {
        var copy = self
        switch key {
        case .enter:
            let shown = shown
            guard let index = cursor.index(in: shown.count), shown[index].isPossible else {
                return .stays(.chooser(self))
            }
            return .closed(shown[index].intent)
        case .escape: return .closed(.nothing)
        case .up, .control("p"): copy.cursor.move(by: -1, in: shown.count)
        case .down, .control("n"): copy.cursor.move(by: 1, in: shown.count)
        case .pageUp: copy.cursor.move(by: -10, in: shown.count)
        case .pageDown: copy.cursor.move(by: 10, in: shown.count)
        default:
            _ = copy.take(key)
        }
        return .stays(.chooser(copy))
    }
}
