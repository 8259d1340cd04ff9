import Messages
import Terminal
import Testing

@testable import Screens

/// What was refused is read whole where it happens.
@Suite struct LongStatusTests {
    private let reason =
        "the data set nmnist is not there. Looked in: /data/nmnist · /home/someone/data/nmnist · /mnt/disk/nmnist; unpack "
        + "the authors' archives into one of them, or name another folder with data.folder at the end"

    @Test(arguments: [Size(width: 120, height: 36), Size(width: 80, height: 24), Size(width: 60, height: 18)])
    func aLongRefusalTakesAsManyLinesAsItNeeds(size: Size) {
        var state = WorkbenchState.answered()
        _ = state.update(.size(size))
        _ = state.update(.answer(.pause, .refused(reason)))
        let words = state.drawn().plainText.split(whereSeparator: \.isWhitespace)
        for word in reason.split(separator: " ") { #expect(words.contains(word), "\(word)") }
        _ = state.press(.down)
        #expect(!state.drawn().plainText.contains("Looked in"))
    }

    @Test func whatHasNoRoomIsInTheLog() {
        var state = WorkbenchState.answered()
        _ = state.update(.size(Size(width: 60, height: 18)))
        _ = state.update(.answer(.pause, .refused(Array(repeating: reason, count: 3).joined(separator: " "))))
        #expect(state.drawn().plainText.contains("more lines in the log"))
    }
}
