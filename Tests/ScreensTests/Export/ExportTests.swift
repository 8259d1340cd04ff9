import Foundation
import Messages
import Terminal
import Testing

@testable import Screens

@Suite struct ExportTests {
    private func export(_ state: inout WorkbenchState, _ typed: String) throws -> Export {
        _ = state.press(.character("X"))
        _ = state.type(typed)
        for effect in state.press(.enter) { if case .export(let export) = effect { return export } }
        throw NotFound()
    }

    private struct NotFound: Error {}

    private func written(_ export: Export) throws -> Data {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("saccade-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = try export.write(to: folder)
        let again = try export.write(to: folder)
        #expect(path != again && path.hasSuffix("." + export.format.rawValue))
        return try Data(contentsOf: URL(fileURLWithPath: path))
    }

    @Test func aPlotBecomesATableOfItsPoints() throws {
        var state = WorkbenchState.running()
        let export = try export(&state, "loss csv")
        let text = String(decoding: try written(export), as: UTF8.self)
        #expect(export.name == "saccade-demo-loss")
        #expect(text.split(separator: "\n").filter { $0.contains(",point,all,") }.count == 300)
        #expect(text.contains("mark,ⓐ,100,,exponent 3→4"))
    }

    @Test(arguments: ["all plots", "spike rates", "sliding curve", "accuracy"])
    func picturesOfTraining(subject: String) throws {
        var state = WorkbenchState.running()
        let png = try written(try export(&state, subject + " png"))
        #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        let svg = String(decoding: try written(try export(&state, subject + " svg")), as: UTF8.self)
        #expect(svg.contains("<svg"))
    }

    @Test(arguments: ["event image", "event rates", "static pair"])
    func picturesOfARecording(subject: String) throws {
        var state = WorkbenchState.answered()
        _ = state.press(.character("1"))
        #expect(try written(try export(&state, subject + " png")).starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }

    /// Counts come out as counts, not as the brightness that is shown.
    @Test func anEventPictureHoldsCounts() throws {
        var state = WorkbenchState.answered()
        _ = state.press(.character("1"), .character("m"))
        let figure = try #require(state.data.eventFigure)
        guard case .heatmap(let heatmap)? = figure.panels.first else { throw NotFound() }
        let frames = try #require(state.data.frames)
        let slice = frames.slices[0]
        let sum = heatmap.values.reduce(0, +)
        // What is above the 99th percentile is clipped.
        #expect(sum <= Double(slice.events.count) + 0.01 && sum > Double(slice.events.count) * 0.8)
    }

    @Test func theScreenAndTheListsAreText() throws {
        var state = WorkbenchState.running()
        let screen = String(decoding: try written(try export(&state, "whole screen")), as: UTF8.self)
        #expect(screen.contains("[2 Train]") && !screen.contains("Export to"))
        _ = state.press(.character("3"))
        let runs = String(decoding: try written(try export(&state, "list of runs")), as: UTF8.self)
        #expect(runs.split(separator: "\n").count == 3)
    }

    @Test func aFolderThatCannotBeWrittenIsNamed() {
        let export = Export(name: "a/b", format: .txt, content: .text("x"))
        #expect(throws: ExportFailure.self) {
            try export.write(to: URL(fileURLWithPath: "/nowhere/at/all"))
        }
    }
}
