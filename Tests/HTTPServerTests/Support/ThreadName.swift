import Glibc

/// The name of the calling thread.
func threadName() -> String {
  var name = [UInt8](repeating: 0, count: 32)
  let file = open("/proc/thread-self/comm", O_RDONLY)
  defer { close(file) }
  let count = read(file, &name, name.count)
  return String(decoding: name.prefix(max(count, 0)).filter { $0 != 10 }, as: UTF8.self)
}
