import Configuration
import Messages
import TestSupport
import Testing
import Training

/// What is wrong with a run is said by name; what is right is not.
@Suite struct HealthTests {
    private static func points(_ values: [Double], every: Int = 1) -> [MetricPoint] {
        values.enumerated().map {
            MetricPoint(series: .totalLoss, optimizerStep: ($0.offset + 1) * every, value: $0.element)
        }
    }

    private static func grid(dead: Double = 0, saturated: Double = 0, rate: Double = 0.1) -> SpikeGrid {
        SpikeGrid(
            optimizerStep: 40,
            layers: [
                .init(name: "feature.0", rates: [0.1, 0.1], deadShare: 0.1, saturatedShare: 0),
                .init(name: "feature.2", rates: [rate, rate], deadShare: dead, saturatedShare: saturated),
            ])
    }

    /// A run with which nothing is wrong.
    static let sound: [MetricSeries: [MetricPoint]] = [
        .totalLoss: points((0..<40).map { 2 / Double($0 + 1) }),
        .gradientNorm: points(Array(repeating: 1.5, count: 40)),
        .eventAccuracy: points(Array(repeating: 0.8, count: 40)),
        .validationAccuracy: points((0..<40).map { 0.3 + 0.01 * Double($0) }),
        .testAccuracy: points([0.75]), .linearCKA: points(Array(repeating: 0.9, count: 40)),
    ]

    private static func with(
        _ series: MetricSeries, _ values: [Double], spikes: SpikeGrid? = grid(), progress: ProgressSnapshot? = nil
    ) -> RunEvidence {
        var curves = sound
        curves[series] = points(values)
        return RunEvidence(curves: curves, spikes: spikes, progress: progress)
    }

    static let faults: [(String, RunEvidence, String)] = [
        ("loss is not a number", with(.totalLoss, [1, 2, .nan]), "nan"),
        (
            "exploding gradient", with(.gradientNorm, Array(repeating: 1.0, count: 40) + [200, 300, 400, 300, 300]),
            "300"
        ),
        ("dead layer", with(.totalLoss, [1], spikes: grid(dead: 0.95)), "feature.2 95 %"),
        ("saturated layer", with(.totalLoss, [1], spikes: grid(saturated: 0.6)), "feature.2 60 %"),
        (
            "classes never predicted", with(.unpredictedClasses, Array(repeating: 4, count: 9) + [3]),
            "3 classes never predicted in the last 5 validations"
        ),
        ("overfitting", with(.validationAccuracy, [0.4, 0.45]), "training 80 %, validation 45 %"),
        ("test above training", with(.testAccuracy, [0.92]), "test 92 %"),
        (
            "alignment without accuracy",
            {
                var curves = sound
                curves[.linearCKA] = points([0.9, 0.99, 1, 1])
                curves[.validationAccuracy] = points([0.7, 0.75, 0.6])
                return RunEvidence(curves: curves, spikes: grid())
            }(), "fell from 75 % to 60 %"
        ),
        (
            "plateau",
            with(.validationAccuracy, Array(repeating: 0.6, count: 10) + [0.7] + Array(repeating: 0.65, count: 24)),
            "in the last 24"
        ),
        (
            "waiting for data",
            with(
                .totalLoss, [1],
                progress: ProgressSnapshot(
                    optimizerStep: 9, secondsPerStep: 0.1, secondsWaitingForData: 0.06, samplesPerSecond: 1,
                    secondsLeft: 1, residentBytes: 1)), "60 %"
        ),
    ]

    @Test(arguments: faults) func isNamed(name: String, evidence: RunEvidence, figure: String) {
        #expect(evidence.findings.map(\.name) == [name])
        #expect(evidence.findings.first?.text.contains(figure) == true, "\(evidence.findings)")
        #expect(evidence.findings.first?.advice.isEmpty == false)
    }

    @Test func everyCheckHasACase() { #expect(Set(Self.faults.map(\.0)) == Set(HealthCheckCatalogue.all.map(\.name))) }

    /// Settings that advice names are there.
    @Test func adviceNamesSettingsThatThereAre() {
        let keys = EngineDescription.shipped.knobs.map(\.key)
        let words = Self.faults.flatMap { $0.1.findings.flatMap { $0.advice.split { " (),;".contains($0) } } }
        let named = words.map(String.init).filter { $0.contains(".") && !$0.hasSuffix(".*") }
        #expect(named.count >= 5)
        for name in named { #expect(keys.contains(name), "\(name)") }
    }

    /// What a check looks at is what it says: without one of its curves it finds nothing.
    @Test func checksSayWhatTheyLookAt() {
        for check in HealthCheckCatalogue.all {
            for series in check.series { #expect(RunEvidence.series.contains(series)) }
        }
        for (name, evidence, _) in Self.faults {
            guard let check = HealthCheckCatalogue.all.first(where: { $0.name == name }) else { continue }
            let own = Dictionary(check.series.map { ($0, evidence.points($0)) }) { first, _ in first }
            let alone = RunEvidence(curves: own, spikes: evidence.spikes, progress: evidence.progress)
            #expect(check.finding(in: alone) == evidence.findings.first, "\(name)")
        }
    }

    @Test func whatIsSoundIsNotNamed() {
        #expect(RunEvidence(curves: Self.sound, spikes: Self.grid()).findings.isEmpty)
        #expect(RunEvidence(curves: [:]).findings.isEmpty)
        // Too early to tell.
        #expect(RunEvidence(curves: [.gradientNorm: Self.points([1, 1000])]).findings.isEmpty)
    }

    @Test func advisesWhereNoGradientPasses() throws {
        let silent = RunEvidence(curves: [:], spikes: Self.grid(dead: 1, rate: 0))
        #expect(try #require(silent.findings.first).advice.contains("surrogate"))
    }
}
