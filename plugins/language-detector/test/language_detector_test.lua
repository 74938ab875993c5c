local function tags(text, config)
  world.install({ config = config })
  return world.memory(world.remember({ summary = text })).tags
end

return {
  english = function() expect_equal(tags("The deploy failed because the token was too old"), { "lang:en" }) end,
  german = function() expect_equal(tags("Der Server ist nicht mit dem Netz verbunden"), { "lang:de" }) end,
  french = function() expect_equal(tags("Le serveur est dans la cave et il ne répond pas"), { "lang:fr" }) end,
  spanish = function() expect_equal(tags("El servidor está en la oficina y no responde por las noches"), { "lang:es" }) end,
  japanese = function() expect_equal(tags("サーバーは午前三時に再起動されます"), { "lang:ja" }) end,
  chinese = function() expect_equal(tags("服务器每天凌晨三点重新启动一次"), { "lang:zh" }) end,
  korean = function() expect_equal(tags("서버는 매일 새벽 세 시에 다시 시작됩니다"), { "lang:ko" }) end,
  russian = function() expect_equal(tags("Сервер перезапускается каждую ночь в три часа"), { "lang:ru" }) end,

  no_guess_without_words = function() expect_equal(tags("ERR_CONNECTION_RESET 0x80070005"), {}) end,

  skipped = function()
    expect_equal(tags("The deploy failed because the token was too old", { skip = { "en" } }), {})
  end,

  what_is_known_stays = function()
    world.install()
    local id = world.remember({ summary = "The deploy failed because of the token", tags = { "lang:de" } })
    expect_equal(world.memory(id).tags, { "lang:de" })
  end,

  a_long_text_is_read_at_its_beginning = function()
    world.install()
    local id = world.remember({
      summary = "Der Server ist nicht mit dem Netz verbunden", content = ("é the of and "):rep(20000),
    })
    expect(world.memory(id).tags[1], "it has a tag")
    expect_equal(world.log(), {})
  end,
}
