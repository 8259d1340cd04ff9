import Configuration
import Engine
import Foundation
import Tensors

/// About ten seconds: matrix products beside what a core could do, and training steps of the small network.
struct SpeedCheck {
    let processor: Processor

    /// Less of the peak than this is not reached because something is wrong, or others use the machine.
    private static let usualShare = 0.5
    /// So far apart are the fastest and the usual step on a machine that has something else to do.
    private static let usualSpread = 1.5

    func findings() -> [DoctorReport.Finding] { [product, step] }

    private var product: DoctorReport.Finding {
        let side = 1536
        let operations = 2 * Double(side) * Double(side) * Double(side)
        let seconds = MatrixProduct.measure(side: side, threads: 1).first ?? .infinity
        let found = operations / seconds / 1e9
        let all = WorkerPool.shared.threadCount
        let together = operations / (MatrixProduct.measure(side: side, threads: all).first ?? .infinity) / 1e9
        var figures = [
            "sgemm_gflops": found, "sgemm_gflops_all_threads": together, "threads": Double(all),
        ]
        var text = String(
            format: "sgemm %d²: %.0f GFLOP/s on one thread, %.0f on %d", side, found, together, all)
        guard let peak = processor.peakGflops, let gigahertz = processor.gigahertz else {
            return .ok("products", text + "; the peak of this processor is not known", figures)
        }
        figures["peak_gflops"] = peak
        text += String(
            format: "; peak of a core %.0f (%.2f GHz × %d): %.0f %%", peak, gigahertz,
            processor.operationsPerCycle ?? 0, found / peak * 100)
        guard found >= peak * Self.usualShare else {
            return .note(
                "products", text,
                "less than half: see what else runs (top), whether the clock is held down, and which kernels OpenBLAS has",
                figures)
        }
        return .ok("products", text, figures)
    }

    private var step: DoctorReport.Finding {
        var setting = StepBenchmark.mini()
        (setting.warmUpSteps, setting.turns, setting.stepsPerTurn) = (3, 4, 3)
        do {
            let result = try StepBenchmark(setting).run { _ in }
            let (least, usual, most) = (
                result.stepSecondsMin * 1000, result.stepSecondsMedian * 1000, result.stepSecondsMax * 1000
            )
            let text = String(
                format: "training step of the preset digits: %.0f ms, from %.0f to %.0f; %.2f of sgemm's speed", usual,
                least, most, result.ratioToSgemm)
            let figures = [
                "step_ms": usual, "step_ms_least": least, "step_ms_most": most, "ratio_to_sgemm": result.ratioToSgemm,
            ]
            guard usual <= least * Self.usualSpread else {
                return .note(
                    "step", text, "the steps differ a lot: something else uses the machine, see top", figures)
            }
            return .ok("step", text, figures)
        } catch {
            return .wrong("step", failureText(of: error).0, "no run can be trained: this has to be put right first")
        }
    }
}
