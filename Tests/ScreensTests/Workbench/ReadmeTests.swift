import Foundation
import Messages
import Plotting
import Terminal
import Testing

@testable import Screens

/// The README, and the pictures that it shows, are true. `SACCADE_RECORD=1` draws the pictures anew, and fails.
@Suite struct ReadmeTests {
    private static let package: URL = {
        var package = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { package.deleteLastPathComponent() }
        return package
    }()

    private static func readme() throws -> String {
        try String(contentsOf: package.appendingPathComponent("README.md"), encoding: .utf8)
    }

    /// Files of `Examples/Screens` without ending, and the scene of the golden files that each shows.
    static let pictures = ["train": "curve", "data": "data", "runs": "playback"]

    @Test(arguments: pictures.keys.sorted()) func picturesAreWhatTheProgramDraws(name: String) throws {
        var state = WorkbenchState.running(size: Size(width: 120, height: 36))
        state.receive([.now(1_764_180_000), .screenShare(0.015)])
        let arrange = try #require(Self.pictures[name].flatMap { GoldenTests.scenes[$0] })
        arrange(&state)
        let theme = try ThemeCatalogue(environment: [:]).theme(named: "dark")
        let drawn = CellPicture(state.drawn(charset: .unicode, theme: theme), theme: theme).svg
        let file = Self.package.appendingPathComponent("Examples/Screens/\(name).svg")
        if ProcessInfo.processInfo.environment["SACCADE_RECORD"] == "1" {
            try drawn.write(to: file)
            Issue.record("drew \(file.lastPathComponent): look at it, then run again without SACCADE_RECORD")
        } else {
            let isSame = try Data(contentsOf: file) == drawn
            #expect(isSame, "\(name).svg shows another screen: SACCADE_RECORD=1 swift test --filter ReadmeTests")
        }
    }

    @Test func everyPictureIsShownAndEveryOneShownIsThere() throws {
        let files = try FileManager.default.contentsOfDirectory(
            atPath: Self.package.appendingPathComponent("Examples/Screens").path)
        #expect(Set(files) == Set(Self.pictures.keys.map { $0 + ".svg" }))
        let shown = try Self.readme().matches(of: /\(Examples\/Screens\/([^)]+)\)/).map { String($0.1) }
        #expect(Set(shown) == Set(files))
    }

    /// What a newcomer needs; the rest is in the man page, where the program keeps it true.
    @Test func itIsShort() throws {
        let lines = try Self.readme().split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 150)
    }

    /// A place that the README names is there.
    @Test func itsPlacesAreThere() throws {
        let text = try Self.readme()
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: Self.package.appendingPathComponent("Sources").path)
        let named = text.split(separator: "\n").filter { $0.hasPrefix("| `") }
            .flatMap { $0.split(separator: "|")[0].matches(of: /`([A-Za-z]+)`/).map { String($0.1) } }
        #expect(Set(folders).subtracting(named).isEmpty, "the map leaves out \(Set(folders).subtracting(named))")
        for match in text.matches(
            of: /`((?:Data|Network|Training|FileFormats|Themes|Examples|Screens|Messages|saccade)\/[A-Za-z\/]+)`/)
        {
            let place = String(match.1)
            let isThere = ["", "Sources/"].contains {
                FileManager.default.fileExists(atPath: Self.package.appendingPathComponent($0 + place).path)
            }
            #expect(isThere, "there is no \(place)")
        }
    }
}
