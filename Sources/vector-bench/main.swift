import Glibc
import Vectors

// Until `mneme bench index` is there: vector-bench FOLDER [COUNT] [DIMENSION] [INSTRUCTIONS]
let arguments = CommandLine.arguments
guard arguments.count > 1 else {
  print("usage: vector-bench FOLDER [COUNT] [DIMENSION] [portable|avx2|avx512|neon]")
  exit(2)
}
var benchmark = VectorBenchmark(folder: arguments[1])
if arguments.count > 2, let count = Int(arguments[2]) { benchmark.count = count }
if arguments.count > 3, let dimension = Int(arguments[3]) { benchmark.dimension = dimension }
if arguments.count > 4, let set = InstructionSet(rawValue: arguments[4]) { benchmark.instructions = set }
try benchmark.run { figure in
  print("\(figure.name)\t\((figure.value * 10_000).rounded() / 10_000)\t\(figure.unit)")
}
