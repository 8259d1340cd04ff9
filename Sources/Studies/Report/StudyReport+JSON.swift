import Configuration
import Engine
import Messages

/// The report for `--json`: every key is there, null where nothing is known.
extension StudyReport: Encodable {
    private enum Key: String, CodingKey {
        case study, note, reference, axes, arms, armNotes, seeds, isComplete, rows, protocols, notes, bootstrap, search
    }

    private struct BootstrapObject: Encodable {
        var resamples: Int
        var seed: UInt64
    }

    private struct SearchObject: Encodable {
        var keys: [String]
        var runs: Int
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(study, forKey: .study)
        try values.encode(note, forKey: .note)
        try values.encode(reference, forKey: .reference)
        try values.encode(axes, forKey: .axes)
        try values.encode(arms, forKey: .arms)
        try values.encode(armNotes, forKey: .armNotes)
        try values.encode(seeds, forKey: .seeds)
        try values.encode(isComplete, forKey: .isComplete)
        try values.encode(rows, forKey: .rows)
        try values.encode(protocols, forKey: .protocols)
        try values.encode(notes, forKey: .notes)
        try values.encode(BootstrapObject(resamples: bootstrap.resamples, seed: bootstrap.seed), forKey: .bootstrap)
        try values.encode(hasSearch ? SearchObject(keys: tunedKeys, runs: searchCells) : nil, forKey: .search)
    }
}

extension StudyReport.Row: Encodable {
    private enum Key: String, CodingKey {
        case arm, isReference, point, found, runs, test, interval, validation, comparison, steps, passes
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(arm, forKey: .arm)
        try values.encode(isReference, forKey: .isReference)
        try values.encode(point, forKey: .point)
        try values.encode(found, forKey: .found)
        try values.encode(cells, forKey: .runs)
        try values.encode(test, forKey: .test)
        try values.encode(interval, forKey: .interval)
        try values.encode(validation, forKey: .validation)
        try values.encode(comparison, forKey: .comparison)
        try values.encode(steps, forKey: .steps)
        try values.encode(passes, forKey: .passes)
    }
}

extension StudyReport.CellLine: Encodable {
    private enum Key: String, CodingKey {
        case cell, seed, state, run, testAccuracy, validationAccuracy, testedEpoch, selection, optimizerSteps, seconds
        case failure
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        let result = state.result
        try values.encode(id, forKey: .cell)
        try values.encode(seed, forKey: .seed)
        try values.encode(state.word, forKey: .state)
        try values.encode(state.run, forKey: .run)
        try values.encode(result?.testAccuracy, forKey: .testAccuracy)
        try values.encode(result?.validationAccuracy, forKey: .validationAccuracy)
        try values.encode(result?.testedEpoch, forKey: .testedEpoch)
        try values.encode(result?.selection, forKey: .selection)
        try values.encode(result?.optimizerSteps, forKey: .optimizerSteps)
        try values.encode(result?.seconds, forKey: .seconds)
        if case .failed(_, let reason) = state {
            try values.encode(reason, forKey: .failure)
        } else {
            try values.encodeNil(forKey: .failure)
        }
    }
}

extension ArmComparison: Encodable {
    private enum Key: String, CodingKey {
        case difference, interval, mcNemar, combinedP, tTest, seedsNeeded, moreSeedsNeeded
    }

    private struct Pair: Encodable {
        var seed: Int
        var armOnly: Int
        var referenceOnly: Int
        var p: Double
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(difference, forKey: .difference)
        try values.encode(interval, forKey: .interval)
        let pairs = mcNemar.sorted { $0.key < $1.key }.map {
            Pair(seed: $0.key, armOnly: $0.value.firstOnly, referenceOnly: $0.value.secondOnly, p: $0.value.p)
        }
        try values.encode(pairs, forKey: .mcNemar)
        try values.encode(combinedP, forKey: .combinedP)
        try values.encode(tTest, forKey: .tTest)
        try values.encode(seedsNeeded, forKey: .seedsNeeded)
        try values.encode(moreSeedsNeeded, forKey: .moreSeedsNeeded)
    }
}

extension ProtocolBlock: Encodable {
    private enum Key: String, CodingKey {
        case point, arms, dataSet, isSimulated, classes, training, validation, test, staticImages
        case photographsBehindTest, photographsBehindValidation, selection, seeds
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(point, forKey: .point)
        try values.encode(arms, forKey: .arms)
        try values.encode(dataSet, forKey: .dataSet)
        try values.encode(isSimulated, forKey: .isSimulated)
        try values.encode(classNames, forKey: .classes)
        try values.encode(training, forKey: .training)
        try values.encode(validation, forKey: .validation)
        try values.encode(test, forKey: .test)
        try values.encode([photographs.lowerBound, photographs.upperBound], forKey: .staticImages)
        try values.encode(
            [photographsBehindTest.lowerBound, photographsBehindTest.upperBound], forKey: .photographsBehindTest)
        try values.encode(
            [photographsBehindValidation.lowerBound, photographsBehindValidation.upperBound],
            forKey: .photographsBehindValidation)
        try values.encode(selectionText, forKey: .selection)
        try values.encode(seeds, forKey: .seeds)
    }
}
