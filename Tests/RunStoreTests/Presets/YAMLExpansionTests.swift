import Foundation
import ShippedFiles
import Testing

@testable import RunStore

@Suite struct YAMLExpansionTests {
    /// Ten levels of ten: half a kilobyte that stands for ten thousand million values.
    private static let laughs =
        "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        + (1...9).map { level in
            "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
        }.joined()

    @Test(arguments: [
        laughs + "? *a9\n: 1\n", laughs, laughs.replacingOccurrences(of: "\n", with: "\r"),
        "a: &a\n  k: [1]\nb: &b\n" + String(repeating: "  - *a\n", count: 200) + "c: [*b"
            + String(repeating: ", *b", count: 200) + "]\n",
    ]) func textsThatGrowAreRefusedBeforeTheyAreParsed(text: String) {
        #expect(!YAMLExpansion.isBounded(text))
        #expect {
            try ConfigurationReader(.shipped).read(Data(text.utf8), path: "bomb.yaml")
        } throws: { "\($0)".contains("bomb.yaml") && "\($0)".contains("aliases") }
    }

    /// A few names for colors that everything refers to, rules of typography in a note, shipped files.
    @Test func ordinaryTextsAreNot() throws {
        let colors = (0..<20).map { "c\($0): &c\($0) \"#ff00\($0 + 10)\"\n" }.joined()
        let uses = (0..<200).map { "u\($0): *c\($0 % 20)\n" }.joined()
        #expect(YAMLExpansion.isBounded(colors + uses))
        #expect(YAMLExpansion.isBounded("note: \"R&D *** a*b & c\"\n"))
        for folder in [ShippedFiles.presets, ShippedFiles.themes] {
            for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
                #expect(YAMLExpansion.isBounded(try String(contentsOf: file, encoding: .utf8)), "\(file)")
            }
        }
    }

    @Test func depthHasAnEnd() {
        for text in [
            String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 100_000),
            String(repeating: "- ", count: 100_000), String(repeating: "? ", count: 100_000),
        ] {
            #expect(throws: (any Error).self) {
                try ConfigurationReader(.shipped).read(Data(text.utf8), path: "deep.yaml")
            }
        }
    }
}
