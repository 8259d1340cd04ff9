import Foundation
import FileFormats
import Messages
import Plotting
import RunStore
import Terminal

/// A folder with what analyses have found: pictures with the numbers behind them, tables, and an account of all.
final class AnalysisFiles {
    let folder: String
    private let isRaster: Bool
    /// Files that were written, without the account.
    private(set) var count = 0

    /// Wider tables are files only.
    static let mostColumns = 16

    /// - Throws: `StorageError` if the folder cannot be made, `CommandFailure` if a report is there already.
    init(folder: String, isRaster: Bool, replaces: Bool) throws {
        (self.folder, self.isRaster) = (folder, isRaster)
        guard replaces || !FileManager.default.fileExists(atPath: "\(folder)/report.md") else {
            throw CommandFailure(
                "\(folder) has a report.md already: name another folder, or write over what is there with --force")
        }
        try StoragePaths.ensure(URL(fileURLWithPath: folder, isDirectory: true))
    }

    private var ending: String { isRaster ? "png" : "svg" }

    /// - Throws: `FileFormatError.unwritable`, `FigureError`.
    func write(_ report: AnalysisReport) throws {
        for table in report.tables {
            let lines = ([table.columns] + table.rows).map { $0.map(CSVText.field).joined(separator: ",") + "\n" }
            try write(Data(lines.joined().utf8), "\(Self.name(report, table.name)).csv")
        }
        for picture in report.pictures {
            let name = Self.name(report, picture.name)
            let (figure, size) = (picture.figure, picture.size)
            try write(isRaster ? figure.png(size: size) : figure.svg(size: size), "\(name).\(ending)")
            try write(Data(figure.csv.utf8), "\(name)-picture.csv")
        }
    }

    /// - Parameter left: what was not made, and why.
    func writeAccount(_ reports: [AnalysisReport], left: [String], of subject: String) throws {
        var lines = ["# \(subject)", ""]
        for report in reports {
            lines += ["## \(report.title)", ""] + report.findings.map { "- " + $0 } + [""]
            for picture in report.pictures {
                lines += ["![\(picture.figure.title)](\(Self.name(report, picture.name)).\(ending))", ""]
            }
            for table in report.tables {
                guard table.columns.count <= Self.mostColumns else {
                    lines += ["[\(table.title)](\(Self.name(report, table.name)).csv)", ""]
                    continue
                }
                lines += [table.title, "", Self.line(table.columns), Self.rule(table.columns.count)]
                lines += table.rows.map(Self.line) + [""]
            }
            lines += report.notes.map { "*\($0)*" } + [""]
        }
        if !left.isEmpty { lines += ["## Left out", ""] + left.map { "- " + $0 } + [""] }
        try AtomicFile.replace("\(folder)/report.md", with: Array(lines.joined(separator: "\n").visible.utf8))
    }

    private func write(_ data: Data, _ name: String) throws {
        try AtomicFile.replace("\(folder)/\(name)", with: [UInt8](data))
        count += 1
    }

    /// `confusion`, or `confusion-by-class`.
    private static func name(_ report: AnalysisReport, _ part: String) -> String {
        part.hasPrefix(report.analysis) ? part : "\(report.analysis)-\(part)"
    }

    private static func line(_ cells: [String]) -> String {
        "| "
            + cells.map { $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }
            .joined(separator: " | ") + " |"
    }

    private static func rule(_ columns: Int) -> String {
        "|" + (0..<columns).map { $0 == 0 ? "---" : "--:" }.joined(separator: "|") + "|"
    }
}
