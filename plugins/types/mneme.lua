---@meta mneme
-- What plugins can call, for editors. Written by a test from the declarations in Sources/PluginHost/Plugins/HostAPI;
-- see docs/plugin-api.md.
error("this file is for editors, not for running")

---Why the hook is called.
---@class Event
---@field hook string Its name.
---@field id string The same for each attempt of the same work: a name for what follows from it.
---@field attempt integer 1 for the first, and so on.
---@field config table<string, any> The plugin's settings, with their defaults.
---@field plugin { name: string, version: string } The plugin itself.
---@field context? { id: string, name: string } The context that it is about, if it is about one.
---@field payload? any In on_schedule: what mneme.schedule.later was given. In on_event: the event.

---A memory that is about to be written.
---@class Draft
---@field summary string What searches match.
---@field content string All of it.
---@field type string note, decision, bug-fix, …
---@field context_summary? string Why it matters.
---@field tags string[] Its tags.
---@field importance number 0 to 1.
---@field details table<string, any> Structured data.
---@field source_uri? string Where it is from.
---@field source_type? string What kind of source.

---What before_remember may return: fields to change, or a refusal.
---@class DraftChanges
---@field refuse? string Do not write it, for this reason, which the writer is told.
---@field summary? string 10 to 500 characters.
---@field content? string All of it.
---@field type? string At most 50 characters.
---@field context_summary? string Why it matters.
---@field tags? string[] All its tags, at most 64.
---@field importance? number 0 to 1.
---@field details? table<string, any> All its structured data.

---A question that is about to be answered.
---@class RecallRequest
---@field query string The question.
---@field limit integer How many memories are wanted.
---@field contexts { id: string, name: string }[] Where it is asked.

---What before_recall may return: fields to change, or a refusal.
---@class RecallChanges
---@field refuse? string Do not answer it, for this reason, which who asked is told.
---@field query? string Another question.
---@field limit? integer 1 to 100.

---A question that was answered.
---@class RecallAnswer
---@field query string The question.
---@field results Found[] Best first.

---A memory that answers a question.
---@class Found
---@field id string Its id.
---@field summary string What searches match.
---@field context_summary? string Why it matters.
---@field type string Its type.
---@field tags string[] Its tags.
---@field score number 0 to 1.

---A memory in all its layers.
---@class Memory
---@field id string Its id.
---@field context string The id of its context.
---@field summary string What searches match.
---@field content string All of it.
---@field type string note, decision, bug-fix, …
---@field tags string[] Its tags.
---@field importance number 0 to 1.
---@field details table<string, any> Structured data.
---@field created_at string When it was written.
---@field updated_at string When it was changed.
---@field revision integer How often it was written.
---@field context_summary? string Why it matters.
---@field source_uri? string Where it is from.
---@field source_type? string What kind of source.
---@field external_id? string Its writer's own name for it.
---@field client? string The program that wrote it; plugin/NAME for a plugin.

---What changes in a memory; the rest stays.
---@class MemoryChanges
---@field summary? string 10 to 500 characters.
---@field content? string All of it.
---@field type? string At most 50 characters.
---@field context_summary? string Why it matters.
---@field tags? string[] All its tags, at most 64.
---@field importance? number 0 to 1.
---@field details? table<string, any> All its structured data.

---A memory to store.
---@class NewMemory
---@field summary string 10 to 500 characters.
---@field content? string The summary without it.
---@field type? string note without it.
---@field context_summary? string Why it matters.
---@field tags? string[] At most 64.
---@field importance? number 0 to 1; 0.5 without it.
---@field details? table<string, any> Structured data.
---@field source_uri? string Where it is from.
---@field source_type? string What kind of source.
---@field key? string Names it within the run, so that another attempt does not repeat it.
---@field context? string Where; the hook's own context without it.

---Which memories to look for.
---@class RecallOptions
---@field limit? integer How many.
---@field tags? string[] All of which they carry.
---@field type? string Their type.
---@field context? string Where; the hook's own without it.

