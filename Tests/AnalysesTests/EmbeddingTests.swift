import Foundation
import Testing

@testable import Analyses

/// Expected values by scikit-learn 1.x (`_joint_probabilities`, `_kl_divergence`) and numpy's singular values.
@Suite("Features in the plane") struct EmbeddingTests {
    private static let rows: [[Double]] = (0..<12).map { i in
        (0..<4).map { j -> Double in
            let step: Double = Double((i * 7 + j * 3) % 11) / 11
            return step + 0.01 * Double(i)
        }
    }
    private static let places: [Double] = (0..<12).flatMap { i -> [Double] in
        let angle = Double(i)
        return [cos(angle), sin(2 * angle)]
    }

    @Test("t-SNE has the neighborhoods, the divergence and the slopes of an independent program")
    func divergence() {
        let count = Self.rows.count
        let joint = NeighborEmbedding.joint(NeighborEmbedding.squaredDistances(Self.rows), count, perplexity: 3.5)
        #expect(abs(joint.reduce(0, +) - 1) < 1e-9)
        // In the order of pairs: (0, 1), (0, 6), (1, 11).
        let expected = [(1, 0.0004381737484740412), (6, 0.0013760089750258322), (12 + 11, 0.0005719807150756222)]
        for (place, value) in expected { #expect(abs(joint[place] - value) < 1e-6, "\(place): \(joint[place])") }
        #expect(abs(NeighborEmbedding.divergence(Self.places, joint) - 1.126772122196316) < 1e-4)
        var gradient = [Double](repeating: 0, count: 2 * count)
        NeighborEmbedding.gradient(Self.places, joint, factor: 1, into: &gradient)
        let slopes = [0.05264802, 0.01169228, 0.02738295, -0.06978638]
        #expect(zip(gradient, slopes).allSatisfy { abs($0 - $1) < 1e-5 }, "\(gradient.prefix(4))")
    }

    @Test("the slopes of t-SNE are those of its divergence")
    func slopes() {
        let count = Self.rows.count
        let joint = NeighborEmbedding.joint(NeighborEmbedding.squaredDistances(Self.rows), count, perplexity: 3)
        var gradient = [Double](repeating: 0, count: 2 * count)
        NeighborEmbedding.gradient(Self.places, joint, factor: 1, into: &gradient)
        for index in Self.places.indices {
            func at(_ shift: Double) -> Double {
                var places = Self.places
                places[index] += shift
                return NeighborEmbedding.divergence(places, joint)
            }
            #expect(abs((at(1e-5) - at(-1e-5)) / 2e-5 - gradient[index]) < 1e-6)
        }
    }

    @Test("t-SNE parts groups that are apart, the same way every time, and can be called off")
    func groups() throws {
        let rows: [[Double]] = (0..<30).map { i in
            (0..<3).map { j -> Double in
                let center: Double = i % 3 == j ? 8 : 0
                return center + 0.3 * sin(Double(i * 3 + j))
            }
        }
        let start = try #require(PrincipalComponents(rows)).points
        func embed() -> NeighborEmbedding { NeighborEmbedding(rows, from: start, perplexity: 5) { _, _ in } }
        let (first, second) = (embed(), embed())
        #expect(first.divergence == second.divergence && first.divergence < 0.5)
        let flat = first.points.map { [$0.x, $0.y] }
        let distances = NeighborEmbedding.squaredDistances(flat)
        for point in 0..<30 {
            let nearest = (0..<30).filter { $0 != point }.min {
                distances[point * 30 + $0] < distances[point * 30 + $1]
            }
            #expect(nearest.map { $0 % 3 } == point % 3)
        }
        #expect(throws: CancellationError.self) {
            _ = try NeighborEmbedding(rows, from: start, perplexity: 5) { done, _ in
                if done == 3 { throw CancellationError() }
            }
        }
    }

    @Test("principal components are numpy's") func components() throws {
        let found = try #require(PrincipalComponents(Self.rows))
        #expect(abs(found.shares.0 - 0.3791654) < 1e-6 && abs(found.shares.1 - 0.37480805) < 1e-6)
        #expect(zip(found.points, [0.05794352, -0.0721546, -0.50069916]).allSatisfy { abs($0.x - $1) < 1e-6 })
        #expect(zip(found.points, [-0.49311393, 0.49311393, -0.08269613]).allSatisfy { abs($0.y - $1) < 1e-6 })
        #expect(PrincipalComponents([[1, 2], [1, 2]]) == nil && PrincipalComponents([[1, 2]]) == nil)
    }
}
