import ArgumentParser
import Foundation
import Terminal

/// Lists the themes.
struct ThemesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "themes", abstract: "List the themes.")

    @Flag(help: "Print JSON, an array of names.") var json = false

    func run() async throws {
        try await reportingFailures {
            let catalogue = ThemeCatalogue()
            if json { return try JSON.print(catalogue.themes.map(\.name)) }
            for theme in catalogue.themes { print(theme.name) }
            for problem in catalogue.problems { StandardError.line("\(problem)") }
        }
    }
}