---A link between two memories.
---@class Edge
---@field source string The id where it begins.
---@field target string The id where it ends.
---@field type string What it says.
---@field weight number 0 to 3.

---What to ask a web server.
---@class WebRequest
---@field url string With http:// or https://.
---@field method? string GET without it; also POST, PUT, PATCH, DELETE and HEAD.
---@field headers? table<string, string> Header fields.
---@field body? string At most 256 KB.

---What a web server answered.
---@class WebAnswer
---@field status integer The HTTP status.
---@field headers table<string, string> Header fields, their names in lower case.
---@field body string As UTF-8; bytes that are none are replaced.

---How a language model is asked.
---@class JudgeOptions
---@field instructions? string What it is, and how it should answer.
---@field tokens? integer The longest answer; 500 without it, at most 2,000.

---What main.lua returns: a function for each hook of the manifest.
---@class Plugin
---@field before_remember? fun(draft: Draft, event: Event): DraftChanges? Before a memory is written. The writer waits, so be quick. Return nothing to let it pass.
---@field after_remember? fun(memory: Memory, event: Event) After a memory was written, from the queue. Whatever it raises makes it run again later.
---@field before_recall? fun(request: RecallRequest, event: Event): RecallChanges? Before a question is answered. Who asked waits, so be quick.
---@field after_recall? fun(answer: RecallAnswer, event: Event) After a question was answered, from the queue.
---@field on_schedule? fun(event: Event) Every `every_seconds` of the manifest, and when mneme.schedule.later asked for it; from the queue.
---@field on_event? fun(event: Event) When something outside has happened; kept for the indexers of resources.

mneme = {}
mneme.memory = {}
mneme.graph = {}
mneme.state = {}
mneme.http = {}
mneme.model = {}
mneme.schedule = {}
mneme.json = {}
mneme.crypto = {}

---A memory with its content; nil when there is none of that id.
---Capability: `memory.read`. Hooks: all.
---@param id string The memory's id.
---@param context? string The context, by id or name; the hook's own without it.
---@return Memory?
function mneme.memory.get(id, context) end

---The memories that answer a question, best first. No plugin is called for it.
---Capability: `memory.read`. Hooks: all.
---@param query string What to look for.
---@param options? RecallOptions How.
---@return Found[]
function mneme.memory.recall(query, options) end

---The memories from a source, at most 20, the newest first.
---Capability: `memory.read`. Hooks: all.
---@param uri string The source_uri.
---@param context? string The context, by id or name; the hook's own without it.
---@return Memory[]
function mneme.memory.by_source(uri, context) end

---The newest memories.
---Capability: `memory.read`. Hooks: all.
---@param options? RecallOptions Which; the limit is 20 without one.
---@return Memory[]
function mneme.memory.list(options) end

---Stores a memory and returns its id. A repetition by a later attempt of the same run stores nothing: set `key` when a run stores several.
---Capability: `memory.write`. Hooks: after_remember, after_recall, on_schedule, on_event.
---@param memory NewMemory What to store.
---@return string
function mneme.memory.remember(memory) end

---Changes a memory.
---Capability: `memory.write`. Hooks: after_remember, after_recall, on_schedule, on_event.
---@param id string The memory's id.
---@param changes MemoryChanges What changes.
---@param context? string The context, by id or name; the hook's own without it.
---@return Memory
function mneme.memory.update(id, changes, context) end

---Adds tags and returns all that the memory has then.
---Capability: `memory.write`. Hooks: after_remember, after_recall, on_schedule, on_event.
---@param id string The memory's id.
---@param tags string[] Tags that it shall carry, too.
---@param context? string The context, by id or name; the hook's own without it.
---@return string[]
function mneme.memory.add_tags(id, tags, context) end

---Forgets a memory, so that it can be restored for 30 days. Returns whether there was one.
---Capability: `memory.write`. Hooks: after_remember, after_recall, on_schedule, on_event.
---@param id string The memory's id.
---@param context? string The context, by id or name; the hook's own without it.
---@return boolean
function mneme.memory.forget(id, context) end

