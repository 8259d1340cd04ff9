import Configuration
import Foundation
import Messages
import RunStore
import Testing
import TestSupport
import Training

@Suite struct PresetReadingTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    private func load(_ data: Data) throws -> (String, Result<Preset, PresetError>) {
        let file = scratch.root.appendingPathComponent("try.yaml")
        try data.write(to: file)
        let presets = PresetStore(paths: scratch.paths)
        return (file.path, Result { () throws(PresetError) in try presets.load(file.path) })
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        var text: String
        var line: Int
        var column: Int
        var says: String
        init(_ text: String, _ line: Int, _ column: Int, _ says: String) {
            (self.text, self.line, self.column, self.says) = (text, line, column, says)
        }
        var testDescription: String { text.debugDescription }
    }

    static let bad = [
        Bad("- a\n- b\n", 1, 1, "a list"),
        Bad("just text", 1, 1, "'just text'"),
        Bad("lsos:\n  kind: mse\n", 1, 1, "did you mean 'loss'?"),
        Bad("Note: x\n", 1, 1, "did you mean 'note'?"),
        Bad("loss.domain_coefficient: 1\n", 1, 1, "write 'loss:' with"),
        Bad("loss:\n  domian_coefficient: 1\n", 2, 3, "did you mean 'domain_coefficient'?"),
        Bad("loss:\n  epochs: 1\n", 2, 3, "did you mean 'training.epochs'?"),
        Bad("# c\n\nloss: 3\n", 3, 7, "expected section 'loss' to be a mapping"),
        Bad("loss: \"\"\n", 1, 7, "expected section 'loss' to be a mapping"),
        Bad("loss: [a]\n", 1, 7, "a list"),
        Bad("loss:\n  domain_coefficient: [1, 2]\n", 2, 23, "found a list"),
        Bad("loss:\n  domain_coefficient:\n    a: 1\n", 3, 5, "found a mapping"),
        Bad("loss:\n  domain_coefficient:\n", 2, 3, "has no value"),
        Bad("data:\n  folder: # nothing\n", 2, 3, "has no value"),
        Bad("loss:\n  domain_coefficient: 11\n", 2, 23, "a number from 0 to 10"),
        Bad("loss:\n  domain_coefficient: -0.1\n", 2, 23, "cannot be -0.1"),
        Bad("loss:\n  domain_coefficient: .nan\n", 2, 23, "'.nan'"),
        Bad("loss:\n  domain_coefficient: nan\n", 2, 23, "cannot be nan"),
        Bad("loss:\n  domain_coefficient: inf\n", 2, 23, "a number from"),
        Bad("loss:\n  domain_coefficient: 1,5\n", 2, 23, "'1,5'"),
        Bad("loss:\n  domain_coefficient: !!int ~\n", 2, 23, "'~'"),
        Bad("training:\n  epochs: 2.5\n", 2, 11, "'2.5' is not a value for training.epochs"),
        Bad("training:\n  epochs: 1_000\n", 2, 11, "'1_000'"),
        Bad("training:\n  epochs: 0x10\n", 2, 11, "'0x10'"),
        Bad("training:\n  epochs: 99999999999999999999\n", 2, 11, "a whole number"),
        Bad("training:\n  epochs: 0\n", 2, 11, "cannot be 0"),
        Bad("data:\n  crop: maybe\n", 2, 9, "true or false"),
        Bad("loss:\n  kind: huber\n", 2, 9, "cross-entropy, mse, mix"),
        Bad("loss:\n  kind: mse\n  kind: mix\n", 2, 3, "more than once"),
        Bad("loss:\n  kind: mse\ndata:\n  set: digits\nloss:\n  kind: mix\n", 1, 1, "more than once"),
        Bad("note:\n  a: b\n", 2, 3, "expected the note to be a single value"),
        Bad("network:\n  model: mni\n", 2, 10, "did you mean 'mini'?"),
        Bad("edits:\n  - at: 0.5\n    sliding.strategy: slidin\n", 3, 23, "did you mean 'sliding'?"),
        Bad("loss:\n\tkind: mse\n", 2, 1, "tab"),
        Bad("loss:\n  kind: 'mse\n", 3, 1, "not YAML"),
        Bad("loss: {kind: mse\n", 2, 1, "not YAML"),
        Bad("loss:\n  kind: *nobody\n", 2, 9, "not YAML"),
        Bad("loss:\n  kind: mse\n---\nloss:\n  kind: mix\n", 3, 1, "not YAML"),
        Bad("loss:\n  <<: {kind: mse}\n", 2, 3, "unknown key '<<'"),
        Bad("? [a]\n: b\n", 1, 3, "a list"),
        Bad("note: a\u{7}\n", 1, 8, "not YAML"),
    ]

    @Test(arguments: bad)
    func badTextIsRefusedWithItsPlace(bad: Bad) throws {
        let (path, result) = try load(Data(bad.text.utf8))
        guard case .failure(.content(let found, let line, let column, let problem)) = result else {
            return #expect(Bool(false), "\(result)")
        }
        #expect(found == path)
        #expect((line, column) == (bad.line, bad.column), "\(problem)")
        #expect(problem.description.contains(bad.says), "\(problem)")
    }

    @Test(arguments: EngineDescription.shipped.knobs.map(\.key))
    func everyKnobRefusesAListInItsPlace(key: String) throws {
        let knob = try EngineDescription.shipped.knob(key)
        let (_, result) = try load(Data("\(knob.section):\n  \(knob.name): [1]\n".utf8))
        #expect(throws: PresetError.self) { try result.get() }
    }

    @Test func bytesThatAreNotTextAreRefused() throws {
        let (path, result) = try load(Data("note: a\nloss:\n  kind: ".utf8) + Data([0xFF, 0xFE]))
        #expect(throws: PresetError.content(path: path, line: 3, column: 1, problem: .notUTF8)) { try result.get() }
        let (_, large) = try load(Data(repeating: UInt8(ascii: "#"), count: 2 << 20))
        #expect(throws: PresetError.self) { try large.get() }
        #expect(
            throws: PresetError.storage(
                .unreadable(path: scratch.root.path, reason: "it is a folder, not a regular file"))
        ) {
            try PresetStore(paths: scratch.paths).load(scratch.root.path)
        }
    }

    @Test(arguments: ["[", "{a: ", "- "])
    func textNestedWithoutEndIsRefused(opening: String) throws {
        let (_, result) = try load(Data(String(repeating: opening, count: 20_000).utf8))
        #expect(throws: PresetError.self) { try result.get() }
    }

    @Test(arguments: [
        "", "\n", "# only a comment\n", "---\n", "loss:\n", "loss:\n  # kind: mse\n", "loss: {}\n",
        "\u{FEFF}note: \"\"\n",
    ])
    func nothingMeansDefaults(text: String) throws {
        let (_, result) = try load(Data(text.utf8))
        #expect(try result.get().configuration == RunConfiguration())
    }

    @Test func valuesAreReadAsWritten() throws {
        let text = """
            note: >-
              Folded
              text.
            data: {columns: no, folder: 012, image_folder: "~"}  # a name, not a truth value; text, not ten
            training:
              epochs: 012
              seed: "7"
            optimizer:
              learning_rate: 1e-3
              weight_decay: .5
            loss:
              domain_alignment: no
              temporal_efficient_training: Off\r\n
            """
        let (_, result) = try load(Data(text.utf8))
        let preset = try result.get()
        #expect(preset.note == "Folded text.")
        #expect(preset.name == "try")
        let configuration = preset.configuration
        #expect(
            (configuration.data.columns, configuration.data.folder, configuration.data.imageFolder) == (
                "no", "012", "~"
            ))
        #expect((configuration.training.epochs, configuration.training.seed) == (12, 7))
        #expect((configuration.optimizer.learningRate, configuration.optimizer.weightDecay) == (1e-3, 0.5))
        #expect(!configuration[DomainAlignment.isOn])
        #expect(!configuration.loss.temporalEfficientTraining)
    }
}
