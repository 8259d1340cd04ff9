import Messages
import Training

/// Turns whatever goes wrong into what was found and what to do.
enum Trouble {
    static func failure(_ error: any Error, run: String?, optimizerStep: Int) -> EngineFailure {
        let (message, advice) = text(of: error)
        return EngineFailure(run: run, optimizerStep: optimizerStep, message: message, advice: advice)
    }

    private static func text(of error: any Error) -> (String, String) {
        guard let error = error as? TrainingError else { return ("\(error)", "") }
        return (error.description, error.advice)
    }
}
