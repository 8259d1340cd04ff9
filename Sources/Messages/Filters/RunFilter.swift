/// Which runs are meant.
public typealias RunFilter = Filter<RunSummary>

extension RunSummary: Filterable {
    public static let filterFields: [FilterField<RunSummary>] = [
        .text("name") { [$0.name] },
        .text("id") { [$0.id] },
        .text("tag") { $0.tags },
        .text("note") { [$0.note] },
        .text("set") { [$0.dataSet] },
        .text("parent") { $0.parent.map { [$0] } ?? [] },
        .text("state") { [$0.stateName] },
        .text("preset") { $0.preset.map { [$0] } ?? [] },
        // Of the test recordings, or of the validation recordings before there is a test.
        .number("acc", .percentage) { ($0.testAccuracy ?? $0.validationAccuracy).map { $0 * 100 } },
        .number("test", .percentage) { $0.testAccuracy.map { $0 * 100 } },
        .number("val", .percentage) { $0.validationAccuracy.map { $0 * 100 } },
        .number("loss") { $0.lastLoss },
        .number("epoch") { Double($0.epoch) },
        .number("epochs") { Double($0.epochs) },
        .number("step", .count) { Double($0.optimizerStep) },
        .number("edits") { Double($0.editCount) },
        .number("seed") { Double($0.seed) },
        .number("fork", .count) { $0.forkStep.map(Double.init) },
        .age("age", since: \.created),
    ]

    public var filterWords: [String] { [name, id, dataSet] + tags }
}
