import ArgumentParser
import Data
import Foundation
import Screens
import Terminal

/// Plays a recording of a data set.
struct DataPlayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "play", abstract: "Play a recording of a data set in the terminal, or print it slice by slice.",
        discussion: EventsPlayCommand.discussion)

    @OptionGroup var subject: SampleArgument
    @Option(help: "Color theme; default: $SACCADE_THEME.") var theme: String?
    @OptionGroup var printer: SlicePrinter

    func run() async throws {
        try await reportingFailures {
            let host = try Host(.reading, folders: subject.folders)
            var printer = self.printer
            if let width = subject.table.width { printer.columns = width }
            try await EventsPlayCommand.play(try await subject.picture(host), notes: [], theme: theme, printer)
        }
    }
}
