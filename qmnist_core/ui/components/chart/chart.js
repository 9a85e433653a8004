function loadPlotly(address) {
  if (!window.qmnistPlotly) {
    window.qmnistPlotly = bring(address).then(async (file) => {
      if (!file) {
        window.qmnistPlotly = null;
        throw new Error("the chart's script is missing");
      }
      const script = document.createElement("script");
      script.textContent = await file.text();
      document.head.appendChild(script);
      return window.Plotly;
    });
  }
  return window.qmnistPlotly;
}
// Plotly finds the pointer below a transform, but not below a zoom, which a page has on a projector.
function undoZoom(root, height) {
  const frame = root.parentElement;
  const zoom = frame.currentCSSZoom ?? 1;
  frame.style.minHeight = height + "px";
  root.style.zoom = 1 / zoom;
  root.style.transformOrigin = "0 0";
  root.style.transform = zoom === 1 ? "" : `scale(${zoom})`;
  root.style.width = zoom === 1 ? "" : frame.clientWidth + "px";
}
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".qmnist-chart");
  offerToSave(parentElement.querySelector(".qmnist-save"), async (format) => {
    // As printed: in paper colours on white, whatever the theme, and wide enough where the screen is narrow.
    const figure = JSON.parse(data.figure);
    const Plotly = await loadPlotly(data.script);
    await Plotly.downloadImage(
      { data: figure.data, layout: figure.layout },
      {
        format,
        width: Math.max(root.clientWidth, 600),
        height: data.height,
        scale: format === "png" ? 2 : 1,
        filename: data.name,
      },
    );
  });
  root.setAttribute("aria-label", data.alt);
  root.style.minHeight = data.height + "px";
  undoZoom(root, data.height);
  root.watcher?.disconnect();
  root.watcher = new ResizeObserver(() => {
    undoZoom(root, data.height);
    if (root._fullLayout && root.clientWidth) window.Plotly.Plots.resize(root); // not while its page goes
  });
  root.watcher.observe(root.parentElement);
  const text = themed(data.figure, data.paper, root);
  if (root.drawn === text) return;
  root.drawn = text;
  loadPlotly(data.script)
    .then((Plotly) => {
      if (!root.isConnected) return;
      const figure = JSON.parse(text);
      Plotly.react(root, figure.data, figure.layout, data.config).then(() => {
        if (!root.listening && data.clickable) {
          root.listening = true;
          root.on("plotly_click", (event) => {
            const point = event.points[0];
            setTriggerValue("click", { x: point.x, y: point.y, custom: point.customdata ?? null });
          });
        }
      });
    })
    .catch((error) => {
      root.textContent = "This chart cannot be drawn: " + error.message;
    });
}
