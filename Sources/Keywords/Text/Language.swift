/// A language whose words are stemmed. What it decides concerns the Latin script only: a word in Cyrillic, Greek, Arabic,
/// Armenian, Devanagari or Tamil is stemmed by its script's language, whatever the index is set to.
public enum Language: String, Sendable, Hashable, CaseIterable {
  case basque, catalan, danish, dutch, english, finnish, french, german, hungarian, indonesian, irish, italian
  case lithuanian, norwegian, portuguese, romanian, spanish, swedish, turkish
  /// Words as they are.
  case none

  /// The languages whose stemmer reads accents; the others get words without.
  var stemsBeforeFolding: Bool {
    switch self {
    case .english, .dutch, .indonesian, .none: false
    default: true
    }
  }

  /// Small words that tell the language of a text, folded. Words that two languages share are left out.
  var telltales: Set<String> {
    switch self {
    case .english:
      ["the", "and", "of", "to", "is", "that", "for", "with", "was", "are", "this", "have", "from", "not"]
    case .german:
      [
        "der", "und", "ist", "nicht", "mit", "das", "auf", "ein", "eine", "fur", "von", "dem", "wird", "sich",
        "auch",
      ]
    case .french:
      ["les", "est", "dans", "une", "pour", "des", "qui", "avec", "sur", "pas", "sont", "nous", "du", "et"]
    case .spanish:
      ["el", "los", "las", "una", "por", "con", "para", "como", "pero", "del", "es", "esta", "su", "y"]
    case .italian:
      ["il", "che", "della", "sono", "per", "gli", "nel", "alla", "anche", "di", "con", "non", "piu"]
    case .portuguese:
      ["nao", "uma", "com", "para", "os", "dos", "mais", "foi", "sao", "pelo", "ao", "em", "um"]
    case .dutch:
      ["het", "een", "van", "niet", "zijn", "voor", "met", "dat", "ook", "wordt", "bij", "naar", "aan"]
    case .swedish: ["och", "att", "det", "som", "inte", "ar", "med", "till", "ett", "av", "jag", "vi", "pa"]
    case .danish: ["og", "ikke", "det", "er", "til", "som", "af", "jeg", "har", "en", "pa", "med", "blev"]
    case .norwegian: ["og", "ikke", "det", "er", "til", "som", "av", "jeg", "har", "ble", "pa", "med", "enn"]
    case .finnish: ["ja", "on", "ei", "etta", "oli", "se", "mutta", "kun", "myos", "han", "ovat", "joka"]
    case .turkish: ["bir", "ve", "bu", "icin", "ile", "da", "degil", "olarak", "cok", "gibi", "daha", "olan"]
    case .hungarian: ["es", "hogy", "nem", "egy", "az", "van", "volt", "csak", "meg", "mint", "vagy"]
    case .romanian: ["si", "este", "nu", "pe", "care", "cu", "din", "sunt", "pentru", "mai", "fost"]
    case .catalan: ["els", "amb", "per", "una", "que", "es", "mes", "pero", "del", "aquest", "hi", "als"]
    case .indonesian:
      ["yang", "dan", "di", "tidak", "dengan", "untuk", "ini", "itu", "dari", "adalah", "pada"]
    case .irish: ["agus", "an", "na", "ar", "bhi", "is", "ag", "ach", "leis", "sin", "nil"]
    case .lithuanian: ["ir", "yra", "kad", "su", "buvo", "bet", "is", "kaip", "ne", "tai", "savo"]
    case .basque: ["eta", "da", "ez", "bat", "du", "ere", "izan", "dira", "baina", "zen"]
    case .none: []
    }
  }
}
