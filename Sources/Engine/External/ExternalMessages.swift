import Configuration
import Foundation
import Messages

/// One line to an external trainer. `saccade help engine` specifies them all.
struct ExternalRequest: Encodable {
    static let protocolVersion = 1

    enum Kind: String, Encodable { case describe, start, step, edit, checkpoint, restore, evaluate, stop }

    var id = 0
    var kind: Kind
    var `protocol`: Int?
    var run: String?
    /// Every setting's value, or of an edit those that change.
    var settings: [String: KnobValue]?
    var folder: String?
    var step: Int?
    var epoch: Int?
    /// Place of the step in its epoch, from 0.
    var batch: Int?
    var epochs: Int?
    var split: String?

    init(_ kind: Kind) { self.kind = kind }

    private enum CodingKeys: String, CodingKey {
        case id, `protocol`, run, settings, folder, step, epoch, batch, epochs, split
        case kind = "do"
    }

    /// What is going on while its answer is awaited: `during step 12`.
    var activity: String {
        switch kind {
        case .describe: "while it was to describe itself"
        case .start: "while a run was to start"
        case .step: "during step \((step ?? 0) + 1)"
        case .edit: "during an edit"
        case .checkpoint: "during a checkpoint"
        case .restore: "while a checkpoint was restored"
        case .evaluate: "during the evaluation of the \(split ?? "") split"
        case .stop: "while it was to stop"
        }
    }
}

/// What every line of a trainer may have.
struct ExternalLine: Decodable {
    var id: Int?
    /// Why it cannot do what was asked.
    var error: String?
    var log: String?
    var level: LogLine.Level?

    private enum CodingKeys: String, CodingKey { case id, error, log, level }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decodeIfPresent(Int.self, forKey: .id)
        error = try values.decodeIfPresent(String.self, forKey: .error)
        log = try values.decodeIfPresent(String.self, forKey: .log)
        level = try? values.decodeIfPresent(LogLine.Level.self, forKey: .level)
    }
}

/// Answers with nothing in them that is needed.
struct ExternalDone: Decodable {}

struct ExternalStart: Decodable {
    var stepsPerEpoch: Int
    var validation: Bool?
    var test: Bool?
    var notes: [String]?
    /// Of the data it trains on: anything that changes when they do.
    var fingerprint: String?

    private enum CodingKeys: String, CodingKey {
        case validation, test, notes, fingerprint
        case stepsPerEpoch = "steps_per_epoch"
    }
}

struct ExternalStep: Decodable {
    /// By series; a value of a series that has one a layer by `series.layer`. `null` where there is none.
    var values: [String: Double?]
    var samples: Int?
    /// Of the step, waiting for data.
    var waiting: Double?
    var spikes: Spikes?
    var alignment: Alignment?

    struct Spikes: Decodable {
        var layers: [Layer]

        struct Layer: Decodable {
            var name: String
            /// Spikes per neuron at each time step, 0…1.
            var rates: [Double]
            var dead: Double?
            var saturated: Double?
        }
    }

    struct Alignment: Decodable {
        /// One a time step.
        var cka: [Double]
        var weights: [Double]?
    }
}

struct ExternalCheckpoint: Decodable {
    /// Paths relative to the folder.
    var files: [String]?
}

struct ExternalEvaluation: Decodable {
    /// 0…1.
    var accuracy: Double
    var loss: Double?
    var values: [String: Double?]?
    /// Spikes of the whole network for one recording.
    var spikes: Double?
}

/// Decoding errors in the words of whoever writes a trainer.
enum ExternalAnswer {
    static func decode<Answer: Decodable>(
        _ line: Foundation.Data, as _: Answer.Type = Answer.self, to kind: ExternalRequest.Kind
    ) throws(ExternalError) -> Answer {
        do {
            return try decoder().decode(Answer.self, from: line)
        } catch let error as DecodingError {
            let (found, expected) = text(of: error)
            throw .badAnswer(to: kind.rawValue, found: found, expected: expected)
        } catch {
            throw .badAnswer(to: kind.rawValue, found: "\(error)", expected: "the answer of `saccade help engine`")
        }
    }

    /// Python writes numbers that are not finite as NaN and Infinity.
    static func decoder() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        return decoder
    }

    static func text(of error: DecodingError) -> (found: String, expected: String) {
        func path(_ context: DecodingError.Context, _ key: (any CodingKey)? = nil) -> String {
            let keys = (context.codingPath + [key].compactMap(\.self)).map { key in
                key.intValue.map { "[\($0)]" } ?? key.stringValue
            }
            return keys.isEmpty ? "the line" : "'" + keys.joined(separator: ".").replacing(".[", with: "[") + "'"
        }
        switch error {
        case .keyNotFound(let key, let context):
            return ("\(path(context, key)) is missing", "an object with '\(key.stringValue)'")
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            return ("\(path(context)) has another type", name(of: type))
        case .dataCorrupted(let context):
            return ("\(path(context)): \(context.debugDescription)", "one JSON object on a line")
        @unknown default: return ("\(error)", "the answer of `saccade help engine`")
        }
    }

    private static func name(of type: Any.Type) -> String {
        switch type {
        case is Int.Type: "a whole number"
        case is Double.Type: "a number"
        case is String.Type: "text"
        case is Bool.Type: "true or false"
        case is [String: Any].Type: "an object"
        case is [Any].Type: "a list"
        default: "a value of type \(type)"
        }
    }
}
