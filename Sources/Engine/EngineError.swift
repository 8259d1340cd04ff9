import Data
import FileFormats
import Messages
import Network
import RunStore
import Training

/// Turns whatever goes wrong into what was found and what to do.
enum Trouble {
    static func failure(_ error: any Error, run: String?, optimizerStep: Int) -> EngineFailure {
        let (message, advice) = text(of: error)
        return EngineFailure(run: run, optimizerStep: optimizerStep, message: message, advice: advice)
    }

    private static func text(of error: any Error) -> (String, String) {
        switch error {
        case let error as TrainingError: (error.description, error.advice)
        case let error as DataSetError: (error.description, "")
        case let error as RunStoreError: (error.description, "")
        case let error as NetworkStateError: (error.description, "")
        case let error as FileFormatError: (error.description, "")
        case let error as ConfigurationError: (error.description, "")
        default: ("\(error)", "")
        }
    }
}
