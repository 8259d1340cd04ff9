import Foundation

/// Owns the terminal: the only code that reads keys or writes cells, on a thread of its own.
///
/// ```
/// keys, signals, wakes ─► receive ─► wantsDrawing? ─► draw ─► present     at most 30 times a second, fewer in calm
/// ```
public actor TerminalOwner {
    /// At most so many drawings a second.
    public static let framesPerSecond = 30
    /// While nobody has pressed a key for a second: what is played is shown as well by fewer.
    public static let playedFramesPerSecond = 10
    /// While nothing is played either: figures that change are read as well by fewer.
    public static let calmFramesPerSecond = 4
    /// A program that asks for ticks more often plays something, in seconds.
    private static let playedTick = 0.2

    private let executor: TerminalExecutor

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Throws: `TerminalError.system`.
    public init() throws(TerminalError) { executor = try TerminalExecutor() }

    deinit { executor.stop() }

    /// Makes the running program's next turn come at once. From any thread.
    public nonisolated func wake() { executor.wake() }

    /// Where a signal handler writes the number of its signal.
    public nonisolated var wakeDescriptor: Int32 { executor.wakeDescriptor }

    /// Runs a program until it leaves, a signal asks it to, or the terminal goes away. The terminal is given back then.
    ///
    /// - Parameters:
    ///   - makeBackend: called on the terminal's thread. The captured output is for a backend that takes the process's
    ///     own terminal; others need not use it.
    ///   - makeProgram: called on the terminal's thread once the terminal is open.
    ///   - onTerminate: called when a signal (TERM, INT, HUP, QUIT) or a closed terminal ends the program, before the
    ///     terminal is given back: the place to write a checkpoint. A third signal does not wait for it.
    /// - Throws: `TerminalError`, or what `makeProgram` throws.
    public func run(
        makeBackend: @Sendable (CapturedOutput, Int32) throws -> any TerminalBackend,
        makeProgram: @Sendable (any TerminalBackend) throws -> any TerminalProgram,
        onTerminate: @Sendable () async -> Void
    ) async throws -> TerminalExit {
        let captured = try CapturedOutput()
        let backend = try makeBackend(captured, executor.wakeDescriptor)
        try backend.open()
        defer { backend.close() }
        let program = try makeProgram(backend)
        let exit = await loop(backend, program, captured)
        if exit != .left { await onTerminate() }
        return exit
    }

    private func loop(
        _ backend: any TerminalBackend, _ program: any TerminalProgram, _ captured: CapturedOutput
    ) async -> TerminalExit {
        let clock = ContinuousClock()
        var (lastDrawing, lastTick, lastKey) = (clock.now - .seconds(1), clock.now, clock.now)
        // Wakes are taken as often as anything is drawn: a short step of training would wake it hundreds of times a second.
        var (isWoken, lastWake) = (false, lastDrawing)
        var resizeDue: ContinuousClock.Instant?
        // Whether the process goes on in a shell's background: it neither reads nor draws then.
        var wasAway = false
        var input: [TerminalInput] = [.size(backend.size)]

        while true {
            if let due = resizeDue, due <= clock.now {
                resizeDue = nil
                backend.resize()
                input.append(.size(backend.size))
                // A torn screen does not wait.
                lastDrawing = clock.now - .seconds(1)
            }
            let isInFront = backend.isInForeground
            if isInFront, wasAway {
                backend.retake()
                input.append(.size(backend.size))
                lastDrawing = clock.now - .seconds(1)
            }
            wasAway = !isInFront
            let now = clock.now
            while isInFront, let key = backend.nextKey() {
                input.append(.key(key))
                lastKey = now
            }
            let isPlayed = program.secondsToNextTick.map { $0 < Self.playedTick } ?? false
            // A little less than the time between ticks and wakes, which would otherwise be missed by a hair.
            let frame = Duration.milliseconds(
                now - lastKey < .seconds(1)
                    ? 1000 / Self.framesPerSecond
                    : 900 / (isPlayed ? Self.playedFramesPerSecond : Self.calmFramesPerSecond))
            if isWoken, now >= lastWake + frame {
                (isWoken, lastWake) = (false, now)
                input.append(.woken)
            }
            let elapsed = (now - lastTick).seconds
            if let wanted = program.secondsToNextTick, elapsed >= wanted {
                input.append(.tick(elapsed))
                lastTick = now
            } else if program.secondsToNextTick == nil {
                lastTick = now
            }
            for request in input.isEmpty ? [] : program.receive(input) {
                switch request {
                case .leave: return .left
                case .repaint: backend.invalidate()
                case .ring: backend.ring()
                case .suspend:
                    backend.suspend()
                    (resizeDue, wasAway) = (clock.now, !backend.isInForeground)
                }
            }
            input = []
            if !wasAway, program.wantsDrawing, clock.now >= lastDrawing + frame {
                lastDrawing = clock.now
                var canvas = Canvas(size: backend.size, charset: backend.charset, style: program.background)
                let cursor = program.draw(on: &canvas)
                backend.present(canvas, cursor: cursor)
            }

            let tickDue = program.secondsToNextTick.map { lastTick + .seconds($0) }
            let drawingDue = program.wantsDrawing && !wasAway ? lastDrawing + frame : nil
            // Nothing tells that a process has come to the front again: the shell's signal alone may be missed.
            let awayDue = wasAway ? clock.now + .milliseconds(500) : nil
            let wakeDue = isWoken ? lastWake + frame : nil
            let deadline = [tickDue, drawingDue, resizeDue, awayDue, wakeDue].compactMap { $0 }.min()
            let descriptors = [wasAway ? nil : backend.inputDescriptor, captured.readEnd].compactMap { $0 }
            let readiness = await executor.wait(for: descriptors, until: deadline)

            for byte in readiness.wakes {
                switch Int32(byte) {
                case 0: isWoken = true
                // A size that is still changing is not worth drawing.
                case SIGWINCH: resizeDue = clock.now + .milliseconds(40)
                case SIGTSTP:
                    backend.suspend()
                    (resizeDue, wasAway) = (clock.now, !backend.isInForeground)
                case SIGCONT: wasAway = true
                default: return .signal(Int32(byte))
                }
            }
            if readiness.readable.contains(captured.readEnd) {
                let lines = captured.lines()
                if !lines.isEmpty { input.append(.printed(lines)) }
            }
            if let keyboard = backend.inputDescriptor, readiness.closed.contains(keyboard) { return .inputClosed }
        }
    }
}

extension Duration {
    var seconds: Double {
        let (whole, attoseconds) = components
        return Double(whole) + Double(attoseconds) * 1e-18
    }
}
