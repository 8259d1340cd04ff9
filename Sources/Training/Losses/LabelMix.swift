/// The second class of samples that were mixed of two recordings.
public struct LabelMix: Sendable, Hashable {
    /// Class of what was mixed in, by sample.
    public var partners: [Int]
    /// Share of the label that is the sample's own class, 0…1, by sample.
    public var ownShares: [Double]

    public init(partners: [Int], ownShares: [Double]) { (self.partners, self.ownShares) = (partners, ownShares) }

    func label(_ sample: Int, own: Int) -> SharedLabel {
        SharedLabel(own, partner: partners[sample], ownShare: ownShares[sample])
    }
}

/// A label that two classes share.
struct SharedLabel {
    let own: Int
    let partner: Int
    /// 0…1.
    let ownShare: Double

    init(_ own: Int) { self.init(own, partner: own, ownShare: 1) }

    init(_ own: Int, partner: Int, ownShare: Double) {
        (self.own, self.partner, self.ownShare) = (own, partner, ownShare)
    }

    /// How much of the label a class is.
    @inline(__always)
    func share(of k: Int) -> Double { (k == own ? ownShare : 0) + (k == partner ? 1 - ownShare : 0) }

    /// The output of a label that one class has alone; else both outputs by their shares.
    @inline(__always)
    func mean(of outputs: UnsafePointer<Float>) -> Double {
        ownShare == 1
            ? Double(outputs[own]) : ownShare * Double(outputs[own]) + (1 - ownShare) * Double(outputs[partner])
    }
}
