import FileFormats
import Foundation
import Testing

/// Numbers that the reference produced, beside the checkout or where `SACCADE_FIXTURES` points. Files, cases, names and
/// shapes come from the manifest, so that another folder of the same kind runs unchanged.
public struct MethodFixture: Sendable {
    public static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["SACCADE_FIXTURES"], !path.isEmpty {
            return URL(fileURLWithPath: path).appendingPathComponent("method")
        }
        var package = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { package.deleteLastPathComponent() }
        return package.appendingPathComponent("shared/fixtures/method")
    }()

    /// Also true where the variable points to nothing: then the tests fail instead of being skipped.
    public static let isPresent =
        ProcessInfo.processInfo.environment["SACCADE_FIXTURES"].map { !$0.isEmpty } ?? false
        || FileManager.default.fileExists(atPath: folder.appendingPathComponent("manifest.json").path)
    public static let absence =
        "no fixtures: set SACCADE_FIXTURES, or put them into ../shared/fixtures beside the checkout"

    /// A case of a file: its name and parameters.
    public struct Case: Sendable, CustomTestStringConvertible {
        public let name: String
        private let json: Data

        init(name: String, parameters: Any) throws {
            self.name = name
            json = try JSONSerialization.data(withJSONObject: parameters)
        }

        public var parameters: [String: Any] {
            (try? JSONSerialization.jsonObject(with: json)) as? [String: Any] ?? [:]
        }
        public var testDescription: String { name }
        public func number(_ key: String) -> Double? { (parameters[key] as? NSNumber)?.doubleValue }
        public func integer(_ key: String) -> Int? { (parameters[key] as? NSNumber)?.intValue }
        public func text(_ key: String) -> String? { parameters[key] as? String }
        public var flags: [String: Any] { parameters["flags"] as? [String: Any] ?? [:] }
        public func flag(_ key: String) -> Bool { (flags[key] as? NSNumber)?.boolValue ?? false }
        public func flagNumber(_ key: String) -> Double? { (flags[key] as? NSNumber)?.doubleValue }
    }

    public let file: SafetensorsFile

    /// - Parameter name: as in the manifest, for example `a_lif.safetensors`.
    public init(_ name: String) throws {
        file = try SafetensorsFile(contentsOf: Self.folder.appendingPathComponent(name))
    }

    /// Cases of a file; none where the fixtures are absent.
    public static func cases(_ file: String) -> [Case] {
        guard let data = try? Data(contentsOf: folder.appendingPathComponent("manifest.json")),
            let manifest = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
            let files = manifest["files"] as? [String: Any], let entry = files[file] as? [String: Any],
            let cases = entry["cases"] as? [String: Any]
        else { return [] }
        return cases.keys.sorted().compactMap { try? Case(name: $0, parameters: cases[$0]!) }
    }

    public func contains(_ name: String) -> Bool {
        file.contains(name) || file.contains(name + "@f64") || file.contains(name + "@f32")
    }

    private func stored(_ name: String) -> String {
        file.contains(name) ? name : file.contains(name + "@f64") ? name + "@f64" : name + "@f32"
    }

    /// The number in double where it was stored so.
    public func doubles(_ name: String) throws -> [Double] { try file.doubles(stored(name)) }
    public func floats(_ name: String) throws -> [Float] { try doubles(name).map(Float.init) }
    public func shape(_ name: String) throws -> [Int] { try file.shape(of: stored(name)) }
    public func integers(_ name: String) throws -> [Int] { try file.integers(name) }
}

/// Largest absolute difference over the largest absolute expected value (or over 1e-30).
public func differenceToMaximum(_ found: [Float], _ expected: [Double]) -> Double {
    guard found.count == expected.count else { return .infinity }
    let largest = expected.reduce(1e-30) { max($0, abs($1)) }
    return largestDifference(found, expected) / largest
}

public func largestDifference(_ found: [Float], _ expected: [Double]) -> Double {
    guard found.count == expected.count else { return .infinity }
    return zip(found, expected).reduce(0) { worst, pair in
        let difference = abs(Double(pair.0) - pair.1)
        return difference.isNaN ? .infinity : max(worst, difference)
    }
}

/// [N, C, H, W] → [N, H, W, C] for any number of leading dimensions.
public func channelsLast<Number>(_ values: [Number], channels: Int, height: Int, width: Int) -> [Number] {
    let pixels = height * width
    var result = values
    for image in 0..<values.count / (channels * pixels) {
        for c in 0..<channels {
            for pixel in 0..<pixels {
                result[(image * pixels + pixel) * channels + c] = values[(image * channels + c) * pixels + pixel]
            }
        }
    }
    return result
}

/// [A, B, …] → [B, A, …], each innermost part `partSize` long.
public func swappingFirstTwo<Number>(_ values: [Number], _ a: Int, _ b: Int, partSize: Int) -> [Number] {
    var result = values
    for i in 0..<a {
        for j in 0..<b {
            for k in 0..<partSize {
                result[(j * a + i) * partSize + k] = values[(i * b + j) * partSize + k]
            }
        }
    }
    return result
}
