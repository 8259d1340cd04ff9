import Tensors

/// How a convolution is computed.
public enum ConvolutionMethod: String, Sendable, Hashable, CaseIterable {
    /// Product of image columns and weight; runs everywhere, with any kernel.
    case plain
    /// Active inputs only: fast where few are.
    case sparse
    /// Winograd's F(4×4, 3×3).
    case winograd4
    /// Winograd's F(6×6, 3×3).
    case winograd6
}

/// What a pass chose, for the log and the benchmark.
public struct ConvolutionUse: Sendable, Hashable {
    public var forward = ConvolutionMethod.plain
    /// `nil` where there was none.
    public var inputGradient: ConvolutionMethod?
    public var weightGradient: ConvolutionMethod?
    /// Share of inputs that are not zero.
    public var density = 0.0
}

/// Which methods a convolution may use and which is fastest, by shape and density.
///
/// The densities where methods change places were measured on a Zen 3 processor at the shapes of the paper's network; the
/// choice depends on the input alone, so that the same input gives the same bits.
struct ConvolutionChoice {
    let canRunFast: Bool
    let tile: ConvolutionMethod
    private let channelsAreVectors: Bool
    let inputGradient: ConvolutionMethod
    /// Below these densities active inputs alone are faster than Winograd.
    private let sparseGradientCounts: Double

    private static let sparseForward = 0.07
    private static let sparseGradientSpikes = 0.13

    init(_ layer: Convolution, input: ActivationShape, policy: KernelPolicy) {
        canRunFast =
            policy == .fast && kernels_have_convolutions() != 0 && layer.kernel == 3 && layer.padding == 1
            && layer.stride == 1 && layer.outputChannels % 8 == 0 && input.channels <= 4096
            && layer.outputChannels <= 4096
            // A list of active inputs tells places in 16 bits, of four bytes each: those of one row, with the rows about it,
            // are the fewest that it may hold.
            && 4 * 5 * (input.width + 2) <= Int(UInt16.max)
        channelsAreVectors = layer.inputChannels % 8 == 0
        tile = Self.products(input, 6) < Self.products(input, 4) ? .winograd6 : .winograd4
        // Few channels leave Winograd's transforms less to be worth it.
        sparseGradientCounts = layer.inputChannels * layer.outputChannels < 1024 ? 0.30 : 0.12
        inputGradient = canRunFast && channelsAreVectors ? tile : .plain
    }

    /// Multiplications a channel, tiles that stand over the edge included.
    private static func products(_ shape: ActivationShape, _ m: Int) -> Int {
        ((shape.height + m - 1) / m) * ((shape.width + m - 1) / m) * (m + 2) * (m + 2)
    }

    /// What could be chosen for inputs kept so: forward, and for the weight's gradient.
    func candidates(_ storage: Activation.Storage) -> [ConvolutionMethod] {
        guard canRunFast else { return [.plain] }
        guard channelsAreVectors else { return [.sparse] }
        return storage == .dense ? [tile] : [.sparse, tile]
    }

    func forward(_ input: Activation) -> ConvolutionMethod {
        choose(input, spikes: Self.sparseForward, counts: Self.sparseForward)
    }

    func weightGradient(_ input: Activation) -> ConvolutionMethod {
        choose(input, spikes: Self.sparseGradientSpikes, counts: sparseGradientCounts)
    }

    private func choose(_ input: Activation, spikes: Double, counts: Double) -> ConvolutionMethod {
        guard canRunFast else { return .plain }
        guard channelsAreVectors else { return .sparse }
        switch input.storage {
        case .dense: return tile
        case .spikes: return input.density < spikes ? .sparse : tile
        case .counts: return input.density < counts ? .sparse : tile
        }
    }
}

extension ConvolutionMethod {
    /// Side of Winograd's output tile.
    var tileSide: Int { self == .winograd6 ? 6 : 4 }
}
