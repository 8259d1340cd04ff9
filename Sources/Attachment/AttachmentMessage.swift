import Foundation
import Messages

/// What the process that trains says to a viewer.
enum MessageToViewer: Sendable, Codable {
    /// The first.
    case hello(version: Int, process: Int32)
    /// Instead of all others: there is no room for this viewer.
    case refused(reason: String)
    /// What the run did before; the second. `nil`: no run has begun.
    case past(AttachedPast?)
    case reports(ReportList)
    case answer(number: Int, CommandAnswer)
    /// The process ends as it should: nothing comes after this.
    case goodbye
}

/// Reports on the wire. An engine of a later version may say what this program does not know: that is left out, and named.
struct ReportList: Sendable, Codable {
    var reports: [EngineReport]
    /// Names of those that were left out.
    private(set) var unknown: [String] = []

    init(_ reports: [EngineReport]) { self.reports = reports }

    init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        reports = []
        while !list.isAtEnd {
            // What cannot be decoded is not passed over by itself.
            let before = list.currentIndex
            if let report = try? list.decode(EngineReport.self) {
                reports.append(report)
                continue
            }
            if list.currentIndex == before {
                let other = try list.decode(OtherReport.self)
                unknown.append(other.name)
            }
        }
    }

    func encode(to encoder: any Encoder) throws {
        var list = encoder.unkeyedContainer()
        for report in reports { try list.encode(report) }
    }

    private struct OtherReport: Decodable {
        let name: String

        private struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            name = try decoder.container(keyedBy: Key.self).allKeys.first?.stringValue ?? "something"
        }
    }
}

/// What a viewer says to the process that trains.
enum MessageToTrainer: Sendable, Codable {
    /// Numbers are the viewer's own, for the answers.
    case command(number: Int, TuningCommand)
}

/// A run up to the moment at which a viewer came.
public struct AttachedPast: Sendable, Hashable, Codable {
    public var state: RunState
    /// Its edits, checkpoints, notes and curves (thinned so that no spike disappears).
    public var detail: RunDetail

    public init(state: RunState, detail: RunDetail) { (self.state, self.detail) = (state, detail) }
}

/// A message on the wire: its length in four bytes, the greatest first, then JSON.
enum Frame {
    static let version = 3
    /// Those that are understood: a later version may say more, and what this one does not know is left out.
    static let understood = 2...Int.max
    /// More than any past has; less than what could fill the memory.
    static let limit = 256 << 20

    /// `nil` if it is larger than any message may be.
    static func data(of message: some Encodable) -> Data? {
        guard let body = try? encoder.encode(message), body.count <= limit else { return nil }
        return withUnsafeBytes(of: UInt32(body.count).bigEndian) { Data($0) } + body
    }

    static func write(_ message: some Encodable, to socket: UnixSocket) -> Bool {
        data(of: message).map(socket.write) ?? false
    }

    enum Reading<Message> {
        case message(Message)
        case ended, silent
    }

    /// - Throws: `AttachmentError.garbled`.
    static func read<Message: Decodable>(
        _: Message.Type, from socket: UnixSocket
    ) throws(AttachmentError) -> Reading<Message> {
        let head: Data
        switch socket.read(4) {
        case .bytes(let bytes): head = bytes
        case .ended: return .ended
        case .silent: return .silent
        }
        let length = head.reduce(0) { $0 << 8 | Int($1) }
        guard length <= limit else { throw .garbled("a message of \(length) bytes") }
        switch socket.read(length) {
        case .bytes(let body):
            do {
                return .message(try decoder.decode(Message.self, from: body))
            } catch {
                throw .garbled("\(error)")
            }
        case .ended: return .ended
        case .silent: return .silent
        }
    }

    /// Not-a-number and infinities are figures like any other.
    private static let names = (positive: "inf", negative: "-inf", nan: "nan")

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: names.positive, negativeInfinity: names.negative, nan: names.nan)
        return encoder
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: names.positive, negativeInfinity: names.negative, nan: names.nan)
        return decoder
    }
}
