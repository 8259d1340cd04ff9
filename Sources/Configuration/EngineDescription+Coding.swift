import Foundation

extension EngineDescription {
    static let userInfoKey = CodingUserInfoKey(rawValue: "saccade.description")!

    /// Writes configurations with every value that they have, defaults too.
    public var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.userInfo[Self.userInfoKey] = self
        return encoder
    }

    /// Reads configurations of older versions as this engine means them.
    public var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.userInfo[Self.userInfoKey] = self
        return decoder
    }
}

extension EngineDescription {
    public func series(_ series: MetricSeries) -> SeriesDescription? {
        self.series.first { $0.series == series || $0.part(of: series) != nil }
    }

    /// What people call it, with the layer or time step where it is of one.
    public func title(of series: MetricSeries) -> String {
        guard let description = self.series(series) else { return series.rawValue }
        return description.title + (description.part(of: series).map { " " + $0 } ?? "")
    }

    /// Those that a panel draws, the most important first.
    public func series(of panel: String) -> [SeriesDescription] { series.filter { $0.panel == panel } }
}

extension SeriesDescription {
    /// The layer or time step that a curve of this series belongs to; `nil` for other curves.
    public func part(of curve: MetricSeries) -> String? {
        guard scope.hasParts, curve.rawValue.hasPrefix(series.rawValue + ".") else { return nil }
        return String(curve.rawValue.dropFirst(series.rawValue.count + 1))
    }
}
