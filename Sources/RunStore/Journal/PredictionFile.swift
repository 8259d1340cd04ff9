import Files
import Foundation
import Messages

/// What a run's tested weights took every test recording for, as `predictions.csv` in its folder.
extension RunStore {
    /// A recording takes some dozens of bytes.
    private static let predictionLimit = 256 << 20

    private func predictionFile(of run: String) -> URL { folder(of: run).appendingPathComponent(RunFolder.predictions) }

    /// On the disk when this returns; takes the place of an earlier one.
    ///
    /// - Throws: `storage`.
    public func record(predictions: TestPredictions, run: String) throws(RunStoreError) {
        try translatingStorage { () throws(StorageError) in
            try WholeFile.write(predictions.csv, to: predictionFile(of: run), replacing: true)
        }
    }

    /// `nil` of a run that was not tested, or by a program that did not keep them.
    ///
    /// - Parameter run: its identifier.
    /// - Throws: `storage` for a file that is there and cannot be read.
    public func predictions(of run: String) throws(RunStoreError) -> TestPredictions? {
        let path = predictionFile(of: run).path
        guard access(path, F_OK) == 0 else { return nil }
        let data: Data
        do throws(RegularFile.Refusal) {
            data = try RegularFile.read(path, limit: Self.predictionLimit)
        } catch {
            throw .storage(.unreadable(path: path, reason: error.reason))
        }
        guard let predictions = TestPredictions(csv: String(decoding: data, as: UTF8.self)) else {
            throw .storage(
                .unreadable(
                    path: path,
                    reason: "it is no table with the columns recording, class and answer; remove it, and "
                        + "`saccade evaluate` tests the run again"))
        }
        return predictions
    }
}
