// Measures the keyword index beside its peers: `keyword-bench DOCUMENTS FOLDER` writes documents.txt and questions.txt to
// the folder, which Benchmarks/keyword-peers.py reads as well, and prints what it measured.
import Glibc
import Keywords

guard CommandLine.arguments.count == 3, let count = Int(CommandLine.arguments[1]), count > 0 else {
  print("usage: keyword-bench DOCUMENTS FOLDER")
  exit(2)
}
let folder = CommandLine.arguments[2]
var texts = BenchmarkTexts(seed: 1)
let documents = texts.documents(count)
let questions = texts.questions(500, about: documents)

func write(_ lines: [String], _ name: String) {
  guard let file = fopen("\(folder)/\(name)", "w") else {
    print("cannot write to \(folder)")
    exit(1)
  }
  for line in lines { fputs(line + "\n", file) }
  fclose(file)
}
write(documents, "documents.txt")
write(questions, "questions.txt")

func show(_ value: Double) -> String { String(Double(Int(value * 1000 + 0.5)) / 1000) }

do {
  let figures = try KeywordBenchmark.run(
    documents: documents, questions: questions, folder: "\(folder)/index")
  print("documents \(count)")
  print("read and add: \(show(figures.applySeconds)) s, upkeep: \(show(figures.upkeepSeconds)) s CPU")
  print(
    "one document: \(show(figures.readMicroseconds)) µs reading, \(show(figures.addMicroseconds)) µs adding")
  print("\(show(figures.bytesPerDocument)) bytes a document; save \(show(figures.saveSeconds)) s CPU")
  print("open \(show(figures.openMilliseconds)) ms, verify \(show(figures.verifyMilliseconds)) ms")
  for search in figures.searches {
    print("search, \(search.name): p50 \(show(search.median)) ms, p99 \(show(search.p99)) ms")
  }
} catch {
  print(error)
  exit(1)
}
