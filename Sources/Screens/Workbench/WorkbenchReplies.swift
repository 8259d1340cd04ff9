import Messages

extension WorkbenchState {
    /// Hands an answer of the library to whoever asked.
    mutating func take(_ reply: LibraryReply) -> [Wish] {
        switch reply {
        case .catalogues(let catalogues): shared.catalogues = catalogues
        case .presets(let presets):
            shared.presets = presets
            forgetPresetCosts()
        case .preset(let name, let configuration):
            if train.awaitedStart == name {
                train.awaitedStart = nil
                return [.send(.start(configuration: configuration, name: nil, preset: name))]
            }
            if shared.awaitedQueuePreset == name {
                shared.awaitedQueuePreset = nil
                return [.send(.enqueue(.start(configuration: configuration, name: nil, preset: name)))]
            }
            guard runs.awaitedPreset == name else { return [] }
            runs.awaitedPreset = nil
            train.tuning.load(configuration, from: "preset \(name)", preset: name, shared.run)
            shared.say(
                shared.run.isActive
                    ? "preset \(name): \(train.tuning.staged.count) differences staged, Enter applies them"
                    : "preset \(name) loaded: b begins a run with it", .good)
            return [.show(.train)]
        case .presetSaved(let name):
            shared.say("preset \(name) saved", .good)
            return [.ask(.presets), .log(.info, "preset \(name) saved")]
        case .done(let text):
            shared.say(text, .good)
            return [.ask(.runs), .ask(.presets), .log(.info, text)]
        case .failure(.modelView, let message) where !data.saysWhyNoModelView:
            // Nobody asked: the checkpoint may have made room for a better one meanwhile.
            return data.take(reply, &shared) + [.log(.debug, message)]
        case .failure(.cost(let side), let message): return takeCost(of: side, "what it takes is not known: " + message)
        case .failure(let request, let message):
            shared.say(message, .bad)
            if case .preset(let name) = request {
                if train.awaitedStart == name { train.awaitedStart = nil }
                if runs.awaitedPreset == name { runs.awaitedPreset = nil }
                if shared.awaitedQueuePreset == name { shared.awaitedQueuePreset = nil }
            }
            if case .run(let run) = request, shared.awaitedFork == run { shared.awaitedFork = nil }
            if case .timeline(let run) = request, runs.awaitedTimeline == run { runs.endReplay() }
            return data.take(reply, &shared) + [.log(.error, message)]
        case .cost(let side, let text): return takeCost(of: side, text)
        case .dataSets, .samples, .recording, .modelView, .checked:
            return data.take(reply, &shared) + refreshModelView()
        case .runs(let list):
            var wishes = runs.take(reply, &shared)
            wishes += ghostWishes()
            if data.modelView == nil, !list.isEmpty { data.isModelViewOld = true }
            return wishes + refreshModelView()
        case .run(let detail):
            train.takePast(detail)
            let wishes = runs.take(reply, &shared)
            guard shared.awaitedFork == detail.summary.id else { return wishes }
            shared.awaitedFork = nil
            return wishes + RunsState.offerFork(of: detail, &shared)
        case .curves(let curves):
            train.takeGhosts(curves)
            return []
        case .comparison, .timeline: return runs.take(reply, &shared)
        case .queue(let queue): shared.queue = queue
        }
        return []
    }
}