---The links that begin or end at a memory.
---Capability: `graph.read`. Hooks: all.
---@param id string The memory's id.
---@param context? string The context, by id or name; the hook's own without it.
---@return Edge[]
function mneme.graph.edges(id, context) end

---Links two memories. A link that is there stays as it is.
---Capability: `graph.write`. Hooks: after_remember, after_recall, on_schedule, on_event.
---@param source string The id where the link begins.
---@param target string The id where it ends.
---@param type? string What it says: related_to without it.
---@param context? string The context, by id or name; the hook's own without it.
function mneme.graph.link(source, target, type, context) end

---Removes a link, if it is there.
---Capability: `graph.write`. Hooks: after_remember, after_recall, on_schedule, on_event.
---@param source string The id where the link begins.
---@param target string The id where it ends.
---@param type? string What it says: related_to without it.
---@param context? string The context, by id or name; the hook's own without it.
function mneme.graph.unlink(source, target, type, context) end

---What the plugin kept under a key; nil when there is nothing or its time is over.
---Capability: `state`. Hooks: all.
---@param key string Its name.
---@return any
function mneme.state.get(key) end

---Keeps a value for later runs. A plugin keeps at most 1,000 of them in a workspace.
---Capability: `state`. Hooks: all.
---@param key string Its name, of at most 255 bytes.
---@param value any Plain data, of at most 64 KB as JSON.
---@param seconds? integer For how long; for good without it.
function mneme.state.set(key, value, seconds) end

---Removes a value. Returns whether there was one.
---Capability: `state`. Hooks: all.
---@param key string Its name.
---@return boolean
function mneme.state.remove(key) end

---The first 100 values whose keys begin so, by key.
---Capability: `state`. Hooks: all.
---@param prefix? string How the keys begin.
---@return table<string, any>
function mneme.state.list(prefix) end

---Asks a web server whose host was granted (`http.fetch:HOST`). It must have a public address unless whoever runs Mneme allows otherwise; redirects are answers like any other; an answer has at most 512 KB and comes within 10 seconds. Raises an error when there is no answer.
---Capability: `http.fetch:HOST`. Hooks: after_remember, after_recall, on_schedule, on_event.
---@param request WebRequest What to ask.
---@return WebAnswer
function mneme.http.fetch(request) end

---Asks the language model that whoever runs Mneme has set up. A plugin may ask 60 times an hour in a workspace. Raises an error when there is no model, or no answer.
---Capability: `model.judge`. Hooks: after_remember, after_recall, on_schedule, on_event.
---@param prompt string What to answer.
---@param options? JudgeOptions How.
---@return string
function mneme.model.judge(prompt, options) end

---Lets the hook on_schedule run once, later.
---Capability: `schedule`. Hooks: after_remember, after_recall, on_schedule, on_event.
---@param key string Names it within this run, so that a later attempt does not repeat it.
---@param seconds integer How much later; at most 30 days.
---@param payload? any What on_schedule is given as `payload`.
function mneme.schedule.later(key, seconds, payload) end

---Writes a line into the plugin's log, which keeps the last 500: `mneme plugin logs`.
---Capability: `log`. Hooks: all.
---@param text string A line of at most 2,000 characters.
---@param level? string info (without it), warning or error.
function mneme.log(text, level) end

---The present instant, such as 2026-11-26T12:00:00Z.
---Capability: none. Hooks: all.
---@return string
function mneme.now() end

---The value as JSON.
---Capability: none. Hooks: all.
---@param value any Plain data.
---@return string
function mneme.json.encode(value) end

---The value that a JSON text stands for. Raises an error when it is none.
---Capability: none. Hooks: all.
---@param text string JSON.
---@return any
function mneme.json.decode(text) end

---The SHA-256 digest, in hexadecimal.
---Capability: none. Hooks: all.
---@param text string Any text.
---@return string
function mneme.crypto.sha256(text) end

---The HMAC-SHA-256 (RFC 2104), in hexadecimal.
---Capability: none. Hooks: all.
---@param key string The secret that both sides know.
---@param text string What is signed.
---@return string
function mneme.crypto.hmac_sha256(key, text) end
