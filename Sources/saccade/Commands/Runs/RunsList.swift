import ArgumentParser
import Foundation
import Messages

struct RunsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the runs, latest first.",
        discussion: """
            A filter consists of words and conditions, all of which must hold; a leading - negates one:
              tag:slide acc>50           tagged slide, and accuracy above 50 %
              nmnist -state:failed       the word in name, identifier, data set or a tag; not failed
              name="few shot" age<2d     exactly this name; created within two days
              state:running,paused       one or the other
            Text fields (: contains, = equals): \(RunFilter.textFields.joined(separator: ", ")).
            Number fields (= != < <= > >=): \(RunFilter.numberFields.joined(separator: ", ")) (acc is the test \
            accuracy, or the validation accuracy before the test).
            """)

    enum Order: String, CaseIterable {
        case created, name, accuracy, loss, edits, epoch, preset
        case dataSet = "data-set"

        /// The larger first, or the earlier letter.
        func precedes(_ left: RunSummary, _ right: RunSummary) -> Bool {
            func accuracy(_ run: RunSummary) -> Double { run.testAccuracy ?? run.validationAccuracy ?? -1 }
            return switch self {
            case .created: left.created > right.created
            case .name: left.name.localizedStandardCompare(right.name) == .orderedAscending
            case .accuracy: accuracy(left) > accuracy(right)
            case .loss: left.lastLoss ?? .infinity < right.lastLoss ?? .infinity
            case .edits: left.editCount > right.editCount
            case .epoch: left.epoch > right.epoch
            case .preset: RunSummary.inOrderOfNames(left.preset, right.preset)
            case .dataSet: RunSummary.inOrderOfNames(left.dataSet, right.dataSet)
            }
        }
    }

    @Option(parsing: .unconditional, help: ArgumentHelp("List only runs that match.", valueName: "filter"))
    var filter = ""
    @Option(
        help: "Sort by: \(Order.allCases.map(\.rawValue).joined(separator: ", ")).",
        completion: .list(Order.allCases.map(\.rawValue)), transform: Choice.parse)
    var sort = Order.created
    @Flag(help: "Reverse the order.") var reverse = false
    @Flag(help: "Print JSON, an array.") var json = false

    func run() async throws {
        try await reportingFailures {
            let filter = try RunFilter(filter)
            let host = try Host(.reading)
            let all = try host.stored.listedRuns()
            var runs = all.filter { filter.matches($0) }.enumerated().sorted {
                sort.precedes($0.element, $1.element)
                    || !sort.precedes($1.element, $0.element) && $0.offset < $1.offset
            }.map(\.element)
            if reverse { runs.reverse() }
            if json { return try JSON.print(runs) }
            guard !runs.isEmpty else {
                return try Output.line(
                    all.isEmpty
                        ? "no runs yet: `saccade train --preset digits` trains one"
                        : "none of \(all.count) runs match the filter")
            }
            let pinned = host.pinnedRun(among: all)
            let added = pinned == nil ? [] : ["Δ test"]
            let homes = all.contains { $0.home != nil } ? ["home"] : []
            var table = Table(
                ["run", "name", "state", "epoch", "validation", "test"] + added + ["edits", "tags"] + homes,
                rightAligned: Set(3...6 + added.count))
            for run in runs {
                let difference = pinned.map { pinned in
                    run.id == pinned.id
                        ? "pinned"
                        : OutcomeDifference(.pinned, of: run, to: pinned).testAccuracy.map(OutcomeDifference.points)
                            ?? "–"
                }
                table.add(
                    [
                        run.id, run.name, run.stateName,
                        "\(run.epoch)/\(run.epochs)", percent(run.validationAccuracy), percent(run.testAccuracy),
                    ] + [difference].compactMap { $0 } + ["\(run.editCount)", run.tags.joined(separator: " ")]
                        + homes.map { _ in run.home ?? "" })
            }
            try Output.line(table.text)
            if let pinned { try Output.line("Δ test: percentage points relative to the pinned run \(pinned.name)") }
            for run in runs { if let problem = run.problem { try Output.line(problem) } }
        }
    }
}
