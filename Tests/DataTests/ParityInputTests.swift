import Foundation
import Testing

@testable import Data
@testable import FileFormats

/// What the reference computes before a sample enters the network, on its own inputs.
@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)))
struct ParityInputTests {
    private let file: SafetensorsFile

    init() throws { file = try SafetensorsFile(contentsOf: Fixtures.file("method/f_inputs.safetensors")) }

    private func image(_ name: String) throws -> StaticImage {
        let shape = try file.shape(of: name)
        return StaticImage(
            width: shape[1], height: shape[0], channelCount: shape.count == 3 ? shape[2] : 1,
            pixels: try file.bytes(name))
    }

    @Test func valueIsTheLastChannelOfHSV() throws {
        let color = try image("rgb_u8")
        let hsv = try file.bytes("cv2_hsv_u8")
        #expect(ImageChannel.value.extract(from: color) == stride(from: 2, to: hsv.count, by: 3).map { hsv[$0] })
        let own = stride(from: 0, to: color.pixels.count, by: 3).flatMap { start in
            let bytes = HSV.bytes(
                red: color.pixels[start], green: color.pixels[start + 1], blue: color.pixels[start + 2])
            return [bytes.hue, bytes.saturation, bytes.value]
        }
        #expect(own == hsv)
    }

    @Test(arguments: ["gray_conv_u8", "gray_copydim_u8"]) func grayIsRepeatedNotConverted(name: String) throws {
        let gray = try image("gray_u8")
        for channel in ImageChannel.allCases {
            #expect(channel.extract(from: gray) == gray.pixels)
            #expect(channel.extract(from: try image(name)) == gray.pixels, "\(channel)")
        }
    }

    @Test func hsvAndBack() throws {
        let (rgb, hsv) = (try file.floats("rgb_float"), try file.floats("rgb_hsv_float"))
        let back = try file.floats("hsv_rgb_roundtrip")
        let count = rgb.count / 3
        for pixel in 0..<count {
            let color = HSV(red: rgb[pixel], green: rgb[count + pixel], blue: rgb[2 * count + pixel])
            for (channel, own) in [color.hue, color.saturation, color.value].enumerated() {
                #expect(abs(own - hsv[channel * count + pixel]) < 1e-6, "pixel \(pixel), channel \(channel)")
            }
            let again = color.rgb
            for (channel, own) in [again.red, again.green, again.blue].enumerated() {
                #expect(abs(own - back[channel * count + pixel]) < 1e-6, "pixel \(pixel), channel \(channel)")
            }
        }
    }

    @Test(arguments: [("pipeline_v", ImageChannel.value), ("pipeline_blue", .blue)])
    func staticImagesArePreparedBitForBit(name: String, channel: ImageChannel) throws {
        let shape = try file.shape(of: name)
        let resized = AntialiasedResize.resize(try image("rgb_u8"), width: shape[1], height: shape[0])
        #expect(try file.floats(name) == channel.extract(from: resized).map { Float($0) / 255 })
    }

    @Test func framesAreResizedWithAlignedCorners() throws {
        let shape = try file.shape(of: "frames_int")
        let counts = try file.integers("frames_int")
        let frames = EventFrames(recording(of: counts, shape: shape), timeStepCount: shape[0], slicing: CountByStep())
        #expect(frames.counts.map(Int.init) == counts, "the test's own recording is wrong")
        let names = file.names.filter { $0.hasPrefix("frames_resized_") && $0.hasSuffix("@f64") }
        #expect(!names.isEmpty)
        for name in names {
            let target = try file.shape(of: name)
            let expected = try file.doubles(name)
            let own = frames.resized(width: target[3], height: target[2])
            let tolerance = 1e-5 * (expected.max() ?? 0)
            #expect(own.count == expected.count)
            #expect(zip(own, expected).allSatisfy { abs(Double($0) - $1) <= tolerance }, "\(name)")
        }
    }

