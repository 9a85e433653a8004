function loadPlotly(address) {
  if (!window.qmnistPlotly) {
    window.qmnistPlotly = fetch(new URL(address, document.baseURI))
      .then((answer) => {
        if (!answer.ok) throw new Error("the chart's script is missing");
        return answer.text();
      })
      .then((source) => {
        const script = document.createElement("script");
        script.textContent = source;
        document.head.appendChild(script);
        return window.Plotly;
      });
  }
  return window.qmnistPlotly;
}
// As printed: in paper colours on white, whatever the theme, and wide enough where the screen is narrow.
function offerToSave(menu, root, data) {
  const shut = () => {
    menu.open = false;
  };
  const away = (event) => {
    if (menu.open && menu.contains(event.target)) return;
    shut();
    document.removeEventListener("pointerdown", away);
  };
  menu.ontoggle = () => {
    if (menu.open) document.addEventListener("pointerdown", away);
  };
  menu.onkeydown = (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    shut();
    menu.querySelector("summary").focus();
  };
  for (const button of menu.querySelectorAll("button")) {
    button.onclick = async () => {
      const figure = JSON.parse(data.figure);
      try {
        const Plotly = await loadPlotly(data.script);
        await Plotly.downloadImage(
          { data: figure.data, layout: figure.layout },
          {
            format: button.dataset.format,
            width: Math.max(root.clientWidth, 600),
            height: data.height,
            scale: button.dataset.format === "png" ? 2 : 1,
            filename: data.name,
          },
        );
        menu.querySelector("summary").focus();
        shut();
      } catch {
        button.textContent = "It cannot be saved";
      }
    };
  }
}
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".qmnist-chart");
  offerToSave(parentElement.querySelector(".qmnist-save"), root, data);
  root.setAttribute("aria-label", data.alt);
  root.style.minHeight = data.height + "px";
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
