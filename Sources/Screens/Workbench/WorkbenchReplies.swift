import Messages

extension WorkbenchState {
    /// Hands an answer of the library to whoever asked.
    mutating func take(_ reply: LibraryReply) -> [Wish] {
        switch reply {
        case .plan(let configuration, let probabilities): train.takePlan(configuration, probabilities, &shared)
        case .presets(let presets):
            runs.keepingChoices(&shared) { $1.presets = presets }
            forgetPresetCosts()
            hasPresets = true
            return offerStart()
        case .preset(let preset):
            let (name, configuration) = (preset.name, preset.configuration)
            if train.awaitedStart == name {
                train.awaitedStart = nil
                return [.send(.start(configuration: configuration, name: nil, preset: name))]
            }
            if let runs = shared.awaitedSeedRuns, runs.preset == name {
                shared.awaitedSeedRuns = nil
                return shared.runs(of: configuration, preset: name, seeds: runs.seeds)
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
                    ? "preset \(name): \(train.tuning.staged.count) changes staged, Enter applies them"
                    : "preset \(name) loaded: b begins a run with it", .good)
            return [.show(.train)]
        case .changed(let text):
            shared.say(text, .good)
            return [.ask(.runs), .ask(.presets), .log(.info, text)] + runs.detailRequests.map(Wish.ask)
        case .failure(.modelView(let reference, let run), let message) where !data.saysWhyNoModelView:
            // Nobody asked: the checkpoint may have made room for a better one meanwhile.
            data.endAwaiting(.modelView(reference, run: run))
            return [.log(.debug, message)]
        case .failure(.plan(let configuration), let message):
            train.takePlan(configuration, nil, &shared)
            return [.log(.debug, message)]
        case .failure(.cost(let side), let message): return takeCost(of: side, "cost estimate failed: " + message)
        case .failure(.board, let message):
            // It is asked for again and again.
            guard study.saidProblem != message else { return [] }
            study.saidProblem = message
            shared.say(message, .bad)
            return [.log(.error, message)]
        case .failure(.run(let run), let message) where runs.mayBeMissing(run) && !shared.awaits(run):
            // It was shown and is asked for again: it may have been deleted meanwhile, which the list tells.
            return [.log(.debug, message)]
        case .analyses(let analyses, let run): return offerAnalyses(analyses, run: run)
        case .analysis(let report, let run): return take(report, run: run)
        case .failure(.analysis(let name, let run, _), let message):
            // One that was called off has said so.
            guard shared.awaitedAnalysis == AwaitedAnalysis(name: name, run: run) else { return [] }
            shared.awaitedAnalysis = nil
            shared.say(message, .bad)
            return [.log(.error, message)]
        case .failure(let request, let message):
            shared.say(message, .bad)
            if case .preset(let name) = request {
                if train.awaitedStart == name { train.awaitedStart = nil }
                if runs.awaitedPreset == name { runs.awaitedPreset = nil }
                if shared.awaitedQueuePreset == name { shared.awaitedQueuePreset = nil }
                if shared.awaitedSeedRuns?.preset == name { shared.awaitedSeedRuns = nil }
            }
            if case .change(.deleteRun(let run)) = request { runs.keep(run) }
            if case .run(let run) = request {
                runs.endAwaiting(run, failed: true)
                if shared.awaitedFork == run { shared.awaitedFork = nil }
                if shared.awaitedForkValues?.run == run { shared.awaitedForkValues = nil }
                if shared.awaitedResume == run { shared.awaitedResume = nil }
            }
            if case .study = request { study.awaited = nil }
            if case .studies = request { study.isOffering = false }
            if case .order(.stop) = request { study.isLeaving = false }
            if case .timeline(let run) = request, runs.awaitedTimeline == run { runs.endPlayback() }
            data.endAwaiting(request)
            return [.log(.error, message)]
        case .cost(let side, let text): return takeCost(of: side, text)
        case .dataSets(let sets):
            shared.absentDataSets = Set(sets.filter { !$0.isPresent }.map(\.name))
            return data.take(dataSets: sets) + refreshModelView()
        case .samples(let list): return data.take(list) + refreshModelView()
        case .recording(let picture):
            data.take(picture)
            return refreshModelView()
        case .modelView(let view):
            data.take(view)
            return refreshModelView()
        case .checked(let check): return data.take(check, &shared) + refreshModelView()
        case .runs(let list):
            runs.take(runs: list, &shared)
            var wishes: [Wish] = []
            if let pinned = shared.pinned, !list.contains(where: { $0.id == pinned }) {
                shared.pinned = nil
                wishes.append(.log(.info, "the pinned run \(pinned) no longer exists: no run is pinned now"))
            }
            wishes += ghostWishes()
            if data.modelView == nil, !list.isEmpty { data.isModelViewOld = true }
            hasRuns = true
            if !shared.awaitedRuns.isEmpty { wishes += showAwaitedRuns() }
            return wishes + refreshModelView() + offerStart()
        case .run(let detail):
            train.takePast(detail, shared)
            runs.endAwaiting(detail.summary.id, failed: false)
            runs.take(detail)
            var wishes = showForkValues(of: detail)
            if shared.awaitedFork == detail.summary.id {
                shared.awaitedFork = nil
                wishes += RunsState.offerFork(of: detail, &shared)
            }
            if shared.awaitedResume == detail.summary.id {
                shared.awaitedResume = nil
                wishes += RunsState.offerResume(of: detail, &shared)
            }
            return wishes
        case .curves(let curves):
            train.takeGhosts(curves)
            if let one = curves.first(where: { $0.run == shared.pinned }) {
                runs.reference = RunGhost(one, smoothing: .off)
            } else if train.wantedGhosts.first != shared.pinned {
                runs.reference = nil
            }
            return []
        case .outcomes(let asked, let outcomes):
            train.takeOutcomes(asked, outcomes)
            runs.take(outcomes, shared)
        case .comparison(let comparison): runs.take(comparison)
        case .timeline(let timeline): runs.take(timeline)
        case .queue(let queue): runs.keepingChoices(&shared) { $1.take(queue: queue) }
        case .studies(let studies): return study.take(known: studies)
        case .studyPaths(let text, let paths): complete(text, paths)
        case .board(let board): study.take(board)
        case .ordered(let order, let text):
            if order == .stop, study.isLeaving { return leaveStudy() }
            if order == .train { study.isStartedHere = true }
            shared.say(text, .good)
            study.isStale = true
            return [.log(.info, text)]
        case .studyReport(let format, let text):
            let name = "saccade-study-\(study.board?.name ?? "")"
            return [.effect(.export(Export(name: name, format: Export.Format(format), content: .written(text))))]
        }
        return []
    }
}
