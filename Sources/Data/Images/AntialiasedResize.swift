/// Bilinear resize of bytes that averages when the picture shrinks: the triangle filter is stretched by the scale, first
/// along rows, then along columns, each rounded to bytes. Agrees bit for bit with what Pillow's bilinear resize gives,
/// because the reference prepares static images with it.
public enum AntialiasedResize {
    /// Weights are whole numbers of this many fractional bits: 8 bits of pixel and 2 of headroom fill 32.
    private static let precision = 22

    /// Which inputs an output takes, and how much of each.
    private struct Taps {
        let start: Int
        let weights: [Int32]
    }

    public static func resize(_ image: StaticImage, width: Int, height: Int) -> StaticImage {
        let channels = image.channelCount
        var pixels = image.pixels
        if width != image.width {
            pixels = pass(
                pixels, taps: taps(from: image.width, to: width), lines: image.height, step: channels,
                lineStride: image.width * channels, channels: channels, outputStep: channels,
                outputLineStride: width * channels)
        }
        if height != image.height {
            // A line is now a column of pixels.
            pixels = pass(
                pixels, taps: taps(from: image.height, to: height), lines: width, step: width * channels,
                lineStride: channels, channels: channels, outputStep: width * channels, outputLineStride: channels)
        }
        return StaticImage(width: width, height: height, channelCount: channels, pixels: pixels)
    }

    private static func taps(from input: Int, to output: Int) -> [Taps] {
        weights(from: input, to: output).map { start, weights in
            Taps(start: start, weights: weights.map { Int32($0 * Double(1 << precision) + 0.5) })
        }
    }

    /// For each output the first input that it takes, and how much of that and the following ones; together 1.
    static func weights(from input: Int, to output: Int) -> [(start: Int, weights: [Double])] {
        let scale = Double(input) / Double(output)
        let stretch = max(scale, 1)
        return (0..<output).map { position in
            let center = (Double(position) + 0.5) * scale
            let start = max(Int(center - stretch + 0.5), 0)
            let end = min(Int(center + stretch + 0.5), input)
            var weights = (start..<end).map { source in
                max(1 - abs((Double(source) - center + 0.5) / stretch), 0)
            }
            let sum = weights.reduce(0, +)
            if sum != 0 { weights = weights.map { $0 / sum } }
            return (start, weights)
        }
    }

    private static func pass(
        _ source: [UInt8], taps: [Taps], lines: Int, step: Int, lineStride: Int, channels: Int, outputStep: Int,
        outputLineStride: Int
    ) -> [UInt8] {
        var target = [UInt8](repeating: 0, count: lines * taps.count * channels)
        source.withUnsafeBufferPointer { source in
            target.withUnsafeMutableBufferPointer { target in
                for (position, tap) in taps.enumerated() {
                    tap.weights.withUnsafeBufferPointer { weights in
                        for line in 0..<lines {
                            for channel in 0..<channels {
                                var sum = Int32(1) << Int32(precision - 1)
                                var place = line * lineStride + tap.start * step + channel
                                for weight in weights {
                                    sum &+= Int32(source[place]) &* weight
                                    place += step
                                }
                                target[line * outputLineStride + position * outputStep + channel] =
                                    UInt8(max(0, min(255, sum >> Int32(precision))))
                            }
                        }
                    }
                }
            }
        }
        return target
    }
}
