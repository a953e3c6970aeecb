// The staff's desk: keys, who else is at a ticket, answers that are ready. Every page works without it.
"use strict";

(() => {
  const help = document.getElementById("keys");
  const opener = document.querySelector("button[data-keys]");
  if (opener) {
    opener.hidden = false;
    opener.addEventListener("click", () => help.showModal());
  }

  // Rows of the queue, or messages of a ticket: j and k go through them.
  const rows = Array.from(document.querySelectorAll("tr[data-row]"));
  const stops = rows.length ? rows : Array.from(document.querySelectorAll(".thread .message"));
  let at = -1;
  const move = (by) => {
    if (!stops.length) return;
    stops[at]?.classList.remove("at");
    at = Math.min(Math.max(at + by, 0), stops.length - 1);
    stops[at].classList.add("at");
    const link = stops[at].querySelector(rows.length ? ".row-title a" : "header > a");
    link?.focus({ preventScroll: true });
    stops[at].scrollIntoView({ block: "nearest" });
  };
  const focus = (element) => {
    if (!element) return;
    element.closest("details")?.setAttribute("open", "");
    element.focus();
    element.scrollIntoView({ block: "center" });
  };
  const byId = (id) => document.getElementById(id);
  const onTicket = byId("presence") !== null;
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    "?": () => help?.showModal(),
    "/": () => focus(byId("field-q")),
    ...(onTicket ? {
      r: () => focus(byId("field-message")),
      n: () => focus(byId("field-note")),
      c: () => focus(byId("close")),
      u: () => document.querySelector("a.back")?.click(),
    } : {
      o: () => stops[at]?.querySelector(".row-title a")?.click(),
      x: () => stops[at]?.querySelector("input[type=checkbox]")?.click(),
      c: () => focus(byId("bulk-close")),
      n: () => document.querySelector("a[href='/admin/tickets/new']")?.click(),
    }),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, dialog");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // Who else is here: said when the page opens, and every quarter of a minute while it is seen.
  const place = byId("presence");
  const form = document.querySelector("form[data-reply]");
  const message = byId("field-message");
  const say = async (state) => {
    const sent = new URLSearchParams({ state, seen: form?.elements.seen.value ?? "" });
    try {
      const answer = await fetch(place.dataset.presence, { method: "POST", body: sent });
      if (!answer.ok) return;
      const told = await answer.json();
      place.hidden = !told.present;
      place.querySelector("p").textContent = told.present;
      const newer = form?.querySelector(".newer");
      if (newer) {
        newer.hidden = !told.newer;
        newer.textContent = told.newer;
      }
    } catch {
      // The next time is soon.
    }
  };
  if (place) {
    const state = () => (message && message.value.trim() !== "" ? "writing" : "looking");
    let said = state();
    setInterval(() => { if (!document.hidden) say(said = state()); }, 15000);
    message?.addEventListener("input", () => { if (state() !== said) say(said = state()); });
    let sending = false;
    document.addEventListener("submit", () => { sending = true; });
    window.addEventListener("pagehide", () => {
      if (!sending) navigator.sendBeacon(place.dataset.presence, new URLSearchParams({ state: "gone" }));
    });
  }

  // An answer that is ready comes to where one writes. Without this, the button "Insert" does it.
  const canned = document.querySelector("select[data-canned]");
  canned?.addEventListener("change", async () => {
    if (!canned.value) return;
    try {
      const answer = await fetch(canned.dataset.canned + encodeURIComponent(canned.value));
      if (!answer.ok) return;
      const text = await answer.text();
      const [start, end] = [message.selectionStart, message.selectionEnd];
      message.setRangeText(text, start, end, "end");
      message.dispatchEvent(new Event("input", { bubbles: true }));
      message.focus();
      canned.value = "";
    } catch {
      // The button is still there.
    }
  });
})();
