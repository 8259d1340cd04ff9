import Configuration
import Messages

/// Filters, and what a typed line leads to.
extension WorkbenchState {
    var currentFilter: String {
        switch screen {
        case .data:
            switch data.focus {
            case .dataSets: data.dataSetCursor.filter
            case .classes: data.classCursor.filter
            case .samples, .events, .pair, .rates, .model, .info: data.sampleCursor.filter
            }
        case .train: train.tuning.cursor.filter
        case .runs: runs.focus == .presets ? runs.presetCursor.filter : runs.cursor.filter
        case .log: log.filter
        case .study: study.board == nil ? study.knownCursor.filter : study.cursor.filter
        }
    }

    /// A panel fills the screen: Esc makes it small again before anything else.
    var isZoomed: Bool {
        switch screen {
        case .data: data.isZoomed || data.pixel != nil
        case .train: train.isZoomed
        case .runs: runs.isZoomed || runs.isComparing || runs.presetComparison != nil
        case .log: false
        case .study: study.isZoomed
        }
    }

    /// Where filters have fields, they may be wrong.
    private func checkFilter(_ text: String) throws(FilterError) {
        switch screen {
        case .runs where runs.focus != .presets: _ = try RunFilter(text)
        case .data where data.focus != .dataSets && data.focus != .classes: _ = try SampleFilter(text)
        case .data, .train, .runs, .log, .study: break
        }
    }

    /// What is wrong with a filter so far; a word that is merely not at its end yet is right.
    func problemWhileTyping(_ text: String) -> String? {
        do throws(FilterError) {
            try checkFilter(text)
            return nil
        } catch {
            switch error {
            case .noValue, .unclosedQuote: return nil
            case .unknownField, .unsuitableRelation, .notANumber: return error.description
            }
        }
    }

    mutating func setFilter(_ text: String) -> [Wish] {
        switch screen {
        case .data: return data.setFilter(text)
        case .train: train.tuning.cursor.filter = text
        case .runs: if runs.focus == .presets { runs.presetCursor.filter = text } else { runs.cursor.filter = text }
        case .log:
            log.filter = text
            log.scroll = 0
        case .study: if study.board == nil { study.knownCursor.filter = text } else { study.cursor.filter = text }
        }
        return []
    }

    /// What a typed line leads to. A line that cannot be taken opens its prompt again and says why.
    mutating func submit(_ prompt: Prompt) -> [Wish] {
        let text = prompt.field.text.trimmed
        func again(_ problem: String) -> [Wish] {
            var copy = prompt
            copy.problem = problem
            return [.dialog(.prompt(copy))]
        }
        switch prompt.purpose {
        case .filter:
            do throws(FilterError) {
                try checkFilter(prompt.field.text)
            } catch {
                shared.say(error.description, .bad)
            }
            return setFilter(prompt.field.text)
        case .knob(let key):
            do throws(ConfigurationError) {
                let knob = try shared.description.knob(key)
                try train.tuning.stage(knob, shared.description.value(of: text, for: knob), shared.run)
            } catch {
                return again(error.description)
            }
            return []
        case .presetName:
            return checked(
                text, again, save: .savePreset(name: text, replacing: false),
                replace: .savePreset(name: text, replacing: true))
        case .scheduleName(let run):
            return checked(
                text, again, save: .saveSchedule(run: run, preset: text, replacing: false),
                replace: .saveSchedule(run: run, preset: text, replacing: true))
        case .presetRename(let old):
            guard Self.isFileName(text) else { return again("a name may hold only letters, digits, - and _") }
            guard text != old else { return [] }
            if shared.presets.contains(where: { $0.name == text }) {
                return again("a preset '\(text)' already exists")
            }
            return [.ask(.change(.renamePreset(old, to: text)))]
        case .runName(let run):
            guard !text.isEmpty else { return again("a run needs a name") }
            return [.ask(.change(.renameRun(run, name: text)))]
        case .forkName(var point):
            point.name = text.isEmpty || text == point.usualName ? nil : text
            guard text.count <= 100 else { return again("a name has at most 100 characters") }
            return [.askFork(point)]
        case .forkSeeds(let point):
            guard let seeds = SeedList.seeds(text) else { return again(SeedList.refusal(of: text)) }
            return forks(of: point, seeds: seeds)
        case .seeds:
            guard let seeds = SeedList.seeds(text) else { return again(SeedList.refusal(of: text)) }
            return [.dialog(.chooser(train.beginChooser(shared, seeds: seeds)))]
        case .studyFile:
            guard !text.isEmpty else { return again("type the path of a file, or the name of a study") }
            return study.open(text)
        case .studySeeds:
            guard !text.isEmpty else { return [.ask(.order(.setAddedSeeds([])))] }
            guard let seeds = SeedList.seeds(text) else { return again(SeedList.refusal(of: text)) }
            return [.ask(.order(.setAddedSeeds(seeds)))]
        case .runTags(let run):
            let tags = text.split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init)
            return [.ask(.change(.tagRun(run, tags: tags)))]
        case .runNote(let run): return [.ask(.change(.noteRun(run, note: text)))]
        case .note: return text.isEmpty ? [] : [.send(.note(text))]
        }
    }

    /// Saves under a name that is free, asks before it replaces a preset, and refuses the others.
    private mutating func checked(
        _ name: String, _ again: (String) -> [Wish], save: Intent, replace: Intent
    ) -> [Wish] {
        guard Self.isFileName(name) else { return again("a name may hold only letters, digits, - and _") }
        guard let known = shared.presets.first(where: { $0.name == name }) else { return perform(save) }
        guard !known.isBuiltIn else { return again("'\(name)' is a built-in preset: choose another name") }
        return [
            .dialog(
                .question(
                    Question(
                        "Replace the preset \(name)?", "A preset with this name exists. Its settings are overwritten.",
                        [.init(title: "Replace", intent: replace)])))
        ]
    }

    static func isFileName(_ text: String) -> Bool {
        !text.isEmpty && text.count <= 64
            && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == "." }
            && !text.hasPrefix(".")
    }
}

extension StringProtocol {
    /// Without blanks at both ends.
    var trimmed: String {
        var text = drop { $0.isWhitespace }[...]
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }
}
