import Configuration
import Foundation
import Messages
import RunStore
import Synchronization
import Testing
import TestSupport

@Suite struct LookupTests {
    let scratch: Scratch
    let store: RunStore
    let runs: [String]

    init() throws {
        scratch = try Scratch()
        let clock = Clock()
        store = try RunStore(paths: scratch.paths, now: { clock.next() })
        let store = store
        runs = try ["alpha", "beta", "beta"].map {
            try store.create(configuration: RunConfiguration(), name: $0, parent: nil)
        }
    }

    @Test func identifiersSortAsTheyWereMade() throws {
        #expect(runs.sorted() == runs)
        #expect(Set(runs).count == 3)
        #expect(runs[0].hasPrefix("20260101-000000-alpha-"))
        #expect(runs[1].hasPrefix("20260102-000000-beta-"))
        #expect(try store.runs().map(\.id) == runs.reversed())
    }

    @Test func anIdentifierItsBeginningAndAUniqueNameAreUnderstood() throws {
        #expect(try store.identifier(of: runs[2]) == runs[2])
        #expect(try store.identifier(of: "20260102") == runs[1])
        #expect(try store.identifier(of: "alpha") == runs[0])
    }

    @Test func whatMayMeanSeveralListsThem() {
        #expect(throws: RunStoreError.ambiguousRun("beta", matches: [runs[2], runs[1]])) {
            try store.identifier(of: "beta")
        }
        #expect(throws: RunStoreError.ambiguousRun("2026", matches: runs.reversed())) {
            try store.identifier(of: "2026")
        }
    }

    @Test(arguments: [("alhpa", ["alpha"]), ("ALPH", []), ("zzzzzzzzz", []), ("", []), ("%", []), ("_", [])])
    func anUnknownRunNamesItsNeighbours(reference: String, near: [String]) {
        let expected = reference == "ALPH" ? [runs[0]] : near
        #expect(throws: RunStoreError.unknownRun(reference, near: expected)) {
            try store.identifier(of: reference)
        }
    }

    @Test func namesTagsAndNotesCanBeChanged() throws {
        #expect(try store.rename(run: "alpha", to: "  gamma ") == runs[0])
        try store.tag(run: "gamma", tags: ["slide", "base", "slide"])
        try store.note(run: "gamma", text: "lower it\nlater")
        let summary = try store.run("gamma").summary
        #expect(summary.name == "gamma")
        #expect(summary.tags == ["slide", "base"])
        #expect(summary.note == "lower it\nlater")
        try store.tag(run: "gamma", tags: [])
        #expect(try store.run("gamma").summary.tags.isEmpty)
    }

    @Test(arguments: ["", "  ", "a\nb", String(repeating: "x", count: 101), "\u{1b}[31m"])
    func unsuitableNamesAreRefused(name: String) throws {
        #expect(throws: RunStoreError.self) { try store.rename(run: "alpha", to: name) }
        #expect(throws: RunStoreError.self) {
            try store.create(configuration: RunConfiguration(), name: name, parent: nil)
        }
        #expect(try store.runs().map(\.name) == ["beta", "beta", "alpha"])
    }

    @Test(arguments: ["", "a b", "a,b", "a\t"])
    func unsuitableTagsAreRefused(tag: String) throws {
        try store.tag(run: "alpha", tags: ["kept"])
        #expect(throws: RunStoreError.self) { try store.tag(run: "alpha", tags: ["good", tag]) }
        #expect(try store.run("alpha").summary.tags == ["kept"])
    }

    @Test func identifiersAreUniqueWithinASecond() throws {
        let store = try RunStore(paths: scratch.paths, now: { Date(timeIntervalSince1970: 0) })
        let made = try (0..<50).map { _ in
            try store.create(configuration: RunConfiguration(), name: "Üb er/..\u{301}", parent: nil)
        }
        #expect(Set(made).count == 50)
        #expect(made.allSatisfy { $0.wholeMatch(of: /19700101-000000-[a-z0-9-]+-[a-z0-9]{4}/) != nil })
    }
}

/// A day later each time.
private final class Clock: Sendable {
    private let days = Mutex(0.0)

    func next() -> Date {
        days.withLock { day in
            defer { day += 1 }
            return Date(timeIntervalSince1970: 1_767_225_600 + day * 86400)
        }
    }
}
