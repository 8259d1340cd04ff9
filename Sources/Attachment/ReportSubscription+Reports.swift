import Messages

extension ReportSubscription.Batch {
    /// As reports again, the lossless ones first.
    var reports: [EngineReport] {
        var reports = lossless
        let points = metrics.values.flatMap { $0 }
        if let metricsRun, !points.isEmpty { reports.append(.metrics(run: metricsRun, points)) }
        if let progress { reports.append(.progress(progress)) }
        if let preparation { reports.append(.preparation(preparation)) }
        if let spikes { reports.append(.spikes(spikes)) }
        if let alignment { reports.append(.alignment(alignment)) }
        if let queue { reports.append(.queue(queue)) }
        if droppedLogLines > 0 {
            reports.append(.log(LogLine(level: .warning, text: "\(droppedLogLines) lines of the log were dropped")))
        }
        return reports + log.map(EngineReport.log)
    }
}
