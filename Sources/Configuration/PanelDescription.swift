/// A place on the training screen. Its kind says how it is drawn; an engine may add as many as it likes.
public struct PanelDescription: Sendable, Hashable, Codable {
    /// As `loss`; series name it.
    public var key: String
    public var title: String
    public var kind: Kind

    public enum Kind: Sendable, Hashable {
        /// The curves of all series that name the panel.
        case curves(Axis)
        /// Curves, and below them profiles over the time steps of the streams' alignment.
        case alignment(Axis)
        /// Spike rates, layer × time step; below them the figures of its series that have a value a layer.
        case grid
        /// The last values of its series that have a value a time step, over the time steps.
        case profile(Axis)
        /// The figures of its series that have a value a layer, a line a layer.
        case layers
        /// A curve over the run, edited by its handles: of the knob of this key.
        case curveEditor(knob: String)
        /// Every knob, with sliders.
        case tuning
        /// What happened in the run.
        case journal
        /// Of an engine that knows more kinds than this program.
        case unknown(String)
    }

    public struct Axis: Sendable, Hashable, Codable {
        public var isLogarithmic: Bool
        /// The key that switches between logarithmic and linear works here.
        public var switchesScale: Bool
        public var isPercent: Bool
        /// `nil`: as the values need it.
        public var bounds: ClosedRange<Double>?

        public init(
            isLogarithmic: Bool = false, switchesScale: Bool = false, isPercent: Bool = false,
            bounds: ClosedRange<Double>? = nil
        ) {
            (self.isLogarithmic, self.switchesScale) = (isLogarithmic, switchesScale)
            (self.isPercent, self.bounds) = (isPercent, bounds)
        }
    }

    public init(_ key: String, _ title: String, _ kind: Kind) { (self.key, self.title, self.kind) = (key, title, kind) }

    public var axis: Axis? {
        switch kind {
        case .curves(let axis), .alignment(let axis), .profile(let axis): axis
        default: nil
        }
    }
}

extension PanelDescription.Kind: Codable {
    private enum Keys: String, CodingKey { case type, axis, knob }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Keys.self)
        let name = try values.decode(String.self, forKey: .type)
        func axis() throws -> PanelDescription.Axis {
            try values.decodeIfPresent(PanelDescription.Axis.self, forKey: .axis) ?? .init()
        }
        switch name {
        case "curves": self = .curves(try axis())
        case "alignment": self = .alignment(try axis())
        case "grid": self = .grid
        case "profile": self = .profile(try axis())
        case "layers": self = .layers
        case "curve editor": self = .curveEditor(knob: try values.decode(String.self, forKey: .knob))
        case "tuning": self = .tuning
        case "journal": self = .journal
        default: self = .unknown(name)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Keys.self)
        switch self {
        case .curves(let axis):
            try values.encode("curves", forKey: .type)
            try values.encode(axis, forKey: .axis)
        case .alignment(let axis):
            try values.encode("alignment", forKey: .type)
            try values.encode(axis, forKey: .axis)
        case .grid: try values.encode("grid", forKey: .type)
        case .layers: try values.encode("layers", forKey: .type)
        case .profile(let axis):
            try values.encode("profile", forKey: .type)
            try values.encode(axis, forKey: .axis)
        case .curveEditor(let knob):
            try values.encode("curve editor", forKey: .type)
            try values.encode(knob, forKey: .knob)
        case .tuning: try values.encode("tuning", forKey: .type)
        case .journal: try values.encode("journal", forKey: .type)
        case .unknown(let name): try values.encode(name, forKey: .type)
        }
    }
}
