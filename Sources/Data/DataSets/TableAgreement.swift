import FileFormats
import Files
import Foundation
import Synchronization

/// Reads the files of one set alike: what nothing tells of their tables is found out from several of them, and a file that
/// cannot be read so is refused, instead of being read in another way without a word.
final class TableAgreement: Sendable {
    private let table: TableOptions
    private let paths: [String]
    private let agreed = Mutex<[String: TableLayout?]>([:])

    /// Files that are looked at of each ending.
    private static let mostFiles = 8

    /// - Parameter table: what the user says.
    init(_ paths: [String], _ table: TableOptions) { (self.paths, self.table) = (paths, table) }

    /// Whether the user says nothing about tables.
    var isLeftToFiles: Bool { table == TableOptions() }

    private static func ending(of path: String) -> String { PathName(path).ending.lowercased() }

    /// - Throws: `DataSetError.file`; also if files of the set would be read in different ways.
    func read(_ path: String, sensor: SensorSize? = nil) throws(DataSetError) -> EventFile {
        let ending = Self.ending(of: path)
        guard EventFormatCatalogue.tableEndings.contains(ending) else {
            return try EventFiles.read(path, sensor: sensor)
        }
        var options = table
        options.agreed = try layout(of: ending)
        return try EventFiles.read(path, sensor: sensor, table: options)
    }

    /// Found out once; who comes meanwhile waits.
    private func layout(of ending: String) throws(DataSetError) -> TableLayout? {
        try agreed.withLock { agreed throws(DataSetError) in
            if let known = agreed[ending] { return known }
            let found = try agreement(of: paths.filter { Self.ending(of: $0) == ending })
            agreed[ending] = .some(found)
            return found
        }
    }

    private func agreement(of files: [String]) throws(DataSetError) -> TableLayout? {
        let step = max(1, (files.count + Self.mostFiles - 1) / Self.mostFiles)
        var agreed = TableLayout()
        var (order, unit, fractional) = ("", "", "")
        for path in stride(from: 0, to: files.count, by: step).map({ files[$0] }) {
            // What cannot be read is told when it is its turn.
            guard let layout = try? EventFiles.read(path, table: table).layout else { continue }
            try Self.agree(layout.order, &agreed.order, path, &order) { "columns \($0.joined(separator: ","))" }
            try Self.agree(layout.unit, &agreed.unit, path, &unit) { "times in \($0.symbol)" }
            try Self.agree(layout.fractionalUnit, &agreed.fractionalUnit, path, &fractional) { "times in \($0.symbol)" }
        }
        return agreed == TableLayout() ? nil : agreed
    }

    /// - Parameter first: the file that the agreement comes from.
    private static func agree<Value: Equatable>(
        _ own: Value?, _ agreed: inout Value?, _ path: String, _ first: inout String, _ shown: (Value) -> String
    ) throws(DataSetError) {
        guard let own else { return }
        guard let known = agreed else {
            (agreed, first) = (own, path)
            return
        }
        if known != own { throw differing(path, shown(own), "\(first) has \(shown(known))") }
    }

    private static func differing(_ path: String, _ own: String, _ other: String) -> DataSetError {
        .file(
            .unclearTable(
                path: path, found: "what looks like \(own)", reason: "in the same set, \(other)", readings: []))
    }
}
