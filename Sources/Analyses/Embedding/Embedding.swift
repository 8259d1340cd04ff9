import Data
import Messages
import Network
import Plotting

/// Features of both streams in the plane: whether classes part, and whether images and events of a class meet.
struct Embedding: Analysis {
    let name = "embedding"
    let title = "Features in the plane"
    let summary = "PCA and t-SNE of what the heads read, recordings and images, by class and by stream"

    func run(_ subject: AnalysisSubject, _ options: AnalysisOptions, _ progress: AnalysisProgress) throws
        -> AnalysisReport
    {
        let split = try subject.split(options)
        let places = subject.places(split, options, usual: 300)
        guard places.count >= 4 else {
            throw AnalysisError.impossible("\(places.count) recordings are too few to be embedded: expected 4 or more")
        }
        guard places.count <= Self.most else {
            throw AnalysisError.badOption(
                name: "the number of recordings", found: "\(places.count)",
                expected: "at most \(Self.most) for an embedding: its time and memory grow with the square")
        }
        let all = places.count + NeighborEmbedding.iterations
        let features = try Self.features(subject, places, split) { try progress($0, all) }
        guard let components = PrincipalComponents(features.rows) else {
            throw AnalysisError.impossible(
                "the features have no two directions: all recordings give the same, as in a silent network")
        }
        let neighbors = try NeighborEmbedding(
            features.rows, from: components.points, perplexity: options.perplexity
        ) { done, _ in try progress(places.count + done, all) }
        var report = report()
        let (first, second) = components.shares
        report.findings = [
            "two principal components hold \(Format.percent(first + second)) of the variance",
            "nearest neighbor among recordings has the same class: "
                + Format.percent(Self.agreement(features, of: .events, among: .events)),
        ]
        if features.streams.contains(.images) {
            report.findings.append(
                "the recording nearest to an image has its class: "
                    + Format.percent(Self.agreement(features, of: .images, among: .events)))
        }
        report.notes = [
            "spikes of the last layer of neurons, mean over time and space; \(places.count) \(split.rawValue) recordings"
                + (features.streams.contains(.images) ? ", each with an image of its class" : ""),
            "t-SNE, exact: perplexity \(Format.number(min(options.perplexity, Double(features.rows.count - 1) / 3))), "
                + "\(NeighborEmbedding.iterations) iterations from the principal components, KL divergence "
                + Format.number(neighbors.divergence, places: 3),
        ]
        let (classes, kinds) = (features.labels, features.streams)
        let scatter = ScatterPanels(classNames: subject.classNames, labels: classes, streams: kinds)
        report.pictures = [
            .init(
                name: "embedding",
                figure: Figure(
                    title: title, subtitle: subject.title,
                    panels: [
                        scatter.byClass(components.points, "PCA, by class"),
                        scatter.byStream(components.points, "PCA, by stream"),
                        scatter.byClass(neighbors.points, "t-SNE, by class"),
                        scatter.byStream(neighbors.points, "t-SNE, by stream"),
                    ], columnCount: 2),
                size: .init(width: 1060, height: 1000))
        ]
        return report
    }

    struct Features {
        var rows: [[Double]] = []
        var labels: [Int] = []
        var streams: [FeatureStream] = []
    }

    /// Recordings; with as many images their distances take some hundred megabytes.
    private static let most = 1500

    private static func features(
        _ subject: AnalysisSubject, _ places: [Int], _ split: Split, _ progress: (_ done: Int) throws -> Void
    ) throws -> Features {
        let network = subject.network
        let isDouble = network.hasTwoStreams && subject.hasImages
        let trace = NetworkTrace(
            network: network, purpose: .inspection, streamCount: isDouble ? 2 : 1, batchSize: 8,
            options: try subject.configuration.traceOptions())
        trace.allocate()
        var (features, done) = (Features(), 0)
        func take(_ samples: [Sample], stream: Int, _ kind: FeatureStream) throws {
            guard let last = trace.layerMaps().last else {
                throw AnalysisError.impossible("the network has no layer of neurons")
            }
            for (place, sample) in samples.enumerated() {
                features.rows.append(mean(last, stream: stream, sample: place, steps: subject.timeStepCount))
                features.labels.append(sample.label)
                features.streams.append(kind)
            }
        }
        try subject.eachChunk(of: places, split, size: trace.batchSize) { samples in
            trace.fill(samples)
            network.forward(trace)
            try take(samples, stream: isDouble ? 1 : 0, .events)
            if isDouble {
                try take(samples, stream: 0, .images)
            } else if subject.hasImages {
                trace.fill(samples, showsImages: true)
                network.forward(trace)
                try take(samples, stream: 0, .images)
            }
            done += samples.count
            try progress(done)
        }
        return features
    }

    /// Mean over a stream's time steps and all positions, by channel.
    private static func mean(_ layer: LayerMaps, stream: Int, sample: Int, steps: Int) -> [Double] {
        let shape = layer.output.shape
        let (batch, pixels, channels) = (shape[1], shape[2] * shape[3], shape[4])
        var sums = [Double](repeating: 0, count: channels)
        for step in 0..<steps {
            let image = layer.output.pointer + ((stream * steps + step) * batch + sample) * pixels * channels
            for index in 0..<pixels * channels { sums[index % channels] += Double(image[index]) }
        }
        return sums.map { $0 / Double(steps * pixels) }
    }

    /// Share of points of a stream whose nearest other point of a stream has their class.
    private static func agreement(_ features: Features, of own: FeatureStream, among other: FeatureStream) -> Double {
        let count = features.rows.count
        let distances = NeighborEmbedding.squaredDistances(features.rows)
        let asked = (0..<count).filter { features.streams[$0] == own }
        let hits = asked.count { point in
            let nearest = (0..<count).filter { features.streams[$0] == other && $0 != point }
                .min { distances[point * count + $0] < distances[point * count + $1] }
            return nearest.map { features.labels[$0] == features.labels[point] } ?? false
        }
        return Double(hits) / Double(max(1, asked.count))
    }
}

enum FeatureStream: Hashable {
    case events
    case images
}
