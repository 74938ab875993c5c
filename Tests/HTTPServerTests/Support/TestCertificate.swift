import COpenSSL
import Glibc

/// A certificate that its own key has signed, in two files.
struct TestCertificate {
  struct Failure: Error {}

  let directory: String
  var certificateFile: String { directory + "/certificate.pem" }
  var keyFile: String { directory + "/key.pem" }

  /// Writes a certificate for `name` into a new folder.
  init(name: String) throws {
    var template = Array("/tmp/mneme-tls-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure() }
    directory = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    try write(name: name)
  }

  /// Writes another certificate, with another key, into the same files.
  func write(name: String) throws {
    guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nil) else { throw Failure() }
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_keygen(context, &key) == 1,
      let certificate = X509_new()
    else {
      throw Failure()
    }
    defer {
      EVP_PKEY_free(key)
      X509_free(certificate)
    }
    X509_set_version(certificate, 2)
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1)
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60)
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600)
    X509_set_pubkey(certificate, key)
    let subject = X509_get_subject_name(certificate)
    X509_NAME_add_entry_by_txt(subject, "CN", 0x1001, name, -1, -1, 0)
    X509_set_issuer_name(certificate, subject)
    guard X509_sign(certificate, key, nil) > 0 else { throw Failure() }
    try save(keyFile) { PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) }
    try save(certificateFile) { PEM_write_bio_X509($0, certificate) }
  }

  private func save(_ path: String, _ write: (OpaquePointer) -> Int32) throws {
    guard let file = BIO_new_file(path, "w") else { throw Failure() }
    defer { BIO_free(file) }
    guard write(file) == 1 else { throw Failure() }
  }

  func remove() {
    unlink(certificateFile)
    unlink(keyFile)
    rmdir(directory)
  }
}
