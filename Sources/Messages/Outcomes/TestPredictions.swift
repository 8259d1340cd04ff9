/// What a run's tested weights took every test recording for: what two runs are compared by, recording by recording.
public struct TestPredictions: Sendable, Hashable {
    public struct Row: Sendable, Hashable {
        /// As the data set names it.
        public var recording: String
        public var className: String
        /// The class that it was taken for.
        public var answer: String

        public var isRight: Bool { className == answer }

        public init(recording: String, className: String, answer: String) {
            (self.recording, self.className, self.answer) = (recording, className, answer)
        }
    }

    /// In the order in which the recordings were shown.
    public var rows: [Row]

    public init(_ rows: [Row]) { self.rows = rows }

    /// Share of recordings that were taken for what they are, 0…1; `nil` of none.
    public var accuracy: Double? {
        rows.isEmpty ? nil : Double(rows.count { $0.isRight }) / Double(rows.count)
    }
}

extension TestPredictions {
    private static let heading = ["recording", "class", "answer"]

    /// A heading and a line a recording, fields as RFC 4180 has them.
    public var csv: String {
        ([Self.heading] + rows.map { [$0.recording, $0.className, $0.answer] })
            .map { $0.map(CSVText.field).joined(separator: ",") + "\n" }.joined()
    }

    /// `nil` for text that is no such table.
    public init?(csv text: String) {
        let lines = CSVText.rows(text)
        guard lines.first == Self.heading, lines.allSatisfy({ $0.count == Self.heading.count }) else { return nil }
        rows = lines.dropFirst().map { Row(recording: $0[0], className: $0[1], answer: $0[2]) }
    }
}