    @Test func oneChannelIsRepeatedOverPolaritiesAndTime() throws {
        let shape = try file.shape(of: "static_expanded")
        let (samples, steps, height, width) = (shape[0], shape[1], shape[3], shape[4])
        let (colors, expected) = (try file.floats("static_rgb"), try file.floats("static_expanded"))
        let plane = height * width
        let pictures = (0..<samples).map { sample in
            StaticImage(
                width: width, height: height, channelCount: 3,
                pixels: (0..<plane * 3).map { index in
                    UInt8((colors[(sample * 3 + index % 3) * plane + index / 3] * 255).rounded())
                })
        }
        for sample in 0..<samples {
            var pairs = [Float](repeating: -1, count: 2 * plane)
            pairs.withUnsafeMutableBufferPointer { target in
                if let base = target.baseAddress {
                    ImagePool.write(ImageChannel.blue.extract(from: pictures[sample])[...], into: base)
                }
            }
            // Every time step and polarity of the reference is our one picture.
            for step in 0..<steps {
                for polarity in 0..<2 {
                    for pixel in 0..<plane {
                        let reference = expected[((sample * steps + step) * 2 + polarity) * plane + pixel]
                        // The reference's input is not quantized here.
                        #expect(abs(pairs[2 * pixel + polarity] - reference) <= 0.5 / 255 + 1e-6)
                    }
                }
            }
        }
    }

    @Test func frequencyFramesOfNOmniglot() throws {
        let shape = try file.shape(of: "nomni/frames_freq")
        let (times, columns) = (try file.integers("nomni/t"), try file.integers("nomni/x"))
        let (rows, polarities) = (try file.integers("nomni/y"), try file.integers("nomni/p"))
        let events = times.indices.map { index in
            Event(
                timestamp: Int64(times[index]), x: UInt16(columns[index]), y: UInt16(rows[index]),
                polarity: UInt8(polarities[index]))
        }
        let recording = EventRecording(events, sensor: SensorSize(width: shape[3], height: shape[2]))
        // On the way that a run takes: counts as they are kept, expanded, scaled.
        var store = FrameStore(timeStepCount: shape[0])
        var scratch = FrameStore.CountingScratch()
        store.append(recording, slicing: SpikingjellyTimeSlicing(), scratch: &scratch)
        var cells = [Float](repeating: .nan, count: store.cellCount(0))
        var occupied = [Bool](repeating: false, count: shape[0] * shape[2])
        cells.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            occupied.withUnsafeMutableBufferPointer { flags in
                guard let flags = flags.baseAddress else { return }
                store.expand(0, into: base, rows: flags, clearing: true)
            }
            FrequencyFrames.scale(
                FramesInPlace(
                    timeStepCount: shape[0], height: shape[2], width: shape[3], base: base,
                    stride: 2 * shape[2] * shape[3]), duration: store.duration(0))
        }
        let expected = try file.floats("nomni/frames_freq")
        let plane = shape[2] * shape[3]
        for step in 0..<shape[0] {
            for polarity in 0..<2 {
                let own = (0..<plane).map { cells[(step * plane + $0) * 2 + polarity] }
                let start = (step * 2 + polarity) * plane
                #expect(own[...] == expected[start..<start + plane], "time step \(step), polarity \(polarity)")
            }
        }
    }

    /// As many events as the counts say, one microsecond a time step.
    private func recording(of counts: [Int], shape: [Int]) -> EventRecording {
        let (height, width) = (shape[2], shape[3])
        let events = counts.indices.flatMap { index in
            let (step, rest) = index.quotientAndRemainder(dividingBy: 2 * height * width)
            let event = Event(
                timestamp: Int64(step), x: UInt16(rest % width), y: UInt16(rest / width % height),
                polarity: UInt8(rest / (height * width)))
            return Array(repeating: event, count: counts[index])
        }
        return EventRecording(events, sensor: SensorSize(width: width, height: height))
    }

    /// The timestamp is the time step.
    private struct CountByStep: Slicing {
        var name: String { "step" }
        var summary: String { "" }

        func ranges(of recording: EventRecording, timeStepCount: Int) -> [Range<Int>] {
            (0..<timeStepCount).map { step in
                recording.position(of: Int64(step))..<recording.position(of: Int64(step + 1))
            }
        }
    }
}
