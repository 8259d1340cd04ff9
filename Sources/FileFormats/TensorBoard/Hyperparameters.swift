/// What the HParams plugin is told of a run (`tensorboard/plugins/hparams/{plugin_data,api}.proto`).
public enum Hyperparameters: Sendable, Hashable {
    /// Which settings and metrics there are.
    case experiment(settings: [String: Value], metrics: [String])
    /// What they are in this run, and when it began, in seconds since 1970.
    case start(settings: [String: Value], time: Double)
    case end(succeeded: Bool, time: Double)
    /// Something of a later version.
    case other

    public enum Value: Sendable, Hashable {
        case number(Double)
        case flag(Bool)
        case text(String)
    }

    static let plugin = "hparams"

    /// The tag under which the plugin looks for it.
    public var tag: String {
        switch self {
        case .experiment, .other: "_hparams_/experiment"
        case .start: "_hparams_/session_start_info"
        case .end: "_hparams_/session_end_info"
        }
    }

    /// In the order of their keys, so that the same settings are the same bytes.
    private static func sorted(_ settings: [String: Value]) -> [(key: String, value: Value)] {
        settings.sorted { $0.key < $1.key }
    }

    var encoded: [UInt8] {
        var message = ProtocolMessage()
        switch self {
        case .experiment(let settings, let metrics):
            message.put(2) { experiment in
                for (key, value) in Self.sorted(settings) {
                    experiment.put(4) { info in
                        info.put(1, text: key)
                        info.put(4, integer: value.type)
                    }
                }
                for tag in metrics {
                    experiment.put(5) { info in info.put(1) { $0.put(2, text: tag) } }
                }
            }
        case .start(let settings, let time):
            message.put(3) { start in
                for (key, value) in Self.sorted(settings) {
                    start.put(1) { entry in
                        entry.put(1, text: key)
                        entry.put(2) { value.fill(&$0) }
                    }
                }
                start.put(5, double: time)
            }
        case .end(let succeeded, let time):
            message.put(4) { end in
                end.put(1, integer: succeeded ? 1 : 2)
                end.put(2, double: time)
            }
        case .other: break
        }
        return message.bytes
    }

    /// - Parameter place: of the plugin's own data.
    static func read(_ file: ByteView, _ place: Range<Int>) throws(FileFormatError) -> Hyperparameters {
        var fields = ProtocolFields(file, place)
        while let (number, value) = try fields.next() {
            guard number == 3, case .bytes(let start) = value else { continue }
            var (settings, time): ([String: Value], Double) = ([:], 0)
            var parts = ProtocolFields(file, start)
            while let (number, value) = try parts.next() {
                switch (number, value) {
                case (1, .bytes(let entry)):
                    if let (key, value) = try setting(file, entry) { settings[key] = value }
                case (5, .fixed64(let bits)): time = Double(bitPattern: bits)
                default: break
                }
            }
            return .start(settings: settings, time: time)
        }
        return .other
    }

    private static func setting(
        _ file: ByteView, _ place: Range<Int>
    ) throws(FileFormatError) -> (String, Value)? {
        var key = ""
        var found: Value?
        var fields = ProtocolFields(file, place)
        while let (number, value) = try fields.next() {
            guard case .bytes(let part) = value else { continue }
            if number == 1 { key = String(decoding: file.bytes[part], as: UTF8.self) }
            if number == 2 { found = try Value.read(file, part) }
        }
        return found.map { (key, $0) }
    }
}

extension Hyperparameters.Value {
    /// `DataType` of the plugin.
    fileprivate var type: Int {
        switch self {
        case .text: 1
        case .flag: 2
        case .number: 3
        }
    }

    /// As `google.protobuf.Value`.
    fileprivate func fill(_ message: inout ProtocolMessage) {
        switch self {
        case .number(let number): message.put(2, double: number)
        case .text(let text): message.put(3, text: text)
        case .flag(let flag): message.put(4, integer: flag ? 1 : 0)
        }
    }

    fileprivate static func read(_ file: ByteView, _ place: Range<Int>) throws(FileFormatError) -> Self? {
        var fields = ProtocolFields(file, place)
        while let (number, value) = try fields.next() {
            switch (number, value) {
            case (2, .fixed64(let bits)): return .number(Double(bitPattern: bits))
            case (3, .bytes(let text)): return .text(String(decoding: file.bytes[text], as: UTF8.self))
            case (4, .integer(let flag)): return .flag(flag != 0)
            default: break
            }
        }
        return nil
    }
}
