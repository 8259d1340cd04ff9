import Communication
import Messages
import Training

/// Turns whatever goes wrong into what was found and what to do.
enum Trouble {
    static func failure(_ error: any Error, run: String?, optimizerStep: Int) -> EngineFailure {
        let (message, advice) = text(of: error)
        return EngineFailure(run: run, optimizerStep: optimizerStep, message: message, advice: advice)
    }

    /// What was found, and what to do.
    static func text(of error: any Error) -> String {
        let (message, advice) = text(of: error)
        return advice.isEmpty ? message : "\(message); \(advice)"
    }

    private static func text(of error: any Error) -> (String, String) {
        if let error = error as? CommunicationError { return (error.description, error.advice) }
        if let error = error as? ExternalError { return (error.description, error.advice) }
        guard let error = error as? TrainingError else { return ("\(error)", "") }
        return (error.description, error.advice)
    }
}
