/// A photograph as two channels of edges, which lie between photographs and events (R2ETL, in its public code; there both
/// channels come out as the first by a mistake):
///
///     0: √(gx² + gy² + 1e-8), the Sobel gradient of each color, averaged over the colors
///     1: 1 where the Sobel gradient of the gray picture, blurred by 5×5 pixels with σ = 1, is above 0.8; else 0
///
/// Both take what lies beyond the border as black, as there, which makes the border of a bright picture an edge.
enum EdgeBridge {
    /// Gradient above which the second channel is 1, of pixels 0…1.
    static let threshold: Float = 0.8

    /// - Parameter pixels: [H, W, channel], 0…1, gray or red, green and blue.
    /// - Returns: [H, W, 2]
    static func planes(_ pixels: [Float], width: Int, height: Int) -> [Float] {
        let channels = pixels.count / max(1, width * height)
        let colors = (0..<channels).map { channel in
            Plane(
                width: width, height: height,
                values: stride(from: channel, to: pixels.count, by: channels).map { pixels[$0] })
        }
        let magnitudes = colors.map { $0.gradient(offset: 1e-8) }
        let gray =
            channels == 3
            ? Plane(
                width: width, height: height,
                values: colors[0].values.indices.map {
                    0.299 * colors[0].values[$0] + 0.587 * colors[1].values[$0] + 0.114 * colors[2].values[$0]
                }) : colors[0]
        let outlines = gray.blurred.gradient(offset: 0)
        return (0..<2 * width * height).map { place in
            let pixel = place / 2
            guard place % 2 == 0 else { return outlines[pixel] > threshold ? 1 : 0 }
            return magnitudes.reduce(0) { $0 + $1[pixel] } / Float(channels)
        }
    }

    /// One number a pixel, row by row; zero beyond the border.
    private struct Plane {
        let width: Int
        let height: Int
        var values: [Float]

        func at(_ x: Int, _ y: Int) -> Float {
            x >= 0 && x < width && y >= 0 && y < height ? values[y * width + x] : 0
        }

        /// √(gx² + gy² + offset)
        func gradient(offset: Float) -> [Float] {
            values.indices.map { place in
                let (x, y) = (place % width, place / width)
                let horizontal =
                    at(x + 1, y - 1) - at(x - 1, y - 1) + 2 * (at(x + 1, y) - at(x - 1, y)) + at(x + 1, y + 1)
                    - at(x - 1, y + 1)
                let vertical =
                    at(x - 1, y + 1) - at(x - 1, y - 1) + 2 * (at(x, y + 1) - at(x, y - 1)) + at(x + 1, y + 1)
                    - at(x + 1, y - 1)
                return (horizontal * horizontal + vertical * vertical + offset).squareRoot()
            }
        }

        var blurred: Plane {
            var result = self
            for place in values.indices {
                let (x, y) = (place % width, place / width)
                var sum: Float = 0
                for dy in -2...2 {
                    for dx in -2...2 { sum += Self.bell[dy + 2] * Self.bell[dx + 2] * at(x + dx, y + dy) }
                }
                result.values[place] = sum
            }
            return result
        }

        /// exp(−d²/2) for d = −2…2, over its sum.
        private static let bell: [Float] = {
            let values: [Float] = [0.135_335_28, 0.606_530_66, 1, 0.606_530_66, 0.135_335_28]
            return values.map { $0 / values.reduce(0, +) }
        }()
    }
}
