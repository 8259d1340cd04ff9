import Configuration
import Data
import Foundation
import Messages
import RunStore
import Testing
import TestSupport
import Training

@Suite struct PresetRewritingTests {
    let scratch: Scratch
    let presets: PresetStore

    init() throws {
        scratch = try Scratch()
        presets = PresetStore(paths: scratch.paths)
    }

    /// Saves over a text that a person wrote, and returns what stands there then.
    private func resaved(_ text: String, note: String? = nil, _ change: (inout RunConfiguration) -> Void) throws
        -> String
    {
        let file = try scratch.write(text, to: "config/presets/mine.yaml")
        let old = try presets.load("mine")
        var configuration = old.configuration
        change(&configuration)
        try presets.save(name: "mine", configuration: configuration, note: note ?? old.note, replacing: true)
        let read = try presets.load("mine")
        #expect(read.configuration == configuration)
        #expect(read.note == note ?? old.note)
        return try scratch.text(of: file)
    }

    static let text = """
        # My preset.

        note: old   # why
        # How it slides.
        sliding:
          # steeper than usual
          exponent: 4   # was 3

        data:
            columns: 'it''s'  # quoted
            folder: "a # \\" b" # too
            flip: true

        # the end

        """

    @Test func nothingChangesWhereNothingChanged() throws {
        #expect(try resaved(Self.text) { _ in } == Self.text)
    }

    @Test func valuesChangeInPlaceAndCommentsStay() throws {
        let result = try resaved(Self.text, note: "new: one") {
            $0[Sliding.exponent] = 2.5
            $0.data.columns = "nmnist"
            $0.data.folder = "/x"
            $0[HorizontalFlip.isOn] = false
            $0.data.size = 34
            $0.training.seed = 9
        }
        #expect(
            result == """
                # My preset.

                note: "new: one"   # why
                # How it slides.
                sliding:
                  # steeper than usual
                  exponent: 2.5   # was 3

                data:
                    columns: nmnist  # quoted
                    folder: /x # too
                    flip: false
                    size: 34

                # the end

                training:
                  seed: 9

                """)
    }

    @Test func aNoteIsAddedRemovedAndReplaced() throws {
        let removed = try resaved(Self.text, note: "") { _ in }
        #expect(removed == Self.text.replacingOccurrences(of: "note: old   # why\n", with: ""))
        let added = try resaved("# Mine.\nloss:\n  kind: mse\n", note: "new") { _ in }
        #expect(added == "# Mine.\nnote: new\n\nloss:\n  kind: mse\n")
        let replaced = try resaved("note: |\n  a\n\n  b\n\n# c\nloss:\n  kind: mse\n", note: "x\ny") { _ in }
        #expect(replaced.contains("# c\nloss:\n  kind: mse\n"))
        #expect(replaced.hasPrefix("note: |-\n  x\n  y\n"))
    }

    @Test(arguments: [
        "loss: {kind: mse}  # flow\n", "loss:\n  kind: \"m\\\n    se\"\n", "{loss: {kind: mse}}", "note: x",
        "# only a comment", "loss:\n# kind: mix\ndata:\n  set: nmnist",
        "loss: &a\n  kind: mse\n", "\"loss\":\n    'kind':   mse\n", "loss:\r\n  kind: mse # c\r\n",
    ])
    func whateverTheLayoutTheValuesAreRight(text: String) throws {
        _ = try resaved(text, note: "another") {
            $0.loss.kind = "mix"
            $0[DomainAlignment.coefficient] = 2
            $0[Sliding.curve] = "0:0, 1:1"
        }
    }

    @Test func aBrokenFileIsWrittenAnew() throws {
        _ = try scratch.write("loss: [", to: "config/presets/mine.yaml")
        try presets.save(name: "mine", configuration: .unusual, note: "n", replacing: true)
        #expect(try presets.load("mine").configuration == .unusual)
    }
}
