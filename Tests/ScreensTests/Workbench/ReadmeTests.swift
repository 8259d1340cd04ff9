import Foundation
import Testing

/// The pictures of the README are those of the golden files. `SACCADE_RECORD=1` puts them in anew, and fails.
@Suite struct ReadmeTests {
    @Test func picturesAreThoseOfTheGoldenFiles() throws {
        var package = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { package.deleteLastPathComponent() }
        let readme = package.appendingPathComponent("README.md")
        let text = try String(contentsOf: readme, encoding: .utf8)
        // How many lines there are right after a picture: what follows there is the old one.
        var endOfPicture = -1
        var (lines, names, isOldPicture) = ([String](), [String](), false)
        for line in text.components(separatedBy: "\n") {
            if isOldPicture {
                isOldPicture = line != "```"
                continue
            }
            if line == "```text", lines.last == "```", names.count > 0, lines.count == endOfPicture {
                isOldPicture = true
                continue
            }
            lines.append(line)
            guard line.hasPrefix("<!-- screen "), let name = line.split(separator: " ").dropFirst(2).first else {
                continue
            }
            let file = package.appendingPathComponent("Tests/ScreensTests/Golden/\(name).txt")
            let golden = try String(contentsOf: file, encoding: .utf8)
            let picture = golden.components(separatedBy: "\n\n-- attributes --")[0]
            lines += ["```text"] + picture.components(separatedBy: "\n") + ["```"]
            endOfPicture = lines.count
            names.append(String(name))
        }
        #expect(names.count >= 5)
        let wanted = lines.joined(separator: "\n")
        if ProcessInfo.processInfo.environment["SACCADE_RECORD"] == "1" {
            try wanted.write(to: readme, atomically: true, encoding: .utf8)
            Issue.record("wrote the pictures of README.md anew: look at them, then run again without SACCADE_RECORD")
        } else {
            #expect(wanted == text, "README.md shows other screens: SACCADE_RECORD=1 swift test --filter ReadmeTests")
        }
    }
}
