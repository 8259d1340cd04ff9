/// A command that cannot be carried out now.
struct EngineRefusal: Error, CustomStringConvertible {
    let description: String
    init(_ text: String) { description = text }
}
