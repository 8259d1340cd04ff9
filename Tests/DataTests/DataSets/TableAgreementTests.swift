import FileFormats
import Foundation
import Testing

@testable import Data

/// Files of one set whose tables tell nothing of themselves.
@Suite struct TableAgreementTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let events = (0..<60).map { (index: Int) -> Event in
        let (x, y) = (UInt16(index * 7 % 32), UInt16(index * 5 % 24))
        return Event(timestamp: Int64(index * 997), x: x, y: y, polarity: UInt8(index / 3 % 2))
    }

    /// - Parameter unit: µs in one unit of the file.
    private func text(_ order: String, unit: Int64 = 1, count: Int = 60) -> [UInt8] {
        Self.events.prefix(count).map { event -> String in
            let numbers: [Character: String] = [
                "t": "\(event.timestamp / unit)", "x": "\(event.x)", "y": "\(event.y)", "p": "\(event.polarity)",
            ]
            return order.map { numbers[$0] ?? "0" }.joined(separator: ",") + "\n"
        }.joined().utf8.map { $0 }
    }

    private func write(_ files: [[UInt8]]) throws {
        for (index, file) in files.enumerated() {
            try folder.write("\(index % 2 == 0 ? "left" : "right")/\(index).csv", file)
        }
    }

    @Test func allFilesAreReadAlike() throws {
        // Of three events the order cannot be told: they follow the others.
        try write((0..<20).map { text("xypt", count: $0 == 3 ? 3 : 60) })
        let contents = try folder.open("folders")
        for index in contents.recordings.indices {
            let events = try contents.recording(at: index).events
            #expect(Array(events) == Array(Self.events.prefix(events.count)))
        }
    }

    @Test func aFileOfAnotherOrderIsRefused() throws {
        try write((0..<10).map { text($0 == 9 ? "xytp" : "xypt") })
        let contents = try folder.open("folders")
        #expect {
            for index in contents.recordings.indices { _ = try contents.recording(at: index) }
        } throws: { "\($0)".contains("set") && "\($0)".contains("data.columns") }
    }

    @Test func twoUnitsAreRefused() throws {
        try write((0..<4).map { text("txyp", unit: $0 == 2 ? 1000 : 1) })
        let contents = try folder.open("folders")
        #expect {
            for index in contents.recordings.indices { _ = try contents.recording(at: index) }
        } throws: { "\($0)".contains("ms") && "\($0)".contains("data.time_unit") }
    }

    /// One event a second among files of a thousand: it may be the unit of the others, and is no usual recording of that.
    @Test func aSparseFileIsAskedWithTheUnitOfTheOthers() throws {
        let sparse = Self.events.prefix(60).enumerated().map { index, event in
            "\(index * 1_000_000),\(event.x),\(event.y),\(event.polarity)\n"
        }
        try write((0..<10).map { $0 == 9 ? Array(sparse.joined().utf8) : text("txyp") })
        let contents = try folder.open("folders")
        #expect {
            for index in contents.recordings.indices { _ = try contents.recording(at: index) }
        } throws: {
            let text = "\($0)"
            return text.contains("the other files of the set") && text.contains("--unit us")
                && text.contains("--unit ns")
        }
    }

    @Test func theUserSaysIt() throws {
        try write((0..<4).map { _ in text("yxpt") })
        var folders = folder.folders()
        folders.table = try #require(TableOptions(columns: "y,x,p,t", unit: "ms"))
        let contents = try FolderDataSet().open(folders)
        let events = try contents.recording(at: 0).events
        #expect(events.map(\.x) == Self.events.map(\.x))
        #expect(events.last?.timestamp == Self.events.last.map { $0.timestamp * 1000 })
    }
}
