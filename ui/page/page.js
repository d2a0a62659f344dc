// What the page does in the browser by itself: draws panels without losing what a person opened or typed, sends what
// they press, keeps drafts, and says so when the server is gone.
"use strict";
(() => {
  const CHECK_MS = 4000;
  const DRAFT = "tastemaker.draft";
  const TALK = "tastemaker.talk";
  const store = window.sessionStorage;

  // Drawing: the tree is changed to what the server says, but attributes named in data-keep belong to the person.

  function keysOf(nodes) {
    const found = new Map();
    for (const node of nodes) if (node.nodeType === 1 && node.dataset.key) found.set(node.dataset.key, node);
    return found;
  }

  function alike(one, other) {
    return (
      one && one.nodeType === other.nodeType && one.nodeName === other.nodeName &&
      (one.nodeType !== 1 || (one.dataset.key || "") === (other.dataset.key || ""))
    );
  }

  function copyAttributes(here, there) {
    const kept = new Set((here.dataset.keep || "").split(" "));
    for (const { name } of [...here.attributes]) if (!there.hasAttribute(name) && !kept.has(name)) here.removeAttribute(name);
    for (const { name, value } of there.attributes) {
      if (!kept.has(name) && here.getAttribute(name) !== value) here.setAttribute(name, value);
    }
  }

  function morph(here, there) {
    if (here.nodeType !== 1) {
      if (here.nodeValue !== there.nodeValue) here.nodeValue = there.nodeValue;
      return;
    }
    copyAttributes(here, there);
    if ("keepChildren" in here.dataset) return;
    const keyed = keysOf(here.childNodes);
    let at = here.firstChild;
    for (const wanted of [...there.childNodes]) {
      const known = wanted.nodeType === 1 && wanted.dataset.key ? keyed.get(wanted.dataset.key) : null;
      if (known && known !== at) here.insertBefore(known, at);
      const present = known || at;
      if (alike(present, wanted)) {
        at = present.nextSibling;
        morph(present, wanted);
      } else {
        here.insertBefore(wanted, at);
      }
    }
    while (at) {
      const next = at.nextSibling;
      at.remove();
      at = next;
    }
  }

  function draw(root, html) {
    const wanted = document.createElement("div");
    wanted.className = root.className;
    wanted.innerHTML = html || "";
    const before = lastTurn(root), worked = root.querySelector("[data-working]") !== null;
    morph(root, wanted);
    follow(root, before);
    showEnd(root, worked);
    remember(root);
    for (const form of root.querySelectorAll("form[data-act=filter]")) fitFilter(form);
  }

  function lastTurn(root) {
    return Math.max(0, ...[...root.querySelectorAll("[data-turn]")].map((turn) => Number(turn.dataset.turn)));
  }

  // A new request is brought into view, and stays there while its answer grows.
  function follow(root, before) {
    const turn = root.querySelector(`[data-working] [data-turn="${lastTurn(root)}"]`);
    if (turn && lastTurn(root) > before) turn.scrollIntoView({ block: "start", behavior: pace() });
  }

  function pace() {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  }

  // The address names the conversation, so that a reload finds it again.
  function remember(root) {
    const flow = root.querySelector("[data-talk]");
    if (!flow) return;
    const id = flow.dataset.talk, address = new URL(window.location.href);
    if (id) address.searchParams.set("c", id);
    else address.searchParams.delete("c");
    if (id) store.setItem(TALK, id);
    else store.removeItem(TALK);
    if (address.href !== window.location.href) window.history.replaceState(null, "", address);
  }

  // Pressing: every element with data-act tells the server its data, and a form its fields.

  function send(trigger, element, more) {
    if (element.getAttribute("aria-disabled") === "true") return;
    const { act, ...data } = element.dataset;
    delete data.keep;
    delete data.key;
    trigger("click", { act, ...data, ...more });
  }

  const OWN = {
    toggle(element) {
      const part = document.getElementById(element.getAttribute("aria-controls"));
      if (!part) return;
      part.hidden = !part.hidden;
      element.setAttribute("aria-expanded", String(!part.hidden));
      const field = part.querySelector("input:not([hidden]), select:not([hidden]), textarea");
      if (!part.hidden && field) field.focus();
    },
    fill(element) {
      const field = element.closest("form").querySelector("input[type=text]");
      field.value = element.textContent.trim();
      field.focus();
    },
  };

  function mount(element, trigger, props, watch) {
    const root = document.createElement("div");
    root.className = "tm-panel";
    element.append(root);
    root.addEventListener("click", (event) => {
      const pressed = event.target.closest("button[data-act], button[data-own]");
      if (!pressed || pressed.type === "submit") return;
      if (pressed.dataset.own) OWN[pressed.dataset.own](pressed);
      else send(trigger, pressed, {});
    });
    root.addEventListener("submit", (event) => {
      if (!event.target.dataset.act) return; // one that leads to another page, as logging out does
      event.preventDefault();
      send(trigger, event.target, Object.fromEntries(new FormData(event.target)));
      const part = event.target.closest("[data-closes]");
      if (part) {
        part.hidden = true;
        const opener = root.querySelector(`[aria-controls="${part.id}"]`);
        if (opener) opener.setAttribute("aria-expanded", "false");
      }
    });
    root.addEventListener("change", (event) => {
      const form = event.target.closest("form[data-act=filter]");
      if (form && event.target.name === "field") fitFilter(form);
    });
    root.addEventListener("input", (event) => {
      if (["tm-choice", "tm-slide"].includes(event.target.id)) event.target.form.elements.value.value = event.target.value;
    });
    watch("value", () => draw(root, props.value));
    draw(root, props.value);
  }

  // The comparisons and values that a filter offers are those of its field.
  function fitFilter(form) {
    const chosen = form.elements.field.selectedOptions[0];
    if (!chosen || form.dataset.fitted === chosen.value) return;
    form.dataset.fitted = chosen.value;
    const comparisons = form.elements.comparison, allowed = chosen.dataset.ops.split("|");
    for (const option of comparisons.options) option.hidden = option.disabled = !allowed.includes(option.value);
    comparisons.value = allowed[0];
    const text = form.elements.value, values = JSON.parse(chosen.dataset.values);
    const choice = form.querySelector("#tm-choice"), slider = form.querySelector("#tm-slide");
    // where all values are known they are a list, and between two numbers there is a slider; both write the text
    choice.replaceChildren(...["", ...values].map((value) => new Option(value, value)));
    choice.hidden = text.required = !values.length;
    choice.required = text.hidden = values.length > 0;
    slider.hidden = !chosen.dataset.slide;
    if (chosen.dataset.slide) {
      [slider.min, slider.max, slider.step] = chosen.dataset.slide.split("|");
      slider.value = (Number(slider.min) + Number(slider.max)) / 2;
    }
    text.inputMode = chosen.dataset.numeric ? "decimal" : "text";
    text.placeholder = chosen.dataset.hint;
    text.value = "";
  }

  // Refusals of files come with a status before their words, which says nothing to people.
  function wordRefusals(said) {
    for (const part of document.querySelectorAll("[data-testid=toast-text]")) {
      const refusal = part.textContent.match(/^\s*(?:Error: )?HTTP (\d{3}): (.*)$/s);
      if (refusal) part.textContent = said[`refused_${refusal[1]}`] || refusal[2];
    }
    for (const title of document.querySelectorAll(".toast-title.error")) {
      if (said.problem && title.firstChild?.nodeValue?.trim() === "Error") title.firstChild.nodeValue = said.problem;
    }
  }

  // The box lies over the end of the page: what is brought into view stops above it.
  function watchComposer() {
    const composer = document.getElementById("tm-composer");
    if (!composer || composer.dataset.watched) return;
    composer.dataset.watched = "yes";
    new ResizeObserver(() => {
      document.documentElement.style.scrollPaddingBottom = `${composer.offsetHeight + 16}px`;
    }).observe(composer);
  }

  // Once an answer is whole, what it asks and offers is brought above the box, as far as its first words stay in view.
  function showEnd(root, worked) {
    if (!worked || root.querySelector("[data-working]")) return;
    const composer = document.getElementById("tm-composer"), turn = root.querySelector("[data-turn]");
    const offers = root.querySelectorAll(".tm-question, .tm-answer > .tm-choices, .tm-redo"), last = offers[offers.length - 1];
    if (!composer || !last || !turn) return;
    const hidden = last.getBoundingClientRect().bottom + 8 - composer.getBoundingClientRect().top;
    const room = turn.getBoundingClientRect().top - parseFloat(getComputedStyle(turn).scrollMarginTop);
    const first = turn.querySelector(".tm-reply") || turn;
    const most = Math.max(room, first.getBoundingClientRect().top - 72);
    if (hidden > 0 && most > 0) window.scrollBy({ top: Math.min(hidden, most), behavior: pace() });
  }

  // Gradio's own parts lack names that a screen reader could read out.
  function nameParts() {
    const said = JSON.parse(document.getElementById("tm-words")?.dataset.words || "{}");
    wordRefusals(said);
    watchComposer();
    const box = document.querySelector("#tm-box");
    if (!box) return;
    const names = [
      ["textarea", said.box], [".submit-button", said.send], [".stop-button", said.stop],
      [".upload-button", said.attach], [".microphone-button", said.record], [".delete-button", said.remove_file],
    ];
    for (const [selector, name] of names) {
      for (const part of box.querySelectorAll(selector)) {
        if (name && part.getAttribute("aria-label") !== name) {
          part.setAttribute("aria-label", name);
          if (part.tagName === "BUTTON") part.title = name;
        }
      }
    }
    for (const image of box.querySelectorAll("img:not([alt]), img[alt='']")) image.alt = said.attach || "";
    const text = box.querySelector("textarea");
    if (text && !text.dataset.drafted) keepDraft(text);
  }

  function keepDraft(text) {
    text.dataset.drafted = "yes";
    const draft = store.getItem(DRAFT);
    if (draft && !text.value) {
      text.value = draft;
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
    text.addEventListener("input", () => store.setItem(DRAFT, text.value));
    const watched = setInterval(() => {
      if (!text.isConnected) clearInterval(watched);
      else if (store.getItem(DRAFT) !== text.value) store.setItem(DRAFT, text.value);
    }, 1000);
  }

  // A server that is gone is told of; once it is back the page is loaded anew, with the draft.
  let gone = false;
  async function check() {
    const notice = document.getElementById("tm-gone");
    try {
      const reply = await fetch("healthz", { cache: "no-store" });
      if (!reply.ok) throw new Error(reply.status);
      if (gone) window.location.reload();
    } catch {
      gone = true;
      if (notice) notice.hidden = false;
    }
  }

  function arrive() {
    const id = new URL(window.location.href).searchParams.get("c");
    return id || store.getItem(TALK) || "";
  }

  // The page is marked as in the language that the server chose: of ours, the one that the browser likes best.
  function nameLanguage() {
    const tags = JSON.parse(document.querySelector("script[data-languages]").dataset.languages);
    const liked = (navigator.languages || [navigator.language]).map((name) => name.toLowerCase().split("-")[0]);
    document.documentElement.lang = tags[liked.find((name) => Object.hasOwn(tags, name)) || "en"];
  }

  function begin() {
    nameLanguage();
    new MutationObserver(nameParts).observe(document.body, { childList: true, subtree: true });
    nameParts();
    setInterval(check, CHECK_MS);
  }

  window.tastemaker = { mount, arrive };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
