// Comfort for webcare: keys, a sign that the list changed, and "also open with". All works without it.
(function () {
  "use strict";

  var box = document.getElementById("postvak");
  if (!box) {
    return;
  }
  var dossier = window.location.pathname.replace(/\/posts(\/[0-9a-f]+)?$/, "");
  var cards = Array.prototype.slice.call(box.querySelectorAll("article.post"));

  // The keys can be switched off, and stay off in this browser.
  var on = document.getElementById("toetsen-aan");
  if (on) {
    on.checked = window.localStorage.getItem("toetsen") !== "uit";
    on.addEventListener("change", function () {
      window.localStorage.setItem("toetsen", on.checked ? "aan" : "uit");
    });
  }
  var now = -1;
  var show = function (number) {
    if (number >= 0 && number < cards.length) {
      now = number;
      cards[now].focus();
    }
  };

  // One key for a label: the form of the card is filled in and sent, so the server decides.
  var LABELS = {"1": "I1", "2": "B2", "3": "S1"};
  var label = function (card, status, code) {
    var form = card.querySelector(".correct form[action$='/labels']");
    if (!form) {
      return;
    }
    form.querySelector("input[name='status'][value='" + status + "']").checked = true;
    form.querySelectorAll("input[name='sub_label']").forEach(function (one) {
      one.checked = code !== "" && (one.value === code || (one.checked && one.value[0] === code[0]));
    });
    var chosen = form.querySelectorAll("input[name='sub_label']:checked");
    if (code !== "" && chosen.length > 1) {
      form.querySelector("input[name='sub_label'][value='" + code + "']").checked = false;
    }
    form.requestSubmit();
  };

  document.addEventListener("keydown", function (event) {
    var place = event.target;
    var typing = place && /^(INPUT|TEXTAREA|SELECT)$/.test(place.tagName) &&
      place.type !== "checkbox";
    if (!on || !on.checked || typing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    var card = cards[now];
    if (event.key === "j") {
      show(now + 1);
    } else if (event.key === "k") {
      show(now - 1);
    } else if (event.key === "?") {
      document.getElementById("toetsen").scrollIntoView();
    } else if (event.key === "u") {
      var undo = document.querySelector("button[data-key='u']");
      if (undo) {
        undo.click();
      }
    } else if (card && event.key === "x") {
      var pick = card.querySelector("input[name='posts'][type='checkbox']");
      if (pick) {
        pick.checked = !pick.checked;
      }
    } else if (card && event.key === "o") {
      var why = card.querySelector("details.why");
      if (why) {
        why.open = !why.open;
      }
    } else if (card && event.key === "a") {
      var answers = card.querySelector("details.answers");
      if (answers) {
        answers.open = true;
        answers.querySelector("button[name='answer']").focus();
      }
    } else if (card && LABELS[event.key]) {
      label(card, "gelabeld", LABELS[event.key]);
    } else if (card && event.key === "0") {
      label(card, "geen", "");
    } else if (card && event.key === "r") {
      label(card, "ruis", "");
    }
  });

  // A button that copies the text of an answer; without a clipboard the text can be selected.
  if (navigator.clipboard) {
    box.querySelectorAll("button[data-copies]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        var text = document.getElementById(button.getAttribute("data-copies")).value;
        navigator.clipboard.writeText(text).then(function () {
          button.textContent = "Gekopieerd";
        }).catch(function () {
          document.getElementById(button.getAttribute("data-copies")).select();
        });
      });
    });
  }

  // Say that this card is open, so that a colleague sees it; on its own page it is open at once.
  var csrf = document.querySelector("main input[name='csrf']");
  var present = function (card) {
    if (!csrf || !card.querySelector(".work")) {
      return;
    }
    fetch("/v1" + dossier + "/posts/" + card.getAttribute("data-key") + "/presence", {
      method: "PUT", headers: {"X-CSRF-Token": csrf.value}
    }).catch(function () { return null; });
  };
  box.addEventListener("toggle", function (event) {
    var card = event.target.closest && event.target.closest("article.post");
    if (card && event.target.open) {
      present(card);
    }
  }, true);
  if (!box.hasAttribute("data-stamp")) {
    cards.forEach(present);
    return;
  }

  // Every minute: did anything change in this list?
  var notice = document.getElementById("nieuws");
  window.setInterval(function () {
    if (document.hidden || !notice.hidden) {
      return;
    }
    fetch("/v1" + dossier + "/post-stamp").then(function (answer) {
      return answer.json();
    }).then(function (said) {
      if (said.stamp && said.stamp !== box.getAttribute("data-stamp")) {
        notice.hidden = false;
      }
    }).catch(function () { return null; });
  }, 60000);
})();
