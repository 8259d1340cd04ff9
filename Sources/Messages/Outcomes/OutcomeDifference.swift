import Configuration

/// By how much a run did better than another that it is measured against. Accuracies are shares: 0.012 are 1.2 percentage
/// points.
public struct OutcomeDifference: Sendable, Hashable {
    /// Why it is that run that is compared with.
    public enum Kind: String, Sendable, Hashable, Codable { case pinned, parent }

    public var kind: Kind
    /// Identifier of the run compared with.
    public var reference: String
    public var referenceName: String
    /// This run's minus the other's, −1…1; `nil` where one of them has none.
    public var testAccuracy: Double?
    public var validationAccuracy: Double?
    /// The same of the test accuracy, seed by seed: over the seeds with which both were trained, where the history holds
    /// several finished and tested runs that share their settings but the seed. `nil` for fewer than two such seeds.
    public var overSeeds: MeanInterval?

    /// - Parameters:
    ///   - runs: among which runs with other seeds are looked for.
    ///   - description: says what the seed is.
    public init(
        _ kind: Kind, of run: RunOutcome, to reference: RunOutcome, among runs: [RunOutcome],
        described description: EngineDescription
    ) {
        self.init(kind, of: run.summary, to: reference.summary)
        // Where the seed alone differs, there is nothing to be said but for chance.
        guard
            SeedlessSettings(run, described: description) != SeedlessSettings(reference, described: description)
        else { return }
        let own = RunOutcome.tested(like: run, among: runs, described: description)
        let others = RunOutcome.tested(like: reference, among: runs, described: description)
        let differences = own.keys.sorted().compactMap { seed in
            Self.difference(own[seed]?.summary.testAccuracy, others[seed]?.summary.testAccuracy)
        }
        if differences.count > 1 { overSeeds = MeanInterval(differences) }
    }

    /// Of the two runs alone.
    public init(_ kind: Kind, of run: RunSummary, to reference: RunSummary) {
        self.kind = kind
        (self.reference, referenceName) = (reference.id, reference.name)
        testAccuracy = Self.difference(run.testAccuracy, reference.testAccuracy)
        validationAccuracy = Self.difference(run.validationAccuracy, reference.validationAccuracy)
    }

    static func difference(_ value: Double?, _ reference: Double?) -> Double? {
        guard let value, let reference else { return nil }
        return value - reference
    }
}

extension OutcomeDifference {
    /// The runs to which a run is compared: the pinned one first, then the one that it was forked from or made of.
    public static func references(
        of run: RunSummary, pinned: String?, among runs: [RunSummary]
    ) -> [(kind: Kind, run: RunSummary)] {
        let wanted = [(Kind.pinned, pinned), (.parent, run.parent)]
        var seen: Set<String> = [run.id]
        return wanted.compactMap { kind, id in
            guard let id, let found = runs.first(where: { $0.id == id }), found.problem == nil,
                seen.insert(id).inserted
            else { return nil }
            return (kind, found)
        }
    }

    /// The runs whose settings are to be read for the difference over seeds: those that may share a run's settings, the
    /// latest first.
    public static func candidates(
        for run: RunSummary, _ references: [RunSummary], among runs: [RunSummary]
    ) -> [String] {
        let subjects = [run] + references
        let alike = runs.filter { other in
            other.phase == .finished && other.testAccuracy != nil
                && subjects.contains {
                    $0.dataSet == other.dataSet && $0.epochs == other.epochs && $0.optimizerStep == other.optimizerStep
                }
        }
        let first = subjects.map(\.id)
        return first + alike.map(\.id).filter { !first.contains($0) }.prefix(candidateLimit)
    }

    /// More runs with the same settings but the seed do not make an interval much narrower.
    static let candidateLimit = 256
}

// MARK: In words

extension OutcomeDifference {
    /// Percentage points with their sign: `+1.2`, `-0.4`, `0.0`.
    public static func points(_ share: Double) -> String {
        let tenths = Int((min(100, max(-100, share)) * 1000).rounded())
        let sign = tenths > 0 ? "+" : tenths < 0 ? "-" : ""
        return "\(sign)\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }

    /// `pinned run base`, `parent base`.
    public var referenceText: String { (kind == .pinned ? "pinned run " : "parent ") + referenceName }

    /// `test +1.2 points, validation +0.4 points`; `nil` where nothing of both is known.
    public var figuresText: String? {
        let parts = [
            testAccuracy.map { "test \(Self.points($0)) points" },
            validationAccuracy.map { "validation \(Self.points($0)) points" },
        ].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// `mean over 5 seeds +1.0, 95 % interval +0.4 to +1.6, Student's t`; `nil` where there are no several seeds.
    public var seedsText: String? {
        guard let overSeeds, let low = overSeeds.low, let high = overSeeds.high else { return nil }
        return "mean over \(overSeeds.count) seeds \(Self.points(overSeeds.mean)), "
            + "95 % interval \(Self.points(low)) to \(Self.points(high)), Student's t"
    }
}

extension OutcomeDifference: Encodable {
    private enum Key: String, CodingKey {
        case kind, reference, referenceName, testAccuracy, validationAccuracy, overSeeds
    }

    /// Every key, with null where there is nothing: scripts look for them.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(kind, forKey: .kind)
        try values.encode(reference, forKey: .reference)
        try values.encode(referenceName, forKey: .referenceName)
        try values.encode(testAccuracy, forKey: .testAccuracy)
        try values.encode(validationAccuracy, forKey: .validationAccuracy)
        try values.encode(overSeeds, forKey: .overSeeds)
    }
}
