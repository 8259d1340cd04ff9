import Foundation
import Network
import Tensors
import Testing
import TestSupport

@testable import Analyses

@Suite("Directions of a loss landscape") struct LandscapeTests {
    @Test("are as long as the filters, as the reference makes them", .enabled(if: MethodFixture.isPresent))
    func parity() throws {
        let fixture = try MethodFixture("h_landscape.safetensors")
        for index in 0..<5 {
            let found = FilterDirection.normalized(
                try fixture.floats("d\(index)"), like: try fixture.floats("w\(index)"),
                shape: Shape(try fixture.shape("w\(index)")))
            let expected = try fixture.doubles("filter_biasbn/d\(index)")
            #expect(largestDifference(found, expected) < 1e-6, "tensor \(index)")
        }
    }

    @Test("have each slice's length, and leave tensors of one dimension alone")
    func lengths() {
        let weights: [Float] = [3, 4, 0, 0, 0, 0.5]
        let found = FilterDirection.normalized([1, 1, 1, 1, 2, 0], like: weights, shape: [3, 2])
        let root = Float(0.5).squareRoot() * 5
        #expect(zip(found, [root, root, 0, 0, 0.5, 0]).allSatisfy { abs($0 - $1) < 1e-5 }, "\(found)")
        #expect(FilterDirection.normalized([1, 2], like: [3, 4], shape: [2]) == [0, 0])
        #expect(FilterDirection.normalized([1], like: [3], shape: []) == [0])
    }
}
