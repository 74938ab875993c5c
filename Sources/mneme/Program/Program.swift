import Engine
import HTTPServer
import Operations
import Platform
import Secrets
import Storage
import WebClient

/// Finds the command that a line names, and runs it.
enum Program {
  /// The exit code of `mneme ARGUMENTS…`.
  static func run(_ arguments: [String]) async -> Int32 {
    guard let name = arguments.first else {
      Console.write(Help.overview)
      return 0
    }
    let rest = Array(arguments.dropFirst())
    do {
      if let command = Command.named(name) {
        if rest.contains("--help") || rest.contains("-h") {
          Console.write(command.help)
          return 0
        }
        return try await command.run(rest)
      }
      if let operation = Catalogue.operation(name.replacing("-", with: "_")) {
        if rest.contains("--help") || rest.contains("-h") {
          Console.write(Help.page(for: operation))
          return 0
        }
        return try await OperationCommand(operation).run(rest)
      }
      throw UsageError("There is no command “\(name)”.\(Help.suggestion(for: name)) `mneme help` lists them.")
    } catch let error as UsageError {
      Console.complain(error.message)
      return 2
    } catch let error as EngineError {
      if case .fault(let cause) = error {
        Console.complain("\(cause)")
      } else {
        Console.complain(error.message)
      }
      return error.face.exit
    } catch let error as ConfigurationError {
      Console.complain(error.description)
      return 2
    } catch let error as StorageError {
      Console.complain(error.message)
      return EngineError(error).face.exit
    } catch let error as SecretsError {
      Console.complain(error.description)
      return 2
    } catch let error as ServerError {
      Console.complain(error.message)
      return 7
    } catch let error as WebError {
      Console.complain(error.description)
      return 7
    } catch {
      Console.complain("\(error)")
      return 1
    }
  }
}

/// A line that cannot be understood.
struct UsageError: Error {
  let message: String

  init(_ message: String) { self.message = message }
}
