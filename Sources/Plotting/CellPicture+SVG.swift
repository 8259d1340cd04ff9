import Foundation

extension CellPicture {
    /// The picture as vectors. Written by hand, not by cairo: the same bytes whatever is installed, and letters that
    /// stay letters, in the reader's own monospaced font and never wider than their cells.
    public var svg: Data {
        let ink = CellInk(self)
        let size = "\(Self.number(width)) \(Self.number(height))"
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size)\" width=\"\(Self.number(width))\" "
                + "height=\"\(Self.number(height))\">",
            "<rect width=\"100%\" height=\"100%\" fill=\"\(ink.ground.hexadecimal)\"/>",
        ]
        for (look, shapes) in ink.shapes {
            let path = shapes.map(Self.path).joined()
            let crisp = look.isCrisp ? " shape-rendering=\"crispEdges\"" : ""
            let color = look.color.hexadecimal
            let paint =
                look.lineWidth.map {
                    "fill=\"none\" stroke=\"\(color)\" stroke-width=\"\(Self.number($0))\" stroke-linecap=\"round\" "
                        + "stroke-linejoin=\"round\""
                } ?? "fill=\"\(color)\""
            lines.append("<path \(paint)\(crisp) d=\"\(path)\"/>")
        }
        lines.append(
            "<g font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,'Liberation Mono',monospace\" "
                + "font-size=\"\(Self.number(CellInk.textSize))\">")
        for text in ink.texts {
            let size = text.size == CellInk.textSize ? "" : " font-size=\"\(Self.number(text.size))\""
            lines.append(
                "<text x=\"\(Self.number(text.x))\" y=\"\(Self.number(text.y))\" fill=\"\(text.color.hexadecimal)\""
                    + (text.isBold ? " font-weight=\"bold\"" : "") + size
                    + " textLength=\"\(Self.number(text.width))\" lengthAdjust=\"spacingAndGlyphs\">"
                    + "\(Self.escaped(text.content))</text>")
        }
        lines += ["</g>", "</svg>", ""]
        return Data(lines.joined(separator: "\n").utf8)
    }

    private static func path(_ shape: CellShape) -> String {
        func points(_ points: [CellShape.Point]) -> String {
            points.enumerated().map { "\($0.offset == 0 ? "M" : "L")\(number($0.element.x)) \(number($0.element.y))" }
                .joined()
        }
        switch shape {
        case .rectangle(let x, let y, let width, let height):
            return "M\(number(x)) \(number(y))h\(number(width))v\(number(height))h\(number(-width))z"
        case .polygon(let corners): return points(corners) + "z"
        case .line(let ends, _): return points(ends) + (ends.count == 1 ? "h0" : "")
        case .circle(let x, let y, let radius, _):
            let (r, d) = (number(radius), number(2 * radius))
            return "M\(number(x - radius)) \(number(y))a\(r) \(r) 0 1 0 \(d) 0a\(r) \(r) 0 1 0 -\(d) 0"
        }
    }

    /// At most two digits behind the point, and none that says nothing.
    private static func number(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
        let digits = rest == 0 ? "" : rest % 10 == 0 ? ".\(rest / 10)" : (rest < 10 ? ".0" : ".") + "\(rest)"
        return (hundredths < 0 ? "-" : "") + "\(whole)" + digits
    }

    private static func escaped(_ text: String) -> String {
        String(text.map { String($0) }.map { ["&": "&amp;", "<": "&lt;", ">": "&gt;"][$0] ?? $0 }.joined())
    }
}

extension FigureColor {
    /// `#6cb6ff`.
    var hexadecimal: String {
        "#"
            + [red, green, blue].map {
                let value = Int((min(1, max(0, $0)) * 255).rounded())
                return (value < 16 ? "0" : "") + String(value, radix: 16)
            }.joined()
    }
}
