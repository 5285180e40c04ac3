// Draws the charts of a page from the JSON beside them. Without it the tables tell the same.
(function () {
  "use strict";
  if (!window.Plotly) {
    return;
  }
  document.querySelectorAll(".chart[data-spec]").forEach(function (place) {
    var source = document.getElementById(place.getAttribute("data-spec"));
    if (!source) {
      return;
    }
    var spec = JSON.parse(source.textContent);
    place.textContent = "";
    place.classList.add("chart--drawn");
    window.Plotly.newPlot(place, spec.data, spec.layout, spec.config);
  });
})();
