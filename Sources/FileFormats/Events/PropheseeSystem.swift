/// What a camera of Prophesee wrote when headers did not say it yet: `system_ID` alone tells the coding of events and the
/// sensor, as OpenEB's reader of RAW files has it (`psee_raw_file_header.cpp`).
struct PropheseeSystem {
    let eventVersion: String
    let sensor: SensorSize

    /// Gen 3 and 3.1, with and without a board between (0x80), and Gen 4: on the first kits as EVT 2.0.
    private static let evt2: (vga: Set<Int>, hd: Set<Int>) = (
        [0x15, 0x17, 0x97, 0x19, 0x99, 0x1C, 0x1D, 0x21, 0xA1, 0x22, 0xA2, 0x23, 0x29], [0x1A, 0x1F, 0x27]
    )
    /// Gen 3.1 on EVK3; Gen 4, 4.1, IMX636 and its kin.
    private static let evt3: (vga: Set<Int>, hd: Set<Int>) = ([0x28], [0x1E, 0x2E, 0x30, 0x31, 0x32])

    /// The first system whose words of EVT 2.1 come little-endian as a whole: it has a GenX320.
    private static let firstLittleEndian = 0x37

    /// Whether the camera sends the upper half of a word of EVT 2.1 first; false if it is not known.
    static func sendsUpperHalfFirst(_ entries: [(key: String, value: String)]) -> Bool {
        identifier(entries).map { (1..<firstLittleEndian).contains($0) } ?? false
    }

    /// `nil` if the header names no system, or comes from someone else's camera.
    private static func identifier(_ entries: [(key: String, value: String)]) -> Int? {
        func values(_ keys: Set<String>) -> [String] {
            entries.filter { keys.contains($0.key.lowercased()) }.map(\.value.trimmed)
        }
        let integrators = values(["integrator_name", "camera_integrator_name", "plugin_integrator_name"])
        guard integrators.allSatisfy({ $0.isEmpty || $0.lowercased() == "prophesee" }),
            let text = values(["system_id"]).first
        else { return nil }
        return text.lowercased().hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text)
    }

    /// `nil` if the header names no system, an unknown one, or comes from someone else's camera.
    init?(_ entries: [(key: String, value: String)]) {
        guard let system = Self.identifier(entries) else { return nil }
        if Self.evt2.vga.contains(system) || Self.evt2.hd.contains(system) {
            eventVersion = "2.0"
        } else if Self.evt3.vga.contains(system) || Self.evt3.hd.contains(system) {
            eventVersion = "3.0"
        } else {
            return nil
        }
        let isSmall = Self.evt2.vga.contains(system) || Self.evt3.vga.contains(system)
        sensor = isSmall ? SensorSize(width: 640, height: 480) : SensorSize(width: 1280, height: 720)
    }

    /// Sensors by the names that they are sold by and that cameras write, letters and digits alone.
    private static let sensors: [(names: Set<String>, size: SensorSize)] = [
        (["IMX636", "IMX646", "GEN4", "GEN40", "GEN41", "GEN42"], SensorSize(width: 1280, height: 720)),
        (["IMX637", "IMX647"], SensorSize(width: 640, height: 512)),
        (["GEN3", "GEN30", "GEN31", "PPS3MVCD"], SensorSize(width: 640, height: 480)),
        (["GENX320", "GEN320", "SAPHIR"], SensorSize(width: 320, height: 320)),
        (["ATIS", "GEN1", "GEN2"], SensorSize(width: 304, height: 240)),
    ]

    /// From `sensor_name IMX636`, `sensor_generation 4.2` or `generation 3.1`; `nil` if none is known.
    static func sensor(named entries: [(key: String, value: String)]) -> SensorSize? {
        for key in ["sensor_name", "sensor", "sensor_generation", "generation"] {
            for (_, value) in entries.filter({ $0.key.lowercased() == key }) {
                let name = value.uppercased().filter { $0.isLetter || $0.isNumber }
                let numbered = name.first?.isNumber == true ? "GEN" + name : name
                if let found = sensors.first(where: { $0.names.contains(numbered) }) { return found.size }
            }
        }
        return nil
    }
}
