import Testing

@testable import Data

@Suite("Edge bridge") struct EdgeBridgeTests {
    /// 7 rows of 6 pixels in colors.
    static let pixels: [Float] = (0..<126).map { (place: Int) -> Float in
        let byte: Int = (place * place * 37 + place * 11 + 5) % 256
        return Float(byte) / 255
    }
    /// What R2ETL's public code (kanpeiming/SDSTL, commit 671ea3f) gave for them when it was run: its Sobel and its Canny.
    static let sobel: [Float] = [
        2.49153709, 2.40743041, 2.45486069, 2.22732162, 2.10486293, 2.16486573, 3.02027321, 1.07894349, 0.847945213,
        1.30246961, 1.08080912, 1.6668272, 2.7218399, 0.537683249, 0.921153247, 1.49189699, 1.34604228, 1.54638922,
        2.22936916, 1.36953068, 1.13678718, 1.07946765, 1.75712502, 2.18925047, 1.23251116, 1.18316364, 1.4724828,
        1.46988678, 1.06570828, 2.58623075, 1.62272251, 1.36742842, 1.72387254, 1.42399633, 0.589338481, 2.20652008,
        1.96790743, 1.66035748, 1.49254191, 2.21309376, 2.53676558, 2.27355838,
    ]
    static let canny: [Float] = [
        1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1,
        1,
        1, 1, 1, 1,
    ]

    @Test func bothChannelsAreThoseOfThePublicCode() {
        let planes = EdgeBridge.planes(Self.pixels, width: 6, height: 7)
        for pixel in Self.sobel.indices {
            #expect(abs(planes[2 * pixel] - Self.sobel[pixel]) < 1e-5, "pixel \(pixel)")
            #expect(planes[2 * pixel + 1] == Self.canny[pixel], "pixel \(pixel)")
        }
    }

    /// A gray picture is a picture in colors that are all the same, to the rounding of the weights.
    @Test func grayIsOneColor() {
        let gray: [Float] = (0..<25).map { (place: Int) -> Float in Float((place * 53) % 101) / 101 }
        let one = EdgeBridge.planes(gray, width: 5, height: 5)
        let three = EdgeBridge.planes(gray.flatMap { [$0, $0, $0] }, width: 5, height: 5)
        for (a, b) in zip(one, three) { #expect(abs(a - b) < 1e-5) }
    }

    /// Batches hold both channels, of whatever is resized first.
    @Test(arguments: [false, true]) func batchesHoldBoth(channelFirst: Bool) throws {
        let contents = ColoredPictures()
        var options = SmallDataSet.options { $0.referenceChannelFirst = channelFirst }
        (options.imageChannel, options.size) = (.edges, 4)
        let pool = try ImagePool([[0]], of: contents, options)
        #expect(pool.byteCount == 4 * 4 * 2 * MemoryLayout<Float>.stride)
        var values = [Float](repeating: -1, count: 4 * 4 * 2)
        values.withUnsafeMutableBufferPointer { pool.write(0, into: $0.baseAddress!) }
        let image = try contents.image(at: 0)
        let source = channelFirst ? ImageChannel.luma.extract(from: image) : image.pixels
        let expected = EdgeBridge.planes(source.map { Float($0) / 255 }, width: 4, height: 4)
        for (found, wanted) in zip(values, expected) { #expect(abs(found - wanted) < 1e-5) }
        #expect(stride(from: 0, to: values.count, by: 2).contains { values[$0] != values[$0 + 1] })
    }
}
