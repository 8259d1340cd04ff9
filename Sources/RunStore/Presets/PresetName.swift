/// Which names a preset may have: they become file names.
enum PresetName {
    static func check(_ name: String) throws(PresetError) {
        if let reason = problem(with: name) { throw .unsuitableName(name, reason: reason) }
    }

    /// `nil` for a good name.
    static func problem(with name: String) -> String? {
        if name.isEmpty { return "it is empty" }
        if name.count > 64 { return "it has more than 64 characters" }
        if name.hasPrefix(".") || name.hasPrefix("-") { return "it begins with '\(name.prefix(1))'" }
        if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            return "the extension is added automatically: leave it out"
        }
        let odd = name.first { !($0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0))) }
        return odd.map { "it holds '\($0)'; letters, digits, '-', '_' and '.' are allowed" }
    }
}
