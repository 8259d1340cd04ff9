import Foundation
import Testing

@testable import FileFormats

@Suite("Event files of TensorBoard") struct TensorBoardFileTests {
    private let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("saccade-tensorboard-\(UUID().uuidString)").path

    private static func scalar(_ tag: String, _ step: Int, _ value: Double) -> TensorBoardEvent {
        TensorBoardEvent(wallTime: 1000 + Double(step), step: step, content: .values([.init(tag, .scalar(value))]))
    }

    private func write(_ events: [TensorBoardEvent], at time: Double = 1_700_000_000) throws -> String {
        let writer = try TensorBoardWriter(folder: folder, time: time)
        for event in events { writer.add(event) }
        try writer.flush()
        return writer.path
    }

    @Test("come back as they were written, each kind of value")
    func roundTrip() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let settings: [String: Hyperparameters.Value] = [
            "a.number": .number(0.5), "a.flag": .flag(true), "a.text": .text("|λ|"), "none": .flag(false),
        ]
        let start = Hyperparameters.start(settings: settings, time: 12)
        let events = [
            Self.scalar("loss.total", 1, 0.25), Self.scalar("loss.total", 300, .infinity),
            TensorBoardEvent(
                wallTime: 2, step: 1 << 40,
                content: .values([
                    .init("notes", .text("two\nlines")), .init(start.tag, .hyperparameters(start)),
                    .init("spikes", title: "Spikes", .image(width: 2, height: 1, png: [1, 2, 3])),
                ])),
            TensorBoardEvent(wallTime: 3, step: 7, content: .sessionStart),
        ]
        let file = try TensorBoardFile(path: try write(events))
        #expect(!file.isTruncated)
        #expect(file.events.first?.content == .version("brain.Event:2"))
        #expect(Array(file.events.dropFirst()) == events)
        let numbers = try TensorBoardFile(path: try write([Self.scalar("x", 1, .nan)])).events.last
        guard case .values(let values) = numbers?.content, case .scalar(let number) = values.first?.content else {
            Issue.record("no scalar")
            return
        }
        #expect(number.isNaN)
    }

    @Test("have names that are read in the order in which they were begun, also when the clock has gone back")
    func names() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let paths = try [2000.0, 1000, 1000].map { try write([], at: $0) }
        #expect(paths == paths.sorted() && Set(paths).count == 3)
        #expect(paths[0].contains("/events.out.tfevents.0000002000."))
    }

    @Test("of a writer that was killed are read up to their last whole record, wherever they end")
    func truncated() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let whole = try FileBytes.read(try write((1...3).map { Self.scalar("a", $0, 1) }))
        let ends = try TensorBoardFile(bytes: whole, path: "f").events.indices.map { count in
            try RecordFraming.records(of: ByteView(bytes: whole, path: "f")).places[count].upperBound + 4
        }
        for count in 0...whole.count {
            let file = try TensorBoardFile(bytes: Array(whole.prefix(count)), path: "f")
            #expect(file.events.count == ends.count { $0 <= count })
            #expect(file.isTruncated == (count != 0 && !ends.contains(count)))
        }
    }

    @Test("with a byte that has changed are refused, with the place of the record")
    func damaged() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let whole = try FileBytes.read(try write([Self.scalar("a", 1, 1)]))
        for place in whole.indices {
            var bytes = whole
            bytes[place] ^= 0x10
            let error = #expect(throws: FileFormatError.self) { try TensorBoardFile(bytes: bytes, path: "f") }
            #expect((error?.offset ?? -1) <= place && (error?.offset ?? -1) >= 0)
        }
    }

    @Test("with sound checksums around any bytes are read or refused, and never trap")
    func hostile() throws {
        var random = SystemRandomNumberGenerator()
        let sound = TensorBoardEvent(
            wallTime: 1, step: 1, content: .values([.init("t", .text("x")), .init("a", .scalar(1))])
        ).encoded
        for _ in 0..<2000 {
            var data = sound
            for _ in 0..<3 { data[Int.random(in: data.indices, using: &random)] = .random(in: 0...255, using: &random) }
            var bytes: [UInt8] = []
            RecordFraming.append(data, to: &bytes)
            do {
                #expect(try TensorBoardFile(bytes: bytes, path: "f").events.count == 1)
            } catch {
                #expect(error.description.contains("damaged at byte"))
            }
        }
    }

    @Test("of a run that was resumed hold no point twice, and none that was made again")
    func resumed() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try write((1...5).map { Self.scalar("a", $0, 1) })
        let again = TensorBoardEvent(wallTime: 9, step: 4, content: .sessionStart)
        _ = try write([again] + (4...6).map { Self.scalar("a", $0, 2) })
        let (events, truncated) = try TensorBoardFolder.read(folder)
        let points = events.compactMap { event -> [Double]? in
            guard case .values(let values) = event.content, case .scalar(let value) = values[0].content else {
                return nil
            }
            return [Double(event.step), value]
        }
        #expect(points == [[1, 1], [2, 1], [3, 1], [4, 2], [5, 2], [6, 2]] && truncated.isEmpty)
    }

    @Test("of other programs: scalars as tensors, plugins that are not read")
    func others() throws {
        func tensor(_ tag: String, plugin: String?, _ fill: (inout ProtocolMessage) -> Void) -> [UInt8] {
            var event = ProtocolMessage()
            event.put(2, integer: 3)
            event.put(5) { summary in
                summary.put(1) { value in
                    value.put(1, text: tag)
                    value.put(8, fill)
                    if let plugin { value.put(9) { $0.put(1) { $0.put(1, text: plugin) } } }
                }
            }
            var bytes: [UInt8] = []
            RecordFraming.append(event.bytes, to: &bytes)
            return bytes
        }
        func floats(_ value: Float) -> (inout ProtocolMessage) -> Void {
            { tensor in
                tensor.put(1, integer: 1)
                tensor.put(4, bytes: Swift.withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) })
            }
        }
        let bytes =
            tensor("a", plugin: "scalars", floats(0.5)) + tensor("a", plugin: nil, floats(0.75))
            + tensor("h", plugin: "histograms", floats(1)) + tensor("h", plugin: nil, floats(2))
            + tensor("d", plugin: "scalars") { tensor in
                tensor.put(1, integer: 2)
                tensor.put(6, double: 0.125)
            }
        let values = try TensorBoardFile(bytes: bytes, path: "f").events.flatMap { event -> [TensorBoardValue] in
            guard case .values(let values) = event.content else { return [] }
            return values
        }
        #expect(
            values.map(\.content) == [
                .scalar(0.5), .scalar(0.75), .other(plugin: "histograms"), .other(plugin: "histograms"), .scalar(0.125),
            ])
    }
}
