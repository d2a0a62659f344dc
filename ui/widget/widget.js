// The chat in a shop's own page: <script src="https://recommender.example/widget.js" defer></script>
// Attributes: data-title, data-greeting, data-color, data-side (left or right), data-language (en or zh), data-wishes (with |).
// Tells the page what happens, on `document`: tastemaker:shown, tastemaker:clicked, tastemaker:saved (detail: {item, title}).
(() => {
  "use strict"
  const script = document.currentScript
  if (!script || window.tastemakerWidget) return
  window.tastemakerWidget = true
  const server = new URL(script.src).origin + new URL(script.src).pathname.replace(/\/widget\.js$/, "")
  const said = script.dataset
  const WORDS = {
    en: {
      open: "Ask for a recommendation", title: "What are you looking for?", close: "Close", send: "Send",
      box: "Your wish", save: "Save", saved: "Saved", new: "Begin anew", leave: "Forget me", left: "You are forgotten.",
      working: "Looking …", gone: "The shop's adviser cannot be reached. Try again in a moment.", view: "View",
    },
    zh: {
      open: "请推荐", title: "您想找什么？", close: "关闭", send: "发送",
      box: "您的愿望", save: "收藏", saved: "已收藏", new: "重新开始", leave: "忘记我", left: "已忘记您。",
      working: "正在查找……", gone: "暂时连不上推荐服务，请稍后再试。", view: "查看",
    },
  }
  const language = (said.language || document.documentElement.lang || navigator.language || "en").toLowerCase()
  const words = WORDS[language.startsWith("zh") ? "zh" : "en"]

  const STYLE = `
    :host { all: initial; --accent: #0b6e5f; --on: #fff; --text: #1d1c1a; --soft: #5d5952; --line: #ddd8cf; --back: #fff; --raised: #f5f2ec; }
    * { box-sizing: border-box; font: inherit; color: inherit; margin: 0; }
    [hidden] { display: none !important; }
    .all { font: 16px/1.45 system-ui, sans-serif; color: var(--text); }
    button, a { cursor: pointer; }
    button { border: 1px solid var(--line); border-radius: 999px; padding: 8px 14px; background: var(--back); min-height: 40px; }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
    .open { position: fixed; bottom: 20px; z-index: 2147483000; background: var(--accent); color: var(--on); border: 0; padding: 12px 20px; font-weight: 600; box-shadow: 0 4px 16px #0003; }
    .panel { position: fixed; bottom: 20px; z-index: 2147483001; width: min(400px, calc(100vw - 40px)); height: min(640px, calc(100vh - 40px)); display: flex; flex-direction: column; background: var(--back); border: 1px solid var(--line); border-radius: 16px; box-shadow: 0 8px 40px #0004; overflow: hidden; }
    .right { right: 20px; } .left { left: 20px; }
    header { display: flex; align-items: center; gap: 8px; padding: 10px 12px 10px 16px; border-bottom: 1px solid var(--line); }
    header h2 { flex: 1; font-size: 17px; font-weight: 650; overflow-wrap: anywhere; }
    .talk { flex: 1; overflow-y: auto; padding: 16px; display: grid; gap: 12px; align-content: start; }
    .mine { justify-self: end; max-width: 85%; padding: 8px 14px; border-radius: 16px 16px 4px 16px; background: var(--raised); overflow-wrap: anywhere; }
    .answer { display: grid; gap: 10px; }
    .card { display: grid; grid-template-columns: 96px 1fr; gap: 12px; padding: 10px; border: 1px solid var(--line); border-radius: 12px; }
    .card.bare { grid-template-columns: 1fr; }
    .card img { width: 96px; height: 96px; object-fit: contain; border-radius: 8px; background: var(--raised); }
    .card h3 { font-size: 15px; font-weight: 650; overflow-wrap: anywhere; }
    .card h3 a { text-decoration: underline; }
    .card p { font-size: 14px; overflow-wrap: anywhere; }
    .quiet { color: var(--soft); font-size: 14px; }
    .acts { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 6px; }
    .acts button { padding: 4px 12px; min-height: 36px; font-size: 14px; }
    .acts [aria-pressed=true] { background: var(--accent); border-color: var(--accent); color: var(--on); }
    .choices { display: flex; flex-wrap: wrap; gap: 8px; }
    form { display: flex; gap: 8px; padding: 12px; border-top: 1px solid var(--line); }
    input { flex: 1; min-width: 0; padding: 9px 14px; border: 1px solid #8a8479; border-radius: 999px; background: var(--back); }
    .send { background: var(--accent); border-color: var(--accent); color: var(--on); font-weight: 600; }
    footer { display: flex; gap: 4px 16px; padding: 0 16px 10px; }
    footer button { border: 0; padding: 4px 0; min-height: 28px; font-size: 13px; color: var(--soft); text-decoration: underline; background: none; }
    @media (max-width: 480px) { .panel { inset: 0; width: 100%; height: 100%; border: 0; border-radius: 0; } }
    @media (prefers-color-scheme: dark) { :host { --text: #f1eee8; --soft: #b9b3a8; --line: #45413b; --back: #1e1c19; --raised: #2a2723; } }
  `

  // What is kept of the visitor lies in this browser, under this shop's page.
  const KEY = "tastemaker-visitor"
  const kept = {
    get visitor() { try { return localStorage.getItem(KEY) || "" } catch { return this.own || "" } },
    set visitor(value) { this.own = value; try { value ? localStorage.setItem(KEY, value) : localStorage.removeItem(KEY) } catch { /* for this page alone then */ } },
  }
  let conversation = "", working = false

  function part(name, attributes, ...children) {
    const made = document.createElement(name)
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value)
      else if (value === true) made.setAttribute(key, "")
      else if (value !== false && value !== "") made.setAttribute(key, value)
    }
    made.append(...children)
    return made
  }

  const tellPage = (what, card) =>
    document.dispatchEvent(new CustomEvent(`tastemaker:${what}`, { detail: { item: card.id, title: card.title } }))

  const call = (path, body) =>
    fetch(`${server}/widget/${path}`, {
      method: "POST", mode: "cors", credentials: "omit", keepalive: path !== "ask",
      headers: { "content-type": "application/json" }, body: JSON.stringify(body),
    })

  function tell(kind, card) {
    tellPage(kind === "click" ? "clicked" : "saved", card)
    if (kept.visitor) call("tell", { visitor: kept.visitor, item: card.id, kind }).catch(() => {})
  }

  function cardOf(card) {
    const title = card.url
      ? part("a", { href: card.url, rel: "noopener", onclick: () => tell("click", card) }, card.title)
      : card.title
    const save = part("button", { type: "button", "aria-pressed": "false" }, words.save)
    save.addEventListener("click", () => {
      if (save.getAttribute("aria-pressed") === "true") return
      save.setAttribute("aria-pressed", "true")
      save.textContent = words.saved
      tell("save", card)
    })
    const facts = [card.price, ...card.beside].filter(Boolean).join(" · ")
    return part("article", { class: card.picture ? "card" : "card bare" },
      ...(card.picture ? [part("img", { src: server + card.picture, alt: card.title, loading: "lazy", width: 96, height: 96 })] : []),
      part("div", {},
        part("h3", {}, title),
        ...(facts ? [part("p", { class: "quiet" }, facts)] : []),
        ...(card.reason ? [part("p", {}, card.reason)] : []),
        part("div", { class: "acts" }, save)))
  }

  // A card that has not changed stays the very one that it was: whoever reads or presses it is not interrupted.
  function draw(answer, into) {
    const parts = [], cards = into.cards || (into.cards = new Map())
    if (answer.reply) parts.push(part("p", {}, answer.reply))
    for (const card of answer.cards) {
      const content = JSON.stringify(card)
      if (!cards.has(content)) cards.set(content, cardOf(card))
      parts.push(cards.get(content))
    }
    if (answer.problem) parts.push(part("p", { role: "alert" }, answer.problem))
    if (answer.working) parts.push(part("p", { class: "quiet" }, words.working))
    for (const note of answer.notes) parts.push(part("p", { class: "quiet" }, note))
    if (answer.question) parts.push(part("p", {}, answer.question))
    if (answer.choices.length) parts.push(choices(answer.choices))
    parts.forEach((node, at) => { if (into.children[at] !== node) into.insertBefore(node, into.children[at] || null) })
    while (into.children.length > parts.length) into.lastChild.remove()
  }

  const choices = texts =>
    part("div", { class: "choices" }, ...texts.map(text => part("button", { type: "button", onclick: () => ask(text) }, text)))

  async function ask(text) {
    if (working || !text.trim()) return
    working = true
    const answer = part("div", { class: "answer" }, part("p", { class: "quiet" }, words.working))
    talk.append(part("p", { class: "mine" }, text), answer)
    answer.scrollIntoView({ block: "start" })
    try {
      const last = await follow(await asked(text), view => draw(view, answer))
      for (const card of last.cards) tellPage("shown", card)
    } catch (error) {
      answer.replaceChildren(part("p", { role: "alert" }, error.told || words.gone))
    }
    working = false
  }

  // A visitor or a conversation that the server no longer knows is a new one.
  async function asked(text) {
    for (const first of [true, false]) {
      const response = await call("ask", { text, visitor: kept.visitor, conversation, language })
      if (response.ok) return response
      const problem = await response.json().catch(() => ({}))
      const unknown = [403, 404, 422].includes(response.status) && (kept.visitor || conversation)
      if (!first || !unknown) throw Object.assign(new Error(), { told: [problem.title, problem.detail].filter(Boolean).join(" ") })
      kept.visitor = conversation = ""
    }
  }

  async function follow(response, see) {
    const reader = response.body.getReader(), decoder = new TextDecoder()
    let text = "", last = { cards: [] }
    for (;;) {
      const { done, value } = await reader.read()
      text += decoder.decode(value || new Uint8Array(), { stream: !done })
      const lines = text.split("\n")
      text = lines.pop()
      for (const line of lines.filter(Boolean)) {
        last = JSON.parse(line)
        kept.visitor = last.visitor
        conversation = last.conversation
        see(last)
      }
      if (done) return last
    }
  }

  function begin() {
    conversation = ""
    const wishes = (said.wishes || "").split("|").map(wish => wish.trim()).filter(Boolean)
    talk.replaceChildren(
      ...(said.greeting ? [part("p", {}, said.greeting)] : []),
      ...(wishes.length ? [choices(wishes)] : []))
  }

  async function leave() {
    if (kept.visitor) await call("leave", { visitor: kept.visitor }).catch(() => {})
    kept.visitor = ""
    begin()
    talk.append(part("p", { role: "status" }, words.left))
  }

  function show(open) {
    panel.hidden = !open
    opener.hidden = open
    opener.setAttribute("aria-expanded", String(open))
    ;(open ? box : opener).focus()
  }

  const side = said.side === "left" ? "left" : "right"
  const box = part("input", { type: "text", maxlength: 2000, autocomplete: "off", "aria-label": words.box, enterkeyhint: "send" })
  const talk = part("div", { class: "talk", role: "log", "aria-live": "polite", tabindex: "0", "aria-label": said.title || words.title })
  const form = part("form", { onsubmit: event => { event.preventDefault(); const text = box.value; if (!working) { box.value = ""; ask(text) } } },
    box, part("button", { class: "send", type: "submit" }, words.send))
  const opener = part("button", { class: `open ${side}`, type: "button", "aria-expanded": "false", onclick: () => show(true) }, said.title || words.open)
  const panel = part("section", { class: `panel ${side}`, role: "dialog", "aria-label": said.title || words.title, hidden: true,
    onkeydown: event => { if (event.key === "Escape") show(false) } },
    part("header", {}, part("h2", {}, said.title || words.title),
      part("button", { type: "button", "aria-label": words.close, onclick: () => show(false) }, "✕")),
    talk, form,
    part("footer", {}, part("button", { type: "button", onclick: begin }, words.new), part("button", { type: "button", onclick: leave }, words.leave)))

  const host = part("tastemaker-widget", {})
  const shadow = host.attachShadow({ mode: "open" })
  const sheet = new CSSStyleSheet() // which a page's policy against inline styles does not forbid
  sheet.replaceSync(STYLE)
  shadow.adoptedStyleSheets = [sheet]
  if (/^#[0-9a-f]{3,8}$/i.test(said.color || "")) host.style.setProperty("--accent", said.color)
  shadow.append(part("div", { class: "all" }, opener, panel))
  begin()
  const place = () => document.body.append(host)
  document.body ? place() : addEventListener("DOMContentLoaded", place)
})()
