/// What may change while a run goes on. Everything but crop is off by default.
public struct AugmentationOptions: Sendable, Hashable {
    /// Shift training frames by up to a twelfth of their size.
    public var crop: Bool
    /// Mirror training frames left to right, every other time.
    public var flip: Bool
    /// Share of each class's static images that may be drawn, 0…1; one image a class is always left.
    public var imageShare: Double
    /// Largest turn of training frames either way, in degrees; 0 turns none.
    public var rotation = 0.0
    /// Largest share of the time steps that is emptied, 0…1.
    public var dropTime = 0.0
    /// Largest side of a rectangle that is emptied, as a share of the sensor's, 0…1.
    public var dropArea = 0.0
    /// Largest share of the events that is dropped, 0…1.
    public var dropEvents = 0.0
    /// Events that are added for each pixel of the sensor, on average.
    public var noise = 0.0
    /// Signal-to-noise ratio of Gaussian noise in decibels; 0 adds none.
    public var signalToNoise = 0.0
    /// Name of the augmentation that mixes two recordings; `AugmentationCatalogue.noMixing`: none.
    public var mix = AugmentationCatalogue.noMixing
    /// Share of the samples that are mixed, 0…1.
    public var mixShare = 0.5
    /// α of the Beta(α, α) distribution from which the share of a sample's own recording is drawn; 1 is uniform.
    public var mixAlpha = 1.0

    public init(crop: Bool = true, flip: Bool = false, imageShare: Double = 1) {
        (self.crop, self.flip, self.imageShare) = (crop, flip, imageShare)
    }
}
