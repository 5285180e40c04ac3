// Comfort for the analyst: a live count while typing, and one key a judgement. All works without it.
(function () {
  "use strict";

  var form = document.getElementById("afstellen");
  if (form) {
    var timer = 0;
    var told = document.getElementById("telling");
    var count = function () {
      var terms = {};
      form.querySelectorAll("textarea[name^='value:']").forEach(function (area) {
        terms[area.name.slice(6)] = area.value.split("\n").map(function (line) {
          return line.trim();
        }).filter(Boolean);
      });
      fetch(form.getAttribute("data-preview"), {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          "X-CSRF-Token": form.querySelector("input[name='csrf']").value
        },
        body: JSON.stringify({query: form.elements.text.value, terms: terms, newest: 0})
      }).then(function (answer) {
        return answer.json();
      }).then(function (said) {
        if (typeof said.count === "number") {
          told.textContent = said.count.toLocaleString("nl-NL") + " van " +
            said.posts.toLocaleString("nl-NL") + " bewaarde berichten";
        } else {
          told.textContent = said.detail || "";
        }
      }).catch(function () {
        told.textContent = "";
      });
    };
    form.addEventListener("input", function () {
      window.clearTimeout(timer);
      timer = window.setTimeout(count, 600);
    });
  }

  var list = document.getElementById("oordelen");
  var on = document.getElementById("toetsen-aan");
  if (list && on) {
    on.checked = window.localStorage.getItem("toetsen") !== "uit";
    on.addEventListener("change", function () {
      window.localStorage.setItem("toetsen", on.checked ? "aan" : "uit");
    });
    var items = Array.prototype.slice.call(list.querySelectorAll(".judge"));
    var now = items.indexOf(document.querySelector(window.location.hash || "#geen"));
    if (now < 0) {
      now = items.findIndex(function (item) {
        return !item.querySelector("[aria-pressed='true']");
      });
    }
    var show = function (number) {
      if (number >= 0 && number < items.length) {
        now = number;
        items[now].focus();
      }
    };
    if (window.location.hash) {
      show(now);
    }
    document.addEventListener("keydown", function (event) {
      var place = event.target;
      var typing = place && /^(INPUT|TEXTAREA|SELECT)$/.test(place.tagName) && place !== on;
      if (!on.checked || typing || event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      if (event.key === "j") {
        show(now + 1);
      } else if (event.key === "k") {
        show(now - 1);
      } else if (now >= 0 && items[now]) {
        var button = items[now].querySelector("button[data-key='" + event.key + "']");
        if (button) {
          event.preventDefault();
          button.click();
        }
      }
    });
  }
})();
