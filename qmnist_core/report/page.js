const held = document.getElementById("figures");
const figures = JSON.parse(held.textContent);
const config = JSON.parse(held.dataset.config);
document.querySelectorAll(".chart").forEach((place, i) => {
  Plotly.newPlot(place, figures[i].data, figures[i].layout, config);
});
addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("details")) folded.open = true;
});
