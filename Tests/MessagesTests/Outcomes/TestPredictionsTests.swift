import Messages
import Testing

@Suite struct TestPredictionsTests {
    @Test func theTableReadsBackAsItIs() throws {
        let predictions = TestPredictions([
            .init(recording: "test/a/1", className: "a", answer: "a"),
            .init(recording: "odd, \"name\"\nof two lines", className: "b, c", answer: "a"),
            .init(recording: "", className: "ü", answer: "ü"),
        ])
        #expect(TestPredictions(csv: predictions.csv) == predictions)
        #expect(predictions.csv.hasPrefix("recording,class,answer\ntest/a/1,a,a\n\"odd, \"\"name\"\""))
        #expect(abs(try #require(predictions.accuracy) - 2 / 3) < 1e-12)
        #expect(TestPredictions([]).accuracy == nil && TestPredictions(csv: TestPredictions([]).csv)?.rows == [])
    }

    @Test(arguments: ["", "a,b\n", "recording,class,answer\nonly,two\n", "recording,class,answer\n1,2,3,4\n"])
    func whatIsNoSuchTableIsRefused(text: String) { #expect(TestPredictions(csv: text) == nil) }

    @Test(arguments: [
        ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]), ("a,\n\n,b", [["a", ""], ["", "b"]]),
        ("\"x\"\"y\",\"\"", [["x\"y", ""]]),
    ])
    func linesAreThoseOfOtherPrograms(text: String, rows: [[String]]) { #expect(CSVText.rows(text) == rows) }
}
