import Foundation
import Testing

@testable import FileFormats

/// The tables among the inputs made after public bug reports.
@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)))
struct ReportedTableTests {
    static let folders = [
        "05_npy_xypt_whole_floats", "06_csv_whole_float_times", "11_csv_of_metavision", "12_hdf5_tables",
        "13_mat_with_text_variable", "14_npz_with_more_than_events", "15_npy_xytp_table", "19_csv_ways_of_writing",
    ]

    static let cases: [(path: String, sha256: String)] = folders.flatMap { folder -> [(path: String, sha256: String)] in
        let place = Fixtures.file("reported/" + folder)
        guard let data = try? Data(contentsOf: place.appendingPathComponent("expected.json")),
            let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
        else { return [] }
        return object.sorted { $0.key < $1.key }.compactMap { name, value in
            ((value as? [String: Any])?["canonical_sha256"] as? String).map { (folder + "/" + name, $0) }
        }
    }

    @Test(arguments: cases) func itsEventsAreRight(path: String, sha256: String) throws {
        let file = try EventFormatCatalogue.read(Fixtures.file("reported/" + path).path)
        #expect(Sha256.canonicalHash(of: file.events) == sha256)
    }
}
