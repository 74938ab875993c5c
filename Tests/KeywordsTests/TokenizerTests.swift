import Testing

@testable import Keywords

@Suite struct TokenizerTests {
  private func terms(_ text: String, _ language: Language = .english) -> [String] {
    var tokens = TokenBuffer()
    Tokenizer(language: language).tokenize(text, into: &tokens)
    return tokens.tokens.map { String(decoding: tokens.term($0), as: UTF8.self) }
  }

  @Test(arguments: [
    ("Hello, world!", "hello world"),
    ("The databases' Running connections", "the databas run connect"),
    ("It's what we've don't", "it what we dont"),
    ("café CAFÉ cafe\u{301}", "cafe cafe cafe"),
    ("naïve Øresund Łódź straße ﬁn", "naiv oresund lodz strass fin"),
    ("O’Reilly", "o reilli oreilly"),
  ])
  func `words are folded and stemmed`(text: String, expected: String) {
    #expect(terms(text).joined(separator: " ") == expected)
  }

  @Test(arguments: [
    ("getUserById", "get user by id getuserbyid"),
    ("user_id user-id userId", "user id userid user id userid user id userid"),
    ("parseHTTPResponse", "pars http respons parsehttpresponse"),
    ("URLs", "url"),
    ("ERR_CONNECTION_REFUSED", "err connect refus errconnectionrefused"),
    ("E0277", "0277 e0277"),
    ("v1.2.3", "1 2 3 v1 v1.2.3 1.2.3"),
    ("1.2.3-beta", "1 2 3 beta 3beta 1.2.3beta"),
    ("foo::bar", "foo bar foo::bar"),
    ("/etc/nginx/nginx.conf", "etc nginx nginx conf nginx.conf etc/nginx/nginx.conf"),
    ("C:\\Users\\me", "c user me c:/users/me"),
    ("ann@example.com", "ann exampl com example.com ann@example.com"),
    ("192.168.0.1", "192 168 0 1 192.168.0.1"),
    ("2023-05-12", "2023 05 12 2023-05-12"),
    ("1,000,000", "1000000"),
    ("3.14", "3 14 3.14"),
    ("sha256", "sha 256 sha256"),
    ("k8s", "8 k8s"),
    ("d41d8cd98f00b204", "d41d8cd98f00b204"),
    ("C++ and C# and F#", "c++ and c# and f#"),
    ("#1234", "1234"),
    ("well-known", "well known wellknown"),
  ])
  func `identifiers are cut and kept whole`(text: String, expected: String) {
    #expect(terms(text).joined(separator: " ") == expected)
  }

  @Test(arguments: [
    ("日本語", "日 本 日本 語 本語"),
    ("東京にいます", "東 京 東京 に 京に い にい ま いま す ます"),
    ("我爱北京", "我 爱 我爱 北 爱北 京 北京"),
    ("ﾊﾞｯｸ バック バック", "バ ッ バッ ク ック バ ッ バッ ク ック バ ッ バッ ク ック"),
    ("ｕｓｅｒ１", "user 1 user1"),
    ("한국어", "한 국 한국 어 국어"),
    ("猫", "猫"),
    ("Swiftで書く", "swift で 書 で書 く 書く"),
    ("ภาษาไทย", "ภ า ภา ษ าษ า ษา ไ าไ ท ไท ย ทย"),
    ("deploy 🚀 now", "deploy 🚀 now"),
  ])
  func `scripts without spaces give characters and pairs`(text: String, expected: String) {
    #expect(terms(text, .english).joined(separator: " ") == expected)
  }

  @Test(arguments: [
    (Language.german, "Häuser", "Haus"), (.german, "Verbindungen", "Verbindung"),
    (.french, "déployées", "déployer"),
    (.spanish, "canción", "canciones"), (.spanish, "cancion", "canción"),
    (.italian, "connessioni", "connessione"),
    (.portuguese, "livros", "livro"), (.dutch, "verbindingen", "verbinding"), (.swedish, "bilarna", "bilar"),
    (.english, "Москвы", "Москва"), (.english, "домами", "домах"), (.english, "ёлка", "елка"),
    (.english, "και\u{301}", "και"), (.english, "كتاب", "كِتَاب"), (.english, "मेरे", "मेरे"),
  ])
  func `forms of a word are one term`(language: Language, one: String, other: String) {
    #expect(terms(one, language) == terms(other, language))
    #expect(terms(one, language).count == 1)
  }

  @Test func `another letter is not an accent`() {
    #expect(terms("йод") != terms("иод"))
    #expect(terms("и\u{306}од") == terms("йод"))
  }
}
