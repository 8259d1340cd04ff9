import Testing

@testable import Studies

@Suite("Slurm's queue")
struct SlurmQueueTests {
    @Test("is read line by line, whatever else is printed")
    func tasks() {
        let text = """
            slurm_load_jobs: a warning
            17|0|RUNNING|3:07|node4|digits.3fa9c1|None
            17|2|PENDING|0:00||digits.3fa9c1|(JobArrayTaskLimit)
            17|[5-7%4]|PENDING|0:00||digits.3fa9c1|Resources
            18|N/A|RUNNING|1-02:00:00|node5|other|None
            """
        let tasks = SlurmQueue.tasks(text)
        #expect(tasks.map(\.index) == [0, 2, 5, 6, 7])
        #expect(tasks[0].state == "RUNNING" && tasks[0].node == "node4" && tasks[0].reason.isEmpty)
        #expect(tasks[1].isPending && tasks[1].reason == "(JobArrayTaskLimit)" && !tasks[0].isPending)
        #expect(SlurmQueue.tasks("").isEmpty && SlurmQueue.tasks("a|b").isEmpty)
    }

    @Test("its lists of numbers read back")
    func indices() {
        #expect(ArrayIndices.text([7, 0, 1, 2, 3, 9, 10]) == "0-3,7,9-10")
        #expect(ArrayIndices.text([]).isEmpty && ArrayIndices.text([4]) == "4")
        #expect(ArrayIndices.numbers("0-3,7,9-10") == [0, 1, 2, 3, 7, 9, 10])
        #expect(ArrayIndices.numbers("0-8:4%2") == [0, 4, 8] && ArrayIndices.numbers("[1-2]") == [1, 2])
        for text in ["", "N/A", "3-1", "a", "1-", "-2", "0-99999999", "1:0"] {
            #expect(ArrayIndices.numbers(text) == nil, "\(text)")
        }
    }

    @Test(
        "takes the time limits that Slurm takes", arguments: ["90", "90:30", "2:00:00", "1-0", "1-12:30", "2-00:00:00"])
    func times(text: String) { #expect(JobRequest.isTime(text)) }

    @Test("refuses other time limits", arguments: ["", "2h", "1-", "-1", "1:2:3:4", "1-2-3", "1:", "\n5"])
    func badTimes(text: String) { #expect(!JobRequest.isTime(text)) }

    @Test("jobs are found by their names, also of cells beyond Slurm's greatest index")
    func names() {
        let name = JobName(study: "my study", folder: "/a/cells")
        #expect(name.text.hasPrefix("my-study.") && name != JobName(study: "my study", folder: "/b/cells"))
        #expect(name.all(cells: 0) == [name.text] && name.all(cells: 1000).count == 1)
        #expect(name.all(cells: 2001) == [name.text, name.text + "+1000", name.text + "+2000"])
        func task(_ name: String) -> SlurmQueue.Task {
            .init(job: "1", index: 7, state: "RUNNING", jobName: name, elapsed: "", node: "", reason: "")
        }
        #expect(name.cell(of: task(name.text)) == 7 && name.cell(of: task(name.text + "+1000")) == 1007)
        #expect(name.cell(of: task("other")) == nil && name.cell(of: task(name.text + "+x")) == nil)
    }

    @Test("words come through a shell as they are")
    func words() {
        #expect(ShellWord.line(["saccade", "a b", "it's", ""]) == #"saccade 'a b' 'it'\''s' ''"#)
        #expect(ShellWord.quoted("/a/b-c_d.e:1=2,3") == "/a/b-c_d.e:1=2,3" && ShellWord.quoted("$x") == "'$x'")
    }
}
