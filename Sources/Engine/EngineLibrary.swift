import Analyses
import Configuration
import Data
import Foundation
import Messages
import Network
import RunStore
import Synchronization
import Training

/// Answers what the screens and the commands ask: runs and presets from the store, data sets and model views from here.
///
/// Data sets are read on a thread of its own: simulating recordings or listing thousands of files takes a while.
public actor EngineLibrary: Library {
    private let executor = ThreadExecutor(name: "saccade-library")
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private let stored: StoredLibrary
    private let folders: DataFolders
    private let catalogue: TrainingCatalogue
    private let analyst: AnalysisService
    private var contents: [Place: any DataSetContents] = [:]

    /// A data set, and where it is read from.
    private struct Place: Hashable {
        var name: String
        var folders: DataFolders
    }

    public nonisolated let studies: any StudyDesk

    /// - Parameters:
    ///   - folders: where data sets are looked for.
    ///   - studies: what knows of studies: they are made of what this answers.
    public init(
        stored: StoredLibrary, folders: DataFolders, catalogue: TrainingCatalogue = .shipped,
        studies: any StudyDesk = NoStudyDesk()
    ) {
        (self.stored, self.catalogue, self.studies) = (stored, catalogue, studies)
        analyst = AnalysisService(store: stored.runs, catalogue: catalogue, keepsNetwork: false)
        var folders = folders
        folders.keep(in: stored.runs.paths)
        self.folders = folders
    }

    public nonisolated var history: any RunHistory { stored }

    public nonisolated func slidingPlan(
        of configuration: RunConfiguration
    ) async throws(LibraryFailure) -> [Double]? {
        SlidingPlan.probabilities(configuration, catalogue)
    }

    public func dataSets() async throws(LibraryFailure) -> [DataSetSummary] { catalogue.dataSets.map(summary) }

    public func samples(of dataSet: String) async throws(LibraryFailure) -> DataSetSamples {
        try said { try sampleList(of: dataSet) }
    }

    public func recording(_ reference: SampleReference) async throws(LibraryFailure) -> RecordingPicture {
        try said { try picture(of: reference) }
    }

    public func modelView(of reference: SampleReference, run: String) async throws(LibraryFailure) -> ModelView {
        try said { try view(of: reference, run: run) }
    }

    public nonisolated var analyses: [AnalysisSummary] { AnalysisCatalogue.shipped.summaries }

    public nonisolated func analysis(
        _ name: String, of run: String, _ options: AnalysisOptions, onProgress: @escaping ProgressHandler
    ) async throws(LibraryFailure) -> AnalysisReport {
        let title = analyses.first { $0.name == name }?.title ?? name
        let request = EvaluationRequest(
            subject: run, split: Split.test.rawValue, configuration: RunConfiguration(), isConfigured: false)
        let progress = PreparationProgress(onProgress)
        // Threads that read for this task do not know whether it is cancelled.
        let isCancelled = CancellationFlag()
        let reading = LongWork(isCancelled: { isCancelled.isRaised }, onProgress: progress.take)
        do {
            return try await withTaskCancellationHandler {
                try await LongWork.$current.withValue(reading) {
                    try await analyst.run(name, of: request, options) { done, all in
                        if isCancelled.isRaised { throw CancellationError() }
                        progress.take(.init(title: title.lowercased(), done: done, all: all))
                    }
                }
            } onCancel: {
                isCancelled.raise()
            }
        } catch DataSetError.cancelled {
            throw LibraryFailure("\(title.lowercased()): cancelled")
        } catch is CancellationError {
            throw LibraryFailure("\(title.lowercased()): cancelled")
        } catch {
            throw LibraryFailure(error)
        }
    }

    // What follows reads for long, on a thread of its own: recordings must not wait until thousands of files are read.

    public nonisolated func check(
        dataSet name: String, onProgress: @escaping ProgressHandler
    ) async throws(LibraryFailure) -> DataSetCheck {
        try await readingAll(name, onProgress) { dataSet, contents in
            DataSetCheck(try DataSetVerification.run(dataSet, contents), name: name)
        }
    }

    public nonisolated func counted(
        _ samples: [SampleSummary], of name: String, onProgress: @escaping ProgressHandler
    ) async throws(LibraryFailure) -> DataSetSamples {
        try await readingAll(name, onProgress) { _, contents in
            DataSetSamples(
                dataSet: name, samples: try SampleCounts.filled(samples, contents), classNames: contents.classNames)
        }
    }

    public nonisolated func historyVersion() async -> Int? {
        (try? stored.runs.version()).map { $0 &+ stored.others.version }
    }

    public nonisolated func presetFolders() -> [String] {
        // What cannot be made holds no presets.
        try? StoragePaths.ensure(stored.presets.userFolder)
        return [stored.presets.userFolder.path]
    }

    private nonisolated func onOwnThread<Answer: Sendable>(
        _ body: @escaping @Sendable () throws -> Answer
    ) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                Thread.current.name = "saccade-reading"
                continuation.resume(with: Result { try body() })
            }
        }
    }

    /// Answers on a thread of its own.
    private nonisolated func readingAll<Answer: Sendable>(
        _ name: String, _ onProgress: @escaping ProgressHandler,
        _ body: @escaping @Sendable (any DataSet, any DataSetContents) throws -> Answer
    ) async throws(LibraryFailure) -> Answer {
        do {
            let (dataSet, contents) = (try catalogue.dataSet(name), try await opened(name))
            let work = LongWork(isCancelled: { false }, onProgress: PreparationProgress(onProgress).take)
            return try await onOwnThread { try LongWork.$current.withValue(work) { try body(dataSet, contents) } }
        } catch {
            throw LibraryFailure(error)
        }
    }

    private func said<Answer>(_ body: () throws -> Answer) throws(LibraryFailure) -> Answer {
        do { return try body() } catch { throw LibraryFailure(error) }
    }

    // MARK: Data sets

    /// - Parameter asRunsHadIt: also from where a run read it that is not among the usual places.
    private func opened(_ name: String, asRunsHadIt: Bool = true) throws -> any DataSetContents {
        let dataSet = try catalogue.dataSet(name)
        let place = Place(name: name, folders: asRunsHadIt ? folders(of: dataSet) : folders)
        if let known = contents[place] { return known }
        let opened = try RunCheck.open(dataSet, place.folders)
        contents[place] = opened
        return opened
    }

    /// Those that were named; of a data set that is not there, those of the latest run on it, which may train just now.
    private func folders(of dataSet: any DataSet) -> DataFolders {
        guard !dataSet.presence(in: folders).isPresent, let runs = try? stored.runs.runs() else { return folders }
        for run in runs.filter({ $0.dataSet == dataSet.name }).sorted(by: { $0.created > $1.created }).prefix(5) {
            guard let state = try? stored.runs.lastState(run: run.id),
                var own = try? state.configuration.dataFolders()
            else { continue }
            own.keep(in: stored.runs.paths)
            if dataSet.presence(in: own).isPresent { return own }
        }
        return folders
    }

    private func summary(_ dataSet: any DataSet) -> DataSetSummary {
        let presence = dataSet.presence(in: folders(of: dataSet))
        let contents = presence.isPresent ? try? opened(dataSet.name) : nil
        let sensor = contents?.sensor
        let options = DataOptions(set: dataSet.name, needsImages: false)
        var notes = contents?.notes ?? []
        if let contents {
            do throws(DataSetError) {
                notes += SampleWarnings.of(try SampleChoice(options, of: contents), contents)
            } catch {
                notes.append(error.description)
            }
        }
        return DataSetSummary(
            name: dataSet.name, title: dataSet.title, classCount: contents?.classNames.count ?? 0,
            recordingCount: contents?.recordings.count ?? 0, imageCount: contents?.images.count ?? 0,
            sensorWidth: sensor?.width ?? 0, sensorHeight: sensor?.height ?? 0,
            isSimulated: dataSet.isSimulated, isPresent: presence.isPresent, location: presence.location,
            license: dataSet.license,
            publishedCount: dataSet.publishedSize.map { $0.training + $0.test },
            publishedClassCount: dataSet.publishedSize?.classCount, notes: notes)
    }

    // MARK: Cost

    /// By a trial of its step, which takes seconds where the network is large.
    public nonisolated func cost(of side: ComparisonSide) async throws(LibraryFailure) -> String {
        do {
            let configuration = try stored.configuration(of: side)
            let isDefault = configuration.data.folder.isEmpty && configuration.data.imageFolder.isEmpty
            // What is absent is counted as published.
            let known = isDefault ? try? await opened(configuration.data.set, asRunsHadIt: false) : nil
            return try await onOwnThread { [catalogue] in
                var contents = isDefault ? known : nil
                if !isDefault {
                    do {
                        contents = try RunCheck.check(configuration, catalogue)
                    } catch DataSetError.missing {
                        // Counted as published.
                    }
                }
                let cost = try RunCost.estimate(configuration, contents: contents, catalogue).text
                let warnings = try contents.map { try RunCheck.warnings(configuration, $0, catalogue) } ?? []
                return ([cost] + warnings.map { "but " + $0 }).joined(separator: "; ")
            }
        } catch {
            throw LibraryFailure(error)
        }
    }

    private func sampleList(of name: String) throws -> DataSetSamples {
        let contents = try opened(name)
        let samples = contents.recordings.enumerated().map { index, recording in
            SampleSummary(
                index: index, name: recording.name, classIndex: recording.classIndex,
                split: recording.part.rawValue, eventCount: recording.eventCount, durationMicroseconds: nil)
        }
        return DataSetSamples(dataSet: name, samples: samples, classNames: contents.classNames)
    }

    private func picture(of reference: SampleReference) throws -> RecordingPicture {
        let contents = try opened(reference.dataSet)
        guard contents.recordings.indices.contains(reference.index) else {
            throw EngineRefusal(
                "\(reference.dataSet) has no recording \(reference.index): expected 0…\(contents.recordings.count - 1)")
        }
        let description = contents.recordings[reference.index]
        let recording = try contents.recording(at: reference.index)
        let first = recording.events.first?.timestamp ?? 0
        let sensor = try contents.findSensor()
        // A bad picture does not hide the recording.
        var (pair, pairing): (StaticImage?, String) = (nil, "no image of its class")
        if let image = contents.staticPair(for: reference.index) {
            do throws(DataSetError) {
                pair = try contents.image(at: image)
                pairing = "paired by class name"
            } catch {
                pairing = error.description
            }
        }
        return RecordingPicture(
            reference: reference, name: description.name, className: contents.classNames[description.classIndex],
            split: description.part.rawValue, width: recording.width, height: recording.height,
            durationMicroseconds: Int(recording.duration),
            events: recording.events.map {
                PictureEvent(
                    microseconds: Int32(clamping: $0.timestamp - first), x: UInt16(clamping: $0.x),
                    y: UInt16(clamping: $0.y), isOn: $0.isOn)
            },
            staticPair: pair.map(Self.gray), pairing: pairing,
            isSimulated: try catalogue.dataSet(reference.dataSet).isSimulated,
            sensorOrigin: sensor?.origin ?? "the extent of the recording: sizes vary in this data set")
    }

    private static func gray(_ image: StaticImage) -> GrayPicture {
        let values = (0..<image.width * image.height).map { pixel in
            let channels = image.pixels[pixel * image.channelCount..<(pixel + 1) * image.channelCount]
            return Float(channels.max() ?? 0) / 255
        }
        return GrayPicture(width: image.width, height: image.height, values: values)
    }

    // MARK: Model view

    private func view(of reference: SampleReference, run: String) throws -> ModelView {
        let runs = try stored.history(of: run)
        let detail = try runs.run(run)
        guard let checkpoint = try runs.latestCheckpoint(run: run) else {
            throw EngineRefusal(
                "the run \(run) has no checkpoint yet: the first is written at the first validation or edit")
        }
        let contents = try opened(reference.dataSet)
        return try ModelViewer.view(
            catalogue, reference, contents: contents, run: detail.summary.id,
            checkpoint: URL(fileURLWithPath: checkpoint.path))
    }
}

extension LibraryFailure {
    /// What the error says and what can be done about it.
    fileprivate init(_ error: any Error) { self.init(Trouble.failure(error, run: nil, optimizerStep: 0).text) }
}

/// Whether somebody has called something off, for every thread that works on it.
private final class CancellationFlag: Sendable {
    private let flag = Mutex(false)

    var isRaised: Bool { flag.withLock { $0 } }
    func raise() { flag.withLock { $0 = true } }
}
