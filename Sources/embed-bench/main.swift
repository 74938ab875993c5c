// Measures embedding beside its peers: `embed-bench ENCODER FOLDER` opens the packed model, writes the texts of each workload
// to the folder as NAME.txt, a text a line, and its vectors of the batch as batch.f32. Then, for each line of standard input
// that names a workload, it embeds that once and answers with the processor and wall milliseconds that it took.
// Benchmarks/embed.py drives it.
import Glibc
import Inference

/// Answers at once: whoever asked waits.
func say(_ line: String) {
  print(line)
  fflush(nil)
}

func stop(_ message: String) -> Never {
  say("embed-bench: \(message)")
  exit(2)
}

guard CommandLine.arguments.count == 3 else { stop("usage: embed-bench ENCODER FOLDER") }
let (path, folder) = (CommandLine.arguments[1], CommandLine.arguments[2])

func write(_ bytes: UnsafeRawBufferPointer, _ name: String) {
  guard let file = fopen("\(folder)/\(name)", "w"),
    fwrite(bytes.baseAddress, 1, bytes.count, file) == bytes.count
  else { stop("cannot write to \(folder)") }
  fclose(file)
}

/// A field of this process's memory map, in KiB.
func memory(_ field: String) -> Int {
  guard let file = fopen("/proc/self/smaps_rollup", "r") else { return 0 }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 256)
  while fgets(&line, 256, file) != nil {
    let words = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      .split(whereSeparator: \.isWhitespace)
    if words.first == field[...], words.count > 1 { return Int(words[1]) ?? 0 }
  }
  return 0
}

func now(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
}

do throws(ModelError) {
  let start = now(CLOCK_MONOTONIC)
  let encoder = try MiniLM.open(packed: path).makeEncoder(.int8)
  _ = encoder.embed(["ready"])
  let loading = now(CLOCK_MONOTONIC) - start
  for workload in EmbedBenchmark.standard {
    var lines = workload.texts.joined(separator: "\n") + "\n"
    lines.withUTF8 { write(UnsafeRawBufferPointer($0), "\(workload.name).txt") }
    if workload.isBatch {
      encoder.embed(workload.texts).flatMap(\.values).withUnsafeBytes { write($0, "\(workload.name).f32") }
    }
  }
  say("\(loading) \(memory("Rss:")) \(memory("Anonymous:"))")
  // Made when first asked for, so that they are not in the figures above.
  var workers: [Int: EmbeddingWorkers] = [:]
  while let line = readLine() {
    if let workload = EmbedBenchmark.standard.first(where: { $0.name == line }) {
      let measured = EmbedBenchmark.run(workload, with: encoder)
      say("\(measured.processorMilliseconds) \(measured.wallMilliseconds)")
    } else if let threads = Int(line), threads > 0, let batch = EmbedBenchmark.standard.last {
      let crew = workers[threads] ?? EmbeddingWorkers(packed: path, threads: threads)
      if workers.updateValue(crew, forKey: threads) == nil { _ = try? await crew.embed(query: "ready") }
      let (processor, wall) = (now(CLOCK_PROCESS_CPUTIME_ID), now(CLOCK_MONOTONIC))
      _ = try? await crew.embed(batch.texts, as: .document, priority: .bulk)
      say("\(now(CLOCK_PROCESS_CPUTIME_ID) - processor) \(now(CLOCK_MONOTONIC) - wall)")
    } else {
      stop("there is no workload “\(line)”")
    }
  }
} catch { stop(error.description) }
