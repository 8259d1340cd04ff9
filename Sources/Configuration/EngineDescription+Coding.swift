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
        self.series.first { $0.series == series || $0.scope == .layer && $0.isOfLayer(series) }
    }

    /// What people call it, with the layer where it is of one.
    public func title(of series: MetricSeries) -> String {
        guard let description = self.series(series) else { return series.rawValue }
        guard description.scope == .layer else { return description.title }
        return description.title + " " + series.rawValue.dropFirst(description.series.rawValue.count + 1)
    }

    /// Those that a panel draws, the most important first.
    public func series(of panel: String) -> [SeriesDescription] { series.filter { $0.panel == panel } }
}

extension SeriesDescription {
    /// Whether a curve is that of one layer, of this series.
    public func isOfLayer(_ curve: MetricSeries) -> Bool { curve.rawValue.hasPrefix(series.rawValue + ".") }
}
