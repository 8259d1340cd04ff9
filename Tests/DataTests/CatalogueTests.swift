import Foundation
import Testing

@testable import Data

@Suite struct CatalogueTests {
    private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Sources/Data")

    /// Types in a folder's files that are declared to conform.
    private func conforming(to name: String, in folder: String) throws -> Set<String> {
        let files = try FileManager.default.contentsOfDirectory(
            at: Self.sources.appendingPathComponent(folder), includingPropertiesForKeys: nil)
        let texts = try files.filter { $0.pathExtension == "swift" }.map { try String(contentsOf: $0, encoding: .utf8) }
        return Set(
            texts.flatMap { text in
                text.split(separator: "\n").compactMap { line in
                    line.hasPrefix("public struct ") && line.hasSuffix(": \(name) {")
                        ? String(line.dropFirst("public struct ".count).prefix { $0 != ":" }) : nil
                }
            })
    }

    @Test func everyFileHasItsLine() throws {
        #expect(try conforming(to: "Slicing", in: "Slicing") == Set(SlicingCatalogue.all.map { "\(type(of: $0))" }))
        #expect(
            try ["Geometric", "Count", "Input", "Mixing"].reduce(into: Set()) { found, kind in
                found.formUnion(try conforming(to: kind + "Augmentation", in: "Augmentation"))
            } == Set(AugmentationCatalogue.shipped.all.map { "\(type(of: $0))" }))
        #expect(try conforming(to: "DataSet", in: "DataSets") == Set(DataSetCatalogue.all.map { "\(type(of: $0))" }))
    }

    @Test func namesAreUniqueAndFound() throws {
        for names in [SlicingCatalogue.names, AugmentationCatalogue.shipped.names, DataSetCatalogue.names] {
            #expect(Set(names).count == names.count && !names.isEmpty)
        }
        for name in SlicingCatalogue.names { #expect(try SlicingCatalogue.slicing(name).name == name) }
        for name in DataSetCatalogue.names { #expect(try DataSetCatalogue.dataSet(name).name == name) }
    }

    @Test(arguments: DataSetCatalogue.names) func aDataSetSaysWhereItIsOrHowToGetIt(name: String) throws {
        let presence = try DataSetCatalogue.dataSet(name).presence(
            in: DataFolders(environment: try TemporaryFolder().environment))
        #expect(!presence.location.isEmpty)
        #expect(presence.isPresent || presence.location.contains("https://") || presence.location.contains("--data"))
    }
}
