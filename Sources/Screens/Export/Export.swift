import Foundation
import Messages
import Plotting

/// Something of the screen that is to be written to a file.
public struct Export: Sendable, Hashable {
    public enum Format: String, Sendable, Hashable, CaseIterable {
        case csv, png, svg, txt, json
        case markdown = "md"

        var title: String {
            switch self {
            case .txt: "text"
            case .markdown: "Markdown"
            case .csv, .png, .svg, .json: rawValue.uppercased()
            }
        }

        init(_ format: StudyReportFormat) {
            self =
                switch format {
                case .csv: .csv
                case .json: .json
                case .markdown: .markdown
                case .svg: .svg
                }
        }
    }

    public enum Content: Sendable, Hashable {
        case text(String)
        /// The file as it is.
        case written(String)
        /// Points; `nil`: the figure's usual size.
        case figure(Figure, size: Figure.Size? = nil)
    }

    /// Without folder and ending: `saccade-r17-loss-3120`.
    public var name: String
    public var format: Format
    public var content: Content

    public init(name: String, format: Format, content: Content) {
        (self.name, self.format, self.content) = (name, format, content)
    }

    /// Writes the file into a folder. A file that is there already is never replaced: a number is put behind the name.
    ///
    /// - Returns: its path.
    public func write(to folder: URL) throws(ExportFailure) -> String {
        let data: Data
        switch (content, format) {
        // Somebody will look at it in a terminal.
        case (.text(let text), _): data = Data(text.visible.utf8)
        case (.written(let text), _): data = Data(text.utf8)
        case (.figure(let figure, _), .csv): data = Data(figure.csv.visible.utf8)
        case (.figure(let figure, let size), let format):
            do throws(FigureError) {
                data = try format == .svg ? figure.svg(size: size) : figure.png(size: size)
            } catch {
                throw ExportFailure(error.description)
            }
        }
        let safe = String(name.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" })
        for number in 1...9999 {
            let file = folder.appendingPathComponent(
                "\(safe)\(number == 1 ? "" : "-\(number)").\(format.rawValue)")
            do {
                try data.write(to: file, options: .withoutOverwriting)
                return file.path
            } catch CocoaError.fileWriteFileExists {
                continue
            } catch {
                // What there is of it is ours: a file that was there is another error.
                try? FileManager.default.removeItem(at: file)
                throw ExportFailure("\(file.path) cannot be written: \(error.localizedDescription)")
            }
        }
        throw ExportFailure("\(folder.path) has too many files named \(safe): delete or move some")
    }
}

/// One line of the list of what can be exported.
struct ExportChoice: Sendable, Hashable {
    enum Subject: Sendable, Hashable {
        case plot(TrainState.Panel)
        case allPlots
        case spikes
        case slidingCurve
        case events
        case staticPair
        case eventRates
        case runCurves
        case comparison
        case runList
        case log
        case studyReport
        case screen
    }

    var subject: Subject
    var format: Export.Format
}
