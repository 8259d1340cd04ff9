import Foundation
import Testing

@testable import Plotting

@Suite("A figure")
struct FigureTests {
    static let figure = Figure(
        title: "digits, \"slide\"", subtitle: "run 56nd",
        panels: [
            .plot(
                PlotPanel(
                    title: "Loss", x: .init(title: "optimizer step"), y: .init(title: "loss", isLogarithmic: true),
                    series: [
                        .init(name: "all", points: (1...200).map { .init(x: Double($0), y: 4 / Double($0)) }),
                        .init(
                            name: "gap, one",
                            points: [
                                .init(x: 1, y: 1), .init(x: 50, y: .nan), .init(x: 60, y: 2), .init(x: 70, y: .nan),
                            ]),
                        .init(name: "other", points: [.init(x: 100, y: 0.1), .init(x: 200, y: 0.2)], style: .ghost),
                        .init(name: "steps", points: [.init(x: 0, y: 1), .init(x: 99, y: 3)], style: .steps),
                        .init(name: "dots", points: [.init(x: 10, y: 1), .init(x: 90, y: 3)], style: .dots),
                    ],
                    marks: [.init(x: 120, label: "a", text: "exponent 3→4")])),
            .heatmap(
                HeatmapPanel(
                    title: "Spikes", rowCount: 2, columnCount: 3, values: [0, 0.5, 1, 0.25, .nan, 0.75],
                    scale: .sequential(least: 0, greatest: 1), rowLabels: ["feature.0", "feature.2"],
                    columnLabels: ["0", "1", "2"], xTitle: "time step", yTitle: "layer")),
            .heatmap(
                HeatmapPanel(
                    title: "Events", rowCount: 1, columnCount: 2, values: [-3, 3], scale: .diverging(limit: 3),
                    hasSquareCells: true)),
        ],
        columnCount: 2)

