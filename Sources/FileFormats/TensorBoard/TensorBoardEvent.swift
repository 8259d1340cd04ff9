/// One record of a TensorBoard event file (`tensorboard/compat/proto/event.proto`).
public struct TensorBoardEvent: Sendable, Hashable {
    /// Seconds since 1970.
    public var wallTime: Double
    public var step: Int
    public var content: Content

    public enum Content: Sendable, Hashable {
        /// The first of every file.
        case version(String)
        /// What earlier files say of this step and those after it counts no more.
        case sessionStart
        case values([TensorBoardValue])
        /// Something that is not read here, such as a graph.
        case other
    }

    public init(wallTime: Double, step: Int, content: Content) {
        (self.wallTime, self.step, self.content) = (wallTime, step, content)
    }

    static let currentVersion = "brain.Event:2"

    var encoded: [UInt8] {
        var message = ProtocolMessage()
        message.put(1, double: wallTime)
        message.put(2, integer: step)
        switch content {
        case .version(let text): message.put(3, text: text)
        case .sessionStart: message.put(7) { $0.put(1, integer: 1) }
        case .values(let values):
            message.put(5) { summary in
                for value in values { summary.put(1) { value.fill(&$0) } }
            }
        case .other: break
        }
        return message.bytes
    }
}

/// One value of a summary (`summary.proto`): a tag and what stands there at a step.
public struct TensorBoardValue: Sendable, Hashable {
    public var tag: String
    /// What people call it; TensorBoard takes the first that it meets.
    public var title: String?
    public var content: Content

    public enum Content: Sendable, Hashable {
        case scalar(Double)
        /// Markdown.
        case text(String)
        /// A PNG.
        case image(width: Int, height: Int, png: [UInt8])
        case hyperparameters(Hyperparameters)
        /// Of a plugin that is not read here.
        case other(plugin: String)
    }

    public init(_ tag: String, title: String? = nil, _ content: Content) {
        (self.tag, self.title, self.content) = (tag, title, content)
    }

    enum TensorType { static let (float, text) = (1, 7) }

    func fill(_ message: inout ProtocolMessage) {
        message.put(1, text: tag)
        switch content {
        case .scalar(let value):
            message.put(2, float: Float(value))
            if title != nil { putMetadata(plugin: ("scalars", []), &message) }
        case .text(let text):
            message.put(8) { tensor in
                tensor.put(1, integer: TensorType.text)
                // No dimensions: of a row of texts TensorBoard makes a table.
                tensor.put(2) { _ in }
                tensor.put(8, text: text)
            }
            putMetadata(plugin: ("text", []), &message)
        case .image(let width, let height, let png):
            message.put(4) { image in
                image.put(1, integer: height)
                image.put(2, integer: width)
                image.put(3, integer: 3)
                image.put(4, bytes: png)
            }
            if title != nil { putMetadata(plugin: ("images", []), &message) }
        case .hyperparameters(let content):
            // The plugin looks at the metadata alone, but wants a tensor to hang them on.
            message.put(8) { tensor in
                tensor.put(1, integer: TensorType.float)
                tensor.put(2) { shape in shape.put(2) { $0.put(1, integer: 1) } }
                tensor.put(5, float: 0)
            }
            putMetadata(plugin: (Hyperparameters.plugin, content.encoded), &message)
        case .other: break
        }
    }

    private func putMetadata(plugin: (name: String, content: [UInt8]), _ message: inout ProtocolMessage) {
        message.put(9) { metadata in
            metadata.put(1) { data in
                data.put(1, text: plugin.name)
                if !plugin.content.isEmpty { data.put(2, bytes: plugin.content) }
            }
            if let title { metadata.put(2, text: title) }
        }
    }
}
