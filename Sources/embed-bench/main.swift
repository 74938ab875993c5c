import Glibc
import Inference
func now() -> Double {
  var t = timespec(); clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return Double(t.tv_sec) * 1e3 + Double(t.tv_nsec) / 1e6
}
let a = CommandLine.arguments
switch a[1] {
case "pack": let t = now(); try ModelStore(directory: a[2]).pack(from: a[3]); print("packed", now() - t)
case "embed":
  // stdin lines (\n escaped as \u{1}) -> hex floats
  let m = try MiniLM.open(packed: ModelStore(directory: a[2]).encoderPath)
  let e = m.makeEncoder(a[3] == "exact" ? .exact : .int8)
  while let line = readLine() {
    let text = String(line.map { $0 == "\u{1}" ? "\n" : $0 })
    let t = e.tokens(of: text)
    e.encode([t.prefix(254)]) { _, v in _ = write(1, v.baseAddress!, v.count * 4) }
  }
case "tok":
  let m = try MiniLM.open(packed: ModelStore(directory: a[2]).encoderPath)
  var w = WordPiece(vocabulary: m.vocabulary)
  while let line = readLine() {
    var t: [Int32] = []
    w.encode(line, into: &t)
    print(t.map { String($0) }.joined(separator: " "))
  }
default: break
}
if a[1] == "texts" {
  for w in EmbedBenchmark.standard {
    let f = fopen(a[2] + "/" + w.name + ".txt", "w")!
    fputs(w.texts.joined(separator: "\n") + "\n", f); fclose(f)
  }
}
if a[1] == "serve" {
  let m = try MiniLM.open(packed: ModelStore(directory: a[2]).encoderPath)
  let e = m.makeEncoder(a.count > 3 && a[3] == "exact" ? .exact : .int8)
  while let line = readLine() {
    let w = EmbedBenchmark.standard.first { $0.name == line }!
    let r = EmbedBenchmark.run(w, with: e)
    _ = "\(r.processorMilliseconds) \(r.wallMilliseconds)\n".withCString { write(1, $0, strlen($0)) }
  }
}
