import Messages

extension WorkbenchState {
    /// The path that is being typed, as far as there is only one way on; the ways on where there are several.
    mutating func complete(_ text: String, _ paths: [String]) {
        guard case .prompt(var prompt)? = dialogs.last, prompt.purpose == .studyFile, prompt.field.text == text else {
            return
        }
        let common = Self.commonBeginning(of: paths)
        if common.count > text.count { prompt.field = TextField(common) }
        // Their last parts say what differs.
        prompt.choices =
            paths.count > 1
            ? paths.map { path in
                let parts = path.split(separator: "/")
                return String(parts.last ?? "") + (path.hasSuffix("/") ? "/" : "")
            } : []
        prompt.problem = paths.isEmpty ? "no file or folder begins like this" : nil
        dialogs[dialogs.count - 1] = .prompt(prompt)
    }

    private static func commonBeginning(of paths: [String]) -> String {
        guard var common = paths.first else { return "" }
        for path in paths.dropFirst() { common = String(zip(common, path).prefix { $0 == $1 }.map(\.0)) }
        return common
    }
}
