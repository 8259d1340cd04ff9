/// As it travels to viewers. An engine of another version may know kinds of knobs that this program does not: they are
/// read as `unknown` instead of failing the whole description.
extension Knob: Codable {
    private enum Keys: String, CodingKey {
        case key, title, help, kind, range, step, scale, choices, catalogue, live, aliases
        case defaultValue = "default"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Keys.self)
        key = try values.decode(String.self, forKey: .key)
        title = try values.decode(String.self, forKey: .title)
        help = try values.decodeIfPresent(String.self, forKey: .help) ?? ""
        defaultValue = try values.decode(KnobValue.self, forKey: .defaultValue)
        isLive = try values.decodeIfPresent(Bool.self, forKey: .live) ?? false
        aliases = try values.decodeIfPresent([String].self, forKey: .aliases) ?? []
        let name = try values.decode(String.self, forKey: .kind)
        switch name {
        case "number":
            kind = .number(
                range: try values.decode(ClosedRange<Double>.self, forKey: .range),
                step: try values.decode(Double.self, forKey: .step),
                scale: (try? values.decode(Scale.self, forKey: .scale)) ?? .linear)
        case "integer": kind = .integer(range: try values.decode(ClosedRange<Int>.self, forKey: .range))
        case "flag": kind = .flag
        case "choice": kind = .choice(try values.decode([String].self, forKey: .choices))
        case "catalogue": kind = .catalogue(try values.decode(String.self, forKey: .catalogue))
        case "curve": kind = .curve
        case "edits": kind = .edits
        case "text": kind = .text
        default: kind = .unknown(name)
        }
        defaultValue = (try? checked(defaultValue)) ?? defaultValue
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Keys.self)
        try values.encode(key, forKey: .key)
        try values.encode(title, forKey: .title)
        try values.encode(help, forKey: .help)
        try values.encode(defaultValue, forKey: .defaultValue)
        try values.encode(isLive, forKey: .live)
        if !aliases.isEmpty { try values.encode(aliases, forKey: .aliases) }
        let name: String
        switch kind {
        case .number(let range, let step, let scale):
            name = "number"
            try values.encode(range, forKey: .range)
            try values.encode(step, forKey: .step)
            try values.encode(scale, forKey: .scale)
        case .integer(let range):
            name = "integer"
            try values.encode(range, forKey: .range)
        case .flag: name = "flag"
        case .choice(let choices):
            name = "choice"
            try values.encode(choices, forKey: .choices)
        case .catalogue(let catalogue):
            name = "catalogue"
            try values.encode(catalogue, forKey: .catalogue)
        case .curve: name = "curve"
        case .edits: name = "edits"
        case .text: name = "text"
        case .unknown(let kind): name = kind
        }
        try values.encode(name, forKey: .kind)
    }
}