    @Test("is written as PNG of the size that was asked for, and the same each time")
    func png() throws {
        let data = try Self.figure.png(size: .init(width: 300, height: 200), scale: 2)
        #expect(Array(data.prefix(8)) == [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
        func number(at offset: Int) -> Int { data[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
        #expect(number(at: 16) == 600 && number(at: 20) == 400)
        #expect(try Self.figure.png(size: .init(width: 300, height: 200), scale: 2) == data)
        #expect(try Self.figure.png(palette: .dark) != Self.figure.png())
        // All white would be some hundred bytes.
        #expect(data.count > 5000)
    }

    @Test("is written as SVG that is well-formed, with a path for each curve")
    func svg() throws {
        let data = try Self.figure.svg()
        let text = String(decoding: data, as: UTF8.self)
        #expect(text.hasPrefix("<?xml") && text.contains("</svg>"))
        #expect(XMLCounter.elements(in: data) ?? 0 > 50)
        // The color of the first curve.
        #expect(text.contains("rgb(0%,44.705882%,69.803922%)"))
    }

    @Test("has the colors that are asked for by their place, whatever stands beside")
    func colors() throws {
        let points = (0...9).map { PlotPanel.Point(x: Double($0), y: Double($0)) }
        func svg(_ series: [PlotPanel.Series]) throws -> String {
            let panel = PlotPanel(title: "", x: .init(), y: .init(), series: series)
            return String(decoding: try Figure(title: "", panels: [.plot(panel)]).svg(), as: UTF8.self)
        }
        // The palette's second and third: orange and green.
        let (orange, green) = ("rgb(83.529412%,36.862745%,0%)", "rgb(0%,61.960784%,45.098039%)")
        let alone = try svg([.init(name: "a", points: points, colorIndex: 1)])
        #expect(alone.contains(orange) && !alone.contains(green))
        let both = try svg([
            .init(name: "b", points: points, colorIndex: 2), .init(name: "a", points: points, colorIndex: 1),
        ])
        #expect(both.contains(orange) && both.contains(green))
        func ghosts(_ indices: [Int]) throws -> String {
            try svg(indices.map { .init(name: "", points: points, style: .ghost, colorIndex: $0) })
        }
        #expect(try ghosts([0, 1]) != ghosts([0, 0]))
    }

    @Test("of a long run is a line within what it reaches, not a point a step")
    func longRuns() throws {
        func svg(_ count: Int) throws -> String {
            let points = (0..<count).map { PlotPanel.Point(x: Double($0), y: Double($0 % 2)) }
            let panel = PlotPanel(title: "", x: .init(), y: .init(), series: [.init(name: "a", points: points)])
            return String(decoding: try Figure(title: "", panels: [.plot(panel)]).svg(), as: UTF8.self)
        }
        let long = try svg(100_000)
        #expect(long.utf8.count < 200_000 && long.contains("0.22"))
        #expect(try !svg(500).contains("0.22"))
    }

    @Test("keeps its legend within the plot, and the plot the larger part of the height")
    func legends() throws {
        let edit = "sliding curve 0:0, " + (1...60).map { "0.\($0):0.\($0)" }.joined(separator: ", ")
        let plot = PlotPanel(
            title: String(repeating: "a long title ", count: 20), x: .init(), y: .init(),
            series: [.init(name: "all", points: [.init(x: 0, y: 0), .init(x: 9, y: 1)])],
            marks: (0..<40).map { .init(x: Double($0) / 5, label: "a", text: edit) })
        _ = try CairoSurface.svg(width: 8, height: 8) { context in
            let drawing = FigureDrawing(context: context, palette: .paper)
            let rows = drawing.legendRows(of: plot, width: 480, atMost: 6)
            #expect(rows.count == 6)
            for row in rows {
                #expect(row.reduce(0) { $0 + drawing.width(of: $1.label, size: 10) + 26 } <= 490.5)
            }
            #expect(drawing.width(of: drawing.cut(plot.title, size: 12, width: 200), size: 12) <= 200)
            #expect(drawing.cut("short", size: 12, width: 200) == "short")
        }
    }

    @Test("without anything in it, or with nothing finite, is drawn all the same")
    func empty() throws {
        _ = try Figure(title: "", panels: []).png()
        let nothing = PlotPanel(
            title: "n", x: .init(), y: .init(isLogarithmic: true),
            series: [.init(name: "s", points: [.init(x: 1, y: .nan), .init(x: 2, y: -1), .init(x: .infinity, y: 1)])])
        _ = try Figure(title: "t", panels: [.plot(nothing)]).svg()
        let bare = HeatmapPanel(
            title: "h", rowCount: 0, columnCount: 0, values: [], scale: .sequential(least: 0, greatest: 0))
        _ = try Figure(title: "t", panels: [.heatmap(bare)]).png()
    }

    @Test("that is too large is refused with words")
    func tooLarge() {
        do {
            _ = try Self.figure.png(size: .init(width: 1e7, height: 10))
            Issue.record("drawn")
        } catch {
            #expect(error.description.contains("cannot be drawn"))
        }
    }

    @Test("is written as CSV with every number")
    func csv() {
        let lines = Self.figure.csv.split(separator: "\n")
        #expect(lines[0] == "panel,kind,series,x,y,text")
        #expect(lines.count == 1 + 200 + 4 + 2 + 2 + 2 + 1 + 6 + 2)
        #expect(lines[1] == "Loss,point,all,1,4,")
        #expect(lines.contains("Loss,point,\"gap, one\",50,nan,"))
        #expect(lines.contains("Loss,mark,a,120,,exponent 3→4"))
        #expect(lines.contains("Spikes,cell,feature.2,2,1,0.75"))
    }

    @Test("survives JSON")
    func json() throws {
        var figure = Self.figure
        figure.panels.removeFirst()
        figure.panels.removeFirst()
        #expect(try JSONDecoder().decode(Figure.self, from: JSONEncoder().encode(figure)) == figure)
    }

    @Test(
        "has ticks at 1, 2 and 5",
        arguments: [
            (0.0, 408.0, false, ["0", "100", "200", "300", "400"]),
            (0.0, 1.0, false, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
            (0.1, 2.0, true, ["0.1", "0.2", "0.5", "1", "2"]),
            (1e-5, 1e-1, true, ["1e-05", "0.0001", "0.001", "0.01", "0.1"]),
            (-3, 3, false, ["-2", "0", "2"]),
        ])
    func ticks(least: Double, greatest: Double, isLogarithmic: Bool, expected: [String]) {
        let scale = AxisScale(
            .init(isLogarithmic: isLogarithmic, range: least...greatest), values: [], padding: 0)
        #expect(scale.ticks(count: 5).map(\.label) == expected)
        #expect(scale.share(of: least) == 0 && scale.share(of: greatest) == 1)
    }
}

/// Whether a text is XML, and how many elements it has.
enum XMLCounter {
    static func elements(in data: Data) -> Int? {
        let text = String(decoding: data, as: UTF8.self)
        var open: [String] = []
        var count = 0
        for tag in text.matches(of: /<([\/?!]?)([A-Za-z][A-Za-z0-9:]*)[^>]*?(\/?)>/) {
            switch tag.output.1 {
            case "/": guard open.popLast() == String(tag.output.2) else { return nil }
            case "":
                count += 1
                if tag.output.3.isEmpty { open.append(String(tag.output.2)) }
            default: continue
            }
        }
        return open.isEmpty ? count : nil
    }
}
