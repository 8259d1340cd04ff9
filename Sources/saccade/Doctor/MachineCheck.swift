import Communication
import Engine
import FileFormats
import Foundation
import Messages
import Network
import Plotting
import RunStore
import Tensors
import Terminal

/// Processor, kernels, threads, memory, libraries and MPI.
struct MachineCheck {
    let processor: Processor

    var findings: [DoctorReport.Finding] { [processorFinding, kernels, threads, memory, libraries, mpi] }

    private var processorFinding: DoctorReport.Finding {
        let clock = processor.gigahertz.map { String(format: ", %.2f GHz", $0) } ?? ""
        let name = processor.name.isEmpty ? "of unknown name" : processor.name
        let features = processor.vectorFeatures.isEmpty ? "none known" : processor.vectorFeatures.joined(separator: " ")
        return .ok(
            "processor", "\(name)\(clock); vectors: \(features)",
            processor.gigahertz.map { ["gigahertz": $0] } ?? [:])
    }

    private var kernels: DoctorReport.Finding {
        let blas = MatrixProduct.library.kernels
        let own = KernelWidth.inUse
        let text = "our own: \(own); OpenBLAS: \(blas)"
        if own == "plain" {
            return .note(
                "kernels", text,
                "without AVX2, AVX-512 or NEON (or with SACCADE_KERNELS=plain) everything works, but takes several times as "
                    + "long"
            )
        }
        // Of a processor that is newer than it is, it takes kernels that every processor can run: a tenth of the speed.
        if let better = Self.betterKernels(than: blas, on: processor) {
            return .note(
                "kernels", text,
                "OpenBLAS does not know this processor and uses kernels of an older one: set OPENBLAS_CORETYPE=\(better), "
                    + "or install a later version")
        }
        return .ok("kernels", text)
    }

    /// What OpenBLAS has for the vectors of this processor, if it has chosen something else.
    static func betterKernels(than chosen: String, on processor: Processor) -> String? {
        let (wide, usual) = (["skylakex", "cooperlake", "sapphirerapids"], ["haswell", "zen"])
        let chosen = chosen.lowercased()
        if processor.features.isSuperset(of: ["avx512f", "avx512bw", "avx512vl"]) {
            return wide.contains(chosen) ? nil : "SkylakeX"
        }
        guard processor.features.isSuperset(of: ["avx2", "fma"]) else { return nil }
        return (wide + usual).contains(chosen) ? nil : "Haswell"
    }

    private var threads: DoctorReport.Finding {
        let (used, there) = (WorkerPool.shared.threadCount, ProcessInfo.processInfo.activeProcessorCount)
        let text = "\(used) of \(there) processor\(there == 1 ? "" : "s")"
        let figures = ["threads": Double(used), "processors": Double(there)]
        if used > there {
            return .note(
                "threads", text, "more threads than processors wait for each other: SACCADE_THREADS=\(there)", figures)
        }
        if used < there {
            return .note(
                "threads", text, "SACCADE_THREADS, the launcher or a limit of the system allows no more", figures)
        }
        return .ok("threads", text, figures)
    }

    private var memory: DoctorReport.Finding {
        guard let available = RunCost.availableMemory else {
            return .note("memory", "how much is free is not known", nil)
        }
        let gibibytes = Double(available) / Double(1 << 30)
        let text = String(format: "%.1f GiB can be taken", gibibytes)
        let figures = ["available_bytes": Double(available)]
        if gibibytes < 0.25 {
            return .wrong("memory", text, "the smallest run needs about 0.2 GiB: end other programs", figures)
        }
        if gibibytes < 2 {
            return .note(
                "memory", text, "enough for the presets of digits; `saccade train --cost` says what a run needs",
                figures)
        }
        return .ok("memory", text, figures)
    }

    private var libraries: DoctorReport.Finding {
        let blas = MatrixProduct.library.configuration.split(separator: " ").prefix(2).joined(separator: " ")
        let versions =
            [blas, Terminal.TerminalDescription.library, "SQLite \(RunStore.libraryVersion)"]
            + ["cairo \(Figure.libraryVersion)"]
            + LinkedLibraries.versions.map { "\($0.name) \($0.version)" }
        return .ok("libraries", versions.joined(separator: ", "))
    }

    private var mpi: DoctorReport.Finding {
        let named = ProcessInfo.processInfo.environment["SACCADE_MPI"] ?? ""
        let (name, problems) = Launch().findLibrary()
        if let name { return .ok("MPI", "\(name): `saccade help ranks`") }
        guard named.isEmpty else {
            return .wrong(
                "MPI", "SACCADE_MPI names a library that cannot be used: \(problems.joined(separator: "; "))",
                "name another one, or unset it: runs of one process need none")
        }
        return .note(
            "MPI", "no library is here", "only runs of several processes need one: install openmpi-bin, or mpich")
    }
}
